"""A WooCommerce shop and a Square till beside it, through one book: what is sold in both, refused, paid back, taken back."""

from pathlib import Path

import pytest

from tallystick.connectors.square.twin.samples import STORE
from tallystick.connectors.square.twin.samples import order_of as rung_up
from tallystick.connectors.square.twin.samples import return_of as taken_back
from tallystick.connectors.square.twin.store import Store
from tallystick.connectors.square.twin.store import has_effect as counts
from tallystick.connectors.woocommerce.twin.samples import order_of
from tallystick.connectors.woocommerce.twin.shop import Shop
from tallystick.kit.twins.server import Twin
from tallystick.messages.payments import PayRefund
from tallystick.messages.sales import RefuseOrder
from tests.shops.tallied import Tallied, serving, until

WOO = {"consumer_key": "ck", "consumer_secret": "cs", "hook": "hook-secret"}
TILL = {"access_token": "token"}


@pytest.fixture
def tallied(database_url: str, tmp_path: Path) -> Tallied:
    """A book in euros."""
    return Tallied(database_url, tmp_path, "EUR/2")


def _until_booked(tallied: Tallied, pattern: str) -> None:
    count = f"select count(*) from event where ext_id like '{pattern}'"
    until(lambda: tallied.one(count) != "0", lambda: tallied.rows("select subject, ext_id from event order by id"))


def test_a_till_sells_what_the_shop_then_cannot(tallied: Tallied) -> None:
    """Five lamps: the till sells three and takes one back, so the shop's order for three is kept and the next refused."""
    shop, store = Shop(WOO["consumer_key"], WOO["consumer_secret"]), Store(TILL["access_token"])
    for sku in ("LÄMP/1", "MUG"):
        shop.sell(sku, 5)
    store.sell("V-LAMP", "LÄMP/1", "5")
    store.sell("V-MUG", "MUG", "5")
    store.orders = [rung_up("O-1", 0), taken_back("R-1", 5)]
    with Twin(shop.answer) as web, Twin(store.answer, counts) as till:
        tallied.receives({"LÄMP/1": 5, "MUG": 5})
        tallied.connects(("till", "square", till.url), TILL, location="WH1", square_location=STORE, jurisdiction="DE")
        with serving(tallied):
            _until_booked(tallied, "till-R-1/return/1")
            for number in (1, 2):
                shop.place(order_of(number, 30 + number))
            tallied.connects(("web", "woocommerce", web.url), WOO, location="WH1")
            _until_booked(tallied, "web-2/refund/%")
            until(lambda: shop.products["LÄMP/1"]["stock_quantity"] == 0, lambda: shop.products)
            until(lambda: store.counts["V-LAMP"] == "0", lambda: store.counts)
    assert [e.order for e in shop.effects if isinstance(e, RefuseOrder)] == ["web-2"]
    assert [(e.order, e.amount) for e in shop.effects if isinstance(e, PayRefund)] == [("web-2", 4928)]
    assert (shop.orders[1]["status"], shop.orders[2]["status"]) == ("processing", "cancelled")
    found = tallied.tally("book", "trial-balance")["accounts"]
    money = {a["account"]: a["balance"] for a in found if a["commodity"] == "EUR/2"}
    assert (money["revenue:till"], money["sales_credits:till"]) == ("-41.77", "6.68")
    assert (money["tender_clearing:card"], money["psp_clearing:web"]) == ("41.93", "49.28")
    assert money["service_revenue:charges"] == "-5.00"
    tallied.check()

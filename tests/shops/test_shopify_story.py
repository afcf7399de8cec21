"""A retailer whose shop is Shopify: what is sold there is promised, sent, paid, paid back and paid out in the book."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tallystick.connectors.shopify.twin.samples import deal_of, movement, order_of, payout_of, stamp
from tallystick.connectors.shopify.twin.shop import Shop, has_effect
from tallystick.kit.twins.server import Twin
from tallystick.messages.payments import PayRefund
from tallystick.messages.sales import RefuseOrder
from tests.shops.tallied import Tallied, serving, until

SECRETS = {"access_token": "token", "hook": "hook-secret"}


@pytest.fixture
def tallied(database_url: str, tmp_path: Path) -> Tallied:
    """A book in the customers' currency."""
    return Tallied(database_url, tmp_path, "EUR/2")


def _sends(shop: Shop, number: int) -> None:
    """Let a clerk pack all of an order."""
    order = shop.orders[number]
    lines = [{"id": x["id"], "quantity": x["quantity"]} for x in order["line_items"]]
    parcel = {"id": 60 + number, "status": "success", "created_at": order["created_at"], "line_items": lines}
    order["fulfillments"].append({**parcel, "tracking_number": "1Z"})
    order["updated_at"] = stamp(datetime.now(UTC))


def test_one_order_is_kept_and_one_refused(tallied: Tallied) -> None:
    """Three lamps for six that were sold: the first order is sent and paid out, the second cancelled and paid back."""
    shop = Shop(SECRETS["access_token"])
    for number in (1, 2):
        shop.place(order_of(number, number), deal_of(number, "SALE", "49.38"))
    for sku in ("LÄMP/1", "MUG"):
        shop.sell(sku, 3)
    shop.payouts.append(payout_of(501, "2026-03-31", "47.65"))
    shop.movements[501] = [movement(1, 1, ("49.38", "1.73", "47.65"))]
    with Twin(shop.answer, has_effect) as twin:
        tallied.receives({"LÄMP/1": 3, "MUG": 2})
        tallied.connects(("web", "shopify", twin.url), SECRETS, location="WH1", bank="main", ships="shop")
        with serving(tallied):
            _until_booked(tallied, "web-2/refund/%/paid/4938")
            _sends(shop, 1)
            _until_booked(tallied, "web-1/parcel/%")
            _until_booked(tallied, "payout/501/web-1")
            until(lambda: _shown(shop) == 0, lambda: shop.items)
    refused = [e for e in shop.effects if isinstance(e, RefuseOrder)]
    assert [e.order for e in refused] == ["web-2"]
    assert [e for e in shop.effects if isinstance(e, PayRefund)] == [PayRefund("web-2", 0, "web", "EUR/2", 4938)]
    assert shop.orders[2]["cancelled_at"]
    assert _balances(tallied) == {
        "bank:main": "47.65",
        "psp_fees:web": "1.73",
        "revenue:web": "-41.37",
        "service_revenue:shipping": "-5.50",
        "tax_payable:DE": "-2.51",
    }
    tallied.check()


def _until_booked(tallied: Tallied, pattern: str) -> None:
    count = f"select count(*) from event where ext_id like '{pattern}'"
    until(lambda: tallied.one(count) != "0", lambda: tallied.rows("select subject, ext_id from event order by id"))


def _shown(shop: Shop) -> int:
    found: int = shop.items["LÄMP/1"]["inventoryLevel"]["quantities"][0]["quantity"]
    return found


def _balances(tallied: Tallied) -> dict[str, str]:
    """Return what accounts of money hold, but for goods: the provider owes nothing any more, and no customer does."""
    found = tallied.tally("book", "trial-balance")["accounts"]
    goods = ("inventory:", "goods_received:", "cost_of_sales:")
    return {
        a["account"]: a["balance"] for a in found if a["commodity"] == "EUR/2" and not a["account"].startswith(goods)
    }

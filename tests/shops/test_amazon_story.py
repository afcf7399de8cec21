"""An order from Amazon through the book and back, on PostgreSQL: taken, sent, confirmed, charged, settled; its stock shown; one refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tallystick.connectors.amazon.pages import EVENTS, ORDERS, REPORTS
from tallystick.connectors.amazon.stock import LISTINGS
from tallystick.connectors.amazon.twin.bench import SECRETS, SETTINGS
from tallystick.connectors.amazon.twin.market import Market, has_effect
from tallystick.connectors.amazon.twin.samples import items_of, order_of, settlement_of, shipment_of, stamp
from tallystick.kit.twins.server import Twin
from tallystick.messages.channels import TellShipment
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.stock import HeldLine
from tests.shops.tallied import Tallied, serving, until


@pytest.fixture
def tallied(database_url: str, tmp_path: Path) -> Tallied:
    """A book in euros."""
    return Tallied(database_url, tmp_path, "EUR/2")


def _generous(market: Market) -> None:
    """Let the rates be such that a test need not wait."""
    paths = (ORDERS, f"{ORDERS}/([^/]+)", f"{ORDERS}/([^/]+)/orderItems", EVENTS, REPORTS, f"{LISTINGS}/[^/]+")
    market.rates = dict.fromkeys(paths, "1000")


def _sold(market: Market, name: str, now: datetime, **changed: Any) -> None:
    whole = {"PurchaseDate": stamp(now), "LastUpdateDate": stamp(now), "LatestShipDate": stamp(now + timedelta(days=2))}
    market.orders.append(order_of(name, 0, **whole, **changed))
    market.items[name] = items_of(name)


def test_an_order_goes_from_amazon_to_the_bank(tallied: Tallied) -> None:
    """Three lamps are there: the first order takes them, so the second is cancelled on Amazon, and none is shown."""
    market, now = Market(SECRETS), datetime.now(UTC) - timedelta(minutes=30)
    market.listings = {"LÄMP/1": 99, "MUG": 99}
    _generous(market)
    _sold(market, "O-1", now)
    _sold(market, "R-2", now + timedelta(minutes=5))
    with Twin(market.answer, has_effect) as twin, Twin(market.grant) as granting:
        market.url = twin.url
        tallied.receives({"LÄMP/1": 3, "MUG": 5})
        settings = {k: v for k, v in SETTINGS.items() if k != "zone"}
        tallied.connects(("amazon", "amazon", twin.url), SECRETS, **settings, lwa_url=f"{granting.url}/auth/o2/token")
        with serving(tallied):
            until(
                lambda: market.orders[1]["OrderStatus"] == "Canceled",
                lambda: tallied.rows("select subject, ext_id from event"),
            )
            until(lambda: market.listings == {"LÄMP/1": 0, "MUG": 4}, lambda: market.listings)
            lines = (HeldLine(1, "LÄMP/1", 3), HeldLine(2, "MUG", 1))
            tallied.says("order/amazon-O-1", DispatchReported("amazon-O-1", "S1", lines, "DHL", "T1"))
            market.events.append(("ShipmentEventList", shipment_of("O-1", now + timedelta(minutes=10))))
            market.settlements.append(("S1", stamp(now + timedelta(minutes=20)), settlement_of("77")))
            until(lambda: any(isinstance(e, TellShipment) for e in market.effects), lambda: market.effects)
            count = "select count(*) from event where ext_id like 'settlement/77%' or ext_id like 'amazon-O-1/taken/%'"
            until(
                lambda: tallied.one(count) == "4", lambda: tallied.rows("select subject, ext_id from event order by id")
            )
    (told,) = [e for e in market.effects if isinstance(e, TellShipment)]
    assert (told.order, told.lines, told.carrier, told.tracking) == ("amazon-O-1", lines, "DHL", "T1")
    found = tallied.tally("book", "trial-balance")["accounts"]
    money = {a["account"]: a["balance"] for a in found if a["commodity"] == "EUR/2"}
    assert (money["revenue:amazon"], money["service_revenue:shipping"]) == ("-39.77", "-5.00")
    assert (money["tax_payable:AT"], money["marketplace_tax:amazon"]) == ("-2.00", "-0.51")
    assert (money["marketplace_fees:amazon"], money["marketplace_reserve:amazon"]) == ("11.75", "9.99")
    assert money["bank:main"] == "25.54"
    assert not {"psp_clearing:amazon", "receivable:amazon"} & money.keys(), "nothing is left there"
    tallied.check()

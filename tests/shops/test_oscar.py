"""A real django-oscar, polled: its orders come in once, and it shows and does what the book says."""

from collections.abc import Iterator

import httpx
import pytest

from tallystick.connectors.oscar.connector import OscarShop
from tallystick.messages.channels import SetStock, StockAsked, TellShipment
from tallystick.messages.payments import CaptureReported
from tallystick.messages.sales import CancelOrder, OrderCancellationRequested, OrderLine, OrderPlaced, RefuseOrder
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import Connection, Misconfigured, OutcomeAsked, Rejected, Report
from tests.counterparts.oscar.server import PASSWORD, USER, Shop, buys, needs_oscar, served

LAMP, MUG, FAN, VASE = 1, 2, 3, 4


def door_to(shop: Shop, password: str = PASSWORD) -> OscarShop:
    """Return our door to a shop whose orders are paid at its till."""
    settings = {"location": "WH1", "user": USER, "payment": "at_checkout", "zone": "Europe/Vienna"}
    return OscarShop(Connection(name="shop", url=shop.url, secret=lambda _: password, settings=settings))


@pytest.fixture(scope="module", params=[False, True], ids=["whole-lists", "pages-of-three"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop that answers lists whole, as oscar-api comes, or in pages, as a retailer may set it."""
    needs_oscar()
    with served(tmp_path_factory.mktemp("oscar"), pages=request.param) as found:
        yield found


@pytest.fixture
def door(shop: Shop) -> Iterator[OscarShop]:
    """Our door to it."""
    found = door_to(shop)
    yield found
    found.close()


def told(door: OscarShop, since: str = "") -> tuple[list[Report], str]:
    """Pull until there is no more, and translate."""
    found: list[Report] = []
    while True:
        page = door.pull(OrderPlaced, since)
        for delivery in page.deliveries:
            translation = door.parse(delivery)
            assert translation.faults == ()
            found += translation.reports
        since = page.cursor
        if not page.more:
            return found, since


def test_an_order_comes_in_to_the_cent_and_once(shop: Shop, door: OscarShop) -> None:
    """Two lamps and a mug: what the shop says, on the shop's day; asked again it is the same, and nothing is new."""
    order = buys(shop.url, {LAMP: 2, MUG: 1})
    name = f"shop-{order['number']}"
    reports, cursor = told(door)
    placed, paid = [r.data for r in reports if r.subject == f"order/{name}"]
    lines = (OrderLine(1, "LAMP", 2, 3980), OrderLine(2, "MUG", 1, 1990))
    assert placed == OrderPlaced(
        name, "shop", "WH1", "EUR/2", "shop", lines, "AT", follows_parcels=True, already_sold=True
    )
    assert paid == CaptureReported(name, "shop", 5970, order["number"])
    assert reports == told(door)[0]
    assert {r.id for r in told(door, cursor)[0]} <= {r.id for r in reports}


def test_every_order_of_many_comes(shop: Shop, door: OscarShop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read two at a time, while another is placed between the pulls: none is missed."""
    monkeypatch.setattr("tallystick.connectors.oscar.pages.ORDERS_IN_PAGE_MAX", 2)
    numbers = {buys(shop.url, {FAN: 1})["number"] for _ in range(4)}
    first = door.pull(OrderPlaced, "")
    assert first.more
    numbers.add(buys(shop.url, {FAN: 1})["number"])
    seen = {d.subject for d in first.deliveries} | {r.subject for r in told(door, first.cursor)[0]}
    assert {f"order/shop-{number}" for number in numbers} <= seen


def test_a_refused_order_ends_in_the_shop_and_says_so(shop: Shop, door: OscarShop) -> None:
    """The status moves with a note that bears the key: once, and found again; the shop's word of it comes back."""
    order = buys(shop.url, {MUG: 1})
    command = RefuseOrder(f"shop-{order['number']}", "no stock", (1,), "shop")
    assert door.ask(OutcomeAsked(command, "a.0")).acknowledgement is None  # type: ignore[attr-defined]
    assert door.push(command, "a.0") == door.push(command, "a.0")
    assert door.ask(OutcomeAsked(command, "a.0")).acknowledgement  # type: ignore[attr-defined]
    with pytest.raises(Rejected, match="another command"):
        door.push(CancelOrder(f"shop-{order['number']}", "a whim", "shop"), "a.0")
    ended = [r.data for r in told(door)[0] if isinstance(r.data, OrderCancellationRequested)]
    assert f"shop-{order['number']}" in {e.order for e in ended}


def test_a_parcel_moves_the_order_on_and_a_cancellation_does_not_call_it_back(shop: Shop, door: OscarShop) -> None:
    """What has left stays shipped, whatever is cancelled of the rest."""
    name = f"shop-{buys(shop.url, {VASE: 1})['number']}"
    door.push(TellShipment("shop", name, "P1", (HeldLine(1, "VASE", 1),), "Post", "1Z"), "b.0")
    door.push(CancelOrder(name, "too late", "shop"), "b.1")
    with httpx.Client(auth=(USER, PASSWORD), trust_env=False) as clerk:
        found = clerk.get(f"{shop.url}/api/tallystick/orders/{name.removeprefix('shop-')}/status/").json()
    assert (found["status"], len(found["notes"])) == ("shipped", 2)


def test_the_end_of_a_part_is_a_note(shop: Shop, door: OscarShop) -> None:
    """A unit will not come, the rest has left: the shop, which knows no parts, does not call the order cancelled."""
    name = f"shop-{buys(shop.url, {VASE: 2})['number']}"
    door.push(CancelOrder(name, "a unit was missing", "shop", (HeldLine(1, "VASE", 1),)), "b.2")
    with httpx.Client(auth=(USER, PASSWORD), trust_env=False) as clerk:
        found = clerk.get(f"{shop.url}/api/tallystick/orders/{name.removeprefix('shop-')}/status/").json()
    assert (found["status"], len(found["notes"])) == ("new", 1)


def test_the_shop_sells_what_it_is_told(shop: Shop, door: OscarShop) -> None:
    """In stock less allocated is what the book says, though the shop's allocation stays; a further order lowers it."""
    buys(shop.url, {VASE: 3})
    door.push(SetStock("shop", "VASE", 5, 1), "c.0")
    assert door.ask(StockAsked("shop", ("VASE",))).lines == (CountedUnits("VASE", 5),)  # type: ignore[attr-defined]
    buys(shop.url, {VASE: 2})
    assert door.ask(StockAsked("shop", ("VASE",))).lines == (CountedUnits("VASE", 3),)  # type: ignore[attr-defined]
    (delivery,) = door.pull(StockStatementReported, "").deliveries
    (report,) = door.parse(delivery).reports
    assert {line.sku for line in report.data.lines} == {"LAMP", "MUG", "FAN", "VASE"}  # type: ignore[attr-defined]
    with pytest.raises(Rejected, match="partner SKU"):
        door.push(SetStock("shop", "NEVER", 1, 1), "c.1")


def test_a_wrong_password_is_a_matter_of_configuration(shop: Shop) -> None:
    """It is said with the remedy, and the password is not in it."""
    door = door_to(shop, "not-the-password")
    with pytest.raises(Misconfigured) as refused:
        door.pull(OrderPlaced, "")
    assert "not-the-password" not in str(refused.value)
    door.close()

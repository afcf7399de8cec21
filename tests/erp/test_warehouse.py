"""A real Tryton as the warehouse: asked to ship, and telling what left, arrived, came back and was counted."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from msgspec import Struct

from tallystick.connectors.tryton.warehouse.connector import TrytonWarehouse
from tallystick.connectors.tryton.warehouse.notes import lines_in
from tallystick.connectors.tryton.warehouse.shipments import Shipment, Shipments
from tallystick.messages.fulfilment import DispatchRefused, DispatchReported, RecallShipment, ShipOrder
from tallystick.messages.returns import ReturnedLine, ReturnReceived
from tallystick.messages.stock import AdjustmentLine, AdjustmentReported, HeldLine, ReceiptLine, ReceiptReported
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    InDoubt,
    Misconfigured,
    Outcome,
    OutcomeAsked,
    Rejected,
    Retryable,
)
from tests.counterparts.tryton.people import CUSTOMER, People
from tests.counterparts.tryton.proxy import Fault, Plan, Proxy
from tests.counterparts.tryton.server import PASSWORD, USER, Server, needs_tryton, served, template

LINES = (HeldLine(1, "LAMP-ARC", 2), HeldLine(2, "MUG", 3), HeldLine(5, "LAMP-ARC", 1))


def connection(url: str, database: str, **settings: str) -> Connection:
    """Name a warehouse's door."""
    known = {"database": database, "user": USER, "customer": CUSTOMER, **settings}
    return Connection(name="wms", url=url, settings=known, secret=lambda _: PASSWORD)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, People]]:
    """A warehouse of code WH1 with its people, shared by the tests of a module; each has orders of its own."""
    needs_tryton()
    with served(tmp_path_factory.mktemp("wms"), template(3)) as server:
        crew = People(server, "WH1")
        crew.count(LAMP_ARC=100, MUG=200)
        yield server, crew
        crew.close()


@pytest.fixture
def crew(people: tuple[Server, People]) -> People:
    """The people."""
    return people[1]


@pytest.fixture
def proxy(people: tuple[Server, People]) -> Iterator[Proxy]:
    """A proxy before it that does as it is told."""
    found = Proxy(people[0].url)
    yield found
    found.close()


@pytest.fixture
def door(people: tuple[Server, People], proxy: Proxy) -> Iterator[TrytonWarehouse]:
    """Our door, through the proxy."""
    found = TrytonWarehouse(connection(proxy.url, people[0].database))
    yield found
    found.close()


def first_time(method: str, fault: Fault) -> Plan:
    """The first call of a method goes wrong."""
    return lambda called, before: fault if called == method and not before else Fault.NONE


def told(door: TrytonWarehouse, kind: type[Struct], what: str) -> list[Any]:
    """Pull everything of a kind, and return what the papers of a subject say, faults as their reasons."""
    said: list[Any] = []
    since = ""
    while True:
        page = door.pull(kind, since)
        for delivery in page.deliveries:
            found = door.parse(delivery)
            if what in delivery.subject:
                said += [r.data for r in found.reports] + [f.reason for f in found.faults]
        since = page.cursor
        if not page.more:
            return said


def test_what_is_asked_for_leaves_and_is_told_by_line(door: TrytonWarehouse, crew: People) -> None:
    """Two lines of one product are told apart, and the stock there falls by what left."""
    before = crew.stock("LAMP-ARC")
    shipment = door.push(ShipOrder("A1", "WH1", LINES), "a.0").foreign_id
    crew.send("A1")
    assert told(door, DispatchReported, "order/A1") == [DispatchReported("A1", shipment, LINES)]
    assert crew.stock("LAMP-ARC") == before - 3


def test_the_same_key_ships_once(door: TrytonWarehouse, crew: People) -> None:
    """Before and after it left; with other content it is refused."""
    order = ShipOrder("B1", "WH1", LINES)
    first = door.push(order, "b.0")
    assert door.push(order, "b.0") == first
    crew.send("B1")
    assert door.push(order, "b.0") == first
    assert len(crew.shipments("B1")) == 1
    with pytest.raises(Rejected, match="says something else"):
        door.push(ShipOrder("B1", "WH1", LINES[:1]), "b.0")
    with pytest.raises(Rejected, match="says something else"):
        door.push(ShipOrder("B2", "WH1", LINES), "b.0")


@pytest.mark.parametrize("method", [f"model.stock.shipment.out.{verb}" for verb in ("create", "wait")])
def test_an_answer_that_is_lost_is_found_by_asking(
    door: TrytonWarehouse, crew: People, proxy: Proxy, method: str
) -> None:
    """In doubt is said, asking says what became of it, and pushing again ends with one shipment that waits."""
    name = f"C-{method.rpartition('.')[2]}"
    order = ShipOrder(name, "WH1", LINES)
    proxy.plan = first_time(method, Fault.ANSWER_LOST)
    with pytest.raises(InDoubt):
        door.push(order, f"{name}.0")
    found = door.ask(OutcomeAsked(order, f"{name}.0"))
    assert isinstance(found, Outcome)
    assert (found.acknowledgement is not None) == method.endswith("wait")
    done = door.push(order, f"{name}.0")
    assert [(x["number"], x["state"]) for x in crew.shipments(name)] == [(done.foreign_id, "waiting")]


def test_a_note_that_was_not_written_is_written(door: TrytonWarehouse, crew: People, proxy: Proxy) -> None:
    """A door that dies between the draft and the note leaves a draft: the next one completes it."""
    order = ShipOrder("D1", "WH1", LINES)
    proxy.plan = first_time("model.ir.note.create", Fault.LOST)
    with pytest.raises((InDoubt, Retryable)):
        door.push(order, "d.0")
    assert [x["state"] for x in crew.shipments("D1")] == ["draft"]
    door.push(order, "d.0")
    assert [x["state"] for x in crew.shipments("D1")] == ["waiting"]
    crew.send("D1")
    (report,) = told(door, DispatchReported, "order/D1")
    assert report.lines == LINES


def test_a_short_pick_says_what_will_not_come(door: TrytonWarehouse, crew: People) -> None:
    """What left is booked, what was not on the shelf is refused: the customer must not wait for it."""
    door.push(ShipOrder("E1", "WH1", (HeldLine(1, "MUG", 5),)), "e.0")
    crew.send("E1", short=2)
    left, refused = told(door, DispatchReported, "order/E1")
    assert left.lines == (HeldLine(1, "MUG", 3),)
    assert isinstance(refused, DispatchRefused)
    assert "2 units" in refused.reason


def test_what_has_not_left_is_recalled(door: TrytonWarehouse, crew: People) -> None:
    """Recalled once or twice, it is told as refused; an order nobody asked for is said to be none."""
    door.push(ShipOrder("F1", "WH1", LINES), "f.0")
    assert door.push(RecallShipment("F1"), "f.1") == door.push(RecallShipment("F1"), "f.1")
    (refused,) = told(door, DispatchReported, "order/F1")
    assert isinstance(refused, DispatchRefused)
    with pytest.raises(Rejected, match="no shipment"):
        door.push(RecallShipment("F0"), "f.2")


def test_a_recall_after_it_left_changes_nothing(door: TrytonWarehouse, crew: People) -> None:
    """The dispatch stands, and is told."""
    door.push(ShipOrder("G1", "WH1", LINES), "g.0")
    crew.send("G1")
    door.push(RecallShipment("G1"), "g.1")
    (left,) = told(door, DispatchReported, "order/G1")
    assert isinstance(left, DispatchReported)


def test_goods_of_a_supplier_come_in_at_their_price(door: TrytonWarehouse, crew: People) -> None:
    """Twelve at 1.2345 are 14.814: rounded once, on the line."""
    number = crew.receive("MUG", 12, 12345, 4)
    (report,) = told(door, ReceiptReported, f"stock/wms/{number}")
    assert report == ReceiptReported(f"wms/{number}", "WH1", "GBP/3", "supplier", (ReceiptLine(1, "MUG", 12, 14814),))


def test_a_return_finds_its_lines(door: TrytonWarehouse, crew: People) -> None:
    """What came back of an order is told to the lines it left on."""
    door.push(ShipOrder("H1", "WH1", LINES), "h.0")
    crew.send("H1")
    number = crew.take_back("H1", "RMA-1", LAMP_ARC=3)
    (report,) = told(door, ReturnReceived, "order/H1")
    lines = (ReturnedLine(1, "LAMP-ARC", 2, "sellable"), ReturnedLine(5, "LAMP-ARC", 1, "sellable"))
    assert report == ReturnReceived("H1", "RMA-1", "WH1", lines, f"wms/{number}")


def test_a_return_of_nobody_is_kept_for_a_person(door: TrytonWarehouse, crew: People) -> None:
    """An order that was never sent from here, or goods it never had: quarantined with a remedy, and mended in Tryton."""
    crew.take_back("NOBODY", "RMA-2", MUG=1)
    (reason,) = told(door, ReturnReceived, "order/NOBODY")
    assert "names no order" in reason


def test_a_count_tells_the_difference(door: TrytonWarehouse, crew: People) -> None:
    """Only what differs is told, over and under."""
    lamps, mugs = crew.stock("LAMP-ARC"), crew.stock("MUG")
    crew.count(LAMP_ARC=lamps - 2, MUG=mugs + 1)
    counts = [c for c in told(door, AdjustmentReported, "count/wms/") if isinstance(c, AdjustmentReported)]
    lines = {x.sku: x.quantity for x in counts[-1].lines}
    assert (counts[-1].location, counts[-1].currency, lines) == ("WH1", "GBP/3", {"LAMP-ARC": -2, "MUG": 1})
    assert isinstance(counts[-1].lines[0], AdjustmentLine)


def test_a_shipment_of_somebody_else_is_quarantined(door: TrytonWarehouse, crew: People) -> None:
    """Goods that left without us are not guessed to an order."""
    door.push(ShipOrder("I1", "WH1", LINES[:1]), "i.0")
    (mine,) = crew.shipments("I1")
    crew.client.write("model.stock.shipment.out.write", [mine["id"]], {"reference": "by hand"})
    crew.press("stock.shipment.out", "assign_try", [mine["id"]])
    for button in ("pick", "pack", "do"):
        crew.press("stock.shipment.out", button, [mine["id"]])
    reasons = [x for x in told(door, DispatchReported, "") if isinstance(x, str)]
    assert any("by hand" in reason for reason in reasons)


def test_pulling_again_brings_nothing_new(door: TrytonWarehouse) -> None:
    """From the same cursor the same deliveries; from the next one only those of the last minutes, under the same ids."""
    page = door.pull(DispatchReported, "")
    assert [d.id for d in door.pull(DispatchReported, "").deliveries] == [d.id for d in page.deliveries]
    later = door.pull(DispatchReported, page.cursor)
    assert {d.id for d in later.deliveries} <= {d.id for d in page.deliveries}
    assert all(d.digest == {e.id: e.digest for e in page.deliveries}[d.id] for d in later.deliveries)


@pytest.mark.parametrize(
    ("order", "remedy"),
    [
        (ShipOrder("J1", "NOWHERE", LINES), "no warehouse of the code 'NOWHERE'"),
        (ShipOrder("J2", "WH1", (HeldLine(1, "GHOST", 1),)), "no product of the code 'GHOST'"),
    ],
)
def test_what_tryton_does_not_know_is_named(door: TrytonWarehouse, order: ShipOrder, remedy: str) -> None:
    """We never guess a place or a product."""
    with pytest.raises(Rejected, match=remedy):
        door.push(order, f"{order.order}.0")


def test_a_customer_that_is_not_there_is_a_setting(people: tuple[Server, People]) -> None:
    """The collective customer is named by its code."""
    door = TrytonWarehouse(connection(people[0].url, people[0].database, customer="NOBODY"))
    with pytest.raises(Misconfigured, match="customer"):
        door.push(ShipOrder("K1", "WH1", LINES), "k.0")
    door.close()


def test_people_may_write_beside_our_note() -> None:
    """Only our lines are read."""
    assert lines_in(["Tallystick order A\nline 1: 2 × LAMP × 3\nplease hurry", "line x"]) == [
        HeldLine(1, "LAMP × 3", 2)
    ]


def test_two_doors_with_one_command_ship_once(people: tuple[Server, People], crew: People) -> None:
    """Two workers push the same command at the same time, again and again: one shipment each."""
    doors = [TrytonWarehouse(connection(people[0].url, people[0].database)) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        for n in range(5):
            order = ShipOrder(f"L{n}", "WH1", LINES)
            while not all(pool.map(partial(_pushed, command=order, key=f"l.{n}"), doors)):
                pass  # somebody was in the way of the other: each tries again, as delivery does
            assert [x["state"] for x in crew.shipments(f"L{n}")] == ["waiting"]
    for door in doors:
        door.close()


def _pushed(door: TrytonWarehouse, command: ShipOrder, key: str) -> bool:
    try:
        door.push(command, key)
    except (Retryable, Rejected, InDoubt) as trouble:
        if "says something else" in str(trouble):
            raise
        return False
    return True


class _Hasty(Shipments):
    """The broken twin: it hands over what it made without a look at what is there."""

    def standing(self, command: ShipOrder, key: str) -> Acknowledgement | None:
        """See nothing."""
        return None

    def _drafts(self, key: str) -> list[Shipment]:
        return []


def test_without_a_look_goods_are_sent_twice(people: tuple[Server, People], crew: People) -> None:
    """What the lookups are for: a retry of the twin makes a second paper."""
    door = TrytonWarehouse(connection(people[0].url, people[0].database))
    hasty = _Hasty(door._client, door._desk())
    for _ in range(2):
        with pytest.raises(Retryable):
            hasty.ship(ShipOrder("M1", "WH1", LINES), "m.0")
    assert len(crew.shipments("M1")) == 2
    door.push(ShipOrder("M1", "WH1", LINES), "m.0")
    assert len(crew.shipments("M1")) == 1
    door.close()

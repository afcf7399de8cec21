"""A real Tryton warehouse, asked to take units out of a shipment, or to send it elsewhere, while that can be done."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from tallystick.connectors.tryton.warehouse.connector import TrytonWarehouse
from tallystick.messages.fulfilment import (
    DispatchRefused,
    DispatchReported,
    RecallLines,
    RecallShipment,
    RedirectShipment,
    ShipOrder,
)
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import InDoubt, Outcome, OutcomeAsked, Rejected, Retryable
from tests.counterparts.tryton.people import People
from tests.counterparts.tryton.proxy import Fault, Proxy
from tests.counterparts.tryton.server import Server
from tests.erp.test_warehouse import LINES, connection, crew, door, first_time, people, proxy, told

__all__ = ["crew", "door", "people", "proxy"]
ONE_LAMP, LAMPS = HeldLine(1, "LAMP-ARC", 1), (HeldLine(1, "LAMP-ARC", 2), HeldLine(5, "LAMP-ARC", 1))
NOTES = "model.ir.note.create"


def asked(door: TrytonWarehouse, order: str, *lines: HeldLine) -> RecallLines:
    """Have an order's goods asked for, and return the command that takes *lines* out again."""
    door.push(ShipOrder(order, "WH1", LINES, "person:ada"), f"{order}.0")
    return RecallLines(order, "WH1", lines)


def picking_list(crew: People, order: str) -> dict[str, int]:
    """What is still to be picked, by product."""
    found: dict[str, int] = {}
    for paper in crew.shipments(order):
        if paper["state"] not in {"done", "cancelled"}:
            domain = [
                ["shipment", "=", f"stock.shipment.out,{paper['id']}"],
                ["from_location", "=", crew.place["storage_location"]],
            ]
            for move in crew._all("stock.move", domain, ["product.code", "quantity"]):
                found[move["product."]["code"]] = found.get(move["product."]["code"], 0) + int(move["quantity"])
    return {sku: n for sku, n in found.items() if n}


@pytest.mark.parametrize("state", ["waiting", "assigned"])
def test_units_are_taken_out_before_they_are_picked(door: TrytonWarehouse, crew: People, state: str) -> None:
    """One lamp of the first line: the picking list shows it, the warehouse says so at once, and the rest leaves by line."""
    order = f"P-{state}"
    command = asked(door, order, ONE_LAMP)
    if state == "assigned":
        crew.press("stock.shipment.out", "assign_try", [x["id"] for x in crew.shipments(order)])
    assert door.push(command, f"{order}.1") == door.push(command, f"{order}.1")
    assert picking_list(crew, order) == {"LAMP-ARC": 2, "MUG": 3}
    (word,) = told(door, DispatchReported, f"order/{order}")
    assert word == DispatchRefused(order, "they were taken out as asked in the warehouse", (ONE_LAMP,))
    crew.send(order)
    said = told(door, DispatchReported, f"order/{order}")
    (left,) = [x for x in said if isinstance(x, DispatchReported)]
    assert left.lines == (HeldLine(1, "LAMP-ARC", 1), HeldLine(2, "MUG", 3), HeldLine(5, "LAMP-ARC", 1))
    assert [x for x in said if isinstance(x, DispatchRefused)] == [word]


def test_units_are_taken_out_twice_by_two_commands_and_once_by_one(door: TrytonWarehouse, crew: People) -> None:
    """A key of its own is a wish of its own; the same key with other lines is refused, and so is more than there is."""
    command = asked(door, "Q1", ONE_LAMP)
    for key in ("Q1.1", "Q1.1", "Q1.2"):
        door.push(command, key)
    assert picking_list(crew, "Q1") == {"LAMP-ARC": 1, "MUG": 3}
    with pytest.raises(Rejected, match="says something else"):
        door.push(RecallLines("Q1", "WH1", (HeldLine(2, "MUG", 1),)), "Q1.1")
    with pytest.raises(Rejected, match="too late"):
        door.push(command, "Q1.3")


def test_a_shipment_of_which_nothing_is_left_is_cancelled(door: TrytonWarehouse, crew: People) -> None:
    """Everything taken out: no empty picking list stays behind, and each unit is told once."""
    door.push(asked(door, "R1", *LINES), "R1.1")
    assert picking_list(crew, "R1") == {}
    assert {x["state"] for x in crew.shipments("R1")} == {"cancelled"}
    assert [x.lines for x in told(door, DispatchReported, "order/R1")] == [LINES]


def test_what_is_picked_is_too_late(door: TrytonWarehouse, crew: People) -> None:
    """Refused with the remedy, changing nothing: what leaves is told as it was asked for."""
    command = asked(door, "S1", ONE_LAMP)
    mine = [x["id"] for x in crew.shipments("S1")]
    for button in ("assign_try", "pick"):
        crew.press("stock.shipment.out", button, mine)
    with pytest.raises(Rejected, match="too late: what was to be taken out of S1 is picked"):
        door.push(command, "S1.1")
    assert door.ask(OutcomeAsked(command, "S1.1")) == Outcome(None)
    for button in ("pack", "do"):
        crew.press("stock.shipment.out", button, mine)
    with pytest.raises(Rejected, match="too late"):
        door.push(command, "S1.2")
    (left,) = told(door, DispatchReported, "order/S1")
    assert left.lines == LINES


@pytest.mark.parametrize(
    "method",
    ["model.stock.move.write", *(f"model.stock.shipment.out.{verb}" for verb in ("wait", "create", "cancel")), NOTES],
)
def test_a_line_that_goes_in_the_middle_changes_nothing_in_the_end(
    door: TrytonWarehouse, crew: People, proxy: Proxy, method: str
) -> None:
    """Wherever the first push breaks off, the second completes it: the same list, and one word of it."""
    for fault in (Fault.LOST, Fault.ANSWER_LOST):
        order = f"T-{method.rpartition('.')[2]}-{method.count('.')}-{fault.name}"
        command = asked(door, order, ONE_LAMP)
        proxy.heard.clear()
        proxy.plan = first_time(method, fault)
        with pytest.raises((InDoubt, Retryable)):
            door.push(command, f"{order}.1")
        door.push(command, f"{order}.1")
        assert picking_list(crew, order) == {"LAMP-ARC": 2, "MUG": 3}
        assert [x.lines for x in told(door, DispatchReported, f"order/{order}")] == [(ONE_LAMP,)]
        assert door.ask(OutcomeAsked(command, f"{order}.1")) != Outcome(None)


def test_what_was_taken_out_is_not_recalled_again(door: TrytonWarehouse, crew: People) -> None:
    """The whole order is recalled afterwards: the rest of it is told, and nothing twice."""
    door.push(asked(door, "U1", ONE_LAMP), "U1.1")
    door.push(RecallShipment("U1", "WH1"), "U1.2")
    lines = [x.lines for x in told(door, DispatchReported, "order/U1")]
    assert sorted(lines, key=len) == [
        (ONE_LAMP,),
        (HeldLine(1, "LAMP-ARC", 1), HeldLine(2, "MUG", 3), HeldLine(5, "LAMP-ARC", 1)),
    ]


def _notes(crew: People, order: str) -> str:
    (paper,) = crew.shipments(order)
    found: list[Any] = crew._all("ir.note", [["resource", "=", f"stock.shipment.out,{paper['id']}"]], ["message"])
    return "\n".join(x["message"] for x in found)


def test_goods_go_elsewhere_until_they_have_left(door: TrytonWarehouse, crew: People) -> None:
    """Whom it goes to stands on the shipment, as a reference; a parcel that is packed can have another label, one that left cannot."""
    asked(door, "V1")
    assert "Tallystick recipient person:ada" in _notes(crew, "V1")
    command = RedirectShipment("V1", "WH1", "person:ben")
    assert door.push(command, "V1.1") == door.push(command, "V1.1")
    assert _notes(crew, "V1").count("person:ben") == 1
    with pytest.raises(Rejected, match="twice"):
        door.push(RedirectShipment("V1", "WH1", "person:eve"), "V1.1")
    crew.send("V1")
    with pytest.raises(Rejected, match="too late: everything of the order V1 has left"):
        door.push(RedirectShipment("V1", "WH1", "person:eve"), "V1.2")
    with pytest.raises(Rejected, match="never asked for here"):
        door.push(RedirectShipment("V0", "WH1", "person:eve"), "V0.1")
    (left,) = told(door, DispatchReported, "order/V1")
    assert left.lines == LINES


PEOPLE: dict[str, dict[str, object]] = {
    "person:ada": {"name": "Ada Quill", "lines": ["1 Mill Lane", "Back door"], "city": "Leeds", "postal_code": "LS1"},
    "person:ben": {"name": "Ben Oak", "lines": ["2 Hill Road"], "city": "York"},
    "person:eve": {"email": "eve@example.test"},
}


@pytest.fixture
def told_door(people: tuple[Server, People]) -> Iterator[TrytonWarehouse]:
    """A door that may write recipients into Tryton."""
    known = connection(people[0].url, people[0].database, addresses="yes")
    found = TrytonWarehouse(replace(known, person=PEOPLE.get))
    yield found
    found.close()


def _goes_to(crew: People, order: str) -> dict[str, Any]:
    (paper,) = crew._all("stock.shipment.out", [["reference", "like", f"{order} %"]], ["delivery_address"])
    fields = ["party_name", "street_unstructured", "postal_code", "city"]
    (found,) = crew._all("party.address", [["id", "=", paper["delivery_address"]]], fields)
    return {name: found[name] for name in fields}


def test_a_shipment_has_its_recipients_address_where_that_is_wanted(told_door: TrytonWarehouse, crew: People) -> None:
    """Written once for what it says, changed while the goods are here, and refused where there is none."""
    for order in ("W1", "W2"):
        asked(told_door, order)
        assert _goes_to(crew, order) == {
            "party_name": "Ada Quill",
            "street_unstructured": "1 Mill Lane\nBack door",
            "postal_code": "LS1",
            "city": "Leeds",
        }
    assert len(crew._all("party.address", [["party_name", "=", "Ada Quill"]], [])) == 1
    crew.press("stock.shipment.out", "assign_try", [x["id"] for x in crew.shipments("W1")])
    told_door.push(RedirectShipment("W1", "WH1", "person:ben"), "W1.1")
    assert picking_list(crew, "W1") == {"LAMP-ARC": 3, "MUG": 3}
    assert (_goes_to(crew, "W1")["party_name"], _goes_to(crew, "W2")["party_name"]) == ("Ben Oak", "Ada Quill")
    with pytest.raises(Rejected, match="no address is kept"):
        told_door.push(RedirectShipment("W1", "WH1", "person:eve"), "W1.2")
    with pytest.raises(Rejected, match="erased"):
        told_door.push(ShipOrder("W3", "WH1", LINES, "person:nobody"), "W3.0")
    assert crew.shipments("W3") == []
    crew.send("W1")
    assert _goes_to(crew, "W1")["city"] == "York"
    for button in ("assign_try", "pick"):
        crew.press("stock.shipment.out", button, [x["id"] for x in crew.shipments("W2")])
    with pytest.raises(Rejected, match=r"too late: .* is picked"):
        told_door.push(RedirectShipment("W2", "WH1", "person:ben"), "W2.1")


def test_without_that_wish_nobody_is_written_into_tryton(door: TrytonWarehouse, crew: People) -> None:
    """The collective customer's address, whoever it goes to."""
    asked(door, "X1")
    door.push(RedirectShipment("X1", "WH1", "person:ben"), "X1.1")
    assert _goes_to(crew, "X1")["party_name"] in {None, ""}


def test_a_door_of_the_connection_knows_the_commands() -> None:
    """They are addressed by location, as all commands to a warehouse."""
    manifest = TrytonWarehouse(connection("http://127.0.0.1:9", "none")).manifest
    assert {RecallLines, RedirectShipment} <= set(manifest.pushes)
    assert manifest.addressed_by[RecallLines] == manifest.addressed_by[RedirectShipment] == "location"

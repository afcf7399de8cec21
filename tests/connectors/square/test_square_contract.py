"""Square's own published contract: it takes our requests, its examples are understood, and its changes are noticed."""

import copy
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from tallystick.connectors.square import pages, stock
from tallystick.connectors.square.connector import SquareTill
from tallystick.connectors.square.faults import NO_SKU, QUARANTINED
from tallystick.connectors.square.fields import PARTS
from tallystick.kit.drift.compare import drifted
from tallystick.kit.drift.fields import Kind
from tallystick.kit.drift.json_schemas import JsonSchemas
from tallystick.messages.channels import SetStock
from tallystick.messages.sales import SaleReported
from tallystick.messages.statements import StockStatementReported
from tallystick.ports.connector import Rejected
from tests.connectors.square.tillfront import connection, told
from tests.counterparts.prism.server import contract_of, prism

USED = sorted({part.place.split()[1] for part in PARTS})
NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)


def door_to(url: str) -> SquareTill:
    """Return our door to a contract."""
    return SquareTill(connection(url), clock=lambda: NOW)


@pytest.fixture(scope="module")
def square(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Square's contract, answering with its examples."""
    with prism(contract_of("square", "api.json"), USED, tmp_path_factory.mktemp("square")) as url:
        yield url


@pytest.fixture
def door(square: str) -> Iterator[SquareTill]:
    """Our door to it."""
    found = door_to(square)
    yield found
    found.close()


def test_our_questions_are_as_the_contract_has_them(door: SquareTill) -> None:
    """Its example of a search has no orders in it; its example of a count has one, of an item without a SKU."""
    assert door.pull(SaleReported, "").deliveries == ()
    (delivery,) = door.pull(StockStatementReported, "").deliveries
    (fault,) = door.parse(delivery).faults
    assert fault.reason.startswith(NO_SKU)


def test_what_the_contract_does_not_have_is_refused(door: SquareTill, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin of the door: the contract really looks at what we ask."""
    monkeypatch.setattr(pages, "COMPLETED", "PAID")
    with pytest.raises(Rejected, match="422"):
        door.pull(SaleReported, "")


def test_our_count_is_as_the_contract_has_it(door: SquareTill, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state that Square does not have is refused."""
    wanted = [("W62UWFY35CWMYGVWK6TWJDNI", SetStock("till", "TEA", 53, 1))]
    door._shelves._set(wanted, NOW)
    monkeypatch.setattr(stock, "IN_STOCK", "ON_THE_SHELF")
    with pytest.raises(Rejected, match="422"):
        door._shelves._set(wanted, NOW)


def test_whatever_the_contract_allows_is_taken_or_waits_under_a_name(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orders made up by the schema: any field may be missing, any text may stand in it. None is a crash."""
    # Prism cannot make up a catalogue: every variation has a SKU here.
    monkeypatch.setattr(pages, "skus_of", lambda _, names: dict.fromkeys(names, "SKU"))
    spec, seen = contract_of("square", "api.json"), 0
    with (
        prism(spec, [pages.ORDERS], tmp_path_factory.mktemp("made-up"), dynamic=True) as url,
        closing(door_to(url)) as door,
    ):
        for _ in range(20):
            for delivery in door.pull(SaleReported, "").deliveries:
                seen += 1
                faults = door.parse(delivery).faults
                assert {f.reason.partition(": ")[0] for f in faults} <= set(QUARANTINED), faults
    assert seen, "no order was made up: nothing was tried"


def _orders(value: Any) -> Iterator[Any]:
    """Return every order in the examples of a contract."""
    if isinstance(value, list):
        for one in value:
            yield from _orders(one)
    elif isinstance(value, dict):
        if "line_items" in value and "location_id" in value and "total_money" in value:
            yield value
        for one in value.values():
            yield from _orders(one)


def test_every_order_in_the_contracts_examples_is_taken_or_waits_under_a_name(document: Any) -> None:
    """Most of their lines were typed in by somebody: they are taken once each has a variation, and wait before."""
    examples = [s["example"] for s in document["components"]["schemas"].values() if "example" in s]
    before, after = [], []
    for order in _orders(examples):
        paid = {**order, "id": order.get("id", "X"), "state": "COMPLETED"}
        lines = [{"catalog_object_id": x.get("uid"), **x} for x in order["line_items"]]
        skus = {str(x["catalog_object_id"]): "SKU" for x in lines}
        before.append(told(paid, skus))
        after.append(told({**paid, "line_items": lines}, skus))
    assert {f.reason.partition(": ")[0] for found in (*before, *after) for f in found.faults} <= set(QUARANTINED)
    assert [sum(bool(found.reports) for found in some) for some in (before, after)] == [0, 7]


@pytest.fixture(scope="module")
def document() -> Any:
    """The contract itself."""
    return json.loads(contract_of("square", "api.json").read_text())


def _changed(document: Any, schema: str, change: Any) -> JsonSchemas:
    """Return the contract with one schema changed."""
    schemas = document["components"]["schemas"]
    changed = copy.deepcopy(schemas[schema])
    change(changed)
    return JsonSchemas({**document, "components": {**document["components"], "schemas": {**schemas, schema: changed}}})


HARMFUL = [
    (Kind.FIELD_GONE, "OrderLineItem", lambda s: s["properties"].pop("total_money")),
    (Kind.FIELD_GONE, "InventoryPhysicalCount", lambda s: s["properties"].pop("occurred_at")),
    (Kind.TYPE, "OrderLineItem", lambda s: s["properties"]["quantity"].update(type="number")),
    (Kind.TYPE, "Money", lambda s: s["properties"]["amount"].update(type="string")),
    (Kind.VALUE_GONE, "OrderState", lambda s: s["enum"].remove("COMPLETED")),
    (Kind.VALUE_GONE, "SearchOrdersSortField", lambda s: s["enum"].remove("UPDATED_AT")),
    (Kind.NEW_VALUE, "TenderType", lambda s: s["enum"].append("BARTER")),
    (Kind.REQUIRED, "SearchOrdersRequest", lambda s: s.update(required=["reason"])),
    (Kind.SHORTER, "BatchChangeInventoryRequest", lambda s: s["properties"]["idempotency_key"].update(maxLength=12)),
    (Kind.DEPRECATED, "Order", lambda s: s["properties"]["closed_at"].update(deprecated=True)),
]  # fmt: skip
HARMLESS = [
    ("Order", lambda s: s["properties"].update(mood={"type": "string"})),
    ("OrderLineItem", lambda s: s.update(required=["uid", "quantity"])),
    ("OrderState", lambda s: s["enum"].append("FORGOTTEN")),
    ("SearchOrdersRequest", lambda s: s["properties"].update(hint={"type": "string"})),
    ("BatchChangeInventoryRequest", lambda s: s["properties"]["idempotency_key"].update(maxLength=256)),
    ("TenderType", lambda s: s["enum"].remove("WALLET")),
    ("Money", lambda s: s.update(description="An amount.")),
    ("InventoryCount", lambda s: s["properties"].pop("is_estimated")),
    ("Order", lambda s: s["properties"]["ticket_name"].update(deprecated=True)),
    ("Tender", lambda s: s["properties"].pop("note")),
]  # fmt: skip


def test_its_contract_of_today_fits(document: Any) -> None:
    """As `tally connector drift square` compares it."""
    assert drifted(PARTS, JsonSchemas(document)) == []


@pytest.mark.parametrize(("kind", "schema", "change"), HARMFUL, ids=[f"{k.name}-{s}" for k, s, _ in HARMFUL])
def test_a_change_that_harms_is_named(document: Any, kind: Kind, schema: str, change: Any) -> None:
    """Planted in the real contract, one at a time."""
    assert kind in {f.kind for f in drifted(PARTS, _changed(document, schema, change))}


@pytest.mark.parametrize(("schema", "change"), HARMLESS, ids=[f"{n}-{s}" for n, (s, _) in enumerate(HARMLESS)])
def test_a_change_that_does_not_harm_is_passed_over(document: Any, schema: str, change: Any) -> None:
    """More than we use, wider than we need, or never looked at."""
    assert drifted(PARTS, _changed(document, schema, change)) == []

"""Amazon's own published models: they take our requests, their examples are understood, and their changes are noticed."""

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tallystick.connectors.amazon import pages, parcels, stock
from tallystick.connectors.amazon.connector import AmazonMarket
from tallystick.connectors.amazon.faults import FBA, NO_NOTICE, QUARANTINED, STRANGE_LINE
from tallystick.connectors.amazon.fields import PARTS
from tallystick.connectors.amazon.twin.bench import SECRETS
from tallystick.connectors.amazon.twin.market import Market
from tallystick.connectors.amazon.wire import PAID_BACK, SHIPMENTS
from tallystick.kit.drift.compare import drifted
from tallystick.kit.drift.fields import Kind
from tallystick.kit.drift.json_schemas import JsonSchemas
from tallystick.kit.drift.swagger2 import as_openapi3
from tallystick.kit.twins.server import Twin
from tallystick.messages.channels import SetStock, StockAsked, TellShipment
from tallystick.messages.payments import CaptureReported
from tallystick.messages.sales import OrderPlaced
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import Rejected, Translation
from tests.conftest import shared_data
from tests.connectors.amazon.marketfront import NOW, connection, happened, raw, told
from tests.connectors.amazon.models import MODELS, model, sandboxed, together
from tests.counterparts.prism.server import prism

USED = sorted({part.place.split()[1] for part in PARTS})


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AmazonMarket]:
    """Our door to Amazon's models, which answer as the sandbox does; access tokens come from our twin."""
    folder = tmp_path_factory.mktemp("amazon")
    market = Market(SECRETS)
    with prism(together(folder), USED, folder) as url, Twin(market.grant) as granting:
        wired = connection(url, lwa_url=f"{granting.url}/auth/o2/token", marketplaces="ATVPDKIKX0DER")
        with closing(AmazonMarket(wired, clock=lambda: NOW, buckets={})) as found:
            yield found


def test_our_questions_are_as_the_models_have_them(door: AmazonMarket) -> None:
    """Orders with their items are taken, or wait under a name; of events the sandbox has such only as move nothing here."""
    found = [door.parse(d) for d in door.pull(OrderPlaced, "").deliveries]
    assert found
    assert {f.reason.partition(": ")[0] for one in found for f in one.faults} <= set(QUARANTINED)
    assert door.pull(CaptureReported, "").deliveries == ()
    assert isinstance(door.ask(StockAsked("amazon", ("GM-ZDPI-9B4E",))), object)


def test_settlements_are_asked_for_as_the_model_has_it(door: AmazonMarket, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list, then the document it names; what lies elsewhere is not fetched here."""
    monkeypatch.setattr(door._client, "download", lambda told: str(told["url"]).encode())
    (delivery,) = pages.settlements_after(door._client, door._setup, "", NOW).deliveries
    assert b"https" in delivery.body


def test_what_the_models_do_not_have_is_refused(door: AmazonMarket, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin of the door: the models really look at what we ask."""
    monkeypatch.setattr(pages, "PAGE_SIZE_MAX", "many")
    with pytest.raises(Rejected, match=r"400|422"):
        door.pull(OrderPlaced, "")


def test_a_parcel_is_told_as_the_model_has_it(door: AmazonMarket, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number of the parcel that is no text of digits is refused by nobody but us; a line without its units is."""
    (delivery, *_) = door.pull(OrderPlaced, "").deliveries
    body = json.loads(delivery.body)
    item = body["beside"][0]
    lines = (HeldLine(1, item["SellerSKU"], item["QuantityOrdered"]),)
    command = TellShipment("amazon", f"amazon-{body['said']['AmazonOrderId']}", "S1", lines, "DHL", "T1")
    assert door._parcels.send(command, "2026-03-29T12:00:00Z").foreign_id == f"order/{command.order}"
    monkeypatch.setattr(parcels, "OTHERS", 7)
    with pytest.raises(Rejected, match=r"400|422"):
        door._parcels.send(command, "2026-03-29T12:00:00Z")


def test_stock_is_told_as_the_model_has_it(door: AmazonMarket, monkeypatch: pytest.MonkeyPatch) -> None:
    """By patch, and by feed: an operation that Amazon does not have is refused."""
    command = SetStock("amazon", "GM-ZDPI-9B4E", 7, 1)
    (told_,) = door.push_many([(command, "a")])
    assert not isinstance(told_, Rejected), told_
    uploaded: list[bytes] = []
    monkeypatch.setattr(door._client, "upload", lambda _url, content, _kind: uploaded.append(content))
    door._shelves._feed([command])
    assert json.loads(uploaded[0])["messages"][0]["sku"] == command.sku
    fine = stock._patch
    monkeypatch.setattr(stock, "_patch", lambda c: {**fine(c), "op": "scribble"})
    assert isinstance(door._shelves._patched(command), Rejected)


def test_whatever_the_models_allow_is_taken_or_waits_under_a_name(tmp_path: Path) -> None:
    """Events made up by the schema: any field may be missing, any text may stand in it. None is a crash."""
    market, seen = Market(SECRETS), 0
    with prism(together(tmp_path), [pages.EVENTS], tmp_path, dynamic=True) as url, Twin(market.grant) as granting:
        wired = connection(url, lwa_url=f"{granting.url}/auth/o2/token", marketplaces="ATVPDKIKX0DER")
        with closing(AmazonMarket(wired, clock=lambda: NOW, buckets={})) as door:
            for _ in range(8):
                for delivery in door.pull(CaptureReported, "").deliveries:
                    seen += 1
                    faults = door.parse(delivery).faults
                    assert {f.reason.partition(": ")[0] for f in faults} <= set(QUARANTINED), faults
    assert seen, "no event was made up: nothing was tried"


def _samples() -> list[tuple[str, Callable[[], Translation]]]:
    """Return every published order, event and notification there is, with what it must become."""
    folder = shared_data().parent / "samples"
    if not folder.exists():
        pytest.skip("needs the published samples, which lie beside a full checkout")
    found: list[tuple[str, Callable[[], Translation]]] = []
    for file in (folder / "amazon-spapi").glob("*.json"):
        paths = json.loads(file.read_text()).get("paths", {})
        answers = [(path, a.get("payload")) for path, item in paths.items() for a in sandboxed(item)]
        items = [i for p, a in answers if p.endswith("/orderItems") and a for i in a.get("OrderItems", ())]
        for _, answer in answers:
            payload = answer if isinstance(answer, dict) else {}
            found += [(file.name, lambda o=o, i=items[:1]: told(o, i)) for o in payload.get("Orders", ())]  # type: ignore[misc]
            events = payload.get("FinancialEvents") or {}
            for name in (SHIPMENTS, *PAID_BACK):
                found += [(name, lambda n=name, e=e: happened(n, e)) for e in events.get(name) or ()]  # type: ignore[misc]
    for file in (folder / "amazon-notifications").glob("*Notification.json"):
        for one in json.loads(file.read_text()).get("examples", ()):
            found.append((file.name, lambda one=one: raw(json.dumps(one).encode())))  # type: ignore[misc]
    return found


def test_every_published_sample_is_taken_or_waits_under_a_name() -> None:
    """Notifications of other kinds wait, and a chargeback by which a seller would earn."""
    waiting: dict[str, int] = {}
    taken = 0
    for _, case in _samples():
        found = case()
        taken += bool(found.reports)
        for fault in found.faults:
            name = fault.reason.partition(": ")[0]
            waiting[name] = waiting.get(name, 0) + 1
    assert set(waiting) <= set(QUARANTINED), waiting
    assert waiting.keys() >= {NO_NOTICE, STRANGE_LINE}
    assert taken >= 3, waiting


def test_the_published_settlement_is_read_to_the_cent() -> None:
    """All its orders were sent by Amazon itself: each waits, by its number; what belongs to none is booked."""
    file = shared_data().parent / "samples" / "amazon-settlement" / "settlement-sample.txt"
    if not file.exists():
        pytest.skip("needs the published samples, which lie beside a full checkout")
    found = raw(file.read_bytes())
    assert {f.reason.partition(": ")[0] for f in found.faults} == {FBA}
    assert len(found.faults) == 4
    assert sum(getattr(r.data, "amount", 0) for r in found.reports) == 6428 + 3999 + 1260 + 250 - 1875 - 82044 + 42000
    ours = raw(file.read_bytes().replace(b"\tAFN\t", b"\tMFN\t"))
    parts: list[Any] = [r.data for r in ours.reports if hasattr(r.data, "gross")]
    net = sum(p.gross - p.commission - p.tax_withheld for p in parts)
    charges = sum(r.data.amount for r in ours.reports if not hasattr(r.data, "gross"))  # type: ignore[attr-defined]
    assert (ours.faults, net - charges) == ((), 58289)
    assert sum(p.tax_withheld for p in parts) == 1040


def test_their_models_of_today_fit_but_for_what_will_go() -> None:
    """As `tally connector drift amazon` compares them: reading orders by v0 is deprecated, and nothing else is to be said."""
    found = [f for name in MODELS for f in drifted(_of(name), JsonSchemas(as_openapi3(model(name))))]
    assert {(f.kind, f.place.split("/")[2]) for f in found} == {(Kind.DEPRECATED, "v0")}


def _of(name: str) -> list[Any]:
    document = JsonSchemas(as_openapi3(model(name)))
    return [p for p in PARTS if document.speaks_of(p)]


def _changed(name: str, schema: str, change: Callable[[Any], Any]) -> JsonSchemas:
    document = copy.deepcopy(model(name))
    change(document["definitions"][schema])
    return JsonSchemas(as_openapi3(document))


HARMFUL: list[tuple[Kind, str, str, Callable[[Any], Any]]] = [
    (Kind.FIELD_GONE, "orders", "Order", lambda s: s["properties"].pop("LatestShipDate")),
    (Kind.FIELD_GONE, "orders", "OrderItem", lambda s: s["properties"].pop("TaxCollection")),
    (Kind.TYPE, "orders", "Money", lambda s: s["properties"]["Amount"].update(type="number")),
    (Kind.TYPE, "listings", "FulfillmentAvailability", lambda s: s["properties"]["quantity"].update(type="string")),
    (Kind.VALUE_GONE, "listings", "PatchOperation", lambda s: s["properties"]["op"]["enum"].remove("replace")),
    (Kind.NEW_VALUE, "feeds", "Feed", lambda s: s["properties"]["processingStatus"]["enum"].append("ASLEEP")),
    (Kind.NEW_VALUE, "orders", "Order", lambda s: s["properties"]["OrderStatus"]["enum"].append("Lost")),
    (Kind.REQUIRED, "orders", "PackageDetail", lambda s: s["required"].append("shippingMethod")),
    (Kind.REQUIRED, "feeds", "CreateFeedSpecification", lambda s: s["required"].append("feedOptions")),
    (Kind.MISSING, "reports", "Report", lambda s: s["required"].remove("createdTime")),
]
HARMLESS: list[tuple[str, str, Callable[[Any], Any]]] = [
    ("orders", "Order", lambda s: s["properties"].update(Mood={"type": "string"})),
    ("orders", "Order", lambda s: s["properties"].pop("SalesChannel")),
    ("orders", "OrderItem", lambda s: s["required"].append("SellerSKU")),
    ("orders", "Money", lambda s: s.update(description="An amount.")),
    ("feeds", "Feed", lambda s: s["properties"]["processingStatus"]["enum"].remove("CANCELLED")),
    ("feeds", "CreateFeedSpecification", lambda s: s["properties"].update(hint={"type": "string"})),
    ("listings", "PatchOperation", lambda s: s["properties"]["op"]["enum"].append("reverse")),
    ("reports", "Report", lambda s: s["properties"].pop("reportScheduleId")),
    ("finances", "ShipmentEvent", lambda s: s["properties"].pop("StoreName")),
    ("listings", "Item", lambda s: s["properties"].pop("procurement")),
]


@pytest.mark.parametrize(("kind", "name", "schema", "change"), HARMFUL, ids=[f"{k.name}-{s}" for k, _, s, _ in HARMFUL])
def test_a_change_that_harms_is_named(kind: Kind, name: str, schema: str, change: Callable[[Any], Any]) -> None:
    """Planted in a real model, one at a time."""
    assert kind in {f.kind for f in drifted(_of(name), _changed(name, schema, change))}


@pytest.mark.parametrize(
    ("name", "schema", "change"), HARMLESS, ids=[f"{n}-{s}" for n, (_, s, _) in enumerate(HARMLESS)]
)
def test_a_change_that_does_not_harm_is_passed_over(name: str, schema: str, change: Callable[[Any], Any]) -> None:
    """More than we use, wider than we need, or never looked at."""
    assert {f.kind for f in drifted(_of(name), _changed(name, schema, change))} <= {Kind.DEPRECATED}

"""The door to Amazon over HTTP: tokens, buckets, pages, feeds and parcels, on our twin."""

import json
from typing import Any

import pytest

from tallystick.connectors.amazon import client as clients
from tallystick.connectors.amazon.client import Bucket
from tallystick.connectors.amazon.parcels import _package
from tallystick.connectors.amazon.stock import FEEDS
from tallystick.connectors.amazon.twin.market import TOKEN
from tallystick.connectors.amazon.twin.samples import items_of, order_of, settlement_of
from tallystick.messages.channels import SetStock, StockAsked, TellShipment
from tallystick.messages.marketplaces.reports import MarketplaceSettlementReported
from tallystick.messages.payments import PayRefund
from tallystick.messages.sales import CancelOrder, OrderPlaced
from tallystick.messages.statements import CountedUnits
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import Acknowledgement, Misconfigured, Rejected, Retryable
from tests.connectors.amazon.marketfront import Front, opened


def sold(front: Front, count: int) -> None:
    """Let the account have orders, five minutes apart."""
    for n in range(count):
        front.market.orders.append(order_of(f"O-{n}", 5 * n))
        front.market.items[f"O-{n}"] = items_of(f"O-{n}")


def everything(front: Front, kind: Any) -> list[Any]:
    """Pull all there is."""
    found, cursor, more = list[Any](), "", True
    while more:
        page = front.door.pull(kind, cursor)
        found += page.deliveries
        cursor, more = page.cursor, page.more
    return found


def test_orders_of_many_pages_come_with_their_items() -> None:
    """Those that Amazon sends itself, and those that are not paid yet, are not asked for."""
    with opened() as front:
        sold(front, 7)
        front.market.orders[1].update(OrderStatus="Pending")
        front.market.orders[2].update(FulfillmentChannel="AFN")
        found = everything(front, OrderPlaced)
        assert {d.subject for d in found} == {f"order/amazon-O-{n}" for n in (0, 3, 4, 5, 6)}
        assert all(not front.door.parse(d).faults for d in found)
        with pytest.raises(Misconfigured, match="no cursor"):
            front.door.pull(OrderPlaced, "yesterday")


def test_a_page_goes_on_where_its_bucket_was_empty() -> None:
    """Two items calls are allowed; the third must wait, and what was asked is not asked again."""
    buckets = {"getOrderItems": Bucket(0.001, 2)}
    with opened(buckets) as front:
        sold(front, 3)
        with pytest.raises(Retryable, match="bucket of getOrderItems") as waits:
            front.door.pull(OrderPlaced, "")
        assert waits.value.after_seconds > 900
        asked = [h.path for h in front.twin.heard if h.path.endswith("/orderItems")]
        assert len(asked) == 2
        front.door._client._budgets["getOrderItems"] = front.door._client._budgets["getOrderItems"].__class__(
            1, 5, lambda: 0.0
        )
        assert len(front.door.pull(OrderPlaced, "").deliveries) == 3
        asked = [h.path for h in front.twin.heard if h.path.endswith("/orderItems")]
        assert len(asked) == len(set(asked)) == 3


def test_the_rate_amazon_names_is_kept() -> None:
    """A seller of little may be told a lower rate than is documented: it counts from then on."""
    with opened({"getFeed": Bucket(100, 100)}) as front:
        front.market.rates = {f"{FEEDS}/([^/]+)": "0.01"}
        front.market.feeds["f"] = {"feedId": "f", "processingStatus": "DONE"}
        read = clients.Operation("getFeed", f"{FEEDS}/f")
        front.door._client.read(read)
        assert front.door._client._rates["getFeed"] == 0.01
        for _ in range(100):
            front.door._client.read(read)
        with pytest.raises(Retryable, match="bucket of getFeed"):
            front.door._client.read(read)


def test_a_list_without_an_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A partner that gives the same page again and again does not hold us for ever."""
    with opened() as front:
        same = {"payload": {"OrderItems": [], "NextToken": "x"}}
        monkeypatch.setattr(front.door._client, "read", lambda _: same)
        with pytest.raises(Retryable, match="again and again"):
            front.door._items.of("O-1", "")


def test_an_access_token_is_asked_for_once_and_again_when_it_is_refused() -> None:
    """Amazon takes one back by answering 403: the door says so, and comes with a new one."""
    with opened() as front:
        everything(front, OrderPlaced)
        everything(front, OrderPlaced)
        assert front.market.tokens == 1
        front.door._client._token = "Atza|old"
        with pytest.raises(Misconfigured, match="403"):
            front.door.pull(OrderPlaced, "")
        front.door.pull(OrderPlaced, "")
        assert front.market.tokens == 2


def test_a_refresh_token_that_is_not_known_is_a_persons_to_mend() -> None:
    """And no secret is in what is told."""
    with opened() as front:
        front.market._secrets = {"refresh_token": "another"}
        with pytest.raises(Misconfigured, match="no access token was given") as wrong:
            front.door.pull(OrderPlaced, "")
        assert "canary" not in str(wrong.value)


def test_many_quantities_go_as_one_feed_and_each_row_is_answered() -> None:
    """Until Amazon has processed it all are tried again; then the report refuses one SKU and no other."""
    with opened(patches_max="3") as front:
        front.market.holds_feeds = True
        front.market.listings = {"A": 1, "B": 1, "C": 1}
        front.market.refuses["BAD"] = "'[batteries_required]' is required but not supplied."
        commands = [(SetStock("amazon", sku, 7, 1), f"{sku}.0") for sku in ("A", "B", "BAD", "C")]
        assert all(isinstance(x, Retryable) for x in front.door.push_many(commands))
        assert all(isinstance(x, Retryable) for x in front.door.push_many(commands))
        assert len(front.market.feeds) == 1, "the same commands are asked after, not fed again"
        front.market.process("feed-1")
        told = front.door.push_many(commands)
        assert [isinstance(x, Acknowledgement) for x in told] == [True, True, False, True]
        assert isinstance(told[2], Rejected)
        assert "BAD" in str(told[2])
        assert "batteries_required" in str(told[2])
        assert front.market.listings == {"A": 7, "B": 7, "C": 7}
        (upload,) = [h for h in front.twin.heard if h.method == "PUT"]
        assert TOKEN not in upload.headers.values(), "no token goes to where documents lie"
        assert json.loads(upload.body)["header"]["sellerId"] == "A3SELLER"


def test_a_feed_that_ended_badly_is_fed_anew() -> None:
    """Nothing was taken: the numbers are still wanted."""
    with opened(patches_max="1") as front:
        front.market.holds_feeds, front.market.listings = True, {"A": 1}
        command = (SetStock("amazon", "A", 7, 1), "A.0")
        front.door.push_many([command])
        front.market.feeds["feed-1"]["processingStatus"] = "FATAL"
        (told,) = front.door.push_many([command])
        assert "FATAL" in str(told)
        front.door.push_many([command])
        assert len(front.market.feeds) == 2


def test_a_few_are_patched_at_once_and_each_is_answered_for_itself() -> None:
    """One is no listing of ours: Amazon's words say so."""
    with opened() as front:
        front.market.listings = {"A": 1, "B/1 Ü": 1}
        commands = [(SetStock("amazon", sku, 7, 1), f"{sku}.0") for sku in ("A", "NEVER", "B/1 Ü")]
        told = front.door.push_many(commands)
        assert [isinstance(x, Rejected) for x in told] == [False, True, False]
        assert "no listing NEVER" in str(told[1])
        found: Any = front.door.ask(StockAsked("amazon"))
        assert found.lines == (CountedUnits("A", 7), CountedUnits("B/1 Ü", 7))
        some: Any = front.door.ask(StockAsked("amazon", ("A",)))
        assert some.lines == (CountedUnits("A", 7),)


def test_parcels_of_a_part_are_told_under_numbers_of_their_own() -> None:
    """Two lamps, then one: each parcel has a number made of its name, always the same."""
    with opened() as front:
        sold(front, 1)
        for shipment, units in (("S1", 2), ("S2", 1)):
            lines = (HeldLine(1, "LÄMP/1", units),)
            front.door.push(TellShipment("amazon", "amazon-O-0", shipment, lines, tracking="T"), shipment)
        packages = [json.loads(h.body)["packageDetail"] for h in front.twin.heard if h.method == "POST"]
        assert [p["packageReferenceId"] for p in packages] == [_package("S1"), _package("S2")]
        assert [p["orderItems"] for p in packages] == [[{"orderItemId": "O-0-1", "quantity": n}] for n in (2, 1)]
        assert all(p["packageReferenceId"].isdecimal() for p in packages)
        with pytest.raises(Rejected, match="not in it on Amazon"):
            front.door.push(TellShipment("amazon", "amazon-O-0", "S3", (HeldLine(7, "VASE", 1),)), "S3")


def test_what_amazon_does_not_take_is_rejected_with_what_to_do() -> None:
    """A part of an order, and money paid back: both are a person's in Seller Central."""
    with opened() as front:
        sold(front, 1)
        part = CancelOrder("amazon-O-0", "regret", "amazon", (HeldLine(1, "LÄMP/1", 1),))
        with pytest.raises(Rejected, match="Seller Central"):
            front.door.push(part, "c")
        with pytest.raises(Rejected, match="not pushed to Amazon"):
            front.door.push(PayRefund("amazon-O-0", 1, "amazon", "EUR/2", 100), "r")


def test_settlements_are_read_once_and_only_where_a_bank_is_named() -> None:
    """A page is one settlement; packed by gzip or not."""
    with opened() as front:
        front.market.settlements = [(f"S{n}", f"2026-03-2{n}T00:00:00Z", settlement_of(f"7{n}")) for n in (4, 5)]
        found = everything(front, MarketplaceSettlementReported)
        assert [d.id for d in found] == ["settlement/S4", "settlement/S5"]
        assert all(not front.door.parse(d).faults for d in found)
    with opened(bank="") as front:
        front.market.settlements = [("S4", "2026-03-24T00:00:00Z", settlement_of("74"))]
        assert everything(front, MarketplaceSettlementReported) == []


def test_a_packed_document_is_opened_and_a_bomb_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to what a delivery may hold."""
    import gzip

    assert clients._unpacked(gzip.compress(b"settlement")) == b"settlement"
    with pytest.raises(Retryable, match="no gzip"):
        clients._unpacked(b"settlement")
    monkeypatch.setattr(clients, "_UNPACKED_BYTES_MAX", 1000)
    with pytest.raises(Rejected, match="more than 1000 bytes"):
        clients._unpacked(gzip.compress(bytes(100_000)))


def test_a_document_that_lies_in_the_open_is_not_fetched() -> None:
    """An answer that sends us to an unsealed address is no answer."""
    with opened() as front, pytest.raises(Misconfigured, match="https"):
        front.door._client.download({"url": "http://example.org/stored"})


def test_setting_up_names_what_is_missing() -> None:
    """Location, seller and marketplaces."""
    for name in ("location", "seller", "marketplaces"):
        with pytest.raises(Misconfigured, match=name), opened(None, **{name: ""}):
            pass

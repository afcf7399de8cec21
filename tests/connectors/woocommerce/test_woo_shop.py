"""What the book tells a WooCommerce shop: each effect once, nothing paid twice, and nothing sent called back."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from tallystick.app.craft.covering import covered_by
from tallystick.connectors.woocommerce import orders_out, pages
from tallystick.connectors.woocommerce.fields import PARTS
from tallystick.connectors.woocommerce.twin.samples import order_of, refund_of, stamp
from tallystick.kit.drift.compare import drifted
from tallystick.kit.drift.fields import Kind
from tallystick.kit.drift.json_schemas import JsonSchemas
from tallystick.kit.twins.faults import Fault
from tallystick.kit.twins.server import Said
from tallystick.messages.channels import SetStock, StockAsked, TellShipment
from tallystick.messages.payments import AuthorisePayment, PayRefund
from tallystick.messages.sales import CancelOrder, OrderPlaced
from tallystick.messages.statements import CountedUnits
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import InDoubt, OutcomeAsked, Rejected, Retryable
from tests.connectors.woocommerce.woofront import opened

LAMPS, MUG = HeldLine(1, "LÄMP/1", 3), HeldLine(2, "MUG", 1)


def test_an_order_is_completed_with_its_last_parcel() -> None:
    """Not before; a parcel that is told twice, under whatever key, is one."""
    with opened() as front:
        front.shop.place(order_of(1, 0))
        some = TellShipment("web", "web-1", "P1", (HeldLine(1, "LÄMP/1", 2),), "UPS", "1Z")
        rest = TellShipment("web", "web-1", "P2", (HeldLine(1, "LÄMP/1", 1), MUG))
        for key, parcel in (("1.0", some), ("2.0", some), ("3.0", rest)):
            assert front.shop.orders[1]["status"] == "processing"
            front.door.push(parcel, key)
        assert front.shop.orders[1]["status"] == "completed"


def test_what_is_sent_is_not_called_back() -> None:
    """A cancellation that comes too late is noted and changes no status."""
    with opened() as front:
        front.shop.place(order_of(1, 0))
        front.door.push(TellShipment("web", "web-1", "P1", (LAMPS, MUG)), "1.0")
        front.door.push(CancelOrder("web-1", "too late", "web"), "2.0")
        assert front.shop.orders[1]["status"] == "completed"


def test_notes_of_two_commands_stand_side_by_side() -> None:
    """WooCommerce keeps one note under a name: each key has its own, and both are found."""
    with opened() as front:
        front.shop.place(order_of(1, 0))
        hold, end = AuthorisePayment("web-1", "web", "EUR/2", 4928), CancelOrder("web-1", "unpaid", "web")
        front.door.push(hold, "1.0")
        front.door.push(end, "2.0")
        for command, key in ((hold, "1.0"), (end, "2.0")):
            assert front.door.ask(OutcomeAsked(command, key)).acknowledgement  # type: ignore[attr-defined]


def test_one_name_for_all_notes_forgets_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin of the door: the second note takes the place of the first, and its command would be done again."""
    monkeypatch.setattr(orders_out, "note_of", lambda begin, _, value: {"key": begin, "value": str(value)})
    with opened() as front:
        front.shop.place(order_of(1, 0))
        hold = AuthorisePayment("web-1", "web", "EUR/2", 4928)
        front.door.push(hold, "1.0")
        front.door.push(CancelOrder("web-1", "unpaid", "web"), "2.0")
        assert front.door.ask(OutcomeAsked(hold, "1.0")).acknowledgement is None  # type: ignore[attr-defined]


def test_a_clerks_refund_counts_once() -> None:
    """The book's refund of the same amount is that one; the next of the same amount is paid."""
    with opened() as front:
        front.shop.place(order_of(1, 0), refund_of(5, 0, 0, "a gesture"))
        front.door.push(PayRefund("web-1", 1, "web", "EUR/2", 900), "1.0")
        front.door.push(PayRefund("web-1", 1, "web", "EUR/2", 900), "1.0")
        assert front.shop.effects == []
        front.door.push(PayRefund("web-1", 2, "web", "EUR/2", 900), "2.0")
        assert front.shop.effects == [PayRefund("web-1", 2, "web", "EUR/2", 900)]


def test_a_gateway_that_refuses_is_no_doubt() -> None:
    """WooCommerce answers 500 and keeps nothing: a person sees the gateway's words; by hand, the shop only notes it."""
    with opened() as front:
        front.shop.place(order_of(1, 0))
        front.shop.gateway_refuses = True
        with pytest.raises(Rejected, match="The gateway said no"):
            front.door.push(PayRefund("web-1", 1, "web", "EUR/2", 900), "1.0")
    with opened(refunds="by_hand") as front:
        front.shop.place(order_of(1, 0))
        front.shop.gateway_refuses = True
        front.door.push(PayRefund("web-1", 1, "web", "EUR/2", 900), "1.0")
        assert len(front.shop.effects) == 1


def test_a_failure_of_the_shop_itself_is_a_doubt() -> None:
    """A plugin that dies after the effect says 500 too, in other words: it is asked about, not done again."""
    with opened() as front:
        front.shop.place(order_of(1, 0))
        command = PayRefund("web-1", 1, "web", "EUR/2", 900)
        front.twin.fail(Fault.ILL_AFTER, writing=True)
        with pytest.raises(InDoubt):
            front.door.push(command, "1.0")
        front.door.push(command, "1.0")
        assert front.shop.effects == [command]


def test_stock_of_products_and_variations_is_told_together() -> None:
    """Variations by product; what is not sold, or found under no SKU, hinders no other."""
    with opened() as front:
        for sku in ("A", "B"):
            front.shop.sell(sku, 1)
        for sku in ("A-1", "A-2"):
            front.shop.sell(sku, None, front.shop.products["A"]["id"])
        skus = ["A", "NEVER", "A-1", "with,comma", "A-2", "B"]
        answers = front.door.push_many([(SetStock("web", sku, 7, 1), f"{sku}.0") for sku in skus])
        assert [isinstance(a, Rejected) for a in answers] == [False, True, False, True, False, False]
        assert Counter(e.sku for e in front.shop.effects if isinstance(e, SetStock)) == Counter(
            ["A", "B", "A-1", "A-2"]
        )
        asked = front.door.ask(StockAsked("web"))
        assert asked.lines == tuple(CountedUnits(sku, 7) for sku in ("A", "A-1", "A-2", "B"))  # type: ignore[attr-defined]


def test_one_of_a_batch_that_fails_is_named() -> None:
    """WooCommerce answers a batch with 200 whatever became of each."""
    with opened() as front:
        for sku in ("A", "B"):
            front.shop.sell(sku, 1)
        real = front.twin._system

        def loses_one(heard: Any) -> Said:
            if heard.method == "POST":
                front.shop.products.pop("A", None)
            return real(heard)

        front.twin._system = loses_one
        first, second = front.door.push_many([(SetStock("web", sku, 7, 1), f"{sku}.0") for sku in ("A", "B")])
        assert isinstance(first, Rejected)
        assert "Invalid ID" in str(first)
        assert not isinstance(second, Exception)


def _seen_while_one_moves() -> set[str]:
    """Read orders in pages of three, many of one second, while one of them moves to the end after the first page."""
    with opened() as front:
        for number in range(1, 11):
            front.shop.place(order_of(number, number // 5))
        first = front.door.pull(OrderPlaced, "")
        front.shop.orders[1]["date_modified_gmt"] = stamp(datetime(2026, 3, 30, tzinfo=UTC))
        seen, cursor, more = {d.subject for d in first.deliveries}, first.cursor, True
        while more:
            page = front.door.pull(OrderPlaced, cursor)
            seen |= {d.subject for d in page.deliveries}
            cursor, more = page.cursor, page.more
        return seen


def test_no_order_is_missed_while_pages_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    """All behind an order that changes move up by one: read on by place, none is skipped."""
    monkeypatch.setattr(pages, "PAGE_SIZE_MAX", 3)
    assert _seen_while_one_moves() == {f"order/web-{n}" for n in range(1, 11)}


def test_by_page_numbers_one_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin of the door: it goes on by how many it has read."""
    monkeypatch.setattr(pages, "PAGE_SIZE_MAX", 3)
    monkeypatch.setattr(pages, "_next", lambda place, _, orders: pages.Place(place.stamp, place.skip + len(orders)))
    assert len(_seen_while_one_moves()) == 9


def test_a_page_of_another_language_is_tried_again() -> None:
    """A shop in maintenance answers with a page for people."""
    with opened() as front:
        front.twin._system = lambda _: Said(200, b"<html>Briefly unavailable</html>")
        with pytest.raises(Retryable):
            front.door.pull(OrderPlaced, "")
        front.twin._system = lambda _: Said(200, json.dumps({"message": "odd"}).encode())
        with pytest.raises(Retryable, match="no list"):
            front.door.pull(OrderPlaced, "")


def schema() -> dict[str, Any]:
    """Return as much of the schema of an order as this door uses, as WordPress publishes it."""
    line = {"id": {"type": "integer"}, "total": {"type": "string"}, "total_tax": {"type": "string"}}
    goods = {**line, "sku": {"type": "string"}, "quantity": {"type": "integer"}}

    def listed(properties: Any) -> Any:
        return {"type": "array", "items": {"type": "object", "properties": properties}}

    address = {"country": {"type": "string"}, "email": {"type": "string"}}
    texts = ("status", "currency", "total", "payment_method", "transaction_id")
    moments = ("date_created_gmt", "date_modified_gmt", "date_paid_gmt", "date_completed_gmt")
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": "shop_order",
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "customer_id": {"type": "integer"},
            **{name: {"type": "string"} for name in texts},
            **{name: {"type": "date-time"} for name in moments},
            "billing": {"type": "object", "properties": address},
            "shipping": {"type": "object", "properties": address},
            "line_items": listed(goods),
            "shipping_lines": listed({**line, "method_id": {"type": "string"}}),
            "fee_lines": listed(line),
            "refunds": listed({"id": {"type": "integer"}, "total": {"type": "string"}, "reason": {"type": "string"}}),
            "meta_data": listed({"key": {"type": "string"}}),
        },
    }


def test_a_schema_that_fits_harms_nothing_and_one_that_does_not_is_named() -> None:
    """As `tally connector drift woocommerce` compares it: a field gone, another type; more fields do not harm."""
    fits = schema()
    assert drifted(PARTS, JsonSchemas(fits)) == []
    more = schema()
    more["properties"]["new"] = {"type": "string"}
    assert drifted(PARTS, JsonSchemas(more)) == []
    gone, other = schema(), schema()
    del gone["properties"]["date_paid_gmt"]
    other["properties"]["line_items"]["items"]["properties"]["quantity"]["type"] = "number"
    assert [f.kind for f in drifted(PARTS, JsonSchemas(gone))] == [Kind.FIELD_GONE]
    assert [f.kind for f in drifted(PARTS, JsonSchemas(other))] == [Kind.TYPE]
    assert "line_items/*/sku" in covered_by("woocommerce")["GET orders, order.* webhooks (read)"]

"""What the book tells a Shopify shop: each effect once, nothing paid twice, and no unit sold that has just been sold."""

from typing import Any

import pytest

from tallystick.connectors.shopify.client import VERSION_HEADER
from tallystick.connectors.shopify.effects import stock
from tallystick.connectors.shopify.twin import shop as twin
from tallystick.connectors.shopify.twin.samples import deal_of, order_of
from tallystick.kit.twins.faults import Fault
from tallystick.kit.twins.server import Said
from tallystick.messages.channels import SetStock, StockAsked, TellShipment
from tallystick.messages.payments import CapturePayment, PayRefund, RefundReported
from tallystick.messages.sales import CancelLines, CancelOrder, OrderPlaced
from tallystick.messages.statements import CountedUnits
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import Delivery, InDoubt, Misconfigured, OutcomeAsked, Rejected, Retryable
from tests.connectors.shopify.shopfront import opened


def test_a_capture_over_two_authorisations_goes_on_where_it_was_cut() -> None:
    """The first part was taken and its answer lost: asked again, only the rest is taken."""
    with opened() as front:
        front.shop.place(order_of(1, 0), deal_of(1, "AUTHORIZATION", "30.00"), deal_of(2, "AUTHORIZATION", "19.38"))
        command = CapturePayment("web-1", "web", "EUR/2", 4938)
        front.twin.fail(Fault.ANSWER_LOST, writing=True)
        with pytest.raises(InDoubt):
            front.door.push(command, "7.0")
        assert front.door.ask(OutcomeAsked(command, "7.0")).acknowledgement is None  # type: ignore[attr-defined]
        front.door.push(command, "7.0")
        front.door.push(command, "7.0")
        assert [e.amount for e in front.shop.effects if isinstance(e, CapturePayment)] == [3000, 1938]


def test_the_same_amount_under_another_key_is_another_capture() -> None:
    """Two parcels of one price: each is captured."""
    with opened() as front:
        front.shop.place(order_of(1, 0), deal_of(1, "AUTHORIZATION", "49.38"))
        for key in ("7.0", "8.0", "8.0"):
            front.door.push(CapturePayment("web-1", "web", "EUR/2", 1000), key)
        assert len(front.shop.effects) == 2


def clerks_refund(front: Any, amount: str) -> None:
    """Let a clerk pay back in the shop."""
    made = {"id": 5, "order_id": 1, "created_at": "2026-04-01T10:00:00Z", "note": "a gesture", "refund_line_items": []}
    paid = {"id": 6, "kind": "refund", "status": "success", "amount": amount, "currency": "EUR", "gateway": "x"}
    front.shop.orders[1]["refunds"].append({**made, "transactions": [paid]})


def test_a_clerks_refund_counts_once_and_no_money_moves_twice() -> None:
    """The book's refund of the same amount is that one; the next of the same amount is paid."""
    with opened() as front:
        front.shop.place(order_of(1, 0), deal_of(1, "SALE", "49.38"))
        clerks_refund(front, "9.00")
        front.door.push(PayRefund("web-1", 1, "web", "EUR/2", 900), "7.0")
        assert front.shop.effects == []
        (delivery,) = front.door.pull(OrderPlaced, "").deliveries
        back = [r.data for r in front.door.parse(delivery).reports if isinstance(r.data, RefundReported)]
        assert back == [RefundReported("web-1", 1, "web", 900, "refund-5")]
        front.door.push(PayRefund("web-1", 2, "web", "EUR/2", 900), "8.0")
        assert front.shop.effects == [PayRefund("web-1", 2, "web", "EUR/2", 900)]


def test_a_refund_is_paid_from_one_payment_after_another_and_no_more_than_there_is() -> None:
    """In one refund, so that it is whole or not at all."""
    with opened() as front:
        front.shop.place(order_of(1, 0), deal_of(1, "SALE", "30.00"), deal_of(2, "SALE", "19.38"))
        front.door.push(PayRefund("web-1", 1, "web", "EUR/2", 4000), "7.0")
        (made,) = front.shop.orders[1]["refunds"]
        assert [t["amount"] for t in made["transactions"]] == ["30.00", "10.00"]
        with pytest.raises(Rejected, match="less left"):
            front.door.push(PayRefund("web-1", 2, "web", "EUR/2", 1000), "8.0")
        with pytest.raises(Rejected, match="currency"):
            front.door.push(PayRefund("web-1", 3, "web", "CAD/2", 100), "9.0")


def test_an_order_that_has_left_in_part_is_cut_down_instead_of_cancelled() -> None:
    """Shopify cancels no order of which something has left: its open units are taken off."""
    with opened() as front:
        front.shop.place(order_of(1, 0), deal_of(1, "SALE", "49.38"))
        front.door.push(TellShipment("web", "web-1", "P1", (HeldLine(1, "LÄMP/1", 2),), "UPS", "1Z"), "6.0")
        front.door.push(CancelOrder("web-1", "no more", "web"), "7.0")
        front.door.push(CancelOrder("web-1", "no more", "web"), "7.0")
        rest = (HeldLine(1, "LÄMP/1", 1), HeldLine(2, "MUG", 1))
        assert front.shop.effects[1:] == [CancelLines("web-1", "web", rest, "no more")]
        assert front.shop.orders[1]["cancelled_at"] is None


def test_a_cancellation_that_was_under_way_already_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shopify cancels by a job of its own: the second asking is refused, and the order is cancelled all the same."""
    with opened() as front:
        front.shop.place(order_of(1, 0), deal_of(1, "SALE", "49.38"))

        def refuses(self: twin.Shop, told: Any) -> Any:
            self.orders[1]["cancelled_at"] = "2026-04-01T10:00:00Z"
            return {"job": None, "userErrors": [{"code": "INVALID", "field": [], "message": "is being cancelled"}]}

        monkeypatch.setattr(twin.Shop, "_orderCancel", refuses)
        assert front.door.push(CancelOrder("web-1", "no more", "web"), "1.0").foreign_id == "order/web-1"
        front.shop.place(order_of(2, 0), deal_of(1, "SALE", "49.38"))
        monkeypatch.setattr(twin.Shop, "_orderCancel", lambda *_: {"job": None, "userErrors": [{"message": "never"}]})
        with pytest.raises(Rejected, match="never"):
            front.door.push(CancelOrder("web-2", "no more", "web"), "2.0")


def test_a_parcel_is_known_by_its_tracking_code_and_arrives_once() -> None:
    """Told again as delivered, it is moved on; another parcel under its code is refused."""
    with opened() as front:
        front.shop.place(order_of(1, 0), deal_of(1, "SALE", "49.38"))
        sent = TellShipment("web", "web-1", "P1", (HeldLine(2, "MUG", 1),), "UPS", "1Z")
        front.door.push(sent, "6.0")
        arrived = TellShipment("web", "web-1", "P1", (HeldLine(2, "MUG", 1),), "UPS", "1Z", is_delivered=True)
        front.door.push(arrived, "7.0")
        (parcel,) = front.shop.orders[1]["fulfillments"]
        assert parcel["shipment_status"] == "DELIVERED"
        other = TellShipment("web", "web-1", "P2", (HeldLine(1, "LÄMP/1", 1),), "UPS", "1Z", is_delivered=True)
        front.shop.orders[1]["fulfillments"][0]["shipment_status"] = "IN_TRANSIT"
        with pytest.raises(Rejected, match="other lines"):
            front.door.push(other, "8.0")


def _sells_between(front: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the shop sell one unit after its stock was read and before it is set."""
    sets = twin.Shop._inventorySetQuantities

    def sold_first(self: twin.Shop, told: Any) -> Any:
        twin._shown(self.items["MUG"])["quantity"] -= 1
        return sets(self, told)

    monkeypatch.setattr(twin.Shop, "_inventorySetQuantities", sold_first)


def test_a_unit_that_was_just_sold_is_not_put_back_on_sale(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number is set only if it is still the one that was read: else the order comes first."""
    with opened() as front:
        front.shop.sell("MUG", 3)
        _sells_between(front, monkeypatch)
        with pytest.raises(Retryable, match="its order comes first"):
            front.door.push(SetStock("web", "MUG", 5, 1), "1.0")
        assert front.door.ask(StockAsked("web", ("MUG",))).lines == (CountedUnits("MUG", 2),)  # type: ignore[attr-defined]


def test_a_door_that_does_not_compare_sells_it_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin of the door: it compares with whatever is there by then."""
    with opened() as front:
        front.shop.sell("MUG", 3)
        _sells_between(front, monkeypatch)
        monkeypatch.setattr(stock, "_available", lambda _: 2)
        front.door.push(SetStock("web", "MUG", 5, 1), "1.0")
        assert twin._shown(front.shop.items["MUG"])["quantity"] == 5


def test_stock_is_told_together_and_each_is_answered_for_itself() -> None:
    """One that is not sold, not kept there or not known by one SKU hinders no other; the newest of a SKU counts."""
    with opened() as front:
        for sku in ("A", "B", "C", "D", "E", "F"):
            front.shop.sell(sku, 1)
        front.shop.sell("AWAY", 1, stocked=False)
        skus = ["A", "NEVER", "B", "AWAY", "F", "A"]
        answers = front.door.push_many([(SetStock("web", sku, 7 + n, n), f"{n}.0") for n, sku in enumerate(skus)])
        assert [isinstance(a, Rejected) for a in answers] == [False, True, False, True, False, False]
        assert {e.sku: e.available for e in front.shop.effects if isinstance(e, SetStock)} == {"B": 9, "F": 11, "A": 12}


def _answering(front: Any, said: Said) -> None:
    front.twin._system = lambda _: said


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        (Said(200, b'{"errors":[{"message":"t","extensions":{"code":"THROTTLED"}}]}'), Retryable, "points"),
        (Said(200, b'{"errors":[{"message":"no","extensions":{"code":"ACCESS_DENIED"}}]}'), Misconfigured, "may not"),
        (Said(200, b'{"errors":[{"message":"no field","locations":[]}]}'), Misconfigured, "another version"),
        (Said(200, b'{"errors":"odd"}'), Retryable, "failed"),
        (
            Said(200, b'{"errors":[{"message":"x","extensions":{"code":"IDEMPOTENCY_KEY_PARAMETER_MISMATCH"}}]}'),
            Rejected,
            "another request",
        ),
        (Said(200, b"[]"), Retryable, "no answer"),
        (Said(402, b"{}"), Misconfigured, "frozen"),
        (Said(200, b'{"data":{}}', {VERSION_HEADER: "2027-01"}), Misconfigured, "2027-01"),
    ],
    ids=["throttled", "denied", "unknown", "odd", "key-reused", "a-list", "frozen", "version"],
)
def test_each_failure_is_the_error_whose_remedy_helps(said: Said, error: type[Exception], words: str) -> None:
    """Shopify says most of them in an answer that looks like success."""
    with opened() as front:
        _answering(front, said)
        with pytest.raises(error, match=words):
            front.door.ask(StockAsked("web", ("MUG",)))


def test_orders_of_many_pages_come_with_all_their_money() -> None:
    """More orders than a page, and one with more transactions than are asked at first: nothing is cut off."""
    with opened() as front:
        for number in range(1, 31):
            many = [deal_of(100 * number + n, "SALE", "0.10") for n in range(25)] if number == 7 else []
            front.shop.place(order_of(number, number), *many)
        found, cursor, more = dict[str, Delivery](), "", True
        while more:
            page = front.door.pull(OrderPlaced, cursor)
            found |= {d.subject: d for d in page.deliveries}
            cursor, more = page.cursor, page.more
        assert len(found) == 30
        assert len(front.door.parse(found["order/web-7"]).reports) == 26

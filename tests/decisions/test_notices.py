"""Which events a customer is told of, and which not."""

from typing import Any

from msgspec.structs import replace

from tallystick.decisions.notices import Happened, notices_of
from tallystick.messages.channels import TellCustomer
from tallystick.messages.fulfilment import DispatchedLine, DispatchReported, GoodsDispatched
from tallystick.messages.payments import PaymentAuthorised, RefundPaid, RefundReported
from tallystick.messages.returns import CreditedReturnLine, GoodsReturned, ReturnReceived
from tallystick.messages.sales import (
    CancelLines,
    CancelOrder,
    OrderCancellationRequested,
    OrderLine,
    OrderPlaced,
    RefuseOrder,
)
from tallystick.messages.stock import HeldLine

PLACED = OrderPlaced(
    *("W1", "web", "WH1", "EUR/2", "stripe"),
    (OrderLine(1, "LAMP", 2, 2400), OrderLine(2, "MUG", 1, 500)),
    customer="person:1",
)


def told(report: Any, placed: OrderPlaced = PLACED, **more: Any) -> list[tuple[str, TellCustomer]]:
    """What is told of event 255, with its occasion."""
    return [(x.occasion, x.command) for x in notices_of(Happened(255, report, **more), placed)]


def notice(kind: Any, *lines: HeldLine, **more: Any) -> TellCustomer:
    """A notice to the customer of the order."""
    return TellCustomer("web", "W1", kind, "person:1", lines, **more)


def test_an_order_is_confirmed_as_it_was_kept() -> None:
    """All of it, or what it was cut down to."""
    assert told(PLACED, outcome="reserved") == [
        ("placed", notice("confirmed", HeldLine(1, "LAMP", 2), HeldLine(2, "MUG", 1)))
    ]
    cut = {"kept": {"1": 1}, "lines_without_stock": [1, 2]}
    assert told(PLACED, outcome="reserved", answer=cut) == [("placed", notice("confirmed", HeldLine(1, "LAMP", 1)))]


def test_units_yet_to_come_are_named() -> None:
    """Instead of a confirmation: the customer hears once."""
    assert told(PLACED, outcome="reserved", answer={"owed": {"2": 1}}) == [
        ("placed", notice("waiting", HeldLine(2, "MUG", 1)))
    ]


def test_an_order_that_is_known_is_not_told_again() -> None:
    """Another id for the same order changes nothing."""
    assert told(PLACED, outcome="ignored") == []


def test_a_parcel_is_told_with_its_way_under_its_number() -> None:
    """Held and unheld units of a line are one line to who gets them."""
    held, unheld = DispatchedLine(1, "LAMP", 1, 1200, 0, 400), DispatchedLine(1, "LAMP", 1, 1200, 0, 400)
    fact = GoodsDispatched("W1", "S1", "web", "WH1", "GB", "EUR/2", (held,), (unheld,))
    left = DispatchReported("W1", "S1", (HeldLine(1, "LAMP", 2),), "Post", "1Z")
    said = notice("shipped", HeldLine(1, "LAMP", 2), shipment="S1", carrier="Post", tracking="1Z")
    assert told(left, facts=(fact,)) == [("S1", said)]
    assert told(left, facts=(replace(fact, shipment=""),))[0][0] == "ff"


def test_money_and_goods_that_come_back_are_told() -> None:
    """Of a refund the amount, of a return the lines."""
    paid = RefundPaid("W1", "web", "stripe", "EUR/2", 1200)
    assert told(RefundReported("W1", 1, "stripe", 1200), facts=(paid,)) == [
        ("ff", notice("refunded", currency="EUR/2", amount=1200))
    ]
    line = CreditedReturnLine(1, "LAMP", 1, "sellable", 1200, 0, 400)
    back = GoodsReturned("W1", "R1", "web", "WH1", "GB", "EUR/2", (line,))
    assert told(ReturnReceived("W1", "R1", "WH1", ()), facts=(back,)) == [
        ("ff", notice("returned", HeldLine(1, "LAMP", 1)))
    ]


def test_what_will_not_come_is_told_without_the_reason() -> None:
    """Whole or in part; the reason is a clerk's free text and may name anybody."""
    stop = OrderCancellationRequested("W1", "Mrs Quill rang up")
    for command in (CancelOrder("W1", "Mrs Quill rang up", "web"), RefuseOrder("W1", "no stock", (1,), "web")):
        assert told(stop, commands=(command,)) == [("ff", notice("cancelled"))]
    part = CancelLines("W1", "web", (HeldLine(1, "LAMP", 1),), "Mrs Quill rang up")
    assert told(stop, commands=(part,)) == [("ff", notice("cancelled", HeldLine(1, "LAMP", 1)))]


def test_nobody_known_is_nobody_told() -> None:
    """An order without a customer; and money held is nobody's news."""
    assert told(PLACED, replace(PLACED, customer=None), outcome="reserved") == []
    assert told(PaymentAuthorised("W1", "stripe", 2900)) == []


def test_the_contact_goes_before_the_customer() -> None:
    """Who is to be written to may be somebody else."""
    ((_, said),) = told(PLACED, replace(PLACED, contact="person:2"), outcome="reserved")
    assert said.customer == "person:2"

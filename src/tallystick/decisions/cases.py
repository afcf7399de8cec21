"""What of an order's course customer service hears, and what opens a case by itself. Pure."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from tallystick.decisions.notices import Happened
from tallystick.messages.fulfilment import DispatchReported, GoodsDispatched
from tallystick.messages.partners.cases import CaseInformed, CaseOpened, CaseStep, Topic
from tallystick.messages.partners.parcels import ParcelDelivered, ParcelTracked
from tallystick.messages.payments import RefundFailed, RefundPaid, RefundReported
from tallystick.messages.returns import GoodsReturned, ReturnReceived
from tallystick.messages.sales import CancelLines, CancelOrder, OrderPlaced, RefuseOrder

REPORTS: Final[tuple[type[Struct], ...]] = (
    *(OrderPlaced, DispatchReported, RefundReported, RefundFailed, ReturnReceived, ParcelTracked),
)
FACTS: Final[tuple[type[Struct], ...]] = (GoodsDispatched, ParcelDelivered, RefundPaid, GoodsReturned)
COMMANDS: Final[tuple[type[Struct], ...]] = (RefuseOrder, CancelOrder, CancelLines)
OPENS: Final[dict[CaseStep, Topic]] = {
    "parcel_exception": "parcel",
    "refused": "order",
    "refund_failed": "payment",
}
"""What opens a case where the order has none that is open, and about what."""


class Heard(Struct, frozen=True):
    """A step of an order. *about* is a shipment, a return or a reason in words of ours; *amount* is in *commodity*."""

    step: CaseStep
    about: str = ""
    commodity: str = ""
    amount: int = 0


def heard_of(happened: Happened) -> Iterator[Heard]:
    """Return the steps that an event was."""
    for fact in happened.facts:
        if isinstance(fact, GoodsDispatched):
            yield Heard("shipped", fact.shipment)
        elif isinstance(fact, ParcelDelivered):
            yield Heard("delivered", fact.parcel)
        elif isinstance(fact, GoodsReturned):
            yield Heard("returned", fact.rma)
        elif isinstance(fact, RefundPaid) and fact.amount > 0:
            yield Heard("refunded", "", fact.currency, fact.amount)
    for command in happened.commands:
        if isinstance(command, RefuseOrder):
            yield Heard("refused")
        elif isinstance(command, CancelOrder | CancelLines):
            yield Heard("cancelled")
    yield from _failures(happened)


def _failures(happened: Happened) -> Iterator[Heard]:
    said = happened.report
    if isinstance(said, RefundFailed) and happened.outcome not in {"ignored", ""}:
        yield Heard("refund_failed", f"refund {said.number}")
    elif isinstance(said, ParcelTracked) and happened.outcome in {"stuck", "returned"}:
        yield Heard("parcel_exception", said.parcel)


def case_named(order: str, event: int) -> str:
    """Return the name of a case that an event opened by itself: the same for the same event."""
    return f"{order}-{event:x}"


def opened_by(heard: Heard, placed: OrderPlaced, event: int) -> CaseOpened:
    """Return the case that a step opens."""
    because = f"{heard.step.replace('_', ' ')} {heard.about}".strip()
    customer = placed.contact or placed.customer or ""
    name = case_named(placed.order, event)
    return CaseOpened(name, placed.channel, OPENS[heard.step], placed.order, customer=customer, because=because)


def informed_by(heard: Heard, case: str) -> CaseInformed:
    """Return what a case is told of a step."""
    return CaseInformed(case, heard.step, heard.about, heard.commodity, heard.amount)

"""Which notices an event gives occasion for. Pure: what happened goes in, commands to whoever writes to customers come out."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from tallystick.messages.channels import TellCustomer
from tallystick.messages.fulfilment import DispatchReported, GoodsDispatched
from tallystick.messages.payments import RefundPaid, RefundReported
from tallystick.messages.returning.facts import ReturnCredited, ReturnHeld, ReturnSorted
from tallystick.messages.returning.reports import ReturnInspected, ReturnRefundApproved
from tallystick.messages.returns import GoodsReturned, ReturnReceived, ReturnRequested
from tallystick.messages.sales import CancelLines, CancelOrder, OrderPlaced, RefuseOrder
from tallystick.messages.stock import HeldLine

REPORTS: Final[tuple[type[Struct], ...]] = (
    OrderPlaced,
    DispatchReported,
    RefundReported,
    ReturnReceived,
    ReturnRequested,
    ReturnInspected,
    ReturnRefundApproved,
)
FACTS: Final[tuple[type[Struct], ...]] = (
    GoodsDispatched,
    RefundPaid,
    GoodsReturned,
    ReturnHeld,
    ReturnSorted,
    ReturnCredited,
)
COMMANDS: Final[tuple[type[Struct], ...]] = (RefuseOrder, CancelOrder, CancelLines)
"""What is looked at: other events tell customers nothing."""
PLACED: Final = "placed"
ANSWERED: Final = {"authorised": "return_authorised", "refused": "return_refused"}
"""What a customer is told of the answer to a return he asked for."""


class Happened(Struct, frozen=True):
    """An event of an order: its number, the report, what was decided of it, and what its sender was answered.

    *answer* is the answer's detail: lines that were cut down (`kept`), and units that are yet to come (`owed`).
    """

    event: int
    report: Struct
    facts: tuple[Struct, ...] = ()
    commands: tuple[Struct, ...] = ()
    outcome: str = ""
    answer: Mapping[str, Any] = {}


class Notice(Struct, frozen=True):
    """A notice, and its occasion: an order has one of a kind, occasion and addressee, for ever."""

    occasion: str
    command: TellCustomer


def notices_of(happened: Happened, placed: OrderPlaced) -> Iterator[Notice]:
    """Return what the customer of the order that was *placed* is to be told of an event; nobody known, nothing told."""
    customer = placed.contact or placed.customer or ""
    if not customer:
        return
    if happened.outcome == "reserved" and isinstance(happened.report, OrderPlaced):
        yield _notice(_promised(happened, placed), PLACED, placed)
    if isinstance(happened.report, ReturnRequested) and happened.outcome in ANSWERED:
        said = {"kind": ANSWERED[happened.outcome], "lines": happened.report.lines}
        yield _notice(said, happened.report.rma, placed)
    yield from _of_facts(happened, placed)
    for command in happened.commands:
        if isinstance(command, COMMANDS):
            lines = command.lines if isinstance(command, CancelLines) else ()
            yield _notice({"kind": "cancelled", "lines": lines}, f"{happened.event:x}", placed)


def _of_facts(happened: Happened, placed: OrderPlaced) -> Iterator[Notice]:
    occasion = f"{happened.event:x}"
    for fact in happened.facts:
        if isinstance(fact, GoodsDispatched):
            yield _notice(_parcel(happened, fact), fact.shipment or occasion, placed)
        elif isinstance(fact, RefundPaid) and fact.amount > 0:
            yield _notice({"kind": "refunded", "currency": fact.currency, "amount": fact.amount}, occasion, placed)
        elif isinstance(fact, GoodsReturned | ReturnHeld):
            yield _notice({"kind": "returned", "lines": _summed(fact.lines)}, occasion, placed)
        elif isinstance(fact, ReturnCredited):
            yield _notice(_credited(fact), occasion, placed)
        elif isinstance(fact, ReturnSorted) and fact.sent_again:
            yield _notice({"kind": "return_rejected", "lines": _summed(fact.sent_again)}, occasion, placed)


def _credited(fact: ReturnCredited) -> dict[str, Any]:
    due = sum(x.net + x.tax for x in fact.lines) - sum(x.net + x.tax for x in fact.fees)
    return {"kind": "return_credited", "currency": fact.currency, "amount": due, "lines": _summed(fact.lines)}


def _notice(said: Mapping[str, Any], occasion: str, placed: OrderPlaced) -> Notice:
    customer = placed.contact or placed.customer or ""
    return Notice(occasion, TellCustomer(placed.channel, placed.order, customer=customer, **said))


def _promised(happened: Happened, placed: OrderPlaced) -> dict[str, Any]:
    owed = _units(happened.answer.get("owed"), placed)
    lines = owed or _units(happened.answer.get("kept"), placed) or _ordered(placed)
    return {"kind": "waiting" if owed else "confirmed", "lines": lines}


def _parcel(happened: Happened, fact: GoodsDispatched) -> dict[str, Any]:
    way = {name: getattr(happened.report, name, "") or getattr(fact, name) for name in ("carrier", "tracking")}
    return {"kind": "shipped", "lines": _summed((*fact.lines, *fact.unheld)), "shipment": fact.shipment, **way}


def _ordered(placed: OrderPlaced) -> tuple[HeldLine, ...]:
    return tuple(HeldLine(x.line, x.sku, x.quantity) for x in placed.lines)


def _units(told: Mapping[str, int] | None, placed: OrderPlaced) -> tuple[HeldLine, ...]:
    """Return units by line number, as an answer tells them, as lines of the order."""
    return tuple(HeldLine(x.line, x.sku, told[str(x.line)]) for x in placed.lines if told and str(x.line) in told)


def _summed(lines: Iterable[Any]) -> tuple[HeldLine, ...]:
    """Return one line for each line and product: what left held and unheld is one parcel to who gets it."""
    units: dict[tuple[int, str], int] = {}
    for x in lines:
        units[x.line, x.sku] = units.get((x.line, x.sku), 0) + x.quantity
    return tuple(HeldLine(line, sku, n) for (line, sku), n in units.items())

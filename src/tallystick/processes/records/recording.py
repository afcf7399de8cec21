"""What has happened already: finished sales, credits, counts, receipts and bad debts, each line posted once for ever."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.availability import InboundArrived
from tallystick.messages.sales import BadDebtAdjusted, BadDebtReported, CreditReported, SaleReported
from tallystick.messages.stock import AdjustmentReported, ReceiptReported
from tallystick.processes.records import recorded_sales, recorded_stock
from tallystick.processes.table import NEW, Decision, Process, Row, Step

RECORDED = "RECORDED"


class Recorded(Struct, frozen=True):
    """The line numbers that have been posted, as ranges (first, last)."""

    lines: tuple[tuple[int, int], ...] = ()


Record = Callable[[Any, Step, View], Decision]


def _known(ranges: Iterable[tuple[int, int]]) -> set[int]:
    return {n for first, last in ranges for n in range(first, last + 1)}


def _ranges(numbers: set[int]) -> tuple[tuple[int, int], ...]:
    found: list[list[int]] = []
    for n in sorted(numbers):
        if found and found[-1][1] == n - 1:
            found[-1][1] = n
        else:
            found.append([n, n])
    return tuple((a, b) for a, b in found)


def _line_lists(report: Struct) -> dict[str, tuple[Any, ...]]:
    lists = {name: getattr(report, name) for name in report.__struct_fields__}
    return {n: v for n, v in lists.items() if isinstance(v, tuple) and v and hasattr(v[0], "line")}


def once(record: Record) -> Record:
    """Wrap *record* so that it sees only lines not posted before: the business key decides, not the message's id."""

    def decide(data: Recorded | None, step: Step, view: View) -> Decision:
        known = _known(data.lines) if data else set()
        lists = _line_lists(step.data)
        numbers = {line.line for lines in lists.values() for line in lines}
        fresh = numbers - known
        if not fresh and numbers:
            return Decision("repeated", data)
        report = step.data
        if fresh != numbers:
            report = replace(report, **{n: tuple(x for x in v if x.line in fresh) for n, v in lists.items()})
        decision = record(None, replace(step, data=report), view)
        return replace(decision, data=Recorded(_ranges(known | fresh)))

    return decide


def _bad_debt(_: None, step: Step, __: View) -> Decision:
    report: BadDebtReported = step.data
    fact = BadDebtAdjusted(report.adjustment, report.channel, report.currency, report.lines)
    return Decision("recorded", None, (fact,))


def _recording(name: str, message: type[Struct], record: Record, *tells: type[Struct]) -> Process:
    decide = once(record)
    return Process(
        name,
        Recorded,
        (
            Row(NEW, message, decide, "recorded", RECORDED, tells),
            Row(RECORDED, message, decide, "recorded", RECORDED, tells),
            Row(RECORDED, message, decide, "repeated", RECORDED),
        ),
    )


SALE = _recording("sale", SaleReported, recorded_sales.record_sale)
CREDIT = _recording("credit", CreditReported, recorded_sales.record_credit)
BAD_DEBT = _recording("baddebt", BadDebtReported, _bad_debt)
COUNT = _recording("count", AdjustmentReported, recorded_stock.record_adjustment)
RECEIPT = _recording("stock", ReceiptReported, recorded_stock.record_receipt, InboundArrived)

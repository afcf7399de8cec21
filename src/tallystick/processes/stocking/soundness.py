"""What a report of stock keeping must be before it is folded."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from msgspec import Struct

from tallystick.decisions.stocking.reasons import IN_TRANSIT, reason_flaw
from tallystick.messages.stocking import corrections, counts, transfers
from tallystick.messages.stocking.types import TRANSFER_REPORTS
from tallystick.model.amount import NUMBER_LIMIT

LINES_MAX: Final = 2_000
REASON_LENGTH_MAX: Final = 200
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
"""A transfer is part of an account's address."""


def _once(lines: Iterable[Any]) -> str:
    numbers = [x.line for x in lines]
    twice = [n for n in set(numbers) if numbers.count(n) > 1]
    return f"lines: line {twice[0]}: stands there twice, each line needs a number of its own" if twice else ""


def _some(lines: tuple[Any, ...]) -> str:
    return "" if 0 < len(lines) <= LINES_MAX else f"lines: {len(lines)} of them, 1 to {LINES_MAX} are needed"


def _units(lines: Iterable[Any]) -> str:
    for x in lines:
        if not 0 < x.quantity < NUMBER_LIMIT:
            return f"lines: line {x.line}: quantity {x.quantity} is not above zero and below 2^53"
    return ""


def _requested(data: transfers.TransferRequested) -> str:
    if not NAME.fullmatch(data.transfer):
        return f"transfer {data.transfer!r}: 1 to 32 letters, digits, dots, dashes and underscores, no other sign first"
    if data.source == data.target:
        return f"source and target are both {data.source}"
    return _some(data.lines) or _once(data.lines) or _units(data.lines)


def _went(data: Any) -> str:
    if not data.lines:
        return "" if data.final else "lines: none; a report without lines only says that it is the final one"
    return _once(data.lines) or _units(data.lines)


def _lost(data: transfers.TransferLossReported) -> str:
    return _given_up(data) or _some(data.lines) or _once(data.lines) or _units(data.lines)


def _given_up(data: Any) -> str:
    if data.reason in IN_TRANSIT:
        return ""
    return f"reason {data.reason!r} is not declared for goods in transit: one of {', '.join(sorted(IN_TRANSIT))}"


def _corrected(data: corrections.CorrectionReported) -> str:
    for x in data.lines:
        if not x.quantity or abs(x.quantity) >= NUMBER_LIMIT:
            return f"lines: line {x.line}: quantity {x.quantity} is zero, or 2^53 or more"
        flaw = reason_flaw(x.reason or data.reason, x.quantity)
        if flaw:
            return f"lines: line {x.line}: {flaw}"
    return _some(data.lines) or _once(data.lines)


def _moved(data: corrections.StockMoveReported) -> str:
    if not data.reason.strip() or len(data.reason) > REASON_LENGTH_MAX or not data.reason.isprintable():
        return f"reason: say why, in one line of 1 to {REASON_LENGTH_MAX} characters that can be printed"
    same = [x.line for x in data.lines if x.from_state == x.to_state]
    if same:
        return f"lines: line {same[0]}: from_state and to_state are the same"
    return _some(data.lines) or _once(data.lines) or _units(data.lines)


def _planned(data: counts.CountPlanned) -> str:
    places = [(x.sku, x.state) for x in data.lines]
    twice = [sku for sku, state in places if places.count((sku, state)) > 1] if len(places) <= LINES_MAX else []
    if twice:
        return f"lines: {twice[0]} stands there twice in one state"
    return _some(data.lines) or _once(data.lines)


def _counted(data: counts.CountTaken) -> str:
    if not data.counter.strip():
        return "counter is empty: say who counted"
    wrong = [x.line for x in data.lines if not 0 <= x.units < NUMBER_LIMIT]
    if wrong:
        return f"lines: line {wrong[0]}: units are below zero, or 2^53 or more"
    return _some(data.lines) or _once(data.lines)


CHECKS: Final[dict[type[Struct], Callable[[Any], str]]] = {
    transfers.TransferRequested: _requested,
    transfers.TransferDispatchReported: _went,
    transfers.TransferReceiptReported: _went,
    transfers.TransferLossReported: _lost,
    transfers.TransferClosed: _given_up,
    corrections.CorrectionReported: _corrected,
    corrections.StockMoveReported: _moved,
    counts.CountPlanned: _planned,
    counts.CountTaken: _counted,
}


def subject_of(data: Any) -> str:
    """Return the subject a report of stock keeping belongs to."""
    kind = type(data)
    if kind in TRANSFER_REPORTS:
        return f"transfer/{data.transfer}"
    if kind is corrections.CorrectionApproved:
        return str(data.correction.subject)
    if kind is corrections.StockMoveReported:
        return f"stock_move/{data.move}"
    count = getattr(data, "count", "")
    return f"cycle_count/{count}" if count else f"correction/{data.correction}"


HOMES: Final[dict[type[Struct], Callable[[Any], str]]] = dict.fromkeys(
    (
        *TRANSFER_REPORTS,
        counts.CountPlanned,
        counts.CountStarted,
        counts.CountTaken,
        counts.CountCancelled,
        corrections.CorrectionReported,
        corrections.CorrectionDropped,
        corrections.CorrectionApproved,
        corrections.StockMoveReported,
    ),
    subject_of,
)

"""What reports of going live must be before they are folded."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from msgspec import Struct

from tallystick.journal.chart import opening_flaw
from tallystick.messages.golive.reports import (
    ChannelPutBack,
    ChannelSwitched,
    Opening,
    OrderTakenOver,
    ParallelDayCompared,
    ShadowBegun,
    TakeoverApproved,
    TakeoverReversalApproved,
)
from tallystick.model.amount import NUMBER_LIMIT
from tallystick.processes.members import CHANNELS_SUBJECT

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
LINES_MAX: Final = 100_000
"""Of balances and stock each: one event holds them all."""


def opening_is_flawed(opening: Opening) -> str:
    """Return what makes an opening impossible to book, for who proposes one; empty where nothing does."""
    if not _NAME.fullmatch(opening.ledger):
        return f"ledger: {opening.ledger!r} is no name: letters, digits, dot, dash and underscore, as in an account"
    if not opening.reason.strip() or not opening.reason.isprintable():
        return "reason: say why, in one line that can be printed"
    for name in ("balances", "stock"):
        found = len(getattr(opening, name))
        if found > LINES_MAX:
            return f"{name}: {found} lines, at most {LINES_MAX}"
    return _twice(opening) or _each(opening.balances, _balance) or _each(opening.stock, _stock)


def _twice(opening: Opening) -> str:
    shelves = [(x.location, x.sku) for x in opening.stock]
    codes = [x.code for x in opening.balances]
    for what, keys in (("stock", shelves), ("balances", codes)):
        seen = set[Any]()
        for key in keys:
            if key in seen:
                return f"{what}: {key} stands there twice, add both lines up"
            seen.add(key)
    return ""


def _each(lines: Iterable[Any], check: Callable[[Any], str]) -> str:
    for x in lines:
        flaw = check(x)
        if flaw:
            return f"line {x.line}: {flaw}"
    return ""


def _balance(x: Any) -> str:
    if not x.amount or abs(x.amount) >= NUMBER_LIMIT:
        return f"amount {x.amount} is zero, or 2^53 or more"
    return opening_flaw(x.account)


def _stock(x: Any) -> str:
    if not x.sku or not x.location:
        return "sku and location are both needed"
    if 0 < x.quantity < NUMBER_LIMIT and 0 <= x.value < NUMBER_LIMIT:
        return ""
    return f"quantity {x.quantity} or value {x.value} is out of range"


def _taken(data: OrderTakenOver) -> str:
    taken = data.taken
    numbers = [x.line for x in taken.lines]
    if not numbers or len(set(numbers)) < len(numbers):
        return "lines: there is at least one, and each has a number of its own"
    for x in taken.lines:
        if not x.open and not x.sent:
            return f"lines: line {x.line}: nothing of it is open or was sent"
        if (not x.open and (x.net or x.tax)) or (not x.sent and (x.sent_net or x.sent_tax or x.sent_cost)):
            return f"lines: line {x.line}: it has a price for no units"
        for name in x.__struct_fields__:
            if name != "sku" and not 0 <= getattr(x, name) < NUMBER_LIMIT:
                return f"lines: line {x.line}: {name} {getattr(x, name)} is below zero or not below 2^53"
    if not 0 <= taken.settled <= taken.captured < NUMBER_LIMIT or not 0 <= taken.authorised < NUMBER_LIMIT:
        return f"settled {taken.settled}, captured {taken.captured}: no more is paid out than was taken"
    return ""


CHECKS: Final[dict[type[Struct], Callable[[Any], str]]] = {
    TakeoverApproved: lambda data: opening_is_flawed(data.opening),
    TakeoverReversalApproved: lambda data: opening_is_flawed(data.opening),
    OrderTakenOver: _taken,
    ShadowBegun: lambda data: "" if data.days_needed > 0 else "days_needed: at least one day must fit",
}
HOMES: Final[dict[type[Struct], Callable[[Any], str]]] = {
    **dict.fromkeys((TakeoverApproved, TakeoverReversalApproved), lambda data: f"takeover/{data.opening.ledger}"),
    OrderTakenOver: lambda data: f"order/{data.taken.order}",
    **dict.fromkeys((ShadowBegun, ChannelSwitched, ChannelPutBack), lambda _: CHANNELS_SUBJECT),
    ParallelDayCompared: lambda data: f"parallel/{data.ledger}",
}

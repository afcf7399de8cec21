"""The report of a switch: the totals on both sides at the moment a channel went live, signed with the book's own key."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tallystick.app.exits import Code, Complaint
from tallystick.app.golive.parallel import Day
from tallystick.app.golive.switching import Switched
from tallystick.security.signed_report import NotOurs, read_signed, signed
from tallystick.storage.access.keys import signing_numbers

if TYPE_CHECKING:
    from tallystick.app.house import House


def report_of(switched: Switched, book: str) -> dict[str, Any]:
    """Return what a switch is remembered by. Amounts are in minor units of the currency named."""
    day = switched.day
    return {
        "report": "channel switched",
        "book": book,
        "channel": switched.channel,
        "event": switched.event,
        "by": switched.by,
        "ledger": day.export.ledger,
        "export": day.export.digest,
        "at": day.export.at.isoformat(),
        "currency": day.ours.currency,
        "clean_days": day.clean_days,
        "same": day.compared.same,
        "explained": day.compared.explained,
        "unexplained": day.compared.unexplained,
        "totals": totals(day),
        "kept": [{"kind": k.kind, "done_by_the_old_system": k.closed} for k in switched.kept],
    }


def totals(day: Day) -> list[dict[str, Any]]:
    """Return the totals on both sides, as far as the old system exported them: units, orders and their worth, balances."""
    export, ours = day.export, day.ours
    found = []
    if export.stock is not None:
        theirs = _sum((location, n) for (location, _), n in export.stock.items())
        mine = _sum((location, level.units) for (location, _), level in ours.stock.items())
        found += [("units", location, mine[location], theirs[location]) for location in sorted({*mine, *theirs})]
    if export.orders is not None:
        theirs = _sum((x.state, 1) for x in export.orders.values())
        mine = _sum((x.state, 1) for x in ours.orders.values())
        found += [("orders", state, mine[state], theirs[state]) for state in sorted({*mine, *theirs})]
        mine_worth, worth = (sum(x.total for x in side) for side in (ours.orders.values(), export.orders.values()))
        found.append(("worth of orders", "all", mine_worth, worth))
    if export.balances is not None:
        found += [("balance", a, ours.balances.get(a, 0), n) for a, n in sorted(export.balances.items())]
    return [{"what": what, "of": of, "ours": mine_, "theirs": theirs_} for what, of, mine_, theirs_ in found]


def _sum(amounts: Iterable[tuple[str, int]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, number in amounts:
        found[name] += number
    return found


def require_writable(file: Path) -> None:
    """Raise a `Complaint` where nothing could be written to *file*: better before the switch than after it."""
    try:
        file.open("a").close()
    except OSError as failure:
        raise Complaint(
            f"{file} cannot be written: {failure.strerror}", "name another file: --report FILE", Code.BAD_FILE
        ) from failure


async def signed_text(house: "House", report: dict[str, Any]) -> str:
    """Return *report*, signed with the newest of the book's keys."""
    numbers = await signing_numbers(await house.connection())
    return signed(house.keyring, numbers[-1], report) + "\n"


async def read_report(house: "House", name: str, text: str) -> Any:
    """Return what the signed report *text*, called *name*, says. Raises a `Complaint` where it is none of this book's."""
    try:
        return read_signed(house.keyring, await signing_numbers(await house.connection()), text)
    except NotOurs as bad:
        raise Complaint(f"{name}: {bad}", "ask for the original of the report", Code.NOT_IN_ORDER) from bad

"""A parallel day: an old system's export beside the book, what differs told once, and the day kept."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from tallystick.app.exits import not_found
from tallystick.app.golive.exported import read_export, read_head
from tallystick.app.own_reports import delivery_named
from tallystick.app.reconciling import SUBJECT, tell_differences
from tallystick.app.working.work import work_off
from tallystick.messages.golive.reports import MappedAccount, ParallelDayCompared
from tallystick.reconciliation.golive.comparing import RULES, Compared, Finding, compare, explained_also
from tallystick.reconciliation.golive.sides import Export, OurSide
from tallystick.storage.reading.golive.behind import behind, known_of
from tallystick.storage.reading.golive.side import Asked, read_side, shadowed
from tallystick.storage.reading.golive.standing import standing
from tallystick.storage.reading.golive.takeovers import takeovers_of
from tallystick.storage.reading.reconciling.statements import close_settled, open_differences

if TYPE_CHECKING:
    from tallystick.app.house import House


class Day(Struct, frozen=True):
    """A day that was compared: both sides, what came of it, and how many days in a row are clean now."""

    export: Export
    ours: OurSide
    compared: Compared
    clean_days: int


async def compare_day(house: "House", folder: Path, *, tells: bool = True) -> Day:
    """Compare the export in *folder* with the book of its moment; tell what differs, settle what has gone, keep the day.

    Raises a `Complaint` where the folder cannot be read, or nothing was taken over from its ledger.
    """
    connection = await house.connection()
    head = read_head(folder)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        accounts = await mapping_of(house, head.ledger)
        channels = await shadowed(connection, head.ledger)
        export = _of_channels(read_export(folder, accounts, house.info.currency), channels)
        places = {"locations": export.locations, "accounts": export.balances or {}, "channels": channels}
        ours = await read_side(connection, Asked(house.info.currency, export.at, places))
        compared = compare(export, ours)
        differences = [f.difference for f in compared.findings]
        compared = explained_also(compared, await known_of(connection, differences))
        told = [await _with_messages(house, f, export.at) for f in compared.findings]
        stood = await open_differences(connection)
    if tells:
        await _tell(house, (export, Compared(compared.same, tuple(told))), stood)
    clean = (await standing(connection)).clean_days.get(export.ledger, 0)
    return Day(export, ours, Compared(compared.same, tuple(told)), clean)


async def mapping_of(house: "House", ledger: str) -> tuple[MappedAccount, ...]:
    """Return how the accounts of *ledger* stand in ours, as it was taken over. Raises a `Complaint` where it was not."""
    for _, data in await takeovers_of(await house.connection()):
        if data.ledger == ledger:
            return data.accounts
    raise not_found(
        f"nothing was taken over from {ledger}", "see `tally golive show`; take it over: `tally golive take`"
    )


def _of_channels(export: Export, channels: list[str]) -> Export:
    """A channel that was switched is no business of the old system any more, nor is one that never ran beside it."""
    if export.orders is None:
        return export
    return replace(export, orders={name: x for name, x in export.orders.items() if x.channel in channels})


async def _with_messages(house: "House", finding: Finding, at: datetime) -> Finding:
    """Name the messages behind a difference, after the export that says it."""
    d = finding.difference
    found = await behind(await house.connection(), d, at)
    return Finding(
        replace(d, references=(f"export {d.references[0]}" if d.references else "export", *found)), finding.explained
    )


async def _tell(house: "House", what: tuple[Export, Compared], stood: list[str]) -> None:
    export, compared = what
    differences = [f.difference for f in compared.findings]
    still = {SUBJECT + d.name for d in differences}
    mine = tuple(f"{SUBJECT}{rule}/{export.ledger}/" for rule in RULES)
    gone = [s for s in stood if s.startswith(mine) and s not in still]
    await tell_differences(house, export.at, differences, gone)
    await close_settled(await house.connection(), gone, f"fits as of {export.at:%Y-%m-%d %H:%M}")
    day = ParallelDayCompared(
        *(export.ledger, export.at.date(), export.at, export.digest),
        *(compared.same, compared.explained, compared.unexplained),
    )
    subject = f"parallel/{export.ledger}"
    name = f"{subject}@{export.at.isoformat()}#{export.digest}/{day.same}:{day.explained}:{day.unexplained}"
    await (await house.inbox()).receive([delivery_named(name, subject, day, export.at)])
    await work_off(house)

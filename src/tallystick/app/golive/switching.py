"""Channels: into the shadow, over to us when enough days fitted, and back as long as nothing was told."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tallystick.app.access.acting import acting
from tallystick.app.access.doing import Doing
from tallystick.app.exits import misused, not_found, not_in_order
from tallystick.app.golive.exported import read_head
from tallystick.app.golive.parallel import Day, compare_day
from tallystick.app.promising.reporting import report
from tallystick.messages.golive.reports import ChannelPutBack, ChannelSwitched, ShadowBegun
from tallystick.ports.golive import ChannelStanding, KeptKind
from tallystick.processes.golive.channel import LIVE, SHADOW
from tallystick.processes.members import CHANNELS_SUBJECT
from tallystick.storage.reading.golive.standing import channels, kept, told_since

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.engine.answer import Answer

WRITE, OVERRIDE = "golive:write", "golive:override"
SEE: Final = "see `tally golive show`"


class Beside(Struct, frozen=True):
    """Which channel is to run beside which old ledger, and how many clean days its switch will take."""

    channel: str
    ledger: str
    days_needed: int


class Wish(Struct, frozen=True):
    """What to switch over, by which export of the old system; *because* is why it does not wait for enough clean days."""

    channel: str
    folder: Path
    because: str = ""


class Switched(Struct, frozen=True):
    """A channel that went live: the event it did so by, the last day that was compared, and what had been kept for it."""

    channel: str
    event: int
    day: Day
    kept: list[KeptKind]
    by: str


async def begin_shadow(house: "House", named: str | None, wish: "Beside") -> "Answer":
    """Let a channel run beside an old system. Raises a `Complaint` where it does, or did, already."""
    channel = wish.channel
    async with acting(house, named, Doing("golive.shadow", f"channel/{channel}", WRITE)) as actor:
        known = await _known(house, channel)
        if known is not None:
            raise not_in_order(f"{channel} is {known.state.lower()} beside {known.ledger} already", SEE)
        return await report(house, CHANNELS_SUBJECT, ShadowBegun(channel, wish.ledger, actor.name, wish.days_needed))


async def switch(house: "House", named: str | None, wish: Wish) -> Switched:
    """Compare a last time, and let *channel* be ours from now on.

    Raises a `Complaint` where it is not in the shadow, or too few days are clean and no approver says why it must be.
    """
    scope = OVERRIDE if wish.because else WRITE
    async with acting(house, named, Doing("golive.switch", f"channel/{wish.channel}", scope)) as actor:
        known = await _known(house, wish.channel)
        if known is None or known.state != SHADOW:
            raise not_in_order(f"{wish.channel} does not run beside an old system", "begin: `tally golive shadow`")
        ledger = read_head(wish.folder).ledger
        if ledger != known.ledger:
            raise misused(f"the export is of {ledger}, {wish.channel} runs beside {known.ledger}", SEE)
        day = await compare_day(house, wish.folder)
        told = ChannelSwitched(wish.channel, actor.name, day.clean_days, wish.because)
        answer = await report(house, CHANNELS_SUBJECT, told)
        if answer.outcome != "switched":
            raise not_in_order(
                f"{day.clean_days} days in a row have nothing unexplained, {known.days_needed} are needed",
                "`tally golive show`; close what is explained (`tally book breaks close`) and compare again, "
                "or let an approver override it: --because TEXT",
            )
        return Switched(wish.channel, answer.event, day, await kept(await house.connection(), wish.channel), actor.name)


async def put_back(house: "House", named: str | None, channel: str, because: str) -> "Answer":
    """Give *channel* back to the old system. Raises a `Complaint` once anything was told for it."""
    async with acting(house, named, Doing("golive.back", f"channel/{channel}", WRITE)) as actor:
        known = await _known(house, channel)
        if known is None or known.state != LIVE:
            raise not_in_order(f"{channel} is not ours to be given back", SEE)
        told = await told_since(await house.connection(), channel, known.since)
        if told:
            raise not_in_order(
                f"{told} commands were told for {channel} since it went live: it cannot go back",
                "what the old system is to do again must be entered there; see `tally order trace`",
            )
        return await report(house, CHANNELS_SUBJECT, ChannelPutBack(channel, actor.name, because))


async def _known(house: "House", channel: str) -> ChannelStanding | None:
    found = [c for c in await channels(await house.connection()) if c.channel == channel]
    return found[0] if found else None


def require_known(found: list[ChannelStanding], channel: str) -> None:
    """Raise a `Complaint` where *channel* never ran beside an old system."""
    if channel and channel not in {c.channel for c in found}:
        raise not_found(f"{channel} never ran beside an old system", SEE)

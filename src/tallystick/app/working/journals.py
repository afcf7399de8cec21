"""Telling the ledger: a shift of the worker. A lock keeps those of several processes apart."""

import asyncio
from typing import Final

from tallystick.app.house import House
from tallystick.app.ledgers.timetable import timetable_of
from tallystick.app.ledgers.unattended import MENDABLE, Round, Unattended
from tallystick.app.settings import Settings
from tallystick.app.working.shifts import Shift, Well, connection_to, log
from tallystick.engine.patience import pause

LOOK_SECONDS: Final = 1.0
MENDING_SECONDS: Final = 60.0
"""How long to wait for somebody to mend a policy or setting before looking again."""


def is_told(house: House, settings: Settings) -> bool:
    """Whether this book is told to a ledger by itself; raises `SettingError` naming what cannot be used."""
    return timetable_of(settings, house.info.name) is not None


def journals(house: House, settings: Settings, stop: asyncio.Event) -> Shift:
    """Return the shift that draws and pushes journals until *stop*, and then finishes the trip under way."""

    async def shift(well: Well) -> None:
        async with connection_to(house) as connection:
            unattended = Unattended(house, settings, connection)
            told = ""
            while not stop.is_set():
                try:
                    note(await unattended.round(stop))
                except MENDABLE as wrong:
                    if str(wrong) != told:
                        log.warning("journals_held", reason=str(wrong))
                    told = str(wrong)
                    await pause(stop, MENDING_SECONDS)
                    continue
                told = ""
                well()
                await pause(stop, LOOK_SECONDS)

    return shift


async def journals_once(house: House, settings: Settings) -> int:
    """Draw and push what is due now; return how many commands were tried."""
    async with connection_to(house) as connection:
        done = await Unattended(house, settings, connection).round()
    note(done)
    return done.tried


def note(done: Round) -> None:
    """Log what a round did, if it did anything; accounts that hold days back by name."""
    drawing = done.drawing
    if drawing is not None:
        log.info("drawn", through=str(drawing.through), **drawing.changed)
        for reason in drawing.refused:
            log.warning("journal_refused", reason=reason)
        for gap in {g.account: g for h in drawing.held_back for g in h.gaps}.values():
            log.warning("days_held_back", account=gap.account, reason=gap.reason, remedy=gap.remedy)
    if done.tried:
        log.info("pushed", commands=done.tried)

"""A channel goes live, or back: from one place among all batches on, and not back once anything was told for it."""

from collections.abc import Sequence

import asyncpg

from tallystick.engine.gate_store import StoreRefused
from tallystick.messages.golive.reports import ChannelPutBack, ChannelSwitched
from tallystick.processes.family import data_of
from tallystick.processes.folded import Folded
from tallystick.processes.loaded import Loaded
from tallystick.storage.batches import gate_sql as sql


async def move_channels(connection: asyncpg.Connection, moved: Sequence[Folded], loaded: Loaded) -> None:
    """Say to all gates which channels are in the shadow now.

    Raises `StoreRefused` where a channel is to go back for which something was told since it was switched.
    """
    await connection.fetch(sql.SHADOW, sorted(loaded.shadow))
    for folded in moved:
        report = folded.message.data
        if isinstance(report, ChannelPutBack) and folded.outcome == "put_back":
            data = data_of(loaded.families[folded.message.subject], f"channel/{report.channel}")
            told = await connection.fetchval(sql.TOLD, report.channel, data.shadows[-2].until)
            if told:
                raise StoreRefused(
                    f"{told} commands were told for {report.channel} since it went live: it cannot go back"
                )


async def close_kept(connection: asyncpg.Connection, moved: Sequence[Folded]) -> None:
    """Close what was kept for channels that went live: the old system has done it."""
    for folded in moved:
        report = folded.message.data
        if isinstance(report, ChannelSwitched) and folded.outcome == "switched":
            why = f"done by the old system before event {folded.event}"
            await connection.fetch(sql.CLOSED, report.channel, folded.message.recorded_at, why)

"""Where channels stand, and which commands are told: those of a channel in the shadow are kept."""

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

from tallystick.processes.family import Family, data_of
from tallystick.processes.golive.channel import SHADOW, ChannelData, Span
from tallystick.processes.members import PAYMENT

STEM: Final = "channel/"


def shadow_of(family: Family) -> frozenset[str]:
    """Return the channels that run beside an old system."""
    return frozenset(name.removeprefix(STEM) for name, member in family.items() if member.state == SHADOW)


def channels_of(family: Family) -> Iterator[tuple[str, ChannelData]]:
    """Yield the state and data of every channel that ever ran beside an old system."""
    for name in sorted(family):
        data = data_of(family, name)
        if isinstance(data, ChannelData):
            yield family[name].state, data


def spans_of(family: Family, channel: str) -> tuple[Span, ...]:
    """Return when *channel* ran beside an old system."""
    return next((data.shadows for _, data in channels_of(family) if data.channel == channel), ())


def parted(commands: list[Struct], family: Family, shadow: frozenset[str]) -> tuple[list[Struct], list[Struct]]:
    """Part *commands* into those that are told and those that are kept, for their channel is in the *shadow*."""
    told: list[Struct] = []
    kept: list[Struct] = []
    for command in commands:
        (kept if channel_of(command, family) in shadow else told).append(command)
    return told, kept


def channel_of(command: Struct, family: Family) -> str:
    """Return the channel a command is told for: the one it names, or that of its order; empty where it has none."""
    named: Any = getattr(command, "channel", "") or getattr(getattr(command, "journal", None), "channel", "")
    if named:
        return str(named)
    for member in ("order", PAYMENT):
        if member in family:
            return str(data_of(family, member).channel)
    return ""

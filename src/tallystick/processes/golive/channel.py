"""A channel on its way to going live: beside the old system, then ours. What a channel in the shadow is to be told is kept.

All channels are one subject, for whoever decides what is told looks at it.
"""

from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.golive.reports import ChannelPutBack, ChannelSwitched, ShadowBegun
from tallystick.processes.table import NEW, Decision, Ignored, Process, Row, Step

SHADOW, LIVE = "SHADOW", "LIVE"


class Span(Struct, frozen=True):
    """From when until when a channel was in the shadow, UTC, and the events that said so; None and 0: it still is."""

    since: datetime
    since_event: int
    until: datetime | None = None
    until_event: int = 0


class ChannelData(Struct, frozen=True, omit_defaults=True):
    """Beside which old *ledger* a channel runs or ran, and when; *overridden* is why it did not wait for *days_needed* clean days."""

    channel: str
    ledger: str
    shadows: tuple[Span, ...]
    days_needed: int
    by: str = ""
    overridden: str = ""


def begin(_: None, step: Step, view: View) -> Decision:
    """Book, and tell nobody."""
    report: ShadowBegun = step.data
    data = ChannelData(
        report.channel, report.ledger, (Span(step.cause.recorded_at, step.event),), report.days_needed, report.by
    )
    return Decision("begun", data)


def switch(data: ChannelData, step: Step, view: View) -> Decision:
    """Tell from now on; not before enough days fitted, but for an approver's reason."""
    report: ChannelSwitched = step.data
    if report.clean_days < data.days_needed and not report.overridden:
        answer = {"clean_days": report.clean_days, "days_needed": data.days_needed}
        return Decision("refused", data, answer=answer)
    spans = (*data.shadows[:-1], replace(data.shadows[-1], until=step.cause.recorded_at, until_event=step.event))
    return Decision("switched", replace(data, shadows=spans, by=report.by, overridden=report.overridden))


def put_back(data: ChannelData, step: Step, view: View) -> Decision:
    """Book again, and tell nobody. That nothing was told since the switch is the store's to refuse."""
    report: ChannelPutBack = step.data
    return Decision(
        "put_back", replace(data, shadows=(*data.shadows, Span(step.cause.recorded_at, step.event)), by=report.by)
    )


# fmt: off
CHANNEL: Final = Process(
    "channel",
    ChannelData,
    (
        #   in state  on message       decide    outcome     to state
        Row(NEW,      ShadowBegun,     begin,    "begun",    SHADOW),
        Row(SHADOW,   ChannelSwitched, switch,   "switched", LIVE),
        Row(SHADOW,   ChannelSwitched, switch,   "refused",  SHADOW, moves=False),
        Row(LIVE,     ChannelPutBack,  put_back, "put_back", SHADOW),
    ),
    (
        Ignored((SHADOW, LIVE), ShadowBegun, "it runs beside the old system, or did, already"),
        Ignored((NEW, LIVE), ChannelSwitched, "it is told as it is"),
        Ignored((NEW, SHADOW), ChannelPutBack, "nothing is told for it as it is, or it was never switched"),
    ),
)
# fmt: on

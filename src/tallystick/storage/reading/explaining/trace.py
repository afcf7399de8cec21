"""The full story of an order, an event, a message or a correlation, in the order of time.

Deliveries, events with facts and postings, commands and every attempt, deadlines, breaks and dead letters.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
from msgspec import Struct

from tallystick.storage.reading.explaining.event import EventStory, NothingSuch, event_stories
from tallystick.storage.reading.explaining.trace_sql import (
    ASIDE,
    BY_CORRELATION,
    BY_ENDING,
    BY_EVENT,
    BY_SUBJECT,
    EVENTS,
    SOURCES,
    Aside,
)

EVENTS_MAX: Final = 1000
_ORDER: Final = ("delivery", "event", "break", "command", "attempt", "deadline", "dead_letter", "dead_letter_closed")


class TraceStep(Struct, frozen=True):
    """One thing that happened, or is due: `what` it is, of which subject and event (0: none), told in `text`.

    A `deadline` stands at the time it is due. `story` is there for events.
    """

    at: datetime | None
    what: str
    subject: str
    event: int
    text: str
    story: EventStory | None = None


class Trace(Struct, frozen=True):
    """The story of *reference*: the subjects and correlations it runs through, and its steps in the order of time.

    `left_out` counts events beyond the first `EVENTS_MAX`.
    """

    reference: str
    subjects: list[str]
    correlations: list[str]
    steps: list[TraceStep]
    left_out: int = 0


async def trace(connection: asyncpg.Connection, reference: str) -> Trace:
    """Return the story of *reference* and all its subjects and correlations went through.

    It may be an event's number, a subject (`order/W1`) or its number alone (`W1`), a message (`source:id`) or a
    correlation id. Raises `NothingSuch` when the book knows none of that name.
    """
    subjects, correlations = await _roots(connection, reference)
    if not subjects and not correlations:
        raise NothingSuch(f"nothing is known of {reference!r}: not an event, subject, source:id or correlation")
    events = [row[0] for row in await connection.fetch(EVENTS, subjects, correlations)]
    stories = await event_stories(connection, events[:EVENTS_MAX])
    subjects = sorted({*subjects, *(story.subject for story in stories)})
    correlations = sorted({*correlations, *(s.correlation for s in stories if s.correlation is not None)})
    steps = [_event_step(story) for story in stories]
    for aside in ASIDE:
        steps += await _aside_steps(connection, aside, (subjects, events[:EVENTS_MAX]))
    steps.sort(key=lambda step: (step.at is None, step.at, _ORDER.index(step.what), step.event))
    return Trace(reference, subjects, correlations, steps, max(0, len(events) - EVENTS_MAX))


async def _roots(connection: asyncpg.Connection, reference: str) -> tuple[list[str], list[str]]:
    """Return the subjects and correlations that *reference* may mean."""
    found = await connection.fetch(BY_SUBJECT, [reference, f"order/{reference}"])
    found += await connection.fetch(BY_CORRELATION, reference)
    if reference.isdecimal() and len(reference) < 19:
        found += await connection.fetch(BY_EVENT, [int(reference)])
    if ":" in reference:
        found += await connection.fetch(SOURCES, reference)
    if not found:
        found = await connection.fetch(BY_ENDING, reference)
    subjects = {row["subject"] for row in found if row["subject"] is not None}
    correlations = {row["correlation"] for row in found if row["correlation"] is not None}
    return sorted(subjects), sorted(correlations)


async def _aside_steps(
    connection: asyncpg.Connection, aside: Aside, keys: tuple[Sequence[str], Sequence[int]]
) -> list[TraceStep]:
    rows: list[Any] = await connection.fetch(aside.sql, *(keys[i] for i in aside.keys))
    return [TraceStep(at, aside.what, subject, event or 0, text) for at, subject, event, text in rows]


def _event_step(story: EventStory) -> TraceStep:
    text = f"{story.kind} from {story.source}:{story.ext_id}: {story.outcome}, {story.state}"
    return TraceStep(story.recorded_at, "event", story.subject, story.event, text, story)

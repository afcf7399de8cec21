"""From a call to the gate and back: one message in, one answer out, and what each answer means over HTTP."""

from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.api.call import Call, Headers
from tallystick.api.desk import Desk
from tallystick.api.problems import (
    CHANGED,
    KEY_REUSED,
    NOT_FOUND,
    REFUSED,
    TOO_EARLY,
    WAITING,
    Kind,
    Problem,
)
from tallystick.engine.answer import Answer, Status, Unit
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Message
from tallystick.ports.reading import Recorded

REPLAYED: Final[Headers] = [(b"idempotent-replayed", b"true")]
_encode: Final = msgspec.json.Encoder().encode
_REFUSALS: Final[dict[Status, Kind]] = {Status.WAITING: WAITING, Status.REFUSED: REFUSED, Status.CHANGED: CHANGED}


class Entry(Struct):
    """A message on its way in: what it says, about which subject, and the business key it has without any other."""

    data: Struct
    subject: str
    natural_key: str


class Entered(Struct):
    """What the gate said, with the headers that follow: a repeated request is told what the first one was."""

    answer: Answer
    headers: Headers


async def enter(call: Call, desk: Desk, entry: Entry) -> Entered:
    """Pass one message through the gate and return its answer, durable; raise `Problem` where nothing was recorded.

    The message's id is the Idempotency-Key, or else the business key: the gate records a (source, id) once for ever,
    so a repetition costs nothing extra, and a concurrent one waits for the first one's answer.
    """
    body = _encode(entry.data)
    message = Message(
        call.source,
        call.key or entry.natural_key,
        entry.subject,
        entry.data,
        body,
        call.at,
        call.at.date(),
        call.at,
        correlation=call.correlation,
        traceparent=call.traceparent,
    )
    unit = Unit((message,), entry.subject, expects=call.match)
    (answer,) = await desk.submit(unit)
    if answer.status is Status.DUPLICATE:
        await _same_request(desk, answer.event, entry, body)
        return Entered(answer, REPLAYED)
    if answer.status is Status.ACCEPTED:
        return Entered(answer, [])
    if answer.status is Status.EARLY:
        raise await _too_early(desk, entry.subject, answer)
    raise Problem(_REFUSALS[answer.status], answer.reason)


async def _same_request(desk: Desk, event: int, entry: Entry, body: bytes) -> None:
    """Raise `Problem` unless what was recorded under this key says the same of the same subject."""
    first = await desk.records.recorded(event)
    if first is None:
        return
    is_same = (first.type, first.subject, first.body) == (CATALOGUE.of(type(entry.data)).type, entry.subject, body)
    if not is_same:
        raise Problem(KEY_REUSED)


async def _too_early(desk: Desk, subject: str, answer: Answer) -> Problem:
    if await desk.standing(subject) is None:
        return Problem(NOT_FOUND, f"nothing is known of {subject}")
    return Problem(TOO_EARLY, answer.reason)


def answer_of(recorded: Recorded) -> Answer:
    """Return the answer that a recorded message was given."""
    told = msgspec.json.decode(recorded.answer)
    return Answer(Status.DUPLICATE, recorded.event, told["outcome"], told["state"], told.get("detail"))


def detail_of(answer: Answer, name: str) -> Any:
    """Return one member of what the process added to its answer."""
    return (answer.detail or {}).get(name)

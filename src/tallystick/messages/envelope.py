"""The envelope every message travels in: CloudEvents 1.0, and the same thing opened for the gate."""

from datetime import date, datetime
from typing import Literal

from msgspec import Raw, Struct


class Envelope(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A CloudEvents 1.0 event (JSON format, CNCF CloudEvents 1.0.2, section 2) with our extensions.

    `subject` is the root the message belongs to (an order, a sale); `time` is when it took effect, in UTC, and
    `zone` the zone of the system that said so; `correlationid` ties a story together, `causationid` names the
    message that led to this one, `traceparent` is W3C Trace Context.
    """

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    data: Raw
    specversion: Literal["1.0"] = "1.0"
    datacontenttype: str = "application/json"
    zone: str = "UTC"
    correlationid: str | None = None
    causationid: str | None = None
    traceparent: str | None = None


class Message(Struct, frozen=True, gc=False):
    """A message opened for folding: the envelope's attributes and the decoded report.

    `effective_on` is the day in `zone` at `effective_at` (UTC): the day an accountant would write.
    `body` is the canonical JSON that is kept; `recorded_at` is handed in, for the ground floor has no clock.
    """

    source: str
    id: str
    subject: str
    data: Struct
    body: bytes
    effective_at: datetime
    effective_on: date
    recorded_at: datetime
    zone: str = "UTC"
    correlation: str | None = None
    causation: str | None = None
    traceparent: str | None = None

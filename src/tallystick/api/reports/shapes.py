"""What integrators send."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct

from tallystick.api.problems import Flaw
from tallystick.api.words import Reference

REPORTS_MAX = 500
_Named = Annotated[Reference, Meta(min_length=1)]
Zone = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9+_/-]{0,63}$", description="a zone of the tz database")]


class ReportSent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A CloudEvents 1.0 event in JSON format. `type` names a report of the catalogue and `data` is what it says.

    `subject` may be left out; where it is given it must be the one the report is about. `time` is when it took effect.
    """

    id: _Named
    source: _Named
    type: Annotated[str, Meta(pattern=r"^tallystick\.[a-z_]+\.[a-z_]+\.v[0-9]+$")]
    time: Annotated[datetime, Meta(tz=True)]
    data: Raw
    subject: _Named | None = None
    zone: Zone = "UTC"
    specversion: Literal["1.0"] = "1.0"
    datacontenttype: Literal["application/json"] = "application/json"
    correlationid: _Named | None = None
    causationid: _Named | None = None
    traceparent: _Named | None = None


class NotKept(Struct, frozen=True):
    """A report that cannot be read: its place in the batch, and everything wrong with it."""

    place: int
    id: str
    errors: list[Flaw]


class ReportsKept(Struct, frozen=True):
    """What became of a batch: `not_kept` alone are to be mended and sent again.

    `known` were kept before; `conflicting` ones too, with other content: this one waits for a person to decide.
    """

    kept: int
    known: int
    conflicting: int
    not_kept: list[NotKept]

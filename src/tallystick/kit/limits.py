"""What one partner may be asked of us, and what we ask of it: rates, places, seconds, bytes."""

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """A partner's published limits, or what we allow ourselves where it publishes none.

    `per_second` calls on average and `burst` at once; `deadline_seconds` for a whole call, its answer read to the end;
    `at_once_max` calls under way; `body_bytes_max` of an answer. After `failures_max` failures in a row nobody calls
    for `rest_seconds`.
    """

    per_second: float = 10.0
    burst: int = 10
    deadline_seconds: float = 30.0
    at_once_max: int = 4
    body_bytes_max: int = 10_000_000
    failures_max: int = 5
    rest_seconds: float = 30.0

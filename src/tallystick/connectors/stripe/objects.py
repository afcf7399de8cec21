"""Stripe's objects as it writes them. Fields we do not know are passed over here and kept in the delivery."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct


class Data(Struct, frozen=True):
    """What an event is about, as it was then."""

    object: msgspec.Raw


class Event(Struct, frozen=True):
    """An event; `created` is in seconds since 1970, UTC."""

    id: str
    type: str
    created: int
    data: Data


class Failure(Struct, frozen=True):
    """Why a payment failed: codes, and words for people."""

    code: str = ""
    decline_code: str | None = None


class Intent(Struct, frozen=True):
    """A payment intent. Amounts are in the digits that Stripe writes the currency with."""

    id: str
    amount: int
    currency: str
    amount_received: int
    metadata: Mapping[str, str]
    capture_method: str = "manual"
    last_payment_error: Failure | None = None


class Refund(Struct, frozen=True):
    """A refund; its metadata is ours."""

    id: str
    amount: int
    currency: str
    status: str
    metadata: Mapping[str, str]
    failure_reason: str | None = None

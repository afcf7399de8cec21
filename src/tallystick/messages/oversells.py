"""Oversells: what a shop sold although it was not there, and the turns of orders that wait."""

from datetime import date, datetime
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from tallystick.messages.stock import HeldLine
from tallystick.model.amount import NaturalMinor

RANK_SECONDS_MAX: Final = 3600
Policy = Literal["refuse", "backorder", "cancel"]


class OversellRule(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What becomes of an order that *channel* has sold already and that lacks stock. `*` stands for all channels.

    `refuse`: all of the order; `backorder`: it waits for goods, however many; `cancel`: what lacks is taken off and paid
    back, the rest goes. Orders of a channel that come within *rank_seconds* of each other are served by when the shop
    sold them; 0: by arrival.
    """

    channel: Annotated[str, Meta(min_length=1)]
    policy: Policy = "refuse"
    rank_seconds: Annotated[int, Meta(ge=0, le=RANK_SECONDS_MAX)] = 0


class TurnCame(Struct, frozen=True, omit_defaults=True):
    """Report by our own clock: an order that waits may be served: goods have come, or its rank among others is known.

    Of goods it may take as many units as *most* says by product: the rest of what is there is others'.
    """

    order: str
    most: dict[str, int] = {}


class OrderOversold(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: a shop sold these units (*lines*) at *sold_at* although they were not there, worth *amount* with tax.

    *policy* is what was done: `expected_on` is the day by which goods announced cover a backorder, None where none do.
    """

    order: str
    channel: str
    location: str
    currency: str
    amount: NaturalMinor
    policy: Policy
    sold_at: datetime
    lines: tuple[HeldLine, ...]
    expected_on: date | None = None

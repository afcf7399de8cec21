"""What is said of reservations over HTTP."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from tallystick.api.words import LINES_MAX, Name, Number, Quantity, Sku, Text
from tallystick.messages.reservations import RESERVATION_SECONDS_MAX, RESERVATION_SECONDS_USUAL

Seconds = Annotated[
    int, Meta(ge=1, le=RESERVATION_SECONDS_MAX, description="for how many seconds from now, a week at most")
]


class LineHeldWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Units wanted of a product. Lines are numbered from 1 in the order they come."""

    sku: Sku
    quantity: Quantity


class ReservationWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Units to be held for `seconds`: all lines or none, unless `partial` asks for what is there.

    An order that follows under the same number and names the reservation takes the units over without a gap.
    """

    channel: Name
    location: Name
    lines: Annotated[tuple[LineHeldWanted, ...], Meta(min_length=1, max_length=LINES_MAX)]
    seconds: Seconds = RESERVATION_SECONDS_USUAL
    partial: bool = False


class ExtensionWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """For how long, counted from now."""

    seconds: Seconds = RESERVATION_SECONDS_USUAL


class ReleaseWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Why the units are not wanted any more."""

    reason: Text = ""


class TransferWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Where else, or for which other channel, the same units are to be held."""

    channel: Name | None = None
    location: Name | None = None


class ConfirmationWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Hold it until it is released or ordered."""


class ReservationWhere(Struct, frozen=True):
    """Which reservation of which order."""

    order: Number
    reservation: Name


class ReservationMoved(Struct, frozen=True):
    """What became of it. `held` units by line number, `owed` ones that are promised beyond what is there."""

    order: str
    reservation: str
    outcome: str
    state: str
    held: dict[str, int]
    owed: dict[str, int]
    lines_without_stock: list[int]
    expires_at: datetime | None


class HeldShown(Struct, frozen=True):
    """Units of a line: reserved, promised beyond what is there, and how many of the first are from the channel's fence."""

    line: int
    sku: str
    held: int
    owed: int
    fenced: int


class ReservationShown(Struct, frozen=True):
    """A reservation as it stands; nothing is held any more once it has ended."""

    order: str
    reservation: str
    state: str
    channel: str
    location: str
    lines: list[HeldShown]
    expires_at: datetime | None

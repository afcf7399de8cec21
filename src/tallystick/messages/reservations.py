"""Reservations: units held for a while for somebody who has not ordered yet, as part of the order's own family."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from tallystick.messages.sales import OrderPlaced
from tallystick.model.amount import NaturalUnits, PositiveUnits

RESERVATION_SECONDS_MAX: Final = 7 * 86400
RESERVATION_SECONDS_USUAL: Final = 15 * 60
Seconds = Annotated[int, Meta(ge=1, le=RESERVATION_SECONDS_MAX)]


class WantedLine(Struct, frozen=True, gc=False):
    """Units somebody wants held; two lines of one product count together."""

    line: int
    sku: str
    quantity: PositiveUnits


class ReservationRequested(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: hold these units for *seconds*, for an order that may follow under the same number.

    All lines are held or none, unless *partial* asks for what is there.
    """

    order: str
    reservation: str
    channel: str
    location: str
    lines: tuple[WantedLine, ...]
    seconds: Seconds = RESERVATION_SECONDS_USUAL
    partial: bool = False


class ReservationConfirmed(Struct, frozen=True, gc=False):
    """Report: the reservation is firm: it no longer expires."""

    order: str
    reservation: str


class ReservationExtended(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: hold for *seconds* more, counted from now."""

    order: str
    reservation: str
    seconds: Seconds = RESERVATION_SECONDS_USUAL


class ReservationReleased(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: the units are not wanted any more."""

    order: str
    reservation: str
    reason: str = ""


class ReservationTransferRequested(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: hold the same units at another location, or for another channel. Where that cannot be, all stays as it is."""

    order: str
    reservation: str
    channel: str = ""
    location: str = ""


class KeptLine(Struct, frozen=True, gc=False, omit_defaults=True):
    """Units of one line as they are promised: *held* ones are reserved, *owed* ones are not there yet.

    *fenced* of the held ones came out of the channel's own fence and go back there if they are let go.
    """

    line: int
    sku: str
    held: NaturalUnits = 0
    owed: NaturalUnits = 0
    fenced: NaturalUnits = 0


class OfferHeld(Struct, frozen=True, gc=False):
    """Tell (reservation to order): place the order, and take over what is held; nothing may be held any more."""

    placed: OrderPlaced
    channel: str
    location: str
    lines: tuple[KeptLine, ...]


class HeldTaken(Struct, frozen=True, gc=False):
    """Tell (order to reservation): what was held is the order's now, or has been let go by it."""

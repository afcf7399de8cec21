"""Parcels: labels booked with a carrier, and what the carrier says of them on their way."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from tallystick.messages.stock import HeldLine

ParcelStatus = Literal["collected", "in_transit", "delivered", "exception", "returned"]
"""`exception`: the carrier could not go on and says why; `returned`: it came back to us."""
Name = Annotated[str, Meta(min_length=1)]
Grams = Annotated[int, Meta(ge=0, le=10_000_000)]
Millimetres = Annotated[int, Meta(ge=0, le=100_000)]


class Size(Struct, frozen=True, gc=False, omit_defaults=True):
    """What a parcel weighs and how large it is, gross; 0 where nobody said."""

    weight_grams: Grams = 0
    length_mm: Millimetres = 0
    width_mm: Millimetres = 0
    height_mm: Millimetres = 0


class LabelRequested(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: somebody packs *parcel* of an order and wants a label of *carrier*.

    *parcel* is the shipment under which it will be reported as left, or, with *rma*, the parcel that brings goods back.
    *recipient* is the vault's reference of whom it goes to (of whom it comes from, with *rma*); the order's, if empty.
    """

    order: str
    parcel: Name
    carrier: Name
    size: Size = Size()
    service: str = ""
    recipient: str = ""
    rma: str = ""


class LabelCancellationRequested(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a label that was not used is not wanted any more."""

    order: str
    parcel: Name
    reason: str = ""


class LabelBooked(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: the carrier has booked the label: its own name of it, and the number its customers follow.

    *document* is where the label can be fetched, at the carrier's.
    """

    order: str
    parcel: Name
    carrier: Name
    label: str
    tracking: str
    document: str = ""


class LabelRefused(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: the carrier will not carry this parcel, because."""

    order: str
    parcel: Name
    reason: str = ""


class LabelVoided(Struct, frozen=True, gc=False):
    """Report: the carrier has cancelled the label; nothing is charged."""

    order: str
    parcel: Name


class ParcelTracked(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: the carrier says where a parcel is. When that was is the message's own time; *reason* is the carrier's code."""

    order: str
    parcel: Name
    status: ParcelStatus
    carrier: str = ""
    tracking: str = ""
    reason: str = ""


class BookLabel(Struct, frozen=True, gc=False, omit_defaults=True):
    """Command to a carrier: book a label. *recipient* is whom it goes to, or comes from where *is_return*."""

    carrier: str
    order: str
    parcel: str
    size: Size = Size()
    service: str = ""
    recipient: str = ""
    is_return: bool = False


class VoidLabel(Struct, frozen=True, gc=False):
    """Command to a carrier: cancel a label that was not used."""

    carrier: str
    order: str
    parcel: str
    label: str


class ParcelDelivered(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: a parcel reached its customer, as the carrier says."""

    order: str
    parcel: str
    carrier: str = ""
    tracking: str = ""


class LabelKnown(Struct, frozen=True, gc=False):
    """Tell (parcel to fulfilment): what a shipment is followed by."""

    parcel: str
    carrier: str
    tracking: str


class ParcelArrived(Struct, frozen=True, gc=False):
    """Tell (parcel to fulfilment): a shipment has reached its customer."""

    parcel: str


class GoodsArrived(Struct, frozen=True, gc=False, omit_defaults=True):
    """Tell (fulfilment to order): these *lines* have arrived as *shipment*; with *is_all*, all that has left has arrived."""

    shipment: str
    lines: tuple[HeldLine, ...]
    carrier: str = ""
    tracking: str = ""
    is_all: bool = False

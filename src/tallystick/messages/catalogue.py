"""The catalogue of message types: name, version, role, owner, lifecycle, and how old versions are read."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.messages import (
    availability,
    channels,
    fulfilment,
    masters,
    oversells,
    payments,
    reservations,
    returns,
    sales,
    statements,
    stock,
    tills,
)
from tallystick.messages.books import documents, entries, ledger
from tallystick.messages.buying.types import BY_ROLE as BUYING
from tallystick.messages.envelope import Envelope
from tallystick.messages.golive.types import BY_ROLE as GOING_LIVE
from tallystick.messages.marketplaces.types import BY_ROLE as MARKETPLACES
from tallystick.messages.partners.types import CASES, PARCELS, SCREENING
from tallystick.messages.returning.types import BY_ROLE as RETURNING
from tallystick.messages.selling.types import BY_ROLE as GIFT_CARDS
from tallystick.messages.selling.types import KITS
from tallystick.messages.sourcing.types import BY_ROLE as SOURCING
from tallystick.messages.stewardship.types import BY_ROLE as STEWARDSHIP
from tallystick.messages.stocking import types as stocking

PREFIX: Final = "tallystick"
ADDRESS_FIELDS: Final = ("provider", "location", "channel", "carrier")
"""Whom a command is for says one field of it: the first of these it has. A channel's shipment is asked of its location."""


Upcast = Callable[[dict[str, Any]], dict[str, Any]]


class Role(StrEnum):
    """What a message is to the house."""

    REPORT = "report"
    FACT = "fact"
    COMMAND = "command"
    TELL = "tell"
    QUESTION = "question"


class Lifecycle(StrEnum):
    """Where a type stands between its first draft and its end."""

    DRAFT = "draft"
    ACTIVE = "active"
    DEPRECATED = "deprecated"
    RETIRED = "retired"


class MessageType(Struct, frozen=True):
    """One message type in one version.

    `area` is the trade area, `owner` the desk that answers for it. `upcast` turns the decoded JSON object of this
    version into that of the next; the newest version has none.
    """

    area: str
    name: str
    version: int
    struct: type[Struct]
    role: Role
    owner: str
    lifecycle: Lifecycle = Lifecycle.ACTIVE
    upcast: Upcast | None = None

    @property
    def type(self) -> str:
        """The CloudEvents type, such as `tallystick.sales.order_placed.v1`."""
        return f"{PREFIX}.{self.area}.{self.name}.v{self.version}"


class UnknownType(ValueError):
    """A type, or a version of it, that the catalogue does not hold."""


def snake(name: str) -> str:
    """Turn `OrderPlaced` into `order_placed`."""
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


def _area(area: str, owner: str, roles: Mapping[Any, tuple[type[Struct], ...]]) -> list[MessageType]:
    return [
        MessageType(area, snake(struct.__name__), 1, struct, Role(role), owner)
        for role, structs in roles.items()
        for struct in structs
    ]


TYPES: Final[tuple[MessageType, ...]] = (
    *_area(
        "sales",
        "sales operations",
        {
            Role.REPORT: (
                sales.OrderPlaced,
                sales.OrderCancellationRequested,
                sales.OrderLineCancellationRequested,
                sales.DeliveryChangeRequested,
                sales.RefundRequested,
                sales.SaleReported,
                sales.CreditReported,
                sales.BadDebtReported,
                sales.DeadlinePassed,
                oversells.TurnCame,
            ),
            Role.FACT: (
                oversells.OrderOversold,
                sales.SaleRecorded,
                sales.SaleReversed,
                sales.SaleCredited,
                sales.BadDebtAdjusted,
                sales.AllowanceGranted,
            ),
            Role.COMMAND: (sales.RefuseOrder, sales.CancelOrder, sales.CancelLines),
        },
    ),
    *_area(
        "stock",
        "inventory control",
        {
            Role.REPORT: (stock.ReceiptReported, stock.AdjustmentReported),
            Role.FACT: (
                stock.StockReserved,
                stock.StockReleased,
                stock.StockOwed,
                stock.StockNoLongerOwed,
                stock.GoodsReceived,
                stock.StockAdjusted,
                stock.ShortageCovered,
                stock.ShortageExplained,
            ),
        },
    ),
    *_area(
        "availability",
        "inventory control",
        {
            Role.REPORT: (
                availability.AvailabilityRulesDeclared,
                availability.AllocationRequested,
                availability.InboundAnnounced,
                availability.InboundCancelled,
            ),
            Role.FACT: (
                availability.AvailabilityRulesSet,
                availability.FenceChanged,
                availability.IncomingChanged,
            ),
            Role.TELL: (availability.InboundArrived,),
        },
    ),
    *_area(
        "reservations",
        "sales operations",
        {
            Role.REPORT: (
                reservations.ReservationRequested,
                reservations.ReservationConfirmed,
                reservations.ReservationExtended,
                reservations.ReservationReleased,
                reservations.ReservationTransferRequested,
            ),
            Role.TELL: (reservations.OfferHeld, reservations.HeldTaken),
        },
    ),
    *_area(
        "fulfilment",
        "warehouse operations",
        {
            Role.REPORT: (fulfilment.DispatchReported, fulfilment.DispatchRefused),
            Role.FACT: (fulfilment.GoodsDispatched,),
            Role.COMMAND: (
                fulfilment.ShipOrder,
                fulfilment.RecallShipment,
                fulfilment.RecallLines,
                fulfilment.RedirectShipment,
            ),
            Role.TELL: (
                fulfilment.ReleaseShipment,
                fulfilment.ReleaseMore,
                fulfilment.StopShipment,
                fulfilment.TrimShipment,
                fulfilment.ChangeRecipient,
                fulfilment.GoodsLeft,
                fulfilment.ShipmentStopped,
                fulfilment.ShowParcel,
            ),
        },
    ),
    *_area(
        "payments",
        "treasury",
        {
            Role.REPORT: (
                payments.PaymentAuthorised,
                payments.PaymentDeclined,
                payments.AuthorisationRequested,
                payments.CaptureRequested,
                payments.VoidRequested,
                payments.CaptureReported,
                payments.VoidReported,
                payments.RefundReported,
                payments.RefundFailed,
                payments.SettlementReported,
                payments.ChargebackReported,
            ),
            Role.FACT: (
                payments.PaymentCaptured,
                payments.RefundPaid,
                payments.PaymentChargedBack,
                payments.PaymentSettled,
            ),
            Role.COMMAND: (
                payments.AuthorisePayment,
                payments.CapturePayment,
                payments.VoidPayment,
                payments.PayRefund,
            ),
            Role.TELL: (
                payments.RequestPayment,
                payments.LowerPayment,
                payments.ForgoPayment,
                payments.CollectPayment,
                payments.CreditPayment,
                payments.ReleasePayment,
                payments.PaymentSecured,
                payments.PaymentFailed,
                payments.RequestRefund,
            ),
        },
    ),
    *_area(
        "channels",
        "sales operations",
        {
            Role.COMMAND: (channels.SetStock, channels.PublishProduct, channels.TellShipment),
            Role.QUESTION: (channels.StockAsked,),
        },
    ),
    *_area("notices", "customer service", {Role.COMMAND: (channels.TellCustomer,)}),
    *_area(
        "returns",
        "customer service",
        {
            Role.REPORT: (returns.ReturnRequested, returns.ReturnReceived, returns.LossClaimed),
            Role.FACT: (returns.GoodsReturned, returns.GoodsLost),
            Role.TELL: (returns.TakeBack, returns.ReturnSettled, returns.CreditLoss, returns.LossCredited),
        },
    ),
    *_area("returning", "customer service", RETURNING),
    *_area("buying", "purchasing", BUYING),
    *_area("transfers", "inventory control", stocking.TRANSFERS),
    *_area("counts", "inventory control", stocking.COUNTS),
    *_area("corrections", "inventory control", stocking.CORRECTIONS),
    *_area("marketplaces", "marketplace desk", MARKETPLACES),
    *_area("golive", "controlling", GOING_LIVE),
    *_area("sourcing", "sales operations", SOURCING),
    *_area("screening", "payments and fraud", SCREENING),
    *_area("parcels", "warehouse operations", PARCELS),
    *_area("cases", "customer service", CASES),
    *_area("gift_cards", "treasury", GIFT_CARDS),
    *_area("kits", "master data", KITS),
    *_area(
        "statements",
        "reconciliation",
        {Role.REPORT: statements.REPORTS},
    ),
    *_area(
        "tills",
        "store operations",
        {
            Role.REPORT: (tills.CashUpReported,),
            Role.FACT: (tills.CashCounted,),
            Role.TELL: (tills.TakingsMoved,),
        },
    ),
    *_area(
        "masters",
        "master data",
        {
            Role.REPORT: (
                masters.ProductReported,
                masters.SupplierReported,
                masters.LedgerAccountReported,
                masters.PriceDeclared,
            ),
            Role.FACT: (masters.ProductKnown, masters.SupplierKnown, masters.LedgerAccountKnown, masters.PriceSet),
        },
    ),
    *_area("stewardship", "master data", STEWARDSHIP),
    *_area(
        "ledger",
        "controlling",
        {
            Role.REPORT: (ledger.JournalDrawn, documents.DocumentDrawn),
            Role.FACT: (ledger.JournalIssued, documents.DocumentIssued),
            Role.COMMAND: (
                ledger.PostJournal,
                ledger.ReverseJournal,
                documents.PostDocument,
                documents.ReverseDocument,
            ),
            Role.QUESTION: (ledger.FindEntries, ledger.LedgerEntriesAsked),
        },
    ),
    *_area(
        "entries",
        "controlling",
        {
            Role.REPORT: (entries.ManualEntryApproved, entries.ManualEntryReversalApproved),
            Role.FACT: (entries.ManualEntryPosted, entries.ManualEntryReversed),
        },
    ),
)


class Catalogue:
    """The types by their CloudEvents name and by their class, with a decoder for each."""

    def __init__(self, types: tuple[MessageType, ...] = TYPES) -> None:
        """Index *types*; raise `UnknownType` where an older version has no way to the newest."""
        self.types = types
        self._by_type = {t.type: t for t in types}
        newest: dict[tuple[str, str], MessageType] = {}
        for t in sorted(types, key=lambda t: t.version):
            newest[t.area, t.name] = t
        self._newest = newest
        self._by_struct = {t.struct: t for t in newest.values()}
        self.type_of = {t.struct: t.type for t in newest.values()}
        self._decoders = {t.struct: msgspec.json.Decoder(t.struct) for t in newest.values()}
        stuck = [t.type for t in types if t.upcast is None and newest[t.area, t.name] is not t]
        if stuck:
            raise UnknownType(f"no upcaster from {', '.join(stuck)} to the newest version")

    def of(self, struct: type[Struct]) -> MessageType:
        """Return the newest type of *struct*."""
        return self._by_struct[struct]

    def named(self, name: str) -> MessageType:
        """Return the type called *name*, such as `tallystick.sales.order_placed.v1`; raise `UnknownType` if none."""
        try:
            return self._by_type[name]
        except KeyError:
            raise UnknownType(f"no message type {name!r}: see docs/reference/messages.md") from None

    def decode(self, name: str, body: bytes) -> Struct:
        """Read a body of type *name*, raising old versions to the newest one step at a time.

        Raises `UnknownType` or `msgspec.ValidationError`, which names the field.
        """
        found = self.named(name)
        if self._by_struct.get(found.struct) is found:
            return self._decoders[found.struct].decode(body)
        data: dict[str, Any] = msgspec.json.decode(body)
        for step in self._way_up(found):
            data = step(data)
        return msgspec.convert(data, self._newest[found.area, found.name].struct)

    def _way_up(self, old: MessageType) -> list[Upcast]:
        """Return the upcasters from an old version to the newest, one version at a time."""
        versions = sorted(t.version for t in self.types if (t.area, t.name) == (old.area, old.name))
        named = (f"{PREFIX}.{old.area}.{old.name}.v{v}" for v in versions if v >= old.version)
        return [t.upcast for t in map(self.named, named) if t.upcast is not None]

    def opened(self, envelope: Envelope) -> Struct:
        """Read the report inside *envelope*."""
        return self.decode(envelope.type, bytes(envelope.data))


CATALOGUE: Final = Catalogue()


@cache
def address_field(command: type[Struct]) -> str:
    """Return the field by which commands of a type are addressed; empty where they name nobody."""
    return next((name for name in ADDRESS_FIELDS if name in command.__struct_fields__), "")


def address_of(command: Struct) -> str:
    """Return whom *command* is for; empty where it names nobody."""
    field = address_field(type(command))
    return str(getattr(command, field)) if field else ""

"""The members of a family by name: which process of a subject a message is for."""

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from tallystick.messages import (
    availability,
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
from tallystick.messages.buying import reports as buying
from tallystick.messages.golive import reports as golive
from tallystick.messages.marketplaces import reports as marketplaces
from tallystick.messages.partners import cases, parcels, screening
from tallystick.messages.returning import policies as return_policies
from tallystick.messages.returning import reports as returning
from tallystick.messages.selling.kits import KitDeclared
from tallystick.messages.selling.types import REPORTS as CARD_REPORTS
from tallystick.messages.sourcing import decided
from tallystick.messages.sourcing.policy import SourcingPolicyDeclared
from tallystick.messages.stewardship import governing, records
from tallystick.messages.stocking import corrections, counts
from tallystick.messages.stocking.types import TRANSFER_REPORTS

PAYMENT: Final = "payment/1"
FULFILMENT: Final = "fulfilment/1"
CASH_UP: Final = "cash_up"
INBOUND: Final = "inbound"
PURCHASE: Final = "purchase"
TRANSFER: Final = "transfer"
COUNT: Final = "cycle_count"
CORRECTION: Final = "correction"
STOCK_MOVE: Final = "stock_move"
SCREENING: Final = "screening"
CASE: Final = "case"
GIFT_CARD: Final = "gift_card"
TENDERS: Final = "tenders"
"""What stands between an order and its payment where gift cards pay a part."""
RULES: Final = "rules"
SOURCING: Final = "sourcing"
RETURN_POLICIES: Final = "return_policies"
RETURN_POLICIES_SUBJECT: Final = "rules/returns"
RULES_SUBJECT: Final = "rules/availability"
"""All rules of what may be promised, and from where, are one subject: whoever makes promises looks at it."""
RECORD: Final = "master"
OWNERSHIP: Final = "ownership"
OWNERSHIP_SUBJECT: Final = "rules/ownership"
PUBLICATION: Final = "publication"
PUBLICATION_SUBJECT: Final = "rules/publication"

CHANNELS_SUBJECT: Final = "golive/channels"
"""All channels that run beside an old system are one subject: whoever sends commands looks at it."""

_FIXED: Final[dict[type[Struct], str]] = {
    availability.AvailabilityRulesDeclared: RULES,
    SourcingPolicyDeclared: SOURCING,
    decided.SourcingRequested: "order",
    decided.CollectionReady: FULFILMENT,
    return_policies.ReturnPoliciesDeclared: RETURN_POLICIES,
    availability.AllocationRequested: "allocation",
    availability.InboundAnnounced: INBOUND,
    availability.InboundCancelled: INBOUND,
    sales.OrderCancellationRequested: "order",
    sales.OrderLineCancellationRequested: "order",
    sales.DeliveryChangeRequested: "order",
    sales.RefundRequested: "order",
    oversells.TurnCame: "order",
    sales.CreditReported: "credit",
    sales.BadDebtReported: "baddebt",
    tills.CashUpReported: CASH_UP,
    stock.AdjustmentReported: "count",
    fulfilment.DispatchReported: FULFILMENT,
    fulfilment.DispatchRefused: FULFILMENT,
    payments.PaymentAuthorised: PAYMENT,
    payments.PaymentDeclined: PAYMENT,
    payments.AuthorisationRequested: PAYMENT,
    payments.CaptureRequested: PAYMENT,
    payments.VoidRequested: PAYMENT,
    payments.CaptureReported: PAYMENT,
    payments.VoidReported: PAYMENT,
    payments.SettlementReported: PAYMENT,
    payments.ChargebackReported: PAYMENT,
    marketplaces.MarketplaceRefundReported: PAYMENT,
    marketplaces.MarketplaceSettlementReported: PAYMENT,
    marketplaces.MarketplaceChargeReported: "marketplace_charge",
    statements.StockStatementReported: "statement",
    statements.ProviderStatementReported: "statement",
    statements.BankStatementReported: "statement",
    statements.TillJournalReported: "statement",
    statements.LedgerStatementReported: "statement",
    statements.DifferenceFound: "difference",
    statements.DifferenceSettled: "difference",
    masters.ProductReported: "product",
    masters.SupplierReported: "supplier",
    masters.LedgerAccountReported: "ledger_account",
    masters.PriceDeclared: "price",
    records.MasterStated: RECORD,
    records.ConflictSettled: RECORD,
    records.PairJudged: RECORD,
    governing.OwnershipDeclared: OWNERSHIP,
    governing.PublicationDeclared: PUBLICATION,
    ledger.JournalDrawn: "journal",
    buying.PurchasePlaced: PURCHASE,
    buying.PurchaseAcknowledged: PURCHASE,
    buying.PurchaseCancelled: PURCHASE,
    buying.ShipmentAdvised: PURCHASE,
    buying.PurchaseReceiptReported: PURCHASE,
    buying.GoodsSentBackReported: PURCHASE,
    buying.SupplierCreditReported: PURCHASE,
    buying.LandedCostReported: PURCHASE,
    **dict.fromkeys(TRANSFER_REPORTS, TRANSFER),
    counts.CountPlanned: COUNT,
    counts.CountStarted: COUNT,
    counts.CountTaken: COUNT,
    counts.CountCancelled: COUNT,
    corrections.CorrectionReported: CORRECTION,
    corrections.CorrectionDropped: CORRECTION,
    corrections.CorrectionApproved: CORRECTION,
    corrections.StockMoveReported: STOCK_MOVE,
    screening.OrderScreened: SCREENING,
    screening.ScreeningRuled: SCREENING,
    cases.CaseOpened: CASE,
    cases.CaseMessageReceived: CASE,
    cases.CaseInformed: CASE,
    cases.CaseClosed: CASE,
    documents.DocumentDrawn: "document",
    **dict.fromkeys(CARD_REPORTS, GIFT_CARD),
    KitDeclared: "kit",
    entries.ManualEntryApproved: "entry",
    entries.ManualEntryReversalApproved: "entry",
    golive.TakeoverApproved: "takeover",
    golive.TakeoverReversalApproved: "takeover",
    golive.OrderTakenOver: "order",
    golive.ParallelDayCompared: "parallel",
}


def refund_member(number: int) -> str:
    """Return the member that pays refund *number*; 0 gives back what was captured after a void."""
    return f"refund/{number}"


def fulfilment_member(number: int) -> str:
    """Return the member that follows what one location was asked to send: `fulfilment/2`."""
    return f"fulfilment/{number}"


def return_member(rma: str) -> str:
    """Return the member that follows the goods of *rma*."""
    return f"return/{rma}"


def rma_member(rma: str) -> str:
    """Return the member that follows *rma* under a policy of returns."""
    return f"rma/{rma}"


def claim_member(claim: str) -> str:
    """Return the member that follows the loss claimed under *claim*."""
    return f"claim/{claim}"


def reservation_member(name: str) -> str:
    """Return the member that holds units as reservation *name*."""
    return f"reservation/{name}"


def parcel_member(parcel: str) -> str:
    """Return the member that follows *parcel* with its carrier."""
    return f"parcel/{parcel}"


def _of_parcel(data: Any) -> str:
    return parcel_member(data.parcel)


def _of_invoice(data: Any) -> str:
    return f"supplier_invoice/{data.invoice}"


def _of_channel(data: Any) -> str:
    return f"channel/{data.channel}"


def _of_reservation(data: Any) -> str:
    return reservation_member(data.reservation)


def _of_return(data: Any) -> str:
    return return_member(data.rma)


_OWN: Final[dict[type[Struct], Callable[[Any], str]]] = {
    sales.OrderPlaced: lambda data: reservation_member(data.reservation) if data.reservation else "order",
    sales.DeadlinePassed: lambda data: data.member,
    stock.ReceiptReported: lambda data: f"stock/{data.receipt}" if data.inbound else "stock",
    payments.RefundReported: lambda data: refund_member(data.number),
    payments.RefundFailed: lambda data: refund_member(data.number),
    returns.ReturnRequested: lambda data: return_member(data.rma),
    returns.ReturnReceived: lambda data: return_member(data.rma),
    returns.LossClaimed: lambda data: claim_member(data.claim),
    golive.ShadowBegun: _of_channel,
    golive.ChannelSwitched: _of_channel,
    golive.ChannelPutBack: _of_channel,
    parcels.LabelRequested: _of_parcel,
    parcels.LabelCancellationRequested: _of_parcel,
    parcels.LabelBooked: _of_parcel,
    parcels.LabelRefused: _of_parcel,
    parcels.LabelVoided: _of_parcel,
    parcels.ParcelTracked: _of_parcel,
    returning.ReturnLabelled: _of_return,
    returning.ReturnCancelled: _of_return,
    returning.ReturnInspected: _of_return,
    returning.ReturnRefurbished: _of_return,
    returning.ReturnRefundApproved: lambda data: return_member(data.refund.rma),
    buying.SupplierInvoiceReported: _of_invoice,
    buying.InvoiceReleased: _of_invoice,
    buying.SupplierPaymentReported: _of_invoice,
    reservations.ReservationRequested: _of_reservation,
    reservations.ReservationConfirmed: _of_reservation,
    reservations.ReservationExtended: _of_reservation,
    reservations.ReservationReleased: _of_reservation,
    reservations.ReservationTransferRequested: _of_reservation,
}


def member_of(data: Any) -> str:
    """Return the member of its subject's family that a report is for; raise `LookupError` for what is no report."""
    if isinstance(data, sales.SaleReported):
        return f"basket/{data.sale}" if data.till_day else "sale"
    fixed = _FIXED.get(type(data))
    if fixed is not None:
        return fixed
    of = _OWN.get(type(data))
    if of is not None:
        return of(data)
    raise LookupError(f"{type(data).__name__} is not a report any process takes")

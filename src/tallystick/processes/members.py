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
from tallystick.messages.returning import policies as return_policies
from tallystick.messages.returning import reports as returning

PAYMENT: Final = "payment/1"
FULFILMENT: Final = "fulfilment/1"
CASH_UP: Final = "cash_up"
INBOUND: Final = "inbound"
PURCHASE: Final = "purchase"
RULES: Final = "rules"
RETURN_POLICIES: Final = "return_policies"
RETURN_POLICIES_SUBJECT: Final = "rules/returns"
RULES_SUBJECT: Final = "rules/availability"
"""All rules of what may be promised are one subject: whoever makes promises looks at it."""

_FIXED: Final[dict[type[Struct], str]] = {
    availability.AvailabilityRulesDeclared: RULES,
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
    ledger.JournalDrawn: "journal",
    buying.PurchasePlaced: PURCHASE,
    buying.PurchaseAcknowledged: PURCHASE,
    buying.PurchaseCancelled: PURCHASE,
    buying.ShipmentAdvised: PURCHASE,
    buying.PurchaseReceiptReported: PURCHASE,
    buying.GoodsSentBackReported: PURCHASE,
    buying.SupplierCreditReported: PURCHASE,
    buying.LandedCostReported: PURCHASE,
    documents.DocumentDrawn: "document",
    entries.ManualEntryApproved: "entry",
    entries.ManualEntryReversalApproved: "entry",
}


def refund_member(number: int) -> str:
    """Return the member that pays refund *number*; 0 gives back what was captured after a void."""
    return f"refund/{number}"


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


def _of_invoice(data: Any) -> str:
    return f"supplier_invoice/{data.invoice}"


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

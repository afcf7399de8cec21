"""The members of a family by name: which process of a subject a message is for."""

from typing import Any, Final

from msgspec import Struct

from tallystick.messages import entries, fulfilment, payments, returns, sales, stock

PAYMENT: Final = "payment/1"
FULFILMENT: Final = "fulfilment/1"

_FIXED: Final[dict[type[Struct], str]] = {
    sales.OrderPlaced: "order",
    sales.OrderCancellationRequested: "order",
    sales.SaleReported: "sale",
    sales.CreditReported: "credit",
    sales.BadDebtReported: "baddebt",
    stock.AdjustmentReported: "count",
    stock.ReceiptReported: "stock",
    fulfilment.DispatchReported: FULFILMENT,
    fulfilment.DispatchRefused: FULFILMENT,
    payments.PaymentAuthorised: PAYMENT,
    payments.PaymentDeclined: PAYMENT,
    payments.CaptureReported: PAYMENT,
    payments.VoidReported: PAYMENT,
    payments.SettlementReported: PAYMENT,
    entries.ManualEntryApproved: "entry",
    entries.ManualEntryReversalApproved: "entry",
}


def refund_member(number: int) -> str:
    """Return the member that pays refund *number*; 0 gives back what was captured after a void."""
    return f"refund/{number}"


def return_member(rma: str) -> str:
    """Return the member that follows the goods of *rma*."""
    return f"return/{rma}"


def member_of(data: Any) -> str:
    """Return the member of its subject's family that a report is for; raise `LookupError` for what is no report."""
    fixed = _FIXED.get(type(data))
    if fixed is not None:
        return fixed
    if isinstance(data, sales.DeadlinePassed):
        return data.member
    if isinstance(data, payments.RefundReported | payments.RefundFailed):
        return refund_member(data.number)
    if isinstance(data, returns.ReturnRequested | returns.ReturnReceived):
        return return_member(data.rma)
    raise LookupError(f"{type(data).__name__} is not a report any process takes")

"""A supplier's invoice: matched and payable, or blocked until goods, a credit note or a person settle it; and paid."""

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.buying.facts import SupplierPaid
from tallystick.messages.buying.reports import (
    InvoiceReleased,
    SupplierInvoiceReported,
    SupplierPaymentReported,
)
from tallystick.messages.buying.tells import AcceptDispute, InvoiceCleared, InvoiceMatched, MatchInvoice
from tallystick.messages.sales import DeadlinePassed
from tallystick.processes.buying.purchase_steps import digest_of
from tallystick.processes.repeats import again, booked_already
from tallystick.processes.table import NEW, Break, Decision, Early, Ignored, Process, Row, Step, Unexpected

MATCHING, PAYABLE, BLOCKED, PAID = "MATCHING", "PAYABLE", "BLOCKED", "PAID"
PURCHASE = "purchase"


class InvoiceData(Struct, frozen=True, gc=False, omit_defaults=True):
    """An invoice's digest, what is owed of it, why it is blocked, and what was paid by the bank's reference."""

    purchase: str
    invoice: str
    currency: str
    digest: str
    amount: int = 0
    supplier: str = ""
    reasons: tuple[str, ...] = ()
    paid: dict[str, int] = {}


def present(data: InvoiceData | None, step: Step, view: View) -> Decision:
    """Hand an invoice to its purchase; the same number again with other content is somebody's case."""
    told: SupplierInvoiceReported = step.data
    digest = digest_of(told)
    if data is not None:
        return booked_already(data, data.digest == digest, f"{told.purchase}: invoice {told.invoice}")
    after = InvoiceData(told.purchase, told.invoice, told.currency, digest)
    tell = MatchInvoice(told.invoice, told.lines, told.tax)
    return Decision("presented", after, tells=((PURCHASE, tell),), passes_on=True)


def matched(data: InvoiceData, step: Step, view: View) -> Decision:
    """It is booked: it may be paid, or it must wait, and for what."""
    told: InvoiceMatched = step.data
    after = replace(data, amount=told.amount, supplier=told.supplier, reasons=told.reasons)
    if not told.reasons:
        return Decision("payable", after)
    text = f"{data.purchase}: invoice {data.invoice} of {told.supplier} waits: {', '.join(told.reasons)}"
    found = Break("invoice_blocked", text, told.amount, data.currency)
    return Decision("blocked", after, breaks=() if told.agreed else (found,))


def release(data: InvoiceData, step: Step, view: View) -> Decision:
    """A person accepts what is disputed, or pays before the goods."""
    return Decision("released", data, tells=((PURCHASE, AcceptDispute(data.invoice)),), passes_on=True)


def cleared(data: InvoiceData, step: Step, view: View) -> Decision:
    """What blocked it is settled."""
    return Decision("cleared", replace(data, reasons=()), explains=("invoice_blocked", "invoice_overdue"))


def overdue(data: InvoiceData, step: Step, view: View) -> Decision:
    """It has been blocked for too long: a supplier waits for money, or we for goods."""
    text = f"{data.purchase}: invoice {data.invoice} of {data.supplier} is still blocked: {', '.join(data.reasons)}"
    return Decision("told", data, breaks=(Break("invoice_overdue", text, data.amount, data.currency),))


def pay(data: InvoiceData, step: Step, view: View) -> Decision:
    """Money left the bank. It has happened: also when the invoice was blocked, or more was paid than it asks for."""
    told: SupplierPaymentReported = step.data
    known = data.paid.get(told.reference)
    if known is not None:
        what = f"{data.purchase}: payment {told.reference} of invoice {data.invoice}"
        return booked_already(data, known == told.amount, what)
    after = replace(data, paid={**data.paid, told.reference: told.amount})
    fact = SupplierPaid(data.purchase, data.invoice, data.supplier, told.bank, data.currency, told.amount)
    paid = sum(after.paid.values())
    breaks = []
    if data.reasons:
        text = f"{data.purchase}: invoice {data.invoice} was paid while it was blocked: {', '.join(data.reasons)}"
        breaks.append(Break("paid_while_blocked", text, told.amount, data.currency))
    if paid > data.amount:
        text = f"{data.purchase}: {paid - data.amount} more was paid than invoice {data.invoice} asks for"
        breaks.append(Break("overpaid", text, paid - data.amount, data.currency))
    return Decision("paid" if paid >= data.amount else "part_paid", after, (fact,), breaks=tuple(breaks))


# fmt: off
ROWS = (
    #   in state   on message               decide   outcome      to state  tells             within
    Row(NEW,       SupplierInvoiceReported, present, "presented", MATCHING, (MatchInvoice,)),
    Row(MATCHING,  InvoiceMatched,          matched, "payable",   PAYABLE),
    Row(MATCHING,  InvoiceMatched,          matched, "blocked",   BLOCKED,  (),               "invoice_days_max"),
    Row(BLOCKED,   InvoiceReleased,         release, "released",  BLOCKED,  (AcceptDispute,), moves=False),
    Row(BLOCKED,   InvoiceCleared,          cleared, "cleared",   PAYABLE),
    Row(BLOCKED,   DeadlinePassed,          overdue, "told",      BLOCKED),
    Row(PAYABLE,   SupplierPaymentReported, pay,     "paid",      PAID),
    Row(PAYABLE,   SupplierPaymentReported, pay,     "part_paid", PAYABLE),
    Row(PAID,      SupplierPaymentReported, pay,     "paid",      PAID),
    # Paid though it must not be: the money is gone, so the book says so, and what blocks it stands.
    Row(BLOCKED,   SupplierPaymentReported, pay,     "paid",      BLOCKED,  moves=False),
    Row(BLOCKED,   SupplierPaymentReported, pay,     "part_paid", BLOCKED,  moves=False),
    *again(SupplierPaymentReported, pay, PAYABLE, BLOCKED, PAID),
    *again(SupplierInvoiceReported, present, PAYABLE, BLOCKED, PAID),
)
OTHERS = (
    Early((NEW,), InvoiceReleased, "the invoice itself has not come yet"),
    Early((NEW,), SupplierPaymentReported, "the invoice itself has not come yet"),
    Ignored((PAYABLE, PAID), InvoiceReleased, "nothing blocks it"),
    Ignored((PAYABLE, PAID), InvoiceCleared, "nothing blocks it"),
    Ignored((PAYABLE, PAID), DeadlinePassed, "it is not blocked any more"),
    Unexpected((NEW, PAYABLE, BLOCKED, PAID), InvoiceMatched, "a purchase matched no invoice of ours: report as a defect"),
    Unexpected((NEW, MATCHING), InvoiceCleared, "a purchase cleared what it has not matched: report this as a defect"),
    Unexpected((NEW, MATCHING), DeadlinePassed, "a deadline of an invoice that does not stand: report this as a defect"),
    Unexpected((MATCHING,), SupplierInvoiceReported, "an invoice between two steps: report this as a defect"),
    Unexpected((MATCHING,), InvoiceReleased, "an invoice between two steps: report this as a defect"),
    Unexpected((MATCHING,), SupplierPaymentReported, "an invoice between two steps: report this as a defect"),
)
# fmt: on
SUPPLIER_INVOICE = Process("supplier_invoice", InvoiceData, ROWS, OTHERS)

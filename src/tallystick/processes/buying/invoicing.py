"""What a purchase makes of its invoices, credit notes and further costs: matched, split, disputed, settled."""

from msgspec.structs import replace

from tallystick.decisions.buying.cost_spread import Concerned, NothingToSpreadOver, revalued, spread
from tallystick.decisions.buying.three_way_match import PRICE, QUANTITY, Counted, Match, match
from tallystick.decisions.valuation import Shelf
from tallystick.decisions.view import View
from tallystick.messages.buying.facts import (
    AcceptedLine,
    DisputeAccepted,
    InvoiceSplit,
    LandedCostAdded,
    SupplierCredited,
    SupplierInvoiced,
)
from tallystick.messages.buying.reports import (
    CreditNoteLine,
    InvoicedLine,
    LandedCostReported,
    SupplierCreditReported,
)
from tallystick.messages.buying.tells import AcceptDispute, InvoiceCleared, InvoiceMatched, MatchInvoice
from tallystick.processes.buying.purchase_data import PurchaseData, Waiting
from tallystick.processes.buying.purchase_steps import digest_of, noted
from tallystick.processes.repeats import booked_already
from tallystick.processes.table import Break, Decision, Step

Changed = tuple[PurchaseData, InvoiceSplit]
"""The purchase with a line counted further, and what that line comes to."""


def match_invoice(data: PurchaseData, step: Step, view: View) -> Decision:
    """Book an invoice, for it is owed by law once it is here, and say what it must wait for before it is paid."""
    told: MatchInvoice = step.data
    shelf, after, splits = Shelf(view), data, []
    reasons: dict[str, None] = {}
    needs: dict[int, int] = {}
    for x in told.lines:
        known, after = _line_of(after, x)
        found = match(known, x, data.tolerance, after.invoiceable()[x.line])
        reasons.update(dict.fromkeys(found.reasons))
        if QUANTITY in found.reasons:
            needs[x.line] = known.invoiced + x.quantity
        splits.append(_split(found, known, x, (shelf, data.location)))
        after = after.with_line(replace(known, invoiced=known.invoiced + x.quantity))
    if reasons:
        disputed = {s.line: s.disputed for s in splits if s.disputed}
        units = {x.line: x.quantity for x in told.lines}
        after = replace(after, waiting={**after.waiting, told.invoice: Waiting(needs, disputed, units)})
    fact = SupplierInvoiced(
        data.purchase,
        told.invoice,
        data.supplier,
        data.location,
        data.jurisdiction,
        data.currency,
        tuple(splits),
        told.tax,
    )
    amount = sum(x.net for x in told.lines) + told.tax
    agreed = data.matching == "invoice_first" and PRICE not in reasons
    matched = InvoiceMatched(amount, data.supplier, tuple(reasons), agreed)
    return Decision("matched", after, (fact,), tells=((_member(told.invoice), matched),), passes_on=True)


def _line_of(data: PurchaseData, x: InvoicedLine) -> tuple[Counted, PurchaseData]:
    """Return the line an invoice means. One that was never ordered is opened at no price: all of it is disputed."""
    known = data.line(x.line)
    if known is not None:
        return known, data
    opened = Counted(x.line, f"line-{x.line}", 0, 0, 1)
    return opened, replace(data, lines=(*data.lines, opened))


def _split(found: Match, known: Counted, x: InvoicedLine, where: tuple[Shelf, str]) -> InvoiceSplit:
    if found.disputed:
        return InvoiceSplit(x.line, known.sku, found.cleared, 0, 0, found.difference)
    to_stock, to_cost = revalued(where[0], Concerned(known.sku, where[1], x.quantity), found.difference)
    return InvoiceSplit(x.line, known.sku, found.cleared, to_stock, to_cost, 0)


def accept_dispute(data: PurchaseData, step: Step, view: View) -> Decision:
    """A person released the invoice: what was disputed is what the goods cost, and nothing is waited for any more."""
    told: AcceptDispute = step.data
    waiting = data.waiting.get(told.invoice)
    rest = {name: w for name, w in data.waiting.items() if name != told.invoice}
    tells = ((_member(told.invoice), InvoiceCleared()),)
    if waiting is None or not waiting.disputed:
        return Decision("accepted", replace(data, waiting=rest), tells=tells, passes_on=True)
    shelf, lines = Shelf(view), []
    for number, amount in waiting.disputed.items():
        known = data.line(number)
        if known is not None:
            to_stock, to_cost = revalued(shelf, Concerned(known.sku, data.location, waiting.units[number]), amount)
            lines.append(AcceptedLine(number, known.sku, to_stock, to_cost))
    fact = DisputeAccepted(data.purchase, told.invoice, data.supplier, data.location, data.currency, tuple(lines))
    return Decision("accepted", replace(data, waiting=rest), (fact,), tells=tells, passes_on=True)


def credit(data: PurchaseData, step: Step, view: View) -> Decision:
    """Book a credit note: for goods that went back, for what was disputed, or for a price lowered afterwards."""
    told: SupplierCreditReported = step.data
    key = f"credit/{told.credit}"
    if key in data.booked:
        return booked_already(data, data.booked[key] == digest_of(told), f"{data.purchase}: credit note {told.credit}")
    shelf, after, splits = Shelf(view), noted(data, key, told), []
    for x in told.lines:
        known = after.line(x.line)
        if known is None:
            splits.append(InvoiceSplit(x.line, f"line-{x.line}", 0, 0, x.net, 0))
        elif x.because == "returned":
            after, split = _for_returned(after, known, x, shelf)
            splits.append(split)
        else:
            after, split = _for_price(after, known, x, (shelf, told.invoice))
            splits.append(split)
    fact = SupplierCredited(
        data.purchase,
        told.credit,
        data.supplier,
        data.location,
        data.jurisdiction,
        data.currency,
        tuple(splits),
        told.tax,
    )
    after, tells = _settled(after, told.invoice)
    return Decision("credited", after, (fact,), tells=tells)


def _for_returned(data: PurchaseData, known: Counted, x: CreditNoteLine, shelf: Shelf) -> Changed:
    """Count units as not invoiced any more; what is given back beyond or below their ordered price is a difference."""
    left = max(0, known.invoiced - x.quantity)
    cleared = known.worth(known.invoiced) - known.worth(left)
    after = data.with_line(replace(known, invoiced=left))
    to_stock, to_cost = _lowered(shelf, Concerned(known.sku, data.location, 0), x.net - cleared)
    return after, InvoiceSplit(x.line, known.sku, cleared, to_stock, to_cost, 0)


def _for_price(data: PurchaseData, known: Counted, x: CreditNoteLine, where: tuple[Shelf, str]) -> Changed:
    """End what was disputed of the line first; the rest makes the goods cheaper."""
    shelf, invoice = where
    waiting = data.waiting.get(invoice)
    disputed = min(x.net, waiting.disputed.get(x.line, 0)) if waiting else 0
    if waiting and disputed:
        left = {n: amount for n, amount in waiting.disputed.items() if n != x.line}
        if waiting.disputed[x.line] > disputed:
            left[x.line] = waiting.disputed[x.line] - disputed
        data = replace(data, waiting={**data.waiting, invoice: replace(waiting, disputed=left)})
    to_stock, to_cost = _lowered(shelf, Concerned(known.sku, data.location, x.quantity), x.net - disputed)
    return data, InvoiceSplit(x.line, known.sku, 0, to_stock, to_cost, disputed)


def _lowered(shelf: Shelf, goods: Concerned, amount: int) -> tuple[int, int]:
    """Divide what goods cost less into (from stock, from cost), both above zero for a credit."""
    to_stock, to_cost = revalued(shelf, goods, -amount)
    return -to_stock, -to_cost


def _settled(data: PurchaseData, invoice: str) -> tuple[PurchaseData, tuple[tuple[str, InvoiceCleared], ...]]:
    waiting = data.waiting.get(invoice)
    if waiting is None or waiting.disputed or waiting.needs:
        return data, ()
    rest = {name: w for name, w in data.waiting.items() if name != invoice}
    return replace(data, waiting=rest), ((_member(invoice), InvoiceCleared()),)


def land(data: PurchaseData, step: Step, view: View) -> Decision:
    """Add freight, duty or insurance to what the goods cost; with nothing here to carry it, it waits for goods."""
    told: LandedCostReported = step.data
    key = f"cost/{told.payee}/{told.cost}"
    if key in data.booked:
        return booked_already(data, data.booked[key] == digest_of(told), f"{data.purchase}: cost {told.cost}")
    shelf = Shelf(view)
    breaks: tuple[Break, ...] = ()
    try:
        lines = spread(told, data.lines, shelf, data.location)
    except NothingToSpreadOver as nothing:
        first = data.lines[0]
        lines = (AcceptedLine(first.line, first.sku, 0, told.amount),)
        text = f"{data.purchase}: {told.cost} of {told.payee} went to cost: {nothing}"
        breaks = (Break("cost_not_spread", text, told.amount, data.currency),)
    fact = LandedCostAdded(
        data.purchase, told.cost, told.payee, data.location, data.jurisdiction, data.currency, lines, told.tax
    )
    return Decision("landed", noted(data, key, told), (fact,), breaks=breaks)


def _member(invoice: str) -> str:
    return f"supplier_invoice/{invoice}"

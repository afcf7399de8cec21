"""What goes back when goods do: at the original rate, in parts that add up to the sale."""

from collections import defaultdict
from collections.abc import Mapping

from msgspec.structs import replace

from tallystick.decisions.tax.quoted import RefundAsked, Returned, TaxedLine, TaxFlaw, TaxRefund, TaxRefused


def tax_refund(asked: RefundAsked) -> TaxRefund:
    """Return what of each line goes back (Art. 90 of the VAT Directive: the taxable amount is reduced accordingly).

    The rate is never looked up again: it is that of the sale, whatever it is today. However a line comes back, piece by
    piece or at once, everything together is what was sold. Raises `TaxRefused` for a line that was not sold, or more
    units of it than were.
    """
    sold: dict[int, list[TaxedLine]] = defaultdict(list)
    for x in asked.lines:
        sold[x.line].append(x)
    flaws = [*_repeated(asked), *(f for place, r in enumerate(asked.returned) for f in _flaws(sold, place, r))]
    if flaws:
        raise TaxRefused(*flaws)
    lines = tuple(_part(x, r) for r in asked.returned for x in sold[r.line])
    net, tax = sum(x.net for x in lines), sum(x.tax for x in lines)
    return TaxRefund(document=asked.document, lines=lines, net=net, tax=tax, gross=net + tax)


def _repeated(asked: RefundAsked) -> list[TaxFlaw]:
    numbers = [r.line for r in asked.returned]
    return [
        TaxFlaw(f"returned/{place}/line", f"line {n} comes back twice: say it once, with all units")
        for place, n in enumerate(numbers)
        if numbers.index(n) != place
    ]


def _flaws(sold: Mapping[int, list[TaxedLine]], place: int, back: Returned) -> list[TaxFlaw]:
    where = f"returned/{place}"
    if back.line not in sold:
        return [TaxFlaw(f"{where}/line", f"line {back.line} is none of the sale: name one of `lines`")]
    rows = sold[back.line]
    if back.before + back.quantity > min(x.quantity for x in rows):
        units = f"{back.before} and {back.quantity} units of {rows[0].quantity}"
        return [TaxFlaw(f"{where}/quantity", f"{units} cannot come back: say how many came back before, and now")]
    if any(x.gross != x.net + x.tax for x in rows):
        text = f"line {back.line}: gross is not net and tax together: send the lines as they were quoted"
        return [TaxFlaw("lines", text)]
    return []


def _part(sold: TaxedLine, back: Returned) -> TaxedLine:
    """Tax follows the gross amount, not the units, so that neither net nor tax of a part is ever below zero."""
    gross = [sold.gross * units // sold.quantity for units in (back.before, back.before + back.quantity)]
    tax = [sold.tax * g // sold.gross if sold.gross else 0 for g in gross]
    given, of_it = gross[1] - gross[0], tax[1] - tax[0]
    return replace(sold, quantity=back.quantity, net=given - of_it, tax=of_it, gross=given)

"""What of each line is taxed: less what vouchers have settled, and by the day on which its tax fell due."""

from datetime import date

from msgspec import Struct

from tallystick.decisions.tax.asked import LineAsked, TaxAsked
from tallystick.decisions.tax.quoted import TaxFlaw, TaxRefused
from tallystick.decisions.tax.rounding import share


class Portion(Struct, frozen=True):
    """Part of a line: its *base*, as the document's prices say, with or without tax; and its tax point."""

    line: LineAsked
    base: int
    tax_point: date


def portions(asked: TaxAsked, *, by_payment: bool = True) -> list[Portion]:
    """Return the parts of all lines that are taxed, in the order of lines and days; a line of nothing has one part.

    With *by_payment*, what was paid on account is spread over the lines by their amounts, earlier payments first
    (Art. 65). Raises `TaxRefused` where vouchers are worth more than their line, or more was paid than all lines cost.
    """
    flaws = [*_flaws_of_vouchers(asked), *_flaws_of_prepaid(asked)]
    if flaws:
        raise TaxRefused(*flaws)
    left = [base_of(line) for line in asked.lines]
    found: list[list[Portion]] = [[] for _ in asked.lines]
    for paid in sorted(asked.prepaid, key=lambda p: p.on) if by_payment else ():
        for i, part in enumerate(share(paid.amount, left)):
            left[i] -= part
            if part:
                found[i].append(Portion(asked.lines[i], part, paid.on))
    for i, rest in enumerate(left):
        if rest or not found[i]:
            found[i].append(Portion(asked.lines[i], rest, asked.on))
    return [p for of_line in found for p in of_line]


def base_of(line: LineAsked) -> int:
    """Return the amount of a line that is still to be taxed.

    What a single-purpose voucher pays was taxed when it was issued (Art. 30b(1)). What a multi-purpose one pays is taxed
    now, at what was paid for it where that is known, else at its face (Art. 73a).
    """
    return line.amount - sum(
        v.face if v.purpose == "single" else v.face - (v.face if v.paid is None else v.paid) for v in line.vouchers
    )


def _flaws_of_vouchers(asked: TaxAsked) -> list[TaxFlaw]:
    found = []
    for i, line in enumerate(asked.lines):
        where = f"lines/{i}/vouchers"
        if line.vouchers and asked.prices == "exclusive":
            found.append(TaxFlaw(where, "a voucher is worth an amount with tax: ask with inclusive prices"))
        if sum(v.face for v in line.vouchers) > line.amount:
            found.append(TaxFlaw(where, f"they are worth more than the line, {line.amount}: say what they pay of it"))
        found += [
            TaxFlaw(f"{where}/{n}/paid", "more was paid for it than its face: leave it out, the face counts")
            for n, v in enumerate(line.vouchers)
            if (v.paid or 0) > v.face
        ]
    return found


def _flaws_of_prepaid(asked: TaxAsked) -> list[TaxFlaw]:
    if not asked.prepaid:
        return []
    found = [
        TaxFlaw(f"prepaid/{n}/on", f"{p.on} is not before the supply, {asked.on}: leave it out, it changes nothing")
        for n, p in enumerate(asked.prepaid)
        if p.on >= asked.on
    ]
    if asked.prices == "exclusive":
        found.append(TaxFlaw("prepaid", "what was paid on account is an amount with tax: ask with inclusive prices"))
    if "US" in {asked.ship_to.country, asked.ship_from.country}:
        found.append(TaxFlaw("prepaid", "sales tax falls due with the sale: leave out what was paid on account"))
    if sum(p.amount for p in asked.prepaid) > sum(base_of(x) for x in asked.lines):
        found.append(TaxFlaw("prepaid", "more was paid on account than the lines cost: say what of it pays for them"))
    return found

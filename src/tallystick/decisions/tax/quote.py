"""The tax of a document: a rule for the supply, a rate for each part of a line, and one rounding for all."""

from collections import defaultdict
from datetime import date
from typing import Final

from msgspec import Struct

from tallystick.decisions.tax.asked import TaxAsked
from tallystick.decisions.tax.portions import Portion, portions
from tallystick.decisions.tax.quoted import (
    WHOLE,
    Collector,
    TaxedLine,
    TaxFlaw,
    TaxQuote,
    TaxRefused,
    TaxTotal,
    Treatment,
)
from tallystick.decisions.tax.rates import RateTable
from tallystick.decisions.tax.rounding import half_up, spread
from tallystick.decisions.tax.rules import jurisdiction_of, rule_of
from tallystick.decisions.tax.supply import Supply, SupplyRule, supply_of

VOUCHER_LAW: Final = "VAT Directive Art. 30b(2): the transfer of a multi-purpose voucher is no supply"
Key = tuple[str, Treatment, int, Collector, date]


class _Ruled(Struct, frozen=True):
    """A portion with the rate and the law it goes by."""

    portion: Portion
    treatment: Treatment
    rate: int
    law: str


class _Case(Struct, frozen=True):
    """What holds for every line of a document."""

    supply: Supply
    rule: SupplyRule
    jurisdiction: str
    table: RateTable


def tax_quote(asked: TaxAsked, table: RateTable) -> TaxQuote:
    """Return the tax of every line and of the document, to the minor unit.

    Raises `TaxRefused`, which lists all that is wrong: what must be said and is not, a class without a rate in force,
    vouchers or payments that do not fit. Nothing is guessed.
    """
    _refuse_repeated_lines(asked)
    supply = supply_of(asked, table)
    rule = rule_of(supply)
    case = _Case(supply, rule, jurisdiction_of(supply, rule), table)
    # Where nothing is charged there is no tax to fall due with a payment (for intra-Community supplies: Art. 67).
    parts = portions(asked, by_payment=rule.treatment is Treatment.TAXED)
    ruled = _all_ruled(case, parts)
    lines = tuple(_line(case, r, tax) for r, tax in zip(ruled, _taxes(asked, ruled), strict=True))
    return _added_up(asked, table.version, lines)


def _all_ruled(case: _Case, parts: list[Portion]) -> list[_Ruled]:
    """Give each part its rate; raise `TaxRefused` with every line whose class has none on its day."""
    places = {line.line: i for i, line in enumerate(case.supply.asked.lines)}
    found = [(p, _ruled(case, p)) for p in parts]
    flaws = [_unknown_rate(case, p, places[p.line.line]) for p, ruled in found if ruled is None]
    if flaws:
        raise TaxRefused(*dict.fromkeys(flaws))
    return [ruled for _, ruled in found if ruled]


def _ruled(case: _Case, part: Portion) -> _Ruled | None:
    rule, state = case.rule, case.supply.state
    if part.line.kind == "voucher_multi":
        return _Ruled(part, Treatment.VOUCHER_ISSUED, 0, VOUCHER_LAW)
    law = f"{rule.law}{f' ({state.law})' if state else ''}: {rule.because}"
    if rule.treatment is not Treatment.TAXED:
        return _Ruled(part, rule.treatment, 0, law)
    row = case.table.rate(case.jurisdiction, part.line.tax_class, _rate_day(case, part.tax_point))
    return _Ruled(part, rule.treatment, row.rate, f"{law}; rate: {row.law}") if row else None


def _rate_day(case: _Case, tax_point: date) -> date:
    """The rate of the day the tax fell due (Art. 93), but where national law goes back to that of the supply."""
    return case.supply.asked.on if case.jurisdiction in case.table.data.rate_of_supply else tax_point


def _taxes(asked: TaxAsked, ruled: list[_Ruled]) -> list[int]:
    """The tax of each part in minor units, rounded by itself or so that those of one rate add up to their rounded sum."""
    included = asked.prices == "inclusive"
    if asked.rounding == "line":
        return [half_up(r.portion.base * r.rate, WHOLE + r.rate * included) for r in ruled]
    by_rate: dict[tuple[int, date], list[int]] = defaultdict(list)
    for i, r in enumerate(ruled):
        by_rate[r.rate, r.portion.tax_point].append(i)
    taxes = [0] * len(ruled)
    for (rate, _), places in by_rate.items():
        exact = [ruled[i].portion.base * rate for i in places]
        for i, tax in zip(places, spread(exact, WHOLE + rate * included), strict=True):
            taxes[i] = tax
    return taxes


def _line(case: _Case, ruled: _Ruled, tax: int) -> TaxedLine:
    part, asked = ruled.portion, case.supply.asked
    net = part.base - tax if asked.prices == "inclusive" else part.base
    return TaxedLine(
        part.line.line,
        part.line.sku,
        part.line.quantity,
        part.line.tax_class,
        ruled.treatment,
        case.jurisdiction,
        ruled.rate,
        case.rule.collector if ruled.treatment is not Treatment.VOUCHER_ISSUED else Collector.SELLER,
        part.tax_point,
        net,
        tax,
        net + tax,
        ruled.law,
    )


def _added_up(asked: TaxAsked, version: str, lines: tuple[TaxedLine, ...]) -> TaxQuote:
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for x in lines:
        key = (x.jurisdiction, x.treatment, x.rate, x.tax_collected_by, x.tax_point)
        sums[key][0] += x.net
        sums[key][1] += x.tax
    by = {who: sum(x.tax for x in lines if x.tax_collected_by is who) for who in Collector}
    net, tax = sum(x.net for x in lines), sum(x.tax for x in lines)
    return TaxQuote(
        document=asked.document,
        on=asked.on,
        currency=asked.currency,
        rates=version,
        lines=lines,
        totals=tuple(TaxTotal(*key, *both) for key, both in sums.items()),
        net=net,
        tax=tax,
        gross=net + tax,
        seller_collects=by[Collector.SELLER],
        marketplace_collects=by[Collector.MARKETPLACE],
    )


def _refuse_repeated_lines(asked: TaxAsked) -> None:
    numbers = [x.line for x in asked.lines]
    flaws = [
        TaxFlaw(f"lines/{i}/line", f"{n} stands there twice: give each line a number of its own")
        for i, n in enumerate(numbers)
        if numbers.index(n) != i
    ]
    if flaws:
        raise TaxRefused(*flaws)


def _unknown_rate(case: _Case, part: Portion, place: int) -> TaxFlaw:
    day, state = _rate_day(case, part.tax_point), case.supply.state
    known = ", ".join(case.table.classes(case.jurisdiction, day)) or "none"
    locality = (
        "; rates differ within the state, so name a locality of your rates" if state and state.has_local_rates else ""
    )
    return TaxFlaw(
        f"lines/{place}/tax_class",
        f"{case.jurisdiction} has no rate for {part.line.tax_class} on {day} (known: {known}){locality}: "
        f"add it under [[rates]] to your rates file",
    )

"""Finished sales and credits, fully valued: what they cost, and which sale a credit belongs to."""

from collections.abc import Sequence

from tallystick.decisions.return_match import Match, match_credit
from tallystick.decisions.valuation import Shelf
from tallystick.decisions.view import OpenSale, View
from tallystick.messages.sales import (
    CreditedLine,
    CreditReported,
    SaleCredited,
    SaleLine,
    SaleRecorded,
    SaleReported,
    SoldLine,
)
from tallystick.messages.stock import ValuedLine
from tallystick.model.amount import proportion
from tallystick.processes.table import Break, Decision, Step

ON_ACCOUNT = "account"


def record_sale(_: None, step: Step, view: View) -> Decision:
    """Post a sale that has happened. Goods the book lacks come from the unexplained, and somebody is told."""
    report: SaleReported = step.data
    shelf = Shelf(view)
    fact = SaleRecorded(
        report.sale,
        report.channel,
        report.location,
        report.currency,
        report.tender,
        report.jurisdiction,
        _paid(report),
        sold(shelf, report.goods, report.location),
        sold(shelf, report.giveaways, report.location),
        report.services,
        report.charges,
        report.vouchers,
        report.customer,
    )
    return Decision("recorded", None, shelf.facts(report.location, (fact,)), breaks=shortage_breaks(shelf, view))


def record_credit(_: None, step: Step, view: View) -> Decision:
    """Post a credit that was given. A return of goods we find no sale for is booked all the same, and raises a break."""
    report: CreditReported = step.data
    shelf, matched, blind = Shelf(view), [], []
    seen: dict[str, list[OpenSale]] = {}
    for line in report.goods:
        found = _split(line, _open_sales(seen, report.customer, line.sku, view), report.location, shelf)
        matched += found[0]
        blind += found[1]
    fact = SaleCredited(
        report.credit,
        report.channel,
        report.location,
        report.currency,
        report.tender,
        report.jurisdiction,
        _paid(report),
        tuple(matched),
        tuple(blind),
        report.services,
        report.charges,
        report.vouchers,
        report.customer,
    )
    return Decision("recorded", None, shelf.facts(report.location, (fact,)), breaks=_blind_breaks(report, blind))


def shortage_breaks(shelf: Shelf, view: View) -> tuple[Break, ...]:
    """Return a break for each product that moved although the book had none of it."""
    return tuple(
        Break("shortage", f"{quantity} of {sku} moved at {location} that the book did not have", value, view.currency)
        for sku, location, quantity, value in shelf.shortages()
    )


def sold(shelf: Shelf, lines: Sequence[SaleLine], location: str) -> tuple[SoldLine, ...]:
    """Take lines off the shelf and return them with what they cost."""
    take = shelf.take
    return tuple(
        SoldLine(
            x.line, x.sku, x.quantity, x.net, x.tax, take(x.sku, location, x.quantity), x.loyalty, x.match, x.coupon
        )
        for x in lines
    )


def _paid(report: SaleReported | CreditReported) -> int:
    if report.tender == ON_ACCOUNT:
        return 0
    goods = sum(line.net + line.tax for line in report.goods)
    return goods + sum(x.net + x.tax for x in (*report.services, *report.charges, *report.vouchers))


def _open_sales(seen: dict[str, list[OpenSale]], customer: str | None, sku: str, view: View) -> list[OpenSale]:
    """Return a working copy per product: two lines of one credit must not take the same sold units."""
    if customer is None:
        return []
    if sku not in seen:
        seen[sku] = [OpenSale(s.event, s.line, s.left, s.cost_left, s.unit_net) for s in view.sales(customer, sku)]
    return seen[sku]


def _split(
    line: SaleLine, open_sales: list[OpenSale], location: str, shelf: Shelf
) -> tuple[list[CreditedLine], list[CreditedLine]]:
    """Cut a credited line into the parts whose sale is known and the rest; value the rest by what is known now."""
    matches, rest = match_credit(open_sales, line.quantity, line.net // line.quantity)
    left, net, tax = line.quantity, line.net, line.tax
    matched: list[CreditedLine] = []
    for match in matches:
        part_net, part_tax = proportion(net, match.quantity, left), proportion(tax, match.quantity, left)
        left, net, tax = left - match.quantity, net - part_net, tax - part_tax
        _use(open_sales, match)
        matched.append(
            CreditedLine(line.line, line.sku, match.quantity, part_net, part_tax, match.cost, match.event, match.line)
        )
    blind = []
    if rest:
        blind.append(CreditedLine(line.line, line.sku, rest, net, tax, shelf.known_cost(line.sku, location, rest)))
    for back in (*matched, *blind):
        shelf.put(ValuedLine(back.line, back.sku, back.quantity, back.cost), location)
    return matched, blind


def _use(open_sales: list[OpenSale], match: Match) -> None:
    for sale in open_sales:
        if (sale.event, sale.line) == (match.event, match.line):
            sale.left -= match.quantity
            sale.cost_left -= match.cost


def _blind_breaks(report: CreditReported, blind: Sequence[CreditedLine]) -> tuple[Break, ...]:
    return tuple(
        Break(
            "blind_return",
            f"{report.credit} line {line.line}: {line.quantity} of {line.sku} came back, no earlier sale found",
            line.net,
            report.currency,
        )
        for line in blind
    )

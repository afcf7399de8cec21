"""The tax of an order on its way in: asked of the engine before anything is held, or held against what is given."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.api.call import Call
from tallystick.api.desk import Desk
from tallystick.api.orders.shapes import LineWanted, OrderWanted, TaxDetails, TaxedStanding
from tallystick.api.problems import INVALID, Flaw, Problem
from tallystick.api.words import sku_of
from tallystick.decisions.tax.asked import AMOUNT_MAX, Place, Prices
from tallystick.decisions.tax.quoted import TaxedLine, TaxQuote, TaxRefused
from tallystick.decisions.tax.setup import OrderAsked, question_of
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.messages.selling.taxes import LineTax

PRICED: Final = "say either `net`, without tax, or `gross`, with it"


class Priced(Struct, frozen=True):
    """The lines of an order as they will be booked, and what is known of their taxes."""

    lines: tuple[OrderLine, ...]
    taxes: tuple[LineTax, ...] = ()
    source: str = ""
    jurisdiction: str = "none"

    def told(self) -> list[TaxedStanding]:
        """What the caller hears of each line."""
        by_line = {t.line: t for t in self.taxes}
        both = [(x, by_line.get(x.line, LineTax(x.line))) for x in self.lines]
        return [
            TaxedStanding(x.line, x.net, x.tax, t.jurisdiction or self.jurisdiction, t.rate, t.treatment)
            for x, t in both
        ]


async def priced(call: Call, wanted: OrderWanted, desk: Desk) -> Priced:
    """Return the lines with their taxes; raise `Problem` naming each field that is wrong."""
    if wanted.tax == "calculate":
        return await _calculated(call, wanted, desk)
    flaws = [
        Flaw("net: a given tax stands beside a net; with `gross`, ask for it: `tax` is `calculate`", f"/lines/{n}/net")
        for n, x in enumerate(wanted.lines)
        if x.net is None or x.gross is not None
    ]
    if flaws:
        raise Problem(INVALID, errors=flaws)
    lines = tuple(OrderLine(n, sku_of(x.sku), x.quantity, x.net or 0, x.tax) for n, x in enumerate(wanted.lines, 1))
    return await _checked(call, wanted, desk, lines)


async def _calculated(call: Call, wanted: OrderWanted, desk: Desk) -> Priced:
    prices = _prices(wanted.lines)
    gross = prices == "inclusive"
    known = await _known(
        wanted, desk, lambda x, w: (x.net + x.tax if gross else x.net) == (w.gross if gross else w.net)
    )
    if known is not None:
        return known
    try:
        quote = await desk.tax.quote(question_of(_asked(call, wanted, desk, prices), desk.tax_setup))
    except TaxRefused as wrong:
        raise Problem(INVALID, errors=[Flaw(f.text, f"/{_pointer(f.field)}") for f in wrong.flaws]) from None
    rows = {x.line: x for x in quote.lines}
    lines = tuple(
        OrderLine(n, sku_of(x.sku), x.quantity, rows[n].net, rows[n].tax) for n, x in enumerate(wanted.lines, 1)
    )
    jurisdictions = {x.jurisdiction or rows[n].jurisdiction for n, x in enumerate(wanted.lines, 1)}
    return Priced(
        lines,
        tuple(_line_tax(x.jurisdiction or rows[n].jurisdiction, rows[n]) for n, x in enumerate(wanted.lines, 1)),
        quote.rates,
        jurisdictions.pop() if len(jurisdictions) == 1 else wanted.jurisdiction,
    )


async def _known(wanted: OrderWanted, desk: Desk, says: Callable[[OrderLine, LineWanted], bool]) -> Priced | None:
    """An order that was placed before keeps its tax, though rates or the day have changed: the same is told again."""
    first = await desk.records.first_of(f"order/{wanted.order}", CATALOGUE.of(OrderPlaced).type)
    placed = CATALOGUE.decode(first.type, first.body) if first else None
    if not isinstance(placed, OrderPlaced) or not placed.tax_source or len(placed.lines) != len(wanted.lines):
        return None
    both = zip(placed.lines, wanted.lines, strict=True)
    if all((x.sku, x.quantity) == (sku_of(w.sku), w.quantity) and says(x, w) for x, w in both):
        return Priced(placed.lines, placed.taxes, placed.tax_source, placed.jurisdiction)
    return None


async def _checked(call: Call, wanted: OrderWanted, desk: Desk, lines: tuple[OrderLine, ...]) -> Priced:
    """Ask what the tax would be where the channel wants it checked; what cannot be answered is not checked."""
    channel = desk.tax_setup.channels.get(wanted.channel)
    quote = None
    if channel is not None and channel.checks and (wanted.delivery or wanted.tax_details):
        known = await _known(wanted, desk, lambda x, w: (x.net, x.tax) == (w.net, w.tax))
        if known is not None:
            return replace(known, jurisdiction=wanted.jurisdiction)
        try:
            quote = await desk.tax.quote(question_of(_asked(call, wanted, desk, "exclusive"), desk.tax_setup))
        except TaxRefused:
            quote = None
    return Priced(lines, _given(wanted, quote), quote.rates if quote else "", wanted.jurisdiction)


def _given(wanted: OrderWanted, quote: TaxQuote | None) -> tuple[LineTax, ...]:
    own = [x.jurisdiction or "" for x in wanted.lines]
    if quote is not None:
        return tuple(_line_tax(own[row.line - 1], row) for row in quote.lines)
    return tuple(LineTax(n, name) for n, name in enumerate(own, 1) if name)


def _line_tax(jurisdiction: str, row: TaxedLine) -> LineTax:
    return LineTax(row.line, jurisdiction, row.tax, row.rate, row.tax_class, str(row.treatment), row.law)


def _prices(lines: Sequence[LineWanted]) -> Prices:
    flaws = [Flaw(PRICED, f"/lines/{n}") for n, x in enumerate(lines) if (x.net is None) is (x.gross is None)]
    flaws += [
        Flaw("a tax is given though it is to be calculated: leave it out", f"/lines/{n}/tax")
        for n, x in enumerate(lines)
        if x.tax
    ]
    if not flaws and len({x.net is None for x in lines}) > 1:
        flaws = [Flaw(f"all lines are priced alike: {PRICED}", "/lines")]
    flaws += [
        Flaw(f"at most {AMOUNT_MAX} minor units", f"/lines/{n}")
        for n, x in enumerate(lines)
        if (x.net or x.gross or 0) > AMOUNT_MAX
    ]
    if flaws:
        raise Problem(INVALID, errors=flaws)
    return "exclusive" if lines[0].gross is None else "inclusive"


def _asked(call: Call, wanted: OrderWanted, desk: Desk, prices: Prices) -> OrderAsked:
    details = wanted.tax_details or TaxDetails()
    to = details.ship_to or (Place(wanted.delivery.country) if wanted.delivery else None)
    return OrderAsked(
        wanted.order,
        wanted.channel,
        wanted.location,
        wanted.currency or desk.currency,
        details.on or call.at.date(),
        prices,
        [
            (n, sku_of(x.sku), x.quantity, (x.net if prices == "exclusive" else x.gross) or 0, x.tax_class or "")
            for n, x in enumerate(wanted.lines, 1)
        ],
        to,
        details.customer,
        details.low_value,
    )


def _pointer(field: str) -> str:
    """Name the field of the order that a field of the engine's question came from."""
    head = field.partition("/")[0]
    return f"tax_details/{field}" if head in {"ship_to", "customer", "low_value", "on"} else field

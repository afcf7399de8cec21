"""Whatever is sold and comes back: lines add up to their document, prices keep their word, and everything returned is the sale."""

from datetime import date
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.decisions.tax.asked import AMOUNT_MAX, TaxAsked
from tallystick.decisions.tax.quote import tax_quote
from tallystick.decisions.tax.quoted import (
    WHOLE,
    Collector,
    RefundAsked,
    Returned,
    TaxFlaw,
    TaxQuote,
    TaxRefund,
    TaxRefused,
    Treatment,
)
from tallystick.decisions.tax.refund import tax_refund
from tests.tax.asking import TABLE, asked, fraction_of_tax, nearest, reckoned

COUNTRIES = ("DE", "FR", "FI", "GB", "IE", "LU")
RATES = {
    (c, k): row for c in COUNTRIES for k in ("standard", "reduced") if (row := TABLE.rate(c, k, asked("DE>DE", 1).on))
}
AMOUNTS = st.one_of(st.integers(0, 300), st.integers(0, 100_000), st.integers(0, AMOUNT_MAX))


@st.composite
def documents(draw: st.DrawFn) -> TaxAsked:
    """A document at home, of up to twelve lines of one or two rates."""
    country = draw(st.sampled_from(COUNTRIES))
    line = st.fixed_dictionaries(
        {"amount": AMOUNTS, "quantity": st.integers(1, 40), "tax_class": st.sampled_from(("standard", "reduced"))}
    )
    lines = draw(st.lists(line, min_size=1, max_size=12))
    prices, rounding = draw(st.sampled_from(("inclusive", "exclusive"))), draw(st.sampled_from(("line", "document")))
    return asked(f"{country}>{country}", *lines, prices=prices, rounding=rounding)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(documents())
def test_lines_add_up_to_the_document(question: TaxAsked) -> None:
    """Net, tax and gross of the document are the sums of its lines and of its totals; no line is a whole cent off."""
    quote = tax_quote(question, TABLE)
    assert quote.tax == sum(x.tax for x in quote.lines) == sum(t.tax for t in quote.totals)
    assert quote.net == sum(x.net for x in quote.lines) == sum(t.net for t in quote.totals)
    assert quote.gross == sum(x.gross for x in quote.lines) == quote.seller_collects + quote.net
    included = question.prices == "inclusive"
    for line, x in zip(question.lines, quote.lines, strict=True):
        assert (x.gross if included else x.net) == line.amount
        assert abs(x.tax - fraction_of_tax(line.amount, Fraction(x.rate, 10_000), included=included)) < 1


@settings(max_examples=300, deadline=None, derandomize=True)
@given(documents())
def test_each_rate_is_rounded_once(question: TaxAsked) -> None:
    """By document, the tax of each rate is that of its sum; by line, each line's own; a second way of reckoning agrees."""
    quote = tax_quote(question, TABLE)
    included = question.prices == "inclusive"
    rates = [Fraction(x.rate, 10_000) for x in quote.lines]
    bases = [line.amount for line in question.lines]
    assert [x.tax for x in quote.lines] == reckoned(question, list(zip(bases, rates, strict=True)))
    if question.rounding == "document":
        for total in quote.totals:
            base = sum(b for b, x in zip(bases, quote.lines, strict=True) if x.rate == total.rate)
            assert total.tax == nearest(fraction_of_tax(base, Fraction(total.rate, 10_000), included=included))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(AMOUNTS.filter(lambda n: n <= AMOUNT_MAX // 2), st.sampled_from(sorted(RATES)))
def test_a_shelf_price_made_of_a_net_price_holds_the_same_tax(net: int, where: tuple[str, str]) -> None:
    """What is net and tax in a catalogue without tax is the same net and tax when its sum stands on the shelf."""
    country, tax_class = where
    way, line = f"{country}>{country}", {"amount": net, "tax_class": tax_class}
    (priced,) = tax_quote(asked(way, line, prices="exclusive"), TABLE).lines
    (shelved,) = tax_quote(asked(way, line | {"amount": priced.gross}), TABLE).lines
    assert (shelved.net, shelved.tax) == (priced.net, priced.tax)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(documents(), st.data())
def test_everything_returned_is_the_sale(question: TaxAsked, data: st.DataObject) -> None:
    """However the units of a document come back, in how many parcels ever, together it is what was sold, to the cent."""
    sold = tax_quote(question, TABLE)
    before = dict.fromkeys((x.line for x in sold.lines), 0)
    whole = {x.line: x.quantity for x in sold.lines}
    parcels: list[TaxRefund] = []
    while before != whole:
        left = {n: whole[n] - before[n] for n in whole if before[n] < whole[n]}
        taken = {n: data.draw(st.integers(0, units), label=f"line {n}") for n, units in left.items()}
        taken = {n: units for n, units in taken.items() if units} or left
        back = tuple(Returned(n, units, before[n]) for n, units in taken.items())
        parcels.append(tax_refund(RefundAsked(lines=sold.lines, returned=back)))
        before |= {n: before[n] + units for n, units in taken.items()}
    assert all(x.net >= 0 and x.tax >= 0 for p in parcels for x in p.lines)
    assert (sum(p.net for p in parcels), sum(p.tax for p in parcels)) == (sold.net, sold.tax)
    for x in sold.lines:
        assert sum(y.tax for p in parcels for y in p.lines if y.line == x.line) == x.tax


@settings(max_examples=200, deadline=None, derandomize=True)
@given(documents().filter(lambda q: q.prices == "inclusive"), st.lists(st.integers(1, 5_000), max_size=4))
def test_what_was_paid_on_account_is_part_of_the_document(question: TaxAsked, paid: list[int]) -> None:
    """Payments on account change when tax falls due, never what the customer pays in all."""
    amounts = [p for n, p in enumerate(paid, 1) if sum(paid[:n]) <= sum(x.amount for x in question.lines)]
    days = [f"2026-02-{n:02}" for n in range(1, len(amounts) + 1)]
    lines = [{"amount": x.amount, "tax_class": x.tax_class} for x in question.lines]
    prepaid = [{"on": d, "amount": a} for d, a in zip(days, amounts, strict=True)]
    quote = tax_quote(asked(f"{question.ship_to.country}>{question.ship_to.country}", *lines, prepaid=prepaid), TABLE)
    assert quote.gross == sum(x.amount for x in question.lines)
    for d, a in zip(days, amounts, strict=True):
        assert sum(x.gross for x in quote.lines if str(x.tax_point) == d) == a


COMMON_PLACES = ("DE", "FR", "GR", "GB", "CN", "US-NJ", "US-TX-AUSTIN", "US-TX-WACO")
PLACES = (*COMMON_PLACES * 3, "CH", "NO", "JP", "US-OR", "US-CA", "US-OH", "US")
VAT_IDS = ("", "DE123456789", "FR12345678901", "EL123456789", "GR123456789", "GB123456789", "CHE123456789")


@st.composite
def questions(draw: st.DrawFn) -> TaxAsked:
    """Anybody selling anything from anywhere to anybody anywhere, at any time since 2015."""
    flag: st.SearchStrategy[bool] = st.booleans()
    line = st.fixed_dictionaries(
        {
            "amount": AMOUNTS,
            "tax_class": st.sampled_from(("standard",) * 8 + ("reduced", "books")),
            "kind": st.sampled_from(("goods",) * 4 + ("voucher_single", "voucher_multi")),
        }
    )
    registered = draw(st.lists(st.sampled_from(("US-NJ", "US-TX", "US-OR")), max_size=2))
    home = draw(st.sampled_from(("DE", "GB", "US", "CN")))
    seller = {"established": home, "registered": registered, "below_threshold": draw(flag), "ioss": draw(flag)}
    customer = {"is_business": draw(flag), "vat_id": draw(st.sampled_from(VAT_IDS))}
    return asked(
        f"{draw(st.sampled_from(PLACES))}>{draw(st.sampled_from(PLACES))}",
        *draw(st.lists(line, min_size=1, max_size=4)),
        on=str(draw(st.dates(date(draw(st.sampled_from((2015, 2022, 2022, 2022))), 1, 1), date(2027, 12, 31)))),
        prices=draw(st.sampled_from(("inclusive", "exclusive"))),
        seller=seller,
        customer=customer | {"exemption": draw(st.sampled_from(("", "", "", "", "E-1")))},
        marketplace=draw(st.sampled_from(("", "bazaar"))),
        low_value=draw(st.sampled_from((None, True, False, True, False))),
    )


def answer_or_flaws(question: TaxAsked) -> TaxQuote | tuple[TaxFlaw, ...]:
    """The quote, or all that is wrong with the question."""
    try:
        return tax_quote(question, TABLE)
    except TaxRefused as refused:
        return refused.flaws


@settings(max_examples=700, deadline=None, derandomize=True)
@given(questions())
def test_every_question_is_answered_or_refused_by_its_fields(question: TaxAsked) -> None:
    """No way of selling ends in anything but an answer with its law or a refusal with its remedy; none charges twice.

    Who charges nothing has no rate, and a customer who accounts for it is charged nothing.
    """
    quote = answer_or_flaws(question)
    if not isinstance(quote, TaxQuote):
        assert quote
        assert all(f.field.partition("/")[0] in question.__struct_fields__ and f.text for f in quote)
        return
    assert [x.line for x in quote.lines] == [x.line for x in question.lines]
    assert quote.seller_collects + quote.marketplace_collects == quote.tax
    for x in quote.lines:
        assert x.law
        assert x.treatment is Treatment.TAXED or x.tax == x.rate == 0
        assert x.tax_collected_by is not Collector.CUSTOMER or x.treatment is not Treatment.TAXED
        assert x.tax_collected_by is not Collector.MARKETPLACE or question.marketplace
        assert x.jurisdiction in {question.ship_from.code, question.ship_to.code}


def test_no_built_in_rate_is_above_the_whole() -> None:
    """A refund's tax can never be more than its gross: no rate is."""
    assert all(0 <= r.rate <= WHOLE for r in TABLE.data.rates)

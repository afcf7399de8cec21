"""What goes back when goods do."""

import pytest

from tallystick.decisions.tax.quote import tax_quote
from tallystick.decisions.tax.quoted import Collector, RefundAsked, Returned, TaxRefused
from tallystick.decisions.tax.refund import tax_refund
from tests.tax.asking import TABLE, asked

THREE = tax_quote(asked("DE>DE", {"amount": 3000, "quantity": 3}), TABLE).lines


def back(*returned: Returned, lines=THREE) -> tuple[int, int, int]:  # type: ignore[no-untyped-def]
    """Net, tax and gross of what goes back."""
    found = tax_refund(RefundAsked(lines=lines, returned=returned))
    return found.net, found.tax, found.gross


def test_a_third_of_a_line_is_a_third_of_its_price() -> None:
    """Three lamps for 30.00 held 4.79 of tax; each brings back 10.00, and together the three bring back 4.79."""
    assert [back(Returned(1, 1, n)) for n in range(3)] == [(841, 159, 1000), (840, 160, 1000), (840, 160, 1000)]
    assert back(Returned(1, 3)) == (2521, 479, 3000)


def test_the_rate_is_that_of_the_sale() -> None:
    """Sold in December 2020 at 16 %, brought back in 2021 at 16 %: the refund knows no date (§ 17 UStG, Art. 90)."""
    sold = tax_quote(asked("DE>DE", 11600, on="2020-12-30"), TABLE).lines
    assert back(Returned(1, 1), lines=sold) == (10000, 1600, 11600)


def test_what_the_marketplace_collected_it_gives_back() -> None:
    """A refund names the same collector as the sale: the seller never gives back tax it did not have."""
    sold = tax_quote(asked("DE>AT", 12000, seller={"established": "CN"}, marketplace="bazaar"), TABLE).lines
    found = tax_refund(RefundAsked(lines=sold, returned=(Returned(1, 1),)))
    assert [(x.tax_collected_by, x.tax) for x in found.lines] == [(Collector.MARKETPLACE, 2000)]


def test_a_line_paid_on_account_goes_back_at_both_rates() -> None:
    """Half was taxed at 16 %, half at 17 %: half of the goods brings back half of each."""
    question = asked(
        "LU>LU", {"amount": 23300, "quantity": 2}, on="2024-01-10", prepaid=[{"on": "2023-12-15", "amount": 11600}]
    )
    found = tax_refund(RefundAsked(lines=tax_quote(question, TABLE).lines, returned=(Returned(1, 1),)))
    assert [(x.rate, x.net, x.tax) for x in found.lines] == [(160_000, 5000, 800), (170_000, 5000, 850)]


@pytest.mark.parametrize(
    ("returned", "field"),
    [
        ((Returned(2, 1),), "returned/0/line"),
        ((Returned(1, 4),), "returned/0/quantity"),
        ((Returned(1, 1, 3),), "returned/0/quantity"),
        ((Returned(1, 1), Returned(1, 1)), "returned/1/line"),
    ],
)
def test_no_more_comes_back_than_was_sold(returned: tuple[Returned, ...], field: str) -> None:
    """A line that was not sold, too many units, or the same line twice is refused by its field."""
    with pytest.raises(TaxRefused) as wrong:
        back(*returned)
    assert [f.field for f in wrong.value.flaws] == [field]


def test_lines_that_do_not_add_up_are_refused() -> None:
    """A quote that somebody has touched is not refunded."""
    from msgspec.structs import replace

    touched = (replace(THREE[0], gross=3001),)
    with pytest.raises(TaxRefused, match="as they were quoted"):
        back(Returned(1, 1), lines=touched)

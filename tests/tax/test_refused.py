"""A question that cannot be answered is refused by its field, with the remedy; nothing is guessed."""

from typing import Any

import msgspec
import pytest

from tallystick.decisions.tax.quote import tax_quote
from tallystick.decisions.tax.quoted import TaxRefused
from tests.tax.asking import TABLE, asked

OWN = {"established": "US", "registered": ["US-TX"]}
REFUSED: dict[str, tuple[Any, str, str]] = {
    "an unknown class": (
        ("DE>DE", {"amount": 1, "tax_class": "books"}),
        "lines/0/tax_class",
        "known: reduced, standard",
    ),
    "a day before the table": (("DE>DE", 1, {"on": "2015-12-31"}), "lines/0/tax_class", "on 2015-12-31"),
    "a country without rates": (("JP>JP", 1), "lines/0/tax_class", "JP has no rate"),
    "a state without its city": (("US-TX>US-TX", 1, {"seller": OWN}), "lines/0/tax_class", "name a locality"),
    "a city nobody gave": (("US-TX>US-TX-ELPASO", 1, {"marketplace": "bazaar"}), "lines/0/tax_class", "US-TX-ELPASO"),
    "a state nobody gave": (("DE>US-OH", 1), "ship_to/region", "[[states]]"),
    "no state": (("DE>US", 1), "ship_to/region", "needs its state"),
    "a part of Spain": (("DE>ES-CN", 1), "ship_to/region", "parts of ES"),
    "a part of Italy": (("IT-X>DE", 1), "ship_from/region", "parts of IT"),
    "an import of unsaid value": (("CN>DE", 1), "low_value", "150 EUR"),
    "an import to Britain": (("DE>GB", 1), "low_value", "135 GBP"),
    "a marketplace in Switzerland": (("CH>CH", 1, {"marketplace": "bazaar"}), "marketplace", "not known"),
    "old borders": (("DE>FR", 1, {"on": "2021-06-30"}), "on", "2021-07-01"),
    "old marketplaces": (("DE>DE", 1, {"on": "2021-06-30", "marketplace": "bazaar"}), "on", "2021-07-01"),
    "a line twice": (("DE>DE", {"amount": 1, "line": 1}, {"amount": 1, "line": 1}), "lines/1/line", "twice"),
    "a voucher on net prices": (
        ("DE>DE", {"amount": 9, "vouchers": [{"purpose": "multi", "face": 9}]}, {"prices": "exclusive"}),
        "lines/0/vouchers",
        "inclusive",
    ),
    "a voucher above its line": (
        ("DE>DE", {"amount": 9, "vouchers": [{"purpose": "single", "face": 10}]}),
        "lines/0/vouchers",
        "worth more",
    ),
    "a voucher above its face": (
        ("DE>DE", {"amount": 9, "vouchers": [{"purpose": "multi", "face": 5, "paid": 6}]}),
        "lines/0/vouchers/0/paid",
        "more was paid",
    ),
    "paid after": (("DE>DE", 9, {"prepaid": [{"on": "2026-03-02", "amount": 1}]}), "prepaid/0/on", "not before"),
    "paid too much": (("DE>DE", 9, {"prepaid": [{"on": "2026-03-01", "amount": 10}]}), "prepaid", "more was paid"),
    "paid without tax": (
        ("DE>DE", 9, {"prices": "exclusive", "prepaid": [{"on": "2026-03-01", "amount": 1}]}),
        "prepaid",
        "inclusive",
    ),
    "sales tax on account": (
        ("US-CT>US-NJ", 9, {"prepaid": [{"on": "2026-03-01", "amount": 1}]}),
        "prepaid",
        "with the sale",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_by_its_field(name: str) -> None:
    """Each thing that is missing, unknown or does not fit is named with its place and what to do."""
    (way, *lines), field, remedy = REFUSED[name]
    more = lines.pop() if isinstance(lines[-1], dict) and "amount" not in lines[-1] else {}
    with pytest.raises(TaxRefused) as wrong:
        tax_quote(asked(way, *lines, **more), TABLE)
    assert [f.field for f in wrong.value.flaws] == [field]
    assert remedy in wrong.value.flaws[0].text


def test_all_that_is_wrong_is_listed() -> None:
    """Two lines whose class has no rate are two flaws, each at its place."""
    lines = [{"amount": 1, "tax_class": "books"}, {"amount": 1}, {"amount": 1, "tax_class": "books"}]
    with pytest.raises(TaxRefused) as wrong:
        tax_quote(asked("DE>DE", *lines), TABLE)
    assert [f.field for f in wrong.value.flaws] == ["lines/0/tax_class", "lines/2/tax_class"]


@pytest.mark.parametrize(
    ("way", "more", "field"),
    [
        ("DE>DE", {"prices": "gross"}, "prices"),
        ("DE>de", {}, "ship_to.country"),
        ("DE>DE", {"currency": "EUR"}, "currency"),
        ("DE>DE", {"seler": {}}, "seler"),
        ("DE>DE", {"on": "yesterday"}, "on"),
        ("DE>DE", {"customer": {"vat_id": "12"}}, "customer.vat_id"),
    ],
)
def test_the_shape_is_checked_first(way: str, more: dict[str, Any], field: str) -> None:
    """Misspelt fields, unknown words and codes of the wrong form are named before anything is reckoned."""
    with pytest.raises(msgspec.ValidationError, match=field):
        asked(way, 1, **more)


@pytest.mark.parametrize("amount", [-1, 10**12 + 1, 1.5, "1"])
def test_amounts_are_whole_numbers_in_bounds(amount: object) -> None:
    """No amount below nothing, above the bound, in fractions or as text."""
    with pytest.raises(msgspec.ValidationError, match="amount"):
        asked("DE>DE", {"amount": amount})

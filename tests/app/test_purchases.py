"""A buyer at the command line: from order to payment, with everything said in figures."""

import json
from typing import Any

import pytest

from tests.app.conftest import Tally


@pytest.fixture
def book(tally: Tally) -> Tally:
    """An empty book."""
    tally.fine("book", "create", "main", "--currency", "EUR/2")
    return tally


def words(text: str) -> list[str]:
    """Split a command."""
    return text.split()


def shown(book: Tally) -> Any:
    """The purchase as JSON."""
    return json.loads(book.fine("purchase", "show", "P1", "--json"))


def test_from_order_to_payment(book: Tally) -> None:
    """Ordered, advised, received in parts, invoiced too dear, released, paid, carried, sent back, credited; the proofs hold."""
    terms = "--supplier acme --location WH1 --on 2030-12-01 --jurisdiction GB"
    book.fine(*words(f"purchase order P1 LAMP=10@400 SHADE=5@150 {terms}"))
    book.fine(*words("purchase advise P1 LAMP=6 --asn A1 --on 2030-11-28"))
    expected = json.loads(book.fine("stock", "incoming", "show", "LAMP", "--json"))["incoming"]
    assert [(x["expected_on"], x["units"]) for x in expected] == [("2030-11-28", 6), ("2030-12-01", 4)]
    book.fine(*words("purchase receive P1 LAMP=6 --receipt G1 --asn A1 --rejected LAMP=1"))
    assert "now blocked" in book.fine(*words("purchase invoice P1 I9 LAMP=10@410 --tax 820"))
    found = shown(book)
    assert (found["lines"][0]["to_come"], found["received_not_invoiced"]) == (4, -1600)
    assert found["invoices"][0]["reasons"] == ["price", "quantity"]
    assert "I9" in book.fine("purchase", "open")
    book.fine(*words("purchase receive P1 LAMP=4 SHADE=5 --receipt G2"))
    assert "now payable" in book.fine(*words("purchase release P1 I9 --reason agreed"))
    assert "now paid" in book.fine(*words("purchase pay P1 I9 4920 --bank main --reference B1"))
    book.fine(*words("purchase freight P1 500 --payee hauler --document F1"))
    book.fine(*words("purchase send-back P1 LAMP=2 --consignment S1 --condition sellable"))
    book.fine(*words("purchase credit P1 LAMP=2@400 --document C1 --returned"))
    found = shown(book)
    assert [(x["received"], x["invoiced"], x["received_not_invoiced"]) for x in found["lines"]] == [
        (8, 8, 0),
        (5, 0, 750),
    ]
    checked = json.loads(book.fine("book", "check", "--json"))
    assert checked["ok"], checked
    opened = json.loads(book.fine("purchase", "open", "--json"))
    assert (opened["received_not_invoiced"], [x["purchase"] for x in opened["purchases"]]) == (750, ["P1"])


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("purchase order P1 LAMP=1 --supplier a --location WH1 --on 2030-12-01", "write PRODUCT=UNITS@PRICE"),
        ("purchase receive P1 LAMP=0 --receipt G1", "write PRODUCT=UNITS"),
        ("purchase receive P9 LAMP=1 --receipt G1", "there is no purchase P9"),
        ("purchase receive P1 LAMP=1 --receipt G1 --condition fine", "sellable, quarantine, damaged"),
        ("purchase order P1 LAMP=1@1 --supplier a --location WH1 --on 2030-12-01 --matching some", "three_way"),
    ],
)
def test_bad_words_name_the_remedy(book: Tally, said: str, told: str) -> None:
    """Whoever mistypes is told what to write."""
    found = book(*words(said))
    assert found.exit_code, found.stdout
    assert told.lower() in (found.stdout + found.stderr).lower()

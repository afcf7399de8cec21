"""`tally giftcard`: what a person types about gift cards, as docs/gift-cards.md shows it."""

import re
import shlex

import pytest
from typer.testing import CliRunner

from tallystick.__main__ import tally as command_line
from tests.app.conftest import Tally
from tests.architecture.tidy import ROOT

PAGE = (ROOT / "docs" / "gift-cards.md").read_text("utf-8")
SHOWN = [shlex.split(line)[1:] for line in re.findall(r"^tally giftcard .*$", PAGE, re.MULTILINE)]


@pytest.fixture
def book(tally: Tally) -> Tally:
    """An empty book."""
    tally.fine("book", "create", "main", "--currency", "EUR/2")
    return tally


def test_what_the_page_shows(book: Tally) -> None:
    """Sold, granted, shown, blocked and listed; no code is said back, and the proofs hold."""
    assert [words[1] for words in SHOWN] == ["sell", "grant", "show", "block", "list"]
    said = "".join(book.fine(*words) for words in SHOWN)
    assert "7KQ2" not in said
    (granted, sold) = sorted(book.json("giftcard", "list")["cards"], key=lambda c: c["face"])
    assert (sold["state"], sold["balance"], sold["expires_on"]) == ("blocked", 5000, "2028-12-31")
    assert (granted["state"], granted["owed"]) == ("active", 1000)
    assert "now active" in book.fine("giftcard", "unblock", sold["card"])
    assert book.json("giftcard", "show", "7kq2 m9xw 4t8r")["card"] == sold["card"]
    assert book.json("book", "check")["ok"]


def test_a_code_unseen_by_others(book: Tally) -> None:
    """Read from standard input, it is in no history; a single-purpose one owes its tax at once."""
    words = [
        "giftcard",
        "sell",
        "-",
        "5000",
        "--channel",
        "web",
        "--tender",
        "cash",
        "--single",
        "--tax",
        "798",
        "--jurisdiction",
        "DE",
    ]
    done = CliRunner().invoke(command_line(), words, input="7KQ2-M9XW-4T8R\n")
    assert done.exit_code == 0, done.output
    assert book.json("giftcard", "show", "7KQ2M9XW4T8R")["owed"] == 4202


@pytest.mark.parametrize(
    ("code", "words", "text"),
    [
        (4, "show 7KQ2-M9XW-4T8R", "no such gift card"),
        (2, "sell short 5000 --channel web --tender card", "no code of a gift card"),
    ],
)
def test_what_cannot_be_done_is_said(book: Tally, code: int, words: str, text: str) -> None:
    """With what to do instead."""
    assert text in book.complains(code, "giftcard", *words.split())


def test_a_card_issued_twice_is_told(book: Tally) -> None:
    """The second time nothing happens, and the exit code says so."""
    words = ["giftcard", "sell", "7KQ2-M9XW-4T8R", "5000", "--channel", "web", "--tender", "card"]
    book.fine(*words)
    assert book(*words).exit_code == 1

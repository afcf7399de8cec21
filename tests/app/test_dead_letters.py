"""`tally dead`: what could not be taken is kept, shown, mended, retried or dropped, and never in the way for good."""

from typing import Any

import pytest

from tallystick.app.house import House
from tallystick.app.running import in_house
from tallystick.storage.vault import erase
from tests.app.conftest import Tally
from tests.app.notes import arrive

Patch = pytest.MonkeyPatch


@pytest.fixture
def book(tally: Tally) -> Tally:
    """An empty book."""
    tally.fine("book", "create", "main", "--currency", "EUR/2")
    return tally


def open_letters(tally: Tally) -> dict[int, str]:
    """Return the reasons of the open letters by number."""
    return {x["id"]: x["reason"] for x in tally.json("dead", "list")["letters"]}


def sold(tally: Tally, sale: str) -> list[int]:
    """Return the quantities the book has recorded of a sale, in the order it took them."""
    done = tally("trace", f"sale/notes/{sale}", "--json")
    if done.exit_code:
        return []
    import json

    steps: list[dict[str, Any]] = json.loads(done.stdout)["steps"]
    return [s["story"]["body"]["goods"][0]["quantity"] for s in steps if s["story"]]


def test_no_letters(book: Tally) -> None:
    """An empty list says so."""
    assert "No dead letters are open." in book.fine("dead", "list")
    assert book.json("dead", "list") == {"letters": []}
    assert "`tally dead list --all`" in book.complains(4, "dead", "show", "7")


def test_a_letter_is_shown_in_full(book: Tally, monkeypatch: Patch) -> None:
    """Reason, remedy, what the sender said, and what waits behind it."""
    arrive(monkeypatch, {"sale": "S1", "quantity": "two"}, {"sale": "S1", "quantity": 5, "line": 2})
    assert "quantity 'two' is no number" in book.fine("dead", "list")
    text = book.fine("dead", "show", "1")
    assert "note-1" in text
    assert "1 delivery of the same subject" in text
    assert '"quantity": "two"' in text
    found = book.json("dead", "show", "1")
    assert found["body"] == {"sale": "S1", "quantity": "two"}
    assert found["waiting_behind"] == 1


def test_a_parked_message_that_fails_again_stays_open(book: Tally, monkeypatch: Patch) -> None:
    """Retrying what is still broken changes nothing: one letter, open, with what went wrong."""
    arrive(monkeypatch, {"sale": "S1", "quantity": "two"})
    done = book.json("dead", "retry", "1", code=1)
    assert done["closed"] is False
    assert "no number" in done["reason"]
    assert list(open_letters(book)) == [1]
    assert "stays open" in book("dead", "retry", "1").stdout


def test_a_mended_message_takes_the_place_of_the_broken_one(book: Tally, monkeypatch: Patch) -> None:
    """Mended, it goes before what waited behind it, as if it had never been broken."""
    arrive(monkeypatch, {"sale": "S1", "quantity": "two"}, {"sale": "S1", "quantity": 5, "line": 2})
    done = book.json("dead", "retry", "1", "--set", "quantity=2")
    assert done["closed_as"] == "mended"
    assert done["sent_as"] == "note-1~1"
    assert sold(book, "S1") == [2, 5]
    assert open_letters(book) == {}
    assert "is closed: mended" in book.complains(1, "dead", "retry", "1")
    assert book.json("book", "check")["ok"] is True


def test_a_mend_that_cannot_be_read_is_never_sent_in(book: Tally, monkeypatch: Patch) -> None:
    """Another broken value, a field there is none of, a change that is none: the letter stays as it was."""
    arrive(monkeypatch, {"sale": "S1", "quantity": "two"})
    assert "cannot be read yet" in book.complains(1, "dead", "retry", "1", "--set", "quantity=three")
    assert "no field moon" in book.complains(1, "dead", "retry", "1", "--set", "moon=1").lower()
    assert "FIELD=VALUE" in book.complains(2, "dead", "retry", "1", "--set", "quantity")
    assert list(open_letters(book)) == [1]
    assert book.json("dead", "retry", "1", "--set", "quantity=3")["closed"] is True


def test_a_mend_that_the_book_refuses_leaves_the_message_parked(book: Tally, monkeypatch: Patch) -> None:
    """What waited still waits, the letter stays open with the reason, and another mend may come."""
    arrive(monkeypatch, {"sale": "x", "refuse": "yes", "quantity": 1})
    done = book.json("dead", "retry", "1", "--set", "refuse=again", code=1)
    assert done["closed"] is False
    assert list(open_letters(book)) == [1]
    assert book.json("doctor")["findings"][-4]["detail"] == "1 dead letters, 1 subjects parked behind them"
    assert book.json("dead", "retry", "1", "--set", "refuse=")["closed"] is True


def test_a_mend_that_had_to_wait_is_not_sent_in_twice(book: Tally, monkeypatch: Patch) -> None:
    """A mended line waits behind a parked message of its subject; retried when both are through, it is only closed."""
    arrive(
        monkeypatch,
        {"sale": "S1", "quantity": 4, "bad_line": "blot"},
        {"sale": "S1", "quantity": "two", "line": 2},
    )
    parked, line = sorted(open_letters(book), key=lambda n: "cannot be read" in open_letters(book)[n])
    done = book.json("dead", "retry", f"{line}", "--set", "bad_line=", code=1)
    assert "waits behind a parked message" in done["reason"]
    assert book.json("dead", "retry", f"{parked}", "--set", "quantity=2")["closed"] is True
    assert book.json("dead", "retry", f"{line}", "--set", "bad_line=")["closed"] is True
    assert sold(book, "S1") == [2, 4]
    assert open_letters(book) == {}


def test_a_line_of_a_file_is_mended(book: Tally, monkeypatch: Patch) -> None:
    """A part that could not be understood goes in as a delivery of its own."""
    arrive(monkeypatch, {"sale": "S1", "quantity": 4, "bad_line": "blot"})
    assert open_letters(book) == {1: "blot cannot be read"}
    assert "take it away" in book.complains(1, "dead", "retry", "1")
    assert "book holds it now" in book.fine("dead", "retry", "1", "--set", "bad_line=")
    assert sold(book, "S1") == [4]
    assert book.json("dead", "list", "--all")["letters"][0]["closed_as"] == "mended"


def test_dropping_lets_the_others_go(book: Tally, monkeypatch: Patch) -> None:
    """Without --yes nothing happens; with it the letter is closed and what waited behind it flows."""
    arrive(monkeypatch, {"sale": "S1", "quantity": "two"}, {"sale": "S1", "quantity": 5, "line": 2})
    assert "Would drop" in book.fine("dead", "drop", "1", "--because", "a test")
    assert list(open_letters(book)) == [1]
    assert book.json("dead", "drop", "1", "--because", "a test", "--yes")["dropped"] is True
    assert open_letters(book) == {}
    assert sold(book, "S1") == [5]


def test_an_erased_body_cannot_be_mended(book: Tally, monkeypatch: Patch) -> None:
    """Once a person was erased, their words are gone from the letter too, and it says so."""
    arrive(monkeypatch, {"sale": "S1", "quantity": "two", "person": "ada"})

    async def forget(house: House) -> None:
        await erase(await house.connection(), house.keyring.pseudonym("notes", "ada"))

    in_house(None, forget)
    assert "erased" in book.fine("dead", "show", "1")
    assert "is gone" in book.complains(1, "dead", "retry", "1", "--set", "quantity=2")
    assert "is gone" in book.complains(1, "dead", "retry", "1")


def test_a_break_is_closed_once(book: Tally, monkeypatch: Patch) -> None:
    """Closing says what became of it; it needs --yes, and happens once."""
    arrive(monkeypatch, {"sale": "S1", "quantity": 2})
    (found,) = book.json("book", "breaks", "list")["breaks"]
    name = found["break"]
    assert "Would close" in book.fine("book", "breaks", "close", name, "--as", "found")
    assert book.json("book", "breaks", "close", name, "--as", "found", "--yes")["closed"] is True
    assert "No breaks are open." in book.fine("book", "breaks")
    assert "closed: found" in book.fine("book", "breaks", "list", "--all")
    assert "already" in book.complains(2, "book", "breaks", "close", name, "--as", "found", "--yes")
    assert "`tally book breaks list`" in book.complains(4, "book", "breaks", "close", "1.1", "--as", "x")
    assert "such as" in book.complains(2, "book", "breaks", "close", "moon", "--as", "x")

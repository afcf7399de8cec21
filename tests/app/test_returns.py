"""A returns desk at the command line: the page's own example, a refund that another person approves, and bad words."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import Struct

from tallystick.app.promising.reporting import report
from tallystick.app.running import in_house
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.payments import CaptureReported, PaymentAuthorised
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.messages.stock import HeldLine, ReceiptLine, ReceiptReported
from tests.app.conftest import Tally
from tests.architecture.tidy import ROOT

if TYPE_CHECKING:
    from tallystick.app.house import House

PAGE = (ROOT / "docs" / "returns.md").read_text()
POLICIES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]
COMMANDS = [line for line in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)[0].splitlines() if line]


@pytest.fixture
def book(tally: Tally) -> Tally:
    """A book in which order W1, two lamps for 144.00 each, has been sent and paid."""
    tally.fine("book", "create", "main", "--currency", "EUR/2")

    async def sell(house: "House") -> None:
        told: list[tuple[str, Struct]] = [
            ("stock/R1", ReceiptReported("R1", "WH1", "EUR/2", "supplier", (ReceiptLine(1, "LAMP", 9, 36_000),))),
            *(
                ("order/W1", data)
                for data in (
                    OrderPlaced("W1", "web", "WH1", "EUR/2", "stripe", (OrderLine(1, "LAMP", 2, 24_000, 4_800),), "GB"),
                    PaymentAuthorised("W1", "stripe", 28_800),
                    DispatchReported("W1", "S1", (HeldLine(1, "LAMP", 2),)),
                    CaptureReported("W1", "stripe", 28_800, "ch"),
                )
            ),
        ]
        for subject, data in told:
            assert (await report(house, subject, data)).event

    in_house(None, sell)
    return tally


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """The page's policies, as a file."""
    file = tmp_path / "returns.toml"
    file.write_text(POLICIES)
    return file


def said(line: str, policies: Path) -> list[str]:
    """A command of the page as words."""
    return [str(policies) if word == "returns.toml" else word for word in line.split()[1:]]


def shown(book: Tally) -> Any:
    """The return as JSON."""
    return json.loads(book.fine("return", "show", "W1", "R1", "--json"))


def test_the_example_of_the_page_runs(book: Tally, policies: Path) -> None:
    """Command by command, as it stands there; what is above the limit waits, and the proofs hold."""
    for line in COMMANDS:
        book.fine(*said(line, policies))
    found = shown(book)
    assert (found["state"], found["waits_for_approval"], found["aside"]) == ("AWAITING", 24_480, [])
    assert "24480" in book.fine("return", "open", "--json")
    assert json.loads(book.fine("return", "policy", "show", "--json"))["versions"][0]["version"] == 1
    assert book.json("book", "check")["ok"]


def test_a_large_refund_is_paid_when_another_person_agrees(book: Tally, policies: Path) -> None:
    """Mia prepares, Carl approves; Mia herself may not, nor is a word changed in between. The database sees to it."""
    for line in COMMANDS:
        book.fine(*said(line, policies))
    book.fine("user", "add", "root", "--role", "administrator")
    book.fine("user", "add", "mia", "--role", "operator", "--as", "root")
    book.fine("user", "add", "carl", "--role", "approver", "--limit", "500.00", "--as", "root")
    propose = ("return", "propose", "W1", "R1", "24480", "--reason", "checked")
    assert book(*propose, "--as", "carl").exit_code == 7
    laid = book.json(*propose, "--as", "mia")
    assert (laid["subject"], laid["state"], laid["reason"]) == ("order/W1", "open", "refund of R1: checked")
    assert book("approve", "approve", "1", "--as", "mia").exit_code == 7
    assert book.json("approve", "approve", "1", "--as", "carl")["state"] == "done"
    found = shown(book)
    assert (found["state"], found["credited"], found["kept"], found["refunded"]) == ("REFUNDED", 28_800, 4_320, 24_480)
    checked = book.json("book", "check")
    assert checked["ok"], checked


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("return ask W1 R1 LAMP", "write PRODUCT=UNITS"),
        ("return ask W9 R1 LAMP=1", "there is no order W9"),
        ("return inspect W1 R1 LAMP=1 --location WH1 --inspection I1", "LAMP=1:resell"),
        ("return inspect W1 R1 LAMP=1:burn --location WH1 --inspection I1", "resell, refurbish, scrap"),
        ("return show W1 R9", "has no return R9"),
        ("return policy set nowhere.toml", "cannot be read"),
    ],
)
def test_bad_words_name_the_remedy(book: Tally, words: str, told: str) -> None:
    """Whoever mistypes is told what to write."""
    found = book(*words.split())
    assert found.exit_code, found.stdout
    assert told.lower() in (found.stdout + found.stderr).lower()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('[[policies]]\nname = "a"\nwindow = 3\n', "window"),
        ('[[policies]]\nname = "a"\nsend_back_days = 0\n', "send_back_days"),
        ('[[policies]]\nname = "a"\n[[policies]]\nname = "b"\n', "has the policy a already"),
        ('[[policies]]\nname = "a"\nlabel_minor = 5\n', "label = customer"),
        ('effective_from = 2030-01-01T00:00:00\n[[policies]]\nname = "a"\n', "time zone"),
    ],
)
def test_a_wrong_policy_is_named_by_its_field(book: Tally, tmp_path: Path, written: str, told: str) -> None:
    """The file, the place in it, and what to write."""
    file = tmp_path / "wrong.toml"
    file.write_text(written)
    found = book("return", "policy", "set", str(file))
    assert found.exit_code, found.stdout
    assert told in found.stdout + found.stderr

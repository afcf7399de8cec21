"""What is taken over ties out, is approved by another person, and is declared once."""

import re
import shutil
from pathlib import Path

import pytest

from tallystick.app.exits import Code, Complaint
from tallystick.app.golive.package import read_package
from tallystick.app.golive.taking import plan_of
from tallystick.engine.answer import Status
from tallystick.messages.golive.reports import (
    MappedAccount,
    Opening,
    OpeningBalance,
    OpenLine,
    OpenOrder,
    OrderTakenOver,
    TakeoverApproved,
)
from tests.golive.conftest import HERE, Retailer


def changed(file: Path, old: str, new: str) -> None:
    """Change one place of a file."""
    text = file.read_text()
    assert text.count(old) == 1, (old, text)
    file.write_text(text.replace(old, new))


def test_what_is_in_the_way_is_named(retailer: Retailer) -> None:
    """An account nobody mapped, stock and deposits that are not worth their accounts, and units promised that are not there."""
    folder = retailer.folder / "oldbooks"
    changed(folder / "takeover.toml", '"2200" = "gift_vouchers:web"\n', "")
    changed(folder / "stock.csv", "WH1,LAMP,10,40.00", "WH1,LAMP,2,8.00")
    changed(folder / "orders.csv", "57.60,57.60,0,yes", "57.60,57.50,0,yes")
    found = retailer.json("golive", "plan", "oldbooks", code=1)
    assert found["unmapped"] == [{"account": "2200", "name": "Gift cards", "balance": -2500}]
    assert {t["what"]: t["balance"] - t["detail"] for t in found["ties"] if not t["ok"]} == {
        "inventory:WH1": 3200,
        "psp_clearing:stripe": -10,
    }
    assert found["owed"] == [{"location": "WH1", "sku": "LAMP", "promised": 3, "on_hand": 2}]
    said = retailer.tally("golive", "plan", "oldbooks").stdout
    assert '! account 2200 (Gift cards) holds -25.00: say where it goes: "2200" = … in takeover.toml' in said
    assert "count or value the stock again" in said
    assert "see `tally golive plan" in retailer.tally.complains(1, "golive", "take", "oldbooks", "--as", "mia")


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        (
            "stock.csv",
            ("WH1,SHADE,6,9.00", "WH1,SHADE,six,9.00"),
            "stock.csv: row 3: quantity 'six' is no whole number",
        ),
        (
            "balances.csv",
            ("2000,Acme,-300.00", "2000,Acme,-300.001"),
            "balances.csv: row 8: balance '-300.001' has more",
        ),
        ("orders.csv", ("W1002,web,WH1", "W1002,,WH1"), "orders.csv: row 3: channel is empty"),
        ("orders.csv", ("18.00,yes", "18.00,perhaps"), "orders.csv: row 3: asked 'perhaps' is neither yes nor no"),
        ("stock.csv", ("location,sku,quantity,value", "location,sku,quantity"), "stock.csv: it lacks value"),
        ("takeover.toml", ("day = 2026-11-20\n", ""), "takeover.toml: Object missing required field `day`"),
        ("purchases.csv", ("2026-12-10", "10.12.2026"), "purchases.csv: row 2: expected_on '10.12.2026' is no day"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(tmp_path: Path, file: str, change: tuple[str, str], said: str) -> None:
    """File, row, column and remedy."""
    folder = shutil.copytree(HERE / "oldbooks", tmp_path / "oldbooks")
    changed(folder / file, *change)
    with pytest.raises(Complaint, match=re.escape(said)) as caught:
        read_package(folder, "EUR/2")
    assert (caught.value.code, bool(caught.value.remedy)) == (Code.BAD_FILE, True)


def test_what_is_proved_one_by_one_takes_no_line(tmp_path: Path) -> None:
    """Inventory or a provider's clearing mapped as a plain balance is refused, with the reason."""
    folder = shutil.copytree(HERE / "oldbooks", tmp_path / "oldbooks")
    changed(folder / "takeover.toml", '"1000" = "bank:main"', '"1000" = "inventory:WH1"')
    plan = plan_of(folder, "EUR/2")
    assert not plan.fits
    assert plan.flaws == ["line 1: inventory:{location} is proved one by one and takes no balance as a line"]


def test_two_people_are_needed_and_it_is_declared_once(retailer: Retailer) -> None:
    """Mia cannot approve what she prepared; taken over, nobody prepares it again."""
    proposal = retailer.json("golive", "take", "oldbooks", "--as", "mia")
    assert (proposal["kind"], proposal["subject"], proposal["amount"]) == ("takeover", "takeover/oldbooks", "10325.20")
    retailer.tally.complains(7, "approve", "approve", "1", "--as", "mia")
    retailer.fine("approve", "approve", "1", "--as", "carl")
    assert retailer.proofs_fail() == []
    assert "was taken over already" in retailer.tally.complains(1, "golive", "take", "oldbooks", "--as", "mia")
    expected = retailer.json("stock", "incoming", "show", "LAMP")["incoming"]
    assert [(x["expected_on"], x["units"]) for x in expected] == [("2026-12-10", 20)]


def test_wrong_balances_are_taken_back_and_declared_anew(retailer: Retailer) -> None:
    """The stock is not taken in twice, the orders stay as they are, and the book proves at every step."""
    retailer.takes_over()
    retailer.fine("golive", "reverse", "oldbooks", "--because", "bank was a day old", "--as", "mia")
    retailer.fine("approve", "approve", "2", "--as", "carl")
    assert retailer.proofs_fail() == []
    folder = retailer.folder / "oldbooks"
    changed(folder / "balances.csv", "1000,Bank,5000.00", "1000,Bank,4900.00")
    changed(folder / "balances.csv", "3000,Capital,-4743.00", "3000,Capital,-4643.00")
    retailer.takes_over()
    assert retailer.proofs_fail() == []
    (taken,) = retailer.json("golive", "show")["takeovers"]
    assert (taken["state"], taken["units"], taken["left"], taken["orders_come"]) == ("TAKEN", 18, 0, 3)
    rows = {
        r["account"]: r["balance"]
        for r in retailer.json("book", "trial-balance")["accounts"]
        if r["commodity"] == "EUR/2"
    }
    assert (str(rows["bank:main"]), str(rows["inventory:WH1"])) in {("4900.00", "49.00"), ("490000", "4900")}


def test_nobody_slips_past_the_desk(retailer: Retailer) -> None:
    """An opening or an order that nobody approved, or another than was approved, is refused by the database itself."""
    balances = (OpeningBalance(1, "bank:main", "1000", 100),)
    opening = Opening("oldbooks", "EUR/2", retailer.day, "mine", (MappedAccount("1000", "bank:main"),), balances)
    forged = TakeoverApproved("oldbooks", 1, opening, 1, 2)
    answer = retailer.hears("takeover/oldbooks", forged, "f1")
    assert (answer.status, "nobody has approved proposal 1" in answer.reason) == (Status.REFUSED, True)
    retailer.takes_over()
    order = OpenOrder("W9", "web", "WH1", "stripe", (OpenLine(1, "LAMP", 1, 1, 0),), captured=100000)
    told = retailer.hears("order/W9", OrderTakenOver("oldbooks", 1, "EUR/2", order), "f2")
    assert (told.status, "this is not what was approved" in told.reason) == (Status.REFUSED, True)
    assert retailer.proofs_fail() == []


def test_the_page_runs(retailer: Retailer) -> None:
    """The example of docs/going-live.md, line by line, with a day of trade in its place."""
    from tests.architecture.tidy import ROOT
    from tests.golive.test_going_live import trades

    page = (ROOT / "docs" / "going-live.md").read_text()
    block = re.search(r"```sh\n(.*?)```", page, re.DOTALL)
    assert block is not None
    for line in block[1].splitlines():
        words = line.split()[1:]
        if words[:2] == ["golive", "compare"]:
            trades(retailer)
        retailer.fine(*words)

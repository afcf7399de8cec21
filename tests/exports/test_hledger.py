"""hledger reads our book, finds every asserted balance true, and comes to the same sums."""

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest

from tallystick.exports.day_rows import DayPosting
from tallystick.exports.hledger import account_name, hledger, symbol
from tallystick.model.amount import decimals_of, format_decimal
from tallystick.storage.reading.export_rows import day_postings
from tests.exports.ledger_rows import MONEY, ROWS, daily
from tests.storage.reading.lively import LivelyBook

BALANCES = ("balance", "--flat", "--layout=bare", "-O", "csv")


def run(folder: Path, text: str, *command: str) -> subprocess.CompletedProcess[str]:
    """Run an hledger command over a journal; where there is no hledger the test is left out, loudly."""
    program = shutil.which("hledger")
    if program is None:
        pytest.skip("hledger is not installed, so nothing reads what is written for it")
    journal = folder / "book.journal"
    journal.write_text(text, "utf-8")
    full = [program, "-f", str(journal), *command]
    return subprocess.run(full, capture_output=True, text=True, check=False, env={"LC_ALL": "C.UTF-8"})


def ours(rows: list[DayPosting]) -> set[tuple[str, str, str]]:
    """Return our last balances in hledger's words: (account, commodity, amount) of what is not empty."""
    last = {(account, commodity): number for (_, account, commodity), number in daily(rows).items()}
    return {
        (account_name(account), symbol(commodity).strip('"'), format_decimal(number, decimals_of(commodity)))
        for (account, commodity), number in last.items()
        if number
    }


def theirs(done: subprocess.CompletedProcess[str]) -> set[tuple[str, str, str]]:
    """Read hledger's balances."""
    assert done.returncode == 0, done.stderr
    rows = csv.DictReader(io.StringIO(done.stdout))
    return {
        (r["account"], r["commodity"], r["balance"]) for r in rows if r["account"] != "total" and r["balance"] != "0"
    }


def test_hledger_takes_hard_names(tmp_path: Path) -> None:
    """Spaces, semicolons and percent signs in a name; codes that differ in case only; three decimals."""
    assert ours(ROWS) == theirs(run(tmp_path, "\n".join(hledger(ROWS, MONEY)) + "\n", *BALANCES))


async def test_hledger_takes_a_lively_book(tmp_path: Path, lively: LivelyBook) -> None:
    """A whole book, made by the gate: every assertion holds, every end balance is ours."""
    rows = [row async for row in day_postings(lively.connection)]
    assert ours(rows) == theirs(run(tmp_path, "\n".join(hledger(rows, lively.info.currency)) + "\n", *BALANCES))


def test_a_wrong_balance_would_be_noticed(tmp_path: Path) -> None:
    """An untrue assertion stops hledger: it does check what we assert, to the last minor unit."""
    text = "\n".join(hledger(ROWS, MONEY)).replace("= 2.610 GBP", "= 2.611 GBP")
    done = run(tmp_path, text + "\n", "check")
    assert done.returncode != 0
    assert "2.611" in done.stderr

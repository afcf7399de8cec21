"""Beancount reads our book without a complaint and comes to the same balances, day by day."""

import subprocess
import sys
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import msgspec
import pytest
from msgspec import Struct

from tallystick.exports.beancount import beancount
from tallystick.exports.beancount_names import SYMBOL_LENGTH_MAX, account_name, leaf_name, symbol
from tallystick.exports.day_rows import DayPosting
from tallystick.model.amount import decimals_of
from tallystick.storage.reading.export_rows import day_postings
from tests.exports.ledger_rows import LONG, MONEY, ROWS, daily
from tests.storage.reading.lively import LivelyBook

OUTSIDE = Path(__file__).with_name("outside_beancount.py")


class Told(Struct):
    """What Beancount made of a ledger."""

    errors: list[str]
    balances: set[tuple[str, str, str, Decimal]]
    checked: int


def told(folder: Path, text: str) -> Told:
    """Let Beancount load and check a ledger."""
    ledger = folder / "book.beancount"
    ledger.write_text(text, "utf-8")
    done = subprocess.run([sys.executable, str(OUTSIDE), str(ledger)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return msgspec.json.decode(done.stdout, type=Told)


def ours(rows: list[DayPosting]) -> set[tuple[str, str, str, Decimal]]:
    """Return our daily balances in Beancount's words."""
    return {
        (str(day), leaf_name(account, commodity), symbol(commodity), Decimal(number).scaleb(-decimals_of(commodity)))
        for (day, account, commodity), number in daily(rows).items()
    }


def test_beancount_comes_to_our_balances(tmp_path: Path) -> None:
    """Hard names, three decimals, a reversed day and a month's end."""
    found = told(tmp_path, "\n".join(beancount(ROWS, MONEY)))
    assert found.errors == []
    assert ours(ROWS) == found.balances


def test_balances_are_asserted_when_a_month_ends() -> None:
    """January's movements are asserted on the first of what follows, February's alone at the end."""
    lines = [line for line in beancount(ROWS, MONEY) if " balance " in line]
    january = {(account, commodity) for day, account, commodity in daily(ROWS) if day.month == 1}
    assert [line[:10] for line in lines] == ["2026-02-01"] * len(january) + ["2026-02-03"] * 2
    assert f"2026-02-03 balance {account_name('bank:main')}  2.610 ~ 0 GBP" in lines


def test_a_wrong_balance_would_be_noticed(tmp_path: Path) -> None:
    """Beancount does check what we assert, to the last minor unit."""
    text = "\n".join(beancount(ROWS, MONEY)).replace(
        "balance Assets:Bank:Main  2.610", "balance Assets:Bank:Main  2.611"
    )
    assert len(told(tmp_path, text).errors) == 1


async def test_a_lively_book_is_exported(tmp_path: Path, lively: LivelyBook) -> None:
    """A whole book, made by the gate, with every kind of fact in it."""
    rows = [row async for row in day_postings(lively.connection)]
    found = told(tmp_path, "\n".join(beancount(rows, lively.info.currency)))
    assert found.errors == []
    assert ours(rows) == found.balances
    assert found.checked > len({row[1] for row in rows})


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("stock:sellable:MAIN", "Assets:Stock:Sellable:MAIN"),
        ("outside:customer", "Equity:Outside:Customer"),
        ("sales_credits:web", "Income:Sales-Credits:Web"),
        ("tax_payable:GB", "Liabilities:Tax-Payable:GB"),
        ("cost_of_sales:2nd-shop", "Expenses:Cost-Of-Sales:2nd-shop"),
    ],
)
def test_accounts_are_dressed_up(address: str, name: str) -> None:
    """The type of the chart gives the root, each part a component."""
    assert account_name(address) == name


def test_no_two_accounts_share_a_name() -> None:
    """Case, dashes, underscores, spaces and look-alikes of our own digests stay apart."""
    channels = [
        "a",
        "A",
        "web",
        "Web",
        "WEB",
        "a_b",
        "a-b",
        "A-B",
        "A-b",
        "a b",
        "a.b",
        "é",
        "",
        "-",
        "2",
        "Web-0123456789",
    ]
    channels += [account_name(f"revenue:{channel}").rpartition(":")[2] for channel in channels]
    names = {channel: account_name(f"revenue:{channel}") for channel in dict.fromkeys(channels)}
    assert [(a, b) for a, b in combinations(names, 2) if names[a] == names[b]] == []


def test_no_two_products_share_a_symbol() -> None:
    """What fits is kept behind `SKU-`, what does not gets a digest; a currency keeps its three letters."""
    codes = ["85123A", "POST", "gift_0001_20", "GIFT_0001_20", LONG[4:], "A.", "É", "A" * 20, "A" * 21, "A" * 22]
    symbols = {code: symbol(f"sku:{code}") for code in codes}
    assert len(set(symbols.values())) == len(codes)
    assert max(map(len, symbols.values())) <= SYMBOL_LENGTH_MAX
    assert symbols["85123A"] == "SKU-85123A"
    assert symbols["gift_0001_20"].startswith("SKX-GIFT0001-")
    assert symbol(MONEY) == "GBP"

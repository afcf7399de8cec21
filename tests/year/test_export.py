"""The year in another ledger: Beancount loads it without a complaint and comes to every daily balance of ours."""

import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from tallystick.exports.beancount_names import leaf_name, symbol
from tallystick.model.amount import decimals_of
from tallystick.storage.reading.export_rows import day_postings
from tests.year.conftest import LOAD_SECONDS_MAX, Shop

OUTSIDE = Path(__file__).parents[1] / "exports" / "outside_beancount.py"
NET_ACCOUNTS = ("Income:Revenue", "Income:Sales-Credits", "Income:Service-Revenue", "Expenses:Charges")

Balances = dict[tuple[str, str, str], Decimal]


class Told(Struct):
    """What Beancount made of the ledger."""

    errors: list[str]
    balances: list[tuple[str, str, str, Decimal]]
    checked: int


async def test_beancount_comes_to_every_daily_balance_and_to_the_mills_totals(
    shop: Shop, loaded: Any, totals: Any, tmp_path: Path
) -> None:
    """Units and money of a whole year, day by day, by a program that shares nothing with ours."""
    ledger = tmp_path / "year.beancount"
    shop.tally("book", "export", "--format", "beancount", "--out", ledger, "--book", "clean")
    done = subprocess.run(  # noqa: ASYNC221 - the loop has nothing else to do
        [sys.executable, str(OUTSIDE), str(ledger)], capture_output=True, check=False, timeout=LOAD_SECONDS_MAX
    )
    assert done.returncode == 0, done.stderr
    told = msgspec.json.decode(done.stdout, type=Told)
    theirs = {(day, account, unit): number for day, account, unit, number in told.balances}

    assert told.errors == []
    assert theirs == await _ours(shop)
    assert _net(theirs) == Decimal(totals["total"]["net"])


async def _ours(shop: Shop) -> Balances:
    held: defaultdict[tuple[str, str], int] = defaultdict(int)
    found: Balances = {}
    connection = await shop.connect("clean")
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            async for day, debit, credit, commodity, amount in day_postings(connection):
                for account, change in ((debit, amount), (credit, -amount)):
                    held[account, commodity] += change
                    number = Decimal(held[account, commodity]).scaleb(-decimals_of(commodity))
                    found[str(day), leaf_name(account, commodity), symbol(commodity)] = number
    finally:
        await connection.close()
    return found


def _net(balances: Balances) -> Decimal:
    """What was sold less what was taken back and written off: the mill's `net`, out of Beancount's last balances."""
    last = {(account, unit): number for (_, account, unit), number in sorted(balances.items())}
    named = (*NET_ACCOUNTS, "Expenses:Bad-Debt", "Liabilities:Gift-Vouchers")
    return -sum(
        (number for (account, unit), number in last.items() if unit == "GBP" and account.startswith(named)), Decimal(0)
    )

"""The year in a real Tryton: its trial balance is ours, by account and day, after one push, after two, and after ten cuts."""

import asyncio
import json
import sqlite3
import subprocess
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tallystick.app.ledgers.policy_file import default_text, load_policy, policy_file
from tallystick.decisions.ledger_policy import LedgerPolicy
from tallystick.model.amount import decimals_of
from tallystick.storage.reading.trial_balance import daily_balances
from tests.counterparts.tryton.proxy import Fault, Proxy
from tests.counterparts.tryton.server import Server, needs_tryton, served, template
from tests.year.conftest import LOAD_SECONDS_MAX, Shop

CUTS = 10
PUSHES_MAX = 40
BOOK = "clean"
WRITES = ("model.account.move.create", "model.account.move.post")
Cells = dict[tuple[str, str], Decimal]


@dataclass
class Ledger:
    """A Tryton of its own, and the policy by which the year's book is told to it under a name of its own."""

    name: str
    shop: Shop
    tryton: Server
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def policy(self) -> LedgerPolicy:
        """The policy in force."""
        return load_policy(self.shop.home, self.name)

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start `tally … --json` over the year's book and this ledger."""
        command = [*self.shop.command(*words), "--ledger", self.name, "--book", BOOK, "--json"]
        environment = self.shop.environment() | self.tryton.environment() | self.environment
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def tally(self, *words: str, code: int = 0) -> Any:
        """Run it and return what it says."""
        with self.start(*words) as process:
            said, complaint = process.communicate(timeout=LOAD_SECONDS_MAX)
        assert process.returncode == code, (said, complaint)
        return json.loads(said)

    def balances(self) -> Cells:
        """Return what Tryton has posted, by day and account code, out of its own database and past our code."""
        asked = (
            "select m.date, a.code, sum(round(l.debit * 1000) - round(l.credit * 1000)) from account_move_line l "
            "join account_move m on m.id = l.move join account_account a on a.id = l.account "
            "where m.state = 'posted' group by 1, 2"
        )
        with closing(sqlite3.connect(f"file:{self.tryton.folder / 'erp.sqlite'}?mode=ro", uri=True)) as database:
            return {(day, code): Decimal(int(amount)) / 1000 for day, code, amount in database.execute(asked) if amount}

    async def wanted(self) -> Cells:
        """Return what our book moved, by day and account code: from the day balances, not from journals."""
        connection = await self.shop.connect(BOOK)
        try:
            cells: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
            for b in await daily_balances(connection):
                if not b.commodity.startswith("sku:"):
                    code = self.policy.code(b.account)
                    assert code is not None
                    amount = Decimal(b.change).scaleb(-decimals_of(b.commodity))
                    cells[b.day.isoformat(), code] += amount
        finally:
            await connection.close()
        return {cell: amount for cell, amount in cells.items() if amount}


@pytest.fixture
def ledger(request: pytest.FixtureRequest, shop: Shop, loaded: Any, tmp_path: Path) -> Iterator[Ledger]:
    """The year's book, drawn for a Tryton of this test's own; the parameter is (name, decimals)."""
    needs_tryton()
    name, digits = request.param
    file = policy_file(shop.home, name)
    file.parent.mkdir(exist_ok=True)
    text = default_text().replace('ledger = "tryton"', f'ledger = "{name}"')
    file.write_text(text.replace('currency = ""', f'currency = "GBP/{digits}"'))
    with ExitStack() as stack:
        found = Ledger(name, shop, stack.enter_context(served(tmp_path, template(digits))))
        drawn = found.tally("journal", "draw")
        assert drawn["changed"] == {"issued": drawn["journals"]}
        yield found


@pytest.mark.parametrize("ledger", [("once", 3)], indirect=True)
async def test_trytons_trial_balance_is_ours_after_one_push_and_after_two(ledger: Ledger) -> None:
    """Summarised journals per channel and day; pushing them, or drawing them, twice adds nothing."""
    pushed = ledger.tally("journal", "push")
    assert (pushed["ok"], pushed["dead"], pushed["waiting"]) == (True, 0, 0)
    once, wanted = ledger.balances(), await ledger.wanted()
    assert once == wanted
    assert len(wanted) > 1000
    assert ledger.tally("journal", "draw")["changed"] == {}
    assert ledger.tally("journal", "push")["arrived"] == 0
    assert ledger.balances() == once
    compared = ledger.tally("reconcile", "ledger")
    assert (compared["ok"], compared["differences"], compared["uncovered"]) == (True, [], [])
    assert compared["entries"] == pushed["arrived"]


@pytest.mark.parametrize("ledger", [("cut", 3)], indirect=True)
async def test_a_push_cut_ten_times_in_the_middle_ends_the_same(ledger: Ledger) -> None:
    """Killed before and after the effect, while entries are created and while they are posted; then pushed to the end."""
    proxy = Proxy(ledger.tryton.url)
    ledger.environment = {"TALLYSTICK_TRYTON_URL": proxy.url}
    cuts = 0
    try:
        for number in range(CUTS):
            cuts += await asyncio.to_thread(_cut, ledger, proxy, number)
        proxy.plan = lambda _method, _before: Fault.NONE
        assert any(_pushed(ledger) == 0 for _ in range(PUSHES_MAX))
        assert cuts == CUTS
    finally:
        proxy.close()
        ledger.environment = {}
    assert ledger.balances() == await ledger.wanted()
    assert ledger.tally("reconcile", "ledger")["ok"]


def _pushed(ledger: Ledger) -> int:
    """Push, and return the exit code: 0 when everything has arrived."""
    with ledger.start("journal", "push") as process:
        process.communicate(timeout=LOAD_SECONDS_MAX)
    return process.returncode


def _cut(ledger: Ledger, proxy: Proxy, number: int) -> bool:
    """Push, and kill the push at a write: of either kind, in its first or second batch, before or after the effect."""
    method, batch, fault = WRITES[number % 2], number // 2 % 2, (Fault.LOST, Fault.ANSWER_LOST)[number // 4 % 2]
    process, reached, seen = ledger.start("journal", "push"), threading.Event(), []

    def plan(called: str, _before: int) -> Fault:
        if called != method or reached.is_set():
            return Fault.NONE
        seen.append(called)
        if len(seen) <= batch:
            return Fault.NONE
        reached.set()
        return fault

    proxy.plan = plan
    with process:
        while process.poll() is None and not reached.wait(0.05):
            pass
        process.kill()
        process.communicate()
    return reached.is_set()


@pytest.mark.parametrize("ledger", [("pence", 2)], indirect=True)
async def test_a_ledger_with_fewer_decimals_stays_within_half_a_unit_of_each_account(ledger: Ledger) -> None:
    """Thousandths go to a ledger of pence by running balance; the rounding account holds the rest, openly and bounded."""
    assert ledger.tally("journal", "push")["ok"]
    assert ledger.tally("reconcile", "ledger")["ok"]
    theirs, ours = _totals(ledger.balances()), _totals(await ledger.wanted())
    rounding = theirs.pop(ledger.policy.rounding_account, Decimal(0))
    connection = await ledger.shop.connect(BOOK)
    try:
        accounts = len({b.account for b in await daily_balances(connection) if not b.commodity.startswith("sku:")})
    finally:
        await connection.close()
    half_a_penny, channels = Decimal("0.005"), 3
    assert abs(rounding) <= half_a_penny * accounts * channels
    assert all(abs(theirs[code] - amount) <= half_a_penny * accounts for code, amount in ours.items() if code in theirs)
    assert sum(theirs.values()) + rounding == 0


def _totals(cells: Cells) -> dict[str, Decimal]:
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for (_, code), amount in cells.items():
        totals[code] += amount
    return dict(totals)

"""A small shop's book and a real Tryton, by the commands a controller types: drawn, pushed, revised, compared, explained."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tallystick.app.ledgers.policy_file import default_text, policy_file
from tallystick.app.main import command_line
from tests.connectors.online_retail.paper import line, write_csv
from tests.counterparts.tryton.proxy import Fault, Proxy
from tests.counterparts.tryton.server import PASSWORD, Server, needs_tryton, served, start, template
from tests.erp.conftest import POST

WAIT_SECONDS_MAX = 60
MARCH_1, MARCH_2 = "2011-03-01 09:00:00", "2011-03-02 10:00:00"
LINK = "tally:journal/tryton/online-retail"


class Controller:
    """Types commands over a small book and a Tryton of its own."""

    def __init__(self, home: Path, tryton: Server) -> None:
        """Sit at a desk."""
        self.home, self.tryton = home, tryton
        self.files = 0

    def runs(self, *words: str) -> Result:
        """Run a command."""
        return CliRunner().invoke(command_line(), list(words), prog_name="tally")

    def says(self, *words: str, code: int = 0) -> Any:
        """Run a command with --json and return what it says."""
        done = self.runs(*words, "--json")
        assert done.exit_code == code, done.output
        assert PASSWORD not in done.output
        return json.loads(done.stdout)

    def sells(self, *lines: Any) -> None:
        """Load a file of invoices."""
        self.files += 1
        file = write_csv(self.home / f"sales-{self.files}.csv", lines)
        assert self.says("load", "online-retail", str(file))["quarantined"] == 0

    def tells(self) -> Any:
        """Draw and push."""
        self.says("journal", "draw")
        return self.says("journal", "push")

    def is_even(self) -> bool:
        """Compare both ledgers."""
        done = self.runs("reconcile", "ledger", "--json")
        return bool(json.loads(done.stdout)["ok"])

    def by_hand(self, debit: str, credit: str, amount: str, day: tuple[int, int, int] = (2011, 3, 1)) -> None:
        """Let somebody enter and post something in Tryton."""
        from tallystick.connectors.tryton.client import Access
        from tallystick.connectors.tryton.connector import TrytonErp
        from tests.counterparts.tryton.server import USER

        door = TrytonErp(Access(self.tryton.url, self.tryton.database, USER, PASSWORD))
        desk, client = door._desk(), door._client
        date = dict(zip(("__class__", "year", "month", "day"), ("date", *day), strict=True))
        money, nothing = ({"__class__": "Decimal", "decimal": n} for n in (amount, "0"))
        period = next(p["id"] for p in desk.periods if p["start_date"] == date | {"day": 1})
        lines = [
            {"account": desk.accounts[debit], "debit": money, "credit": nothing},
            {"account": desk.accounts[credit], "debit": nothing, "credit": money},
        ]
        entry = {"journal": desk.journals["MISC"], "period": period, "date": date, "lines": [["create", lines]]}
        (number,) = client.write(
            "model.account.move.create", [entry | {"description": "by hand", "company": desk.company}]
        )
        client.write("model.account.move.post", [number])
        door.close()


@pytest.fixture
def controller(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A book of two days, and a fresh Tryton."""
    needs_tryton()
    folder = tmp_path / "tryton"
    folder.mkdir()
    with served(folder, template(3)) as tryton:
        environment = {"TALLYSTICK_HOME": str(tmp_path), "TALLYSTICK_DATABASE_URL": database_url}
        for name, value in (environment | tryton.environment()).items():
            monkeypatch.setenv(name, value)
        found = Controller(tmp_path, tryton)
        found.sells(
            line("1", "LAMP", "2", "2.555", invoicedate=MARCH_1),
            line("2", "MUG", "3", "1.25", invoicedate=MARCH_1, customerid=""),
            line("3", "LAMP", "1", "2.555", invoicedate=MARCH_2),
            line("3", "POST", "1", "4.00", invoicedate=MARCH_2),
        )
        yield found
        found.tryton.stop()


def test_a_controllers_day(controller: Controller) -> None:
    """Masters pulled, journals drawn and pushed, both ledgers even; doing all of it again adds nothing anywhere."""
    pulled = controller.says("master", "pull")
    assert {k: pulled["read"][k] == pulled["new"][k] > 0 for k in pulled["read"]} == dict.fromkeys(pulled["read"], True)
    drawn = controller.says("journal", "draw")
    assert (drawn["ok"], drawn["chart_known"], drawn["changed"]) == (True, True, {"issued": drawn["journals"]})
    assert controller.says("journal", "push")["arrived"] == drawn["journals"]
    assert controller.is_even()
    assert set(controller.says("master", "pull")["new"].values()) == {0}
    assert controller.says("journal", "draw")["changed"] == {}
    assert controller.says("journal", "push")["arrived"] == 0
    assert controller.is_even()
    assert controller.says("book", "check")["ok"]
    shown = controller.says("master", "show", "products", "MUG")
    assert [(m["name"], m["system"]) for m in shown["masters"]] == [("Mug", "tryton")]
    assert {m["code"] for m in controller.says("master", "list", "accounts")["masters"]} >= {"1.2.9", "4.1.1"}


def test_a_late_sale_goes_out_as_reversal_then_new(controller: Controller) -> None:
    """A sale for a day that was told already: its journal is reversed, the next revision posted, the day before untouched."""
    controller.tells()
    controller.sells(line("9", "MUG", "1", "7.77", invoicedate=MARCH_2))
    assert not controller.is_even()
    found = controller.says("reconcile", "ledger", code=1)["differences"]
    assert {(d["day"], c["kind"]) for d in found for c in d["causes"]} >= {("2011-03-02", "revised")}
    assert controller.says("journal", "draw")["changed"]["revised"] == 1
    controller.says("journal", "push")
    assert controller.is_even()
    (journal,) = [j for j in controller.says("journal", "list")["journals"] if j["link"] == f"{LINK}/2011-03-02/2"]
    assert [s["link"] for s in journal["sent"]] == [
        f"{LINK}/2011-03-02/1",
        f"{LINK}/2011-03-02/1/reversal",
        f"{LINK}/2011-03-02/2",
    ]


def test_a_link_leads_back_to_the_messages(controller: Controller) -> None:
    """From a line in the ERP to the events it is the sum of, and the invoices they came from."""
    controller.tells()
    shown = controller.says("journal", "show", f"{LINK}/2011-03-01/1")
    revenue = next(x for x in shown["lines"] if x["account"] == "revenue:online-retail")
    story = controller.says("journal", "explain", f"{LINK}/2011-03-01/1#{revenue['line']}")
    assert (story["code"], story["amount"], story["moved"], story["is_current"]) == ("4.1.1", -8_860, -8_860, True)
    assert [(e["source"], e["amount"]) for e in story["events"]] == [
        ("online-retail", -5_110),
        ("online-retail", -3_750),
    ]
    for story_line in shown["lines"]:
        told = controller.says("journal", "explain", f"{LINK}/2011-03-01/1#{story_line['line']}")
        assert told["moved"] == story_line["amount"]
    assert controller.runs("journal", "explain", f"{LINK}/2011-03-01/1#99").exit_code == 4
    assert controller.runs("journal", "explain", "tally:journal/tryton/nobody/2011-03-01/1#1").exit_code == 4
    assert controller.runs("journal", "explain", f"{LINK}/2011-03-01/1").exit_code == 2


def test_an_entry_made_by_hand_in_the_erp_is_found(controller: Controller) -> None:
    """On an account that we write: named with its number and amount. On one we do not: none of our business."""
    controller.tells()
    controller.by_hand("5.1.4", "1.1.4", "100.000")
    assert controller.is_even()
    controller.by_hand("5.1.4", "4.1.1", "0.007")
    found = controller.says("reconcile", "ledger", code=1)["differences"]
    assert [(d["code"], d["theirs"] - d["ours"], [c["kind"] for c in d["causes"]]) for d in found] == [
        ("4.1.1", -7, ["foreign"])
    ]
    assert "(id " in found[0]["causes"][0]["name"]


def test_while_the_erp_is_down_nothing_is_lost(controller: Controller) -> None:
    """Journals wait, the command says so and ends with 1; when the ERP is back they arrive, once."""
    drawn = controller.says("journal", "draw")
    controller.tryton.stop()
    port = int(controller.tryton.url.rpartition(":")[2])
    pushed = controller.says("journal", "push", code=1)
    assert (pushed["arrived"], pushed["waiting"], pushed["dead"]) == (0, drawn["journals"], 0)
    assert "away" in pushed["reasons"][0]
    controller.tryton = start(controller.tryton.folder, controller.tryton.database, port)
    assert controller.says("journal", "push")["arrived"] == drawn["journals"]
    assert controller.is_even()


def test_a_day_with_an_account_nobody_mapped_is_held_back_whole(controller: Controller) -> None:
    """The account and the remedy are named, the other day goes; mapped, the day follows."""
    file = policy_file(controller.home, "tryton")
    file.parent.mkdir()
    whole = default_text()
    file.write_text(whole.replace('"service_revenue:{service}" = "4.1.2"\n', ""))
    drawn = controller.says("journal", "draw", code=1)
    assert [h["day"] for h in drawn["held_back"]] == ["2011-03-02"]
    (gap,) = drawn["held_back"][0]["gaps"]
    assert gap["account"].startswith("service_revenue:")
    assert "tryton.toml" in gap["remedy"]
    assert all("2011-03-02" not in j["link"] for j in controller.says("journal", "list")["journals"])
    controller.says("journal", "push")
    assert not controller.is_even()
    file.write_text(whole)
    controller.tells()
    assert controller.is_even()


def test_an_account_closed_in_the_erp_holds_its_days_back(controller: Controller) -> None:
    """Once the chart is pulled, a closed account is known before anything is sent."""
    from tallystick.connectors.tryton.client import Access
    from tallystick.connectors.tryton.connector import TrytonErp
    from tests.counterparts.tryton.server import USER

    controller.says("master", "pull")
    door = TrytonErp(Access(controller.tryton.url, controller.tryton.database, USER, PASSWORD))
    goods = door._desk().accounts["4.1.1"]
    door._client.write("model.account.account.write", [goods], {"closed": True})
    # Not pulled yet: the ERP itself refuses, every journal for itself, and says why.
    controller.says("journal", "draw")
    refused = controller.says("journal", "push", code=1)
    assert refused["dead"] > 0
    assert "Account" in refused["reasons"][0]
    controller.says("master", "pull")
    held = controller.says("journal", "draw", code=1)["held_back"]
    assert [h["day"] for h in held] == ["2011-03-01", "2011-03-02"]
    assert "4.1.1 (Goods) is closed" in held[0]["gaps"][0]["reason"]
    door._client.write("model.account.account.write", [goods], {"closed": False})
    door.close()
    controller.says("master", "pull")
    controller.says("journal", "draw")
    assert controller.says("journal", "push", "--again")["ok"]
    assert controller.is_even()


def test_a_second_push_at_the_same_time_is_turned_away(controller: Controller, database_url: str) -> None:
    """Two controllers press at once: one of them is told to wait."""
    from tallystick.app.house import open_house
    from tallystick.app.settings import read_settings
    from tallystick.storage.outbox import Outbox

    controller.says("journal", "draw")

    async def while_another_pushes() -> Result:
        async with open_house(database_url, read_settings()) as house:
            assert await Outbox(await house.connection(), house.names).alone()
            return await asyncio.to_thread(controller.runs, "journal", "push")

    done = asyncio.run(while_another_pushes())
    assert done.exit_code == 1
    assert "nother push" in done.stderr


def test_a_ledger_with_other_decimals_than_the_policy_says_is_refused(controller: Controller) -> None:
    """Neither a push nor a comparison goes on with the wrong scale."""
    file = policy_file(controller.home, "tryton")
    file.parent.mkdir()
    file.write_text(default_text().replace('currency = ""', 'currency = "GBP/2"'))
    controller.says("journal", "draw")
    pushed = controller.says("journal", "push", code=1)
    assert "GBP/3" in pushed["reasons"][0]
    done = controller.runs("reconcile", "ledger")
    assert (done.exit_code, "GBP/2" in done.stderr) == (3, True)


@contextlib.contextmanager
def worker(**settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker of its own process, as an operator would; end it with the test."""
    command = [sys.executable, "-m", "tallystick", "worker"]
    environment = (
        os.environ | {"TALLYSTICK_TRYTON_JOURNALS": "every", "TALLYSTICK_TRYTON_EVERY_MINUTES": "0"} | settings
    )
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def until(is_so: Callable[[], bool]) -> None:
    """Look until it is so."""
    end = time.monotonic() + WAIT_SECONDS_MAX
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.1)  # between two looks at the condition


def test_a_worker_tells_the_erp_alone(controller: Controller) -> None:
    """Nobody draws or pushes. Both ledgers are even; a day revised follows by itself; a worker killed is followed by another.

    It is killed when it asks for the first posting, which arrives late, after two others have taken over; the ERP has
    each revision once.
    """
    with worker():
        until(controller.is_even)
        controller.sells(line("9", "MUG", "1", "7.77", invoicedate=MARCH_2))
        until(controller.is_even)
    (revised,) = [j for j in controller.says("journal", "list")["journals"] if j["link"] == f"{LINK}/2011-03-02/2"]
    assert [s["link"].removeprefix(f"{LINK}/2011-03-02") for s in revised["sent"]] == ["/1", "/1/reversal", "/2"]

    proxy = Proxy(controller.tryton.url)
    with worker(TALLYSTICK_TRYTON_URL=proxy.url) as killed:

        def kill_at_the_first_posting(method: str, before: int) -> Fault:
            if (method, before) != (POST, 0):
                return Fault.NONE
            killed.kill()
            return Fault.LATE

        proxy.plan = kill_at_the_first_posting
        controller.sells(line("10", "MUG", "1", "3.33", invoicedate=MARCH_1))
        assert killed.wait(WAIT_SECONDS_MAX) == -signal.SIGKILL
    assert not controller.is_even()
    with worker(), worker():
        until(controller.is_even)
    assert len(proxy.release()) == 1
    proxy.close()
    assert controller.is_even()
    assert controller.says("journal", "list", "--missing")["journals"] == []

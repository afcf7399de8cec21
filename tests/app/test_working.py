"""`tally worker`: takes what arrives, sends what is to be sent, shares with others, and stops when told."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from tallystick.app.house import open_house
from tallystick.app.settings import Settings
from tallystick.app.working.shifts import Way
from tallystick.app.working.work import work, work_off
from tallystick.engine.envelopes import read_envelope
from tallystick.ports.connector import Delivery
from tallystick.posting.table import TABLE
from tallystick.security.keyring import digest
from tallystick.storage.book import connect, create_book, schema_of
from tests.app.conftest import Tally
from tests.chaos.orders import CURRENCY, Told, deliveries_of, lives, receipts
from tests.chaos.recording import Recorder, dropped

WAIT_SECONDS_MAX = 60
TOLD = [*receipts(), *lives(30, seed=5)]


async def _received(url: str, home: Path, told: list[Told] = TOLD) -> None:
    await create_book(url, "main", CURRENCY, TABLE)
    await _sent(url, home, told)


def test_once_does_what_can_be_done(
    tally: Tally, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything that arrived is worked off, and every command lies in the folder, once."""
    monkeypatch.setenv("TALLYSTICK_OUTBOX_FOLDER", str(home / "out"))
    asyncio.run(_received(database_url, home))
    done = tally.json("worker", "--once")
    assert done["deliveries"] >= len(TOLD)
    assert done["commands"] == len(dropped(home / "out")) > 0
    assert tally.json("worker", "--once") == {"deliveries": 0, "deadlines": 0, "commands": 0}
    assert "worker: none running" in tally.fine("doctor")


def test_without_a_route_commands_wait_untried(tally: Tally, home: Path, database_url: str) -> None:
    """Nothing is burnt: the attempts of a command are kept for when there is somebody to take it."""
    asyncio.run(_received(database_url, home))
    assert tally.json("worker", "--once")["commands"] == 0
    text = tally.fine("doctor")
    assert "worker: none running" in text
    assert "→ start one: `tally worker --book main`" in text


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_finishes_and_leaves_nothing_leased(
    home: Path, database_url: str, sign: signal.Signals
) -> None:
    """A stop is no kill: exit code 0, a report on standard output, log lines beside it, no claim and no lease left."""
    asyncio.run(_received(database_url, home))
    command = [sys.executable, "-m", "tallystick", "worker", "--json"]
    settings = {"TALLYSTICK_OUTBOX_FOLDER": str(home / "out")}
    with subprocess.Popen(
        command, env=os.environ | settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stderr is not None
        lines = [json.loads(worker.stderr.readline()), json.loads(worker.stderr.readline())]
        worker.send_signal(sign)
        said, rest = worker.communicate(timeout=WAIT_SECONDS_MAX)
    assert worker.returncode == 0
    assert set(json.loads(said)) == {"deliveries", "deadlines", "commands"}
    assert [line["event"] for line in lines] == ["started", "partitions"]
    assert json.loads(rest.splitlines()[-1])["event"] == "stopped"
    assert asyncio.run(_sql(database_url, "select count(*) from outbox where leased_until is not null")) == 0


async def test_a_loader_and_a_worker_do_not_stand_in_each_others_way(database_url: str, tmp_path: Path) -> None:
    """Who wants the inbox worked off while a worker has it waits for the worker, and finds nothing left."""
    await _received(database_url, tmp_path)
    stop, partner = asyncio.Event(), Recorder()
    async with open_house(database_url, Settings(tmp_path), "main") as house:
        working = asyncio.create_task(work(house, Way(partner.routes()), stop))
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            await work_off(house)
        left = await (await house.connection()).fetchval("select count(*) from inbox")
        stop.set()
        done = await working
    assert left == 0
    assert done.deadlines == 0


async def test_a_worker_is_woken_by_what_arrives(database_url: str, tmp_path: Path) -> None:
    """It hears of a delivery when it is kept, and a receipt that came is posted without anybody calling it."""
    await _received(database_url, tmp_path, [])
    stop = asyncio.Event()
    async with open_house(database_url, Settings(tmp_path), "main") as house:
        working = asyncio.create_task(work(house, Way({}), stop))
        await house.lasting_inbox().receive(deliveries_of(receipts()))
        connection = await house.connection()
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while not await connection.fetchval("select count(*) from event"):  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(0.02)  # between two looks at the condition
        stop.set()
        assert (await working).deliveries == 1


def test_what_is_early_for_too_long_is_told_and_taken_up_all_the_same(
    tally: Tally, home: Path, database_url: str
) -> None:
    """After a week somebody hears of it; when the order comes at last, it is posted and the letter closes by itself."""
    placed, paid = next((a, b) for a, b in pairwise(lives(9, seed=1)) if (a.source, b.source) == ("web", "stripe"))
    asyncio.run(_received(database_url, home, [*receipts(), paid]))
    assert tally.json("worker", "--once")["deliveries"] > 0
    assert tally.json("dead", "list")["letters"] == []
    asyncio.run(_sql(database_url, "update delivery set received_at = received_at - interval '8 days'"))
    tally.json("worker", "--once")
    tally.json("worker", "--once")
    (letter,) = tally.json("dead", "list")["letters"]
    assert (letter["place"], letter["subject"], letter["parked"]) == ("overdue", paid.subject, False)
    assert "for 7 days" in letter["reason"]
    tally.json("dead", "retry", str(letter["id"]), code=1)

    asyncio.run(_sent(database_url, home, [placed]))
    tally.json("worker", "--once")
    assert tally.json("dead", "list")["letters"] == []
    taken = f"select count(*) from event where ext_id in ('{placed.id}', '{paid.id}')"
    assert asyncio.run(_sql(database_url, taken)) == 2


async def _sent(url: str, home: Path, told: list[Told]) -> None:
    async with open_house(url, Settings(home), "main") as house:
        await (await house.inbox()).receive(deliveries_of(told))


async def _sql(url: str, statement: str) -> object:
    connection = await connect(url, schema_of("main"))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def test_a_setting_that_is_no_number_of_seconds_is_named(tally: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bad setting is a complaint with the way out, before anything is started."""
    monkeypatch.setenv("TALLYSTICK_OUTBOX_LEASE_SECONDS", "soon")
    assert "utbox_lease_seconds is 'soon'" in tally.complains(3, "worker", "--once")


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b'{"id":"1"}', "source"),
        (b'{"id":"1","source":"s","type":"tallystick.sales.sale_recorded.v1","subject":"x","time":"2026-11-02T09:00:00Z","data":{}}', "no report"),
        (b'{"id":"1","source":"s","type":"tallystick.sales.order_placed.v1","subject":"x","time":"2026-11-02T09:00:00Z","data":{}}', "order"),
    ],
)  # fmt: skip
def test_an_envelope_that_cannot_be_read_names_what_is_wrong(body: bytes, named: str) -> None:
    """Only reports come in, whole, and in a zone that exists."""
    with pytest.raises(ValueError, match=named):
        read_envelope(Delivery(source="s", id="1", subject="x", body=body, digest=digest(body)))

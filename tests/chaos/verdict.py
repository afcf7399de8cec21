"""The verdict on a house that was wrecked: everything that is not as it would be had nothing happened."""

import json
from collections.abc import Sequence
from typing import Any

from tallystick.app.house import House, open_house
from tallystick.app.settings import Settings
from tallystick.app.working.shifts import Way
from tallystick.app.working.work import work_once
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book
from tallystick.storage.periods import BEGINNING, entries_root
from tallystick.storage.reading.proofs import check_book
from tests.chaos.orders import CURRENCY, Told, deliveries_of, receipts
from tests.chaos.recording import dropped
from tests.chaos.wreck import Wreck

FOREVER = BEGINNING.replace(year=9999)


async def verdict(wreck: Wreck) -> list[str]:
    """Return what is wrong, by name; empty when nothing is lost, doubled or stuck."""
    found = [
        *await _events(wreck),
        *await _answers(wreck),
        *await _stuck(wreck),
        *await _commands(wreck),
    ]
    return found + [
        f"proof {p.name}: {p.detail}" for p in await check_book(wreck.house.url, wreck.house.info) if not p.ok
    ]


async def _rows(wreck: Wreck, question: str) -> list[Any]:
    connection = await wreck.house.server.connect(wreck.house.info.schema)
    try:
        return list(await connection.fetch(question))
    finally:
        await connection.close()


async def _events(wreck: Wreck) -> list[str]:
    rows = await _rows(wreck, "select ext_id, count(*) as n from event group by ext_id")
    times = {r["ext_id"]: r["n"] for r in rows}
    lost = [f"lost: {i}" for i in sorted(wreck.acknowledged - times.keys())]
    return lost + [f"doubled: {i}" for i, n in sorted(times.items()) if n > 1]


async def _answers(wreck: Wreck) -> list[str]:
    rows = await _rows(wreck, "select e.ext_id, e.id, s.event from event e left join seen s using (source, ext_id)")
    events = {r["ext_id"]: r["id"] for r in rows}
    wrong = [f"answered otherwise: {i}" for i, a in wreck.answers.items() if a.event != events.get(i)]
    return wrong + [f"not remembered: {r['ext_id']}" for r in rows if r["event"] != r["id"]]


async def _stuck(wreck: Wreck) -> list[str]:
    (row,) = await _rows(
        wreck,
        "select (select count(*) from inbox) as inbox, (select count(*) from dead_letter) as letters, "
        "(select count(*) from outbox where state <> 1) as outbox",
    )
    return [f"stuck: {row[name]} in {name}" for name in ("inbox", "letters", "outbox") if row[name]]


async def _commands(wreck: Wreck) -> list[str]:
    """Every command is with the partner, as it is in the book, and was noted as done exactly once."""
    rows = await _rows(
        wreck,
        "select o.event, o.n, o.body, (select count(*) from attempt a where (a.event, a.n) = (o.event, o.n) "
        "and a.outcome = 'done') as done from outbox o where o.state = 1",
    )
    kept = dropped(wreck.outbox_folder)
    asked = {f"{r['event']:x}.{r['n']}": r for r in rows}
    wrong = [f"not delivered: {key}" for key in sorted(asked.keys() - kept.keys())]
    wrong += [f"never asked for: {key}" for key in sorted(kept.keys() - asked.keys())]
    wrong += [
        f"other content: {key}"
        for key in asked.keys() & kept.keys()
        if kept[key]["data"] != json.loads(asked[key]["body"])
    ]
    return wrong + [f"done {r['done']} times: {key}" for key, r in asked.items() if r["done"] != 1]


async def root(house: House) -> tuple[str, int]:
    """Return the hash over all entries, whatever batches they came in, and their number."""
    connection = await house.server.connect(house.info.schema)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return await entries_root(connection, BEGINNING, FOREVER)
    finally:
        await connection.close()


async def undisturbed_root(wreck: Wreck, told: Sequence[Told]) -> tuple[str, int]:
    """Return the same of a book that took the same messages on a quiet day, in another order, by one hand."""
    await create_book(wreck.house.url, "quiet", CURRENCY, TABLE)
    async with open_house(wreck.house.url, Settings(wreck.home), "quiet") as house:
        quiet = Wreck(wreck.home, house)
        inbox = await house.inbox()
        await inbox.receive(deliveries_of([*receipts(), *told]))
        await work_once(house, Way({}))
        await quiet.wind_clock()
        await work_once(house, Way({}))
        return await root(house)

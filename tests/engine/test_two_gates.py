"""Two gates over one book, as two servers or a server and a worker are: one book comes of it, and nobody blocks anybody for good."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
from prometheus_client import CollectorRegistry

from tallystick.engine.answer import Answer, Status, Unit
from tallystick.engine.gate import Gate
from tallystick.engine.gate_store import Original
from tallystick.engine.metrics import GateMetrics
from tallystick.journal.layer import Layer
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.posting.table import TABLE
from tallystick.storage.batches.gate_store import PgBatch, PgGateStore
from tallystick.storage.reading.proofs import check_book
from tests.engine.conftest import Stand, flush, receipt, unit

SKUS = [f"SKU-{n:02}" for n in range(40)]
ROUNDS = 12
TWIN_ROUNDS_MAX = 40
BATCH = 60
_STATE = {
    "stock": "select c.name, s.sellable, s.reserved, s.value, s.owed from stock s join commodity c on c.id = s.id >> 32 order by 1",
    "process": "select subject, kind, state, body from process order by 1",
    "posting": (
        "select e.subject, p.rule, d.name, c.name, m.name, p.amount from posting p join event e on e.id = p.event "
        "join account d on d.id = p.debit join account c on c.id = p.credit join commodity m on m.id = p.commodity "
        "order by 1, 2, 3, 4, 5, 6"
    ),
    "outbox": "select subject, n, body from outbox order by 1, 2",
    "seen": "select source, ext_id from seen order by 1, 2",
}


def basket(number: str, skus: Sequence[str]) -> Unit:
    """An order of one unit of each product, in the order the customer put them into the basket."""
    lines = tuple(OrderLine(n, sku, 1, 1200, 240) for n, sku in enumerate(skus, 1))
    placed = OrderPlaced(number, "web", "WH1", "EUR/2", "stripe", lines, "GB")
    return unit(f"order/{number}", placed, f"placed-{number}", "web")


def baskets(name: str, count: int, dice: random.Random) -> list[Unit]:
    """Baskets of five products in any order."""
    return [basket(f"{name}-{n}", dice.sample(SKUS, 5)) for n in range(count)]


async def shelved(stand: Stand, units: int) -> None:
    """Put the same number of every product on the shelf."""
    await flush(await stand.gate(), *(receipt(units, sku, f"R-{sku}") for sku in SKUS))


async def book(stand: Stand) -> dict[str, list[tuple[Any, ...]]]:
    """What the book says, but for the numbers of its events."""
    return {name: [tuple(row) for row in await stand.sql.fetch(query)] for name, query in _STATE.items()}


@pytest.fixture
async def other(stand: Stand) -> AsyncIterator[Stand]:
    """A second book beside the first."""
    found = await Stand(stand.url).open("other")
    yield found
    await found.close()


@dataclass
class Pair:
    """Two gates over one book, and how often one of them had to try again."""

    gates: tuple[Gate, Gate]
    registries: tuple[CollectorRegistry, CollectorRegistry]

    @classmethod
    async def over(cls, stand: Stand, second: type[PgBatch] = PgBatch) -> "Pair":
        """Open both; the *second* may go about its rows in a way of its own."""
        gates, registries = [], []
        for number, kind in ((1, PgBatch), (2, second)):
            store = StoreOf(kind, await stand.connection(), stand, number)
            registries.append(CollectorRegistry())
            gates.append(Gate(store, TABLE, GateMetrics(registries[-1])))
        return cls((gates[0], gates[1]), (registries[0], registries[1]))

    async def flush(self, first: Sequence[Unit], second: Sequence[Unit]) -> tuple[list[Answer], list[Answer]]:
        """Give each gate a batch, both at once, and return what each said."""
        told = await asyncio.gather(self.gates[0].flush(first), self.gates[1].flush(second))
        return [a for (a,) in told[0]], [a for (a,) in told[1]]

    @property
    def retries(self) -> float:
        """How often a batch was in another's way."""
        return sum(r.get_sample_value("tallystick_gate_retries_total") or 0 for r in self.registries)


class StoreOf(PgGateStore):
    """Opens batches of another kind."""

    def __init__(self, kind: type[PgBatch], connection: asyncpg.Connection, stand: Stand, number: int) -> None:
        """Open batches of *kind*."""
        super().__init__(connection, stand.names, stand.info.currency, number)
        self.kind = kind

    async def begin(self) -> PgBatch:
        """Open one."""
        batch = await super().begin()
        batch.__class__ = self.kind
        return batch


class BackwardsOnShelves(PgBatch):
    """The broken twin: it locks stock from the last row to the first."""

    async def layers(self, keys: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Layer]:
        """Lock one row after the other."""
        found: dict[tuple[str, str], Layer] = {}
        for key in sorted(keys, reverse=True):
            found |= await super().layers([key])
        return found


class AsTheyCame(PgBatch):
    """The broken twin: it claims keys in the order in which its messages came."""

    async def claim(self, keys: Sequence[tuple[str, str]]) -> Mapping[int, Original]:
        """Claim one key after the other."""
        known = [await super(AsTheyCame, self).claim([key]) for key in keys]
        return {place: found[0] for place, found in enumerate(known) if found}


async def hunt(pair: Pair, rounds: int, *, same: bool) -> None:
    """Let both gates fold baskets of the same products at once; with *same*, the very same ones from both ends."""
    for n in range(rounds):
        first = baskets(f"A{n}", BATCH, random.Random(n))
        second = first[::-1] if same else baskets(f"B{n}", BATCH, random.Random(-n))
        told = await pair.flush(first, second)
        if pair.retries:
            return
        assert all(a.status.is_settled for answers in told for a in answers)


async def test_one_gate_and_two_end_in_the_same_book(stand: Stand, other: Stand) -> None:
    """The same orders through one gate and through two: the same stock, entries, states and commands, every proof held."""
    batches = [baskets(f"B{n}", BATCH, random.Random(n)) for n in range(6)]
    for at in (stand, other):
        await shelved(at, 1000)
    one, two = await stand.gate(1), await Pair.over(other)
    for batch in batches:
        await one.flush(batch)
        await two.flush(batch[::2], batch[1::2])

    assert await book(stand) == await book(other)
    for at in (stand, other):
        assert [proof.name for proof in await check_book(at.url, at.info) if not proof.ok] == []


async def test_a_duplicate_at_the_other_gate_is_told_what_the_original_was_told(stand: Stand) -> None:
    """The same orders at both gates at once, from either end: each has one effect, and both senders hear the same."""
    await shelved(stand, 1000)
    pair = await Pair.over(stand)
    units = baskets("W", BATCH, random.Random(1))

    first, second = await pair.flush(units, units[::-1])

    for a, b in zip(first, reversed(second), strict=True):
        assert {a.status, b.status} == {Status.ACCEPTED, Status.DUPLICATE}
        assert (a.event, a.outcome, a.state) == (b.event, b.outcome, b.state)
    assert sum([row["reserved"] for row in await stand.sql.fetch("select reserved from stock")]) == 5 * BATCH


@pytest.mark.parametrize("same", [False, True], ids=["shelves", "keys"])
async def test_two_gates_never_wait_for_each_other_in_a_circle(stand: Stand, *, same: bool) -> None:
    """Rows and keys are taken in one fixed order, whatever the order of lines and messages: no batch is ever undone."""
    await shelved(stand, 10_000)
    pair = await Pair.over(stand)
    await hunt(pair, ROUNDS, same=same)
    assert pair.retries == 0


@pytest.mark.parametrize(("twin", "same"), [(BackwardsOnShelves, False), (AsTheyCame, True)], ids=["shelves", "keys"])
async def test_the_hunt_finds_a_gate_that_goes_about_it_in_another_order(
    stand: Stand, twin: type[PgBatch], *, same: bool
) -> None:
    """The check can fail: a gate that takes rows or keys in an order of its own is soon in a circle with the other."""
    await shelved(stand, 10_000)
    pair = await Pair.over(stand, twin)
    await hunt(pair, TWIN_ROUNDS_MAX, same=same)
    assert pair.retries > 0

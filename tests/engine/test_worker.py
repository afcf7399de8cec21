"""The inbox and its worker on real PostgreSQL: raw first, once for ever, one bad delivery alone."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from tallystick.engine.gate import Gate
from tallystick.engine.metrics import GateMetrics
from tallystick.engine.worker import NoProgressError, Worker
from tallystick.messages.sales import OrderLine, OrderPlaced, SaleLine, SaleReported
from tallystick.messages.stock import ReceiptLine, ReceiptReported
from tallystick.ports.connector import Contact, Delivery, Fault, Report, Translation
from tallystick.posting.table import TABLE
from tallystick.security.keyring import Keyring, master_key
from tallystick.storage.batches.gate_store import PgGateStore
from tallystick.storage.inbox import BODIES_BYTES_MAX, Inbox, Received, Waiting
from tallystick.storage.vault import erase, who_is
from tests.engine.conftest import NOW, Stand

SOURCE = "shop"


def delivery(key: str, subject: str, person: str | None = None, **said: object) -> Delivery:
    """A made-up partner's delivery: a JSON object."""
    body = msgspec.json.encode(said)
    digest = hashlib.sha256(body).digest()
    return Delivery(source=SOURCE, id=key, subject=subject, body=body, digest=digest, person=person)


def sale(number: str, quantity: int = 1) -> Delivery:
    """A till's sale."""
    return delivery(f"sale-{number}", f"sale/shop/{number}", sale=number, quantity=quantity)


def parse(taken: Delivery) -> Translation:
    """The made-up partner's translator: receipts, orders, sales; a line it cannot read; and one that breaks it."""
    said = msgspec.json.decode(taken.body)
    if "breaks" in said:
        raise ValueError("a translator's own mistake")
    if "unreadable" in said:
        fault = Fault(
            id=f"{taken.id}/1", subject=taken.subject, where="line 1", reason="odd", remedy="mend", body=b"{}"
        )
        return Translation((), (fault,))
    number = taken.subject.rpartition("/")[2]
    data: msgspec.Struct
    if "receipt" in said:
        lines = (ReceiptLine(1, "LAMP", said["receipt"], 400 * said["receipt"]),)
        data = ReceiptReported(number, "WH1", "EUR/2", "supplier", lines)
    elif "order" in said:
        data = OrderPlaced(number, "web", "WH1", "EUR/2", "stripe", (OrderLine(1, "LAMP", 1, 1200),))
    else:
        goods = (SaleLine(1, "LAMP", said["quantity"], 1000),)
        data = SaleReported(number, "shop", "WH1", "EUR/2", "card", goods=goods)
    return Translation((Report(id=taken.id, subject=taken.subject, data=data, time=NOW, on=NOW.date(), zone="UTC"),))


class Street:
    """An inbox, a worker and a gate over one book."""

    def __init__(self, stand: Stand, folder: Path) -> None:
        """Use a key of its own."""
        self.stand, self.keyring = stand, Keyring(master_key(folder / "key"), "main")

    async def open(self) -> "Street":
        """Open the connections."""
        self.inbox = Inbox(await self.stand.connection(), self.stand.names, self.keyring)
        self.worker = Worker(self.inbox, {SOURCE: parse})
        store = PgGateStore(await self.stand.connection(), self.stand.names, "EUR/2")
        store.seal = self.keyring.seal
        self.gate = Gate(store, TABLE, GateMetrics(), self.worker.settle)
        return self

    async def take(self, *deliveries: Delivery) -> Received:
        """Receive and work off."""
        received = await self.inbox.receive(deliveries)
        await self.worker.drain(self.gate)
        return received

    async def letters(self) -> list[tuple[str, str]]:
        """Return (id, place) of the dead letters."""
        rows = await self.stand.sql.fetch("select ext_id, place from dead_letter order by id")
        return [(r["ext_id"], r["place"]) for r in rows]

    async def states(self) -> dict[str, int]:
        """Return what is left in the inbox, by delivery."""
        rows = await self.stand.sql.fetch("select d.ext_id, i.state from inbox i join delivery d on d.id = i.delivery")
        return {r["ext_id"]: r["state"] for r in rows}


@pytest.fixture
async def street(stand: Stand, tmp_path: Path) -> Street:
    """A street."""
    return await Street(stand, tmp_path).open()


RECEIPT = delivery("r1", "stock/shop/r1", receipt=10)


async def test_a_delivery_counts_once_for_ever(street: Street) -> None:
    """The same delivery twice: kept once, posted once."""
    assert await street.take(RECEIPT, sale("1")) == Received(2, 0, 0)
    assert await street.take(RECEIPT, sale("1"), sale("2")) == Received(1, 2, 0)
    assert await street.stand.stock() == (8, 0)
    assert await street.states() == {}


async def test_the_same_id_with_other_content_is_kept_apart(street: Street) -> None:
    """Nobody knows which of the two is meant: the first stands, the second is a dead letter, once."""
    await street.take(RECEIPT, sale("1"))
    assert await street.take(sale("1", 5)) == Received(0, 1, 1)
    assert await street.take(sale("1", 5)) == Received(0, 1, 0)
    assert await street.letters() == [("sale-1", "delivery")]
    assert await street.stand.stock() == (9, 0)


async def test_a_part_nobody_can_read_is_quarantined_and_the_rest_is_posted(street: Street) -> None:
    """A fault is kept with reason and remedy, sealed; its neighbours are loaded."""
    await street.take(RECEIPT, delivery("bad", "sale/shop/9", unreadable=True), sale("1"))
    assert await street.letters() == [("bad/1", "line 1")]
    assert await street.stand.stock() == (9, 0)
    assert await street.states() == {}


async def test_a_delivery_that_breaks_its_translator_parks_its_subject_only(street: Street) -> None:
    """Later deliveries of the same subject wait behind it, all others flow."""
    broken = delivery("broken", "sale/shop/1", breaks=True)
    await street.take(RECEIPT, broken, sale("1"), sale("2"))
    assert await street.letters() == [("broken", "message")]
    assert await street.states() == {"broken": 2, "sale-1": 0}
    await street.take(delivery("later", "sale/shop/1", sale="1", quantity=1))
    assert await street.states() == {"broken": 2, "sale-1": 0, "later": 0}
    assert await street.stand.stock() == (9, 0)


async def test_how_a_person_is_written_to_is_renewed_and_erased_for_good(street: Street) -> None:
    """The newest word counts, saying nothing changes nothing, and nobody who was erased comes back."""
    sql, reference = street.stand.sql, street.keyring.pseudonym(SOURCE, "ada")

    async def known_after(name: str, contact: Contact | None) -> dict[str, str] | None:
        await street.take(replace(delivery(name, f"sale/shop/{name}", "ada", sale=name, quantity=1), contact=contact))
        return await who_is(sql, street.keyring, reference)

    await street.take(RECEIPT)
    ada = {"source": SOURCE, "id": "ada"}
    assert await known_after("1", None) == ada
    assert await known_after("2", Contact("ada@x.test", "Ada", "de")) == {
        **ada,
        "email": "ada@x.test",
        "name": "Ada",
        "language": "de",
    }
    assert (await known_after("3", Contact("ada@y.test")) or {})["email"] == "ada@y.test"
    assert (await known_after("4", None) or {})["email"] == "ada@y.test"
    await erase(sql, reference)
    assert await known_after("5", Contact("ada@y.test")) is None


async def test_raw_bodies_are_sealed_and_people_kept_apart(street: Street) -> None:
    """What a sender said lies encrypted, whom it names in the vault; erasure takes both, and the book stays as it is."""
    await street.take(RECEIPT, delivery("p1", "sale/shop/7", "ada@example.com", sale="7", quantity=1))
    sql, reference = street.stand.sql, street.keyring.pseudonym(SOURCE, "ada@example.com")
    dump = await sql.fetchval("select string_agg(body::text, '') from delivery")
    assert b"quantity".hex() not in dump
    assert await who_is(sql, street.keyring, reference) == {"source": SOURCE, "id": "ada@example.com"}

    before = await sql.fetchval("select hash from batch order by id desc limit 1")
    assert await erase(sql, reference) == 1
    assert await who_is(sql, street.keyring, reference) is None
    assert await sql.fetchval("select body from delivery where ext_id = 'p1'") is None
    assert await sql.fetchval("select hash from batch order by id desc limit 1") == before
    assert (await street.take(delivery("p1", "sale/shop/7", "ada@example.com", sale="7", quantity=1))).new == 0


async def test_a_batch_is_bounded_by_the_bytes_of_its_bodies(street: Street) -> None:
    """Long deliveries are taken a few at a time: as many as fit and one more, and the rest after them, in order."""
    await street.inbox.receive([RECEIPT, sale("1"), sale("2"), sale("3")])
    (one,) = await street.inbox.waiting((), 100, bytes_max=1)
    size = len(street.keyring.seal(RECEIPT.body))
    some = await street.inbox.waiting((), 100, bytes_max=size + 1)
    rest = await street.inbox.waiting([w.number for w in some], 100, bytes_max=10**9)
    assert one.delivery.id == "r1"
    assert [w.delivery.id for w in (*some, *rest)] == ["r1", "sale-1", "sale-2", "sale-3"]
    assert len(some) == 2


class LateInbox(Inbox):
    """While it is read a second time, two deliveries of one subject become visible: the first stands before all read so far."""

    reads, goes_on_behind, last = 0, False, (-1, -1)

    async def waiting(
        self,
        under_way: Sequence[int],
        limit: int,
        partitions: Sequence[int] | None = None,
        bytes_max: int = BODIES_BYTES_MAX,
    ) -> list[Waiting]:
        """Return what waits."""
        self.reads += 1
        if self.reads == 2:
            await self.receive([delivery("late-1", "sale/shop/late", sale="late", quantity=1)], place=0)
            await self.receive([delivery("late-2", "sale/shop/late", sale="late", quantity=1)])
        found = await super().waiting(under_way, limit if not self.goes_on_behind else 100, partitions, bytes_max)
        if self.goes_on_behind:
            found = [w for w in found if w.place > self.last][:limit]
            self.last = found[-1].place if found else (-1, -1)
        return found


@pytest.mark.parametrize("goes_on_behind", [False, True])
async def test_a_delivery_committed_late_is_not_passed_by_a_later_one_of_its_subject(
    street: Street, monkeypatch: pytest.MonkeyPatch, *, goes_on_behind: bool
) -> None:
    """Receivers commit in any order; a reader that goes on behind the last place it saw (the broken twin) takes the second first."""
    monkeypatch.setattr("tallystick.engine.worker.DELIVERIES_IN_BATCH_MAX", 1)
    await street.inbox.receive([RECEIPT, sale("1"), sale("2"), sale("3")])
    street.inbox.__class__ = LateInbox
    monkeypatch.setattr(LateInbox, "goes_on_behind", goes_on_behind)
    await street.worker.drain(street.gate)
    rows = await street.stand.sql.fetch("select ext_id from event where ext_id like 'late%' order by id")
    assert [r["ext_id"] for r in rows] == (["late-2", "late-1"] if goes_on_behind else ["late-1", "late-2"])
    assert await street.states() == {}


async def test_a_drain_that_gets_nowhere_ends(street: Street) -> None:
    """A gate that forgets what it answered leaves deliveries where they are: the drain says so instead of going on for ever."""
    await street.inbox.receive([RECEIPT, sale("1"), sale("2")])
    store = PgGateStore(await street.stand.connection(), street.stand.names, "EUR/2")
    with pytest.raises(NoProgressError, match="and 2 more were answered 4 times and still wait"):
        await street.worker.drain(Gate(store, TABLE, GateMetrics()))
    assert await street.stand.stock() == (8, 0)

    # A gate that remembers finds what was posted, and settles it.
    assert await street.worker.drain(street.gate) == 3
    assert await street.states() == {}
    assert await street.stand.stock() == (8, 0)


async def test_a_delivery_may_come_back_as_often_as_its_subject_moves(street: Street) -> None:
    """Held back until its order is there, an early message is tried again each time: that is progress, not a circle."""
    early = delivery("early", "sale/shop/1", sale="1", quantity=1)
    assert await street.take(early, RECEIPT, *(sale(str(n)) for n in range(2, 12))) == Received(12, 0, 0)
    assert await street.states() == {}

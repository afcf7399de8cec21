"""The gate on real PostgreSQL: once and only once, one bad message alone, nobody in anybody's way."""

import asyncio
from dataclasses import dataclass

import asyncpg
import pytest

from tallystick.engine.answer import Status, Unit
from tallystick.engine.collector import Collector
from tallystick.engine.gate import MESSAGES_IN_BATCH_MAX, Gate
from tallystick.messages.fulfilment import DispatchRefused, DispatchReported
from tallystick.messages.payments import PaymentAuthorised
from tallystick.messages.stock import HeldLine, ReceiptLine, ReceiptReported
from tests.engine.conftest import Stand, flush, order, receipt, unit


async def test_a_duplicate_is_told_what_the_original_was_told(stand: Stand) -> None:
    """The same message twice, later or in the same batch, has one effect and one answer."""
    gate = await stand.gate()
    await flush(gate, receipt(5))

    first, within = await flush(gate, order("W1", 2), order("W1", 2))
    (later,) = await flush(gate, order("W1", 2))

    assert (first.status, within.status, later.status) == (Status.ACCEPTED, Status.DUPLICATE, Status.DUPLICATE)
    assert {(a.event, a.outcome, a.state) for a in (first, within, later)} == {(first.event, "reserved", "RESERVED")}
    assert await stand.stock() == (3, 2)


async def test_a_refused_order_names_the_lines_that_lack_stock(stand: Stand) -> None:
    """A promise can be refused, and the answer says why; asked again, it says the same although stock has come."""
    gate = await stand.gate()
    (refused,) = await flush(gate, order("W1", 2))
    await flush(gate, receipt(5))
    (again,) = await flush(gate, order("W1", 2))

    assert (refused.outcome, refused.detail) == ("refused", {"lines_without_stock": (1,)})
    assert (again.status, again.outcome) == (Status.DUPLICATE, "refused")
    assert await stand.stock() == (5, 0)


async def test_one_bad_message_does_not_stop_its_batch(stand: Stand) -> None:
    """A message no process can take is refused with a remedy; its neighbours are recorded; it may be sent again."""
    gate = await stand.gate()
    bad = unit("order/W9", DispatchRefused("W9", "no such order"), "bad-1")
    answers = await flush(gate, receipt(5), bad, order("W1"))

    assert [a.status for a in answers] == [Status.ACCEPTED, Status.REFUSED, Status.ACCEPTED]
    assert "ask it which order" in answers[1].remedy
    assert await stand.sql.fetchval("select count(*) from seen where ext_id = 'bad-1'") == 0


async def test_a_unit_behind_a_refused_one_of_its_subject_waits(stand: Stand) -> None:
    """Order per subject: what comes after a refused message of the same subject is not folded before it is mended."""
    gate = await stand.gate()
    bad = unit("order/W1", DispatchRefused("W1", "nothing of that name"), "bad-1")
    answers = await flush(gate, receipt(5), bad, order("W1"), order("W2"))

    assert [a.status for a in answers][1:] == [Status.REFUSED, Status.WAITING, Status.ACCEPTED]


async def test_an_early_message_is_not_recorded(stand: Stand) -> None:
    """A payment that overtakes its order is early: nothing is kept of it, and it is accepted once the order is there."""
    gate = await stand.gate()
    paid = unit("order/W1", PaymentAuthorised("W1", "stripe", 1440), "paid-1")
    (early,) = await flush(gate, paid)
    *_, accepted = await flush(gate, receipt(5), order("W1"), paid)

    assert early.status is Status.EARLY
    assert (accepted.status, accepted.state) == (Status.ACCEPTED, "AUTHORISED")


async def test_a_batch_the_database_refuses_is_halved_until_the_culprit_is_alone(stand: Stand) -> None:
    """The database's own checks are the last line: the one message behind a refusal is found, all others are kept."""
    gate = await stand.gate()
    await flush(gate, receipt(50))
    # A second line of defence, planted here: the database will not hear of order W5.
    await stand.sql.execute("alter table event add constraint no_w5 check (subject <> 'order/W5')")

    answers = await flush(gate, *(order(f"W{n}") for n in range(1, 9)))

    assert [a.status for a in answers] == [Status.REFUSED if n == 5 else Status.ACCEPTED for n in range(1, 9)]
    assert await stand.stock() == (43, 7)


async def test_the_database_itself_refuses_stock_below_zero(stand: Stand) -> None:
    """No programme can make a shelf hold less than nothing, not even one that speaks SQL."""
    await flush(await stand.gate(), receipt(5))
    with pytest.raises(asyncpg.CheckViolationError):
        await stand.sql.execute("update stock set sellable = -1")


async def test_two_gates_never_promise_one_unit_twice(stand: Stand) -> None:
    """Fifty buyers, ten units, two gates at once: ten promises, forty refusals."""
    await flush(await stand.gate(), receipt(10))
    collectors = [Collector(await stand.gate(n), 7) for n in (1, 2)]

    told = await asyncio.gather(*(collectors[n % 2].submit(order(f"W{n}")) for n in range(50)))

    outcomes = [answers[0].outcome for answers in told]
    assert (outcomes.count("reserved"), outcomes.count("refused")) == (10, 40)
    assert await stand.stock() == (0, 10)


@dataclass
class _CutAfterCommit:
    """A gate whose connection is cut right after the commit: nobody hears the answer."""

    gate: Gate

    async def flush(self, units: list[Unit]) -> None:
        await self.gate.flush(units)
        raise ConnectionResetError("cut after commit")


async def test_an_answer_that_was_lost_can_be_asked_for_again(stand: Stand) -> None:
    """Unknown commit: the sender that never heard repeats itself, and nothing happens twice."""
    gate = await stand.gate()
    await flush(gate, receipt(5))
    with pytest.raises(ConnectionResetError):
        await _CutAfterCommit(gate).flush([order("W1")])

    (again,) = await flush(gate, order("W1"))
    assert (again.status, again.outcome) == (Status.DUPLICATE, "reserved")
    assert await stand.stock() == (4, 1)


async def test_every_caller_of_a_failed_batch_hears_of_it(stand: Stand) -> None:
    """When the database goes away nobody is left waiting, and nobody is told yes."""
    gate = await stand.gate()
    collector = Collector(gate)
    await stand.sql.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()"
    )
    told = await asyncio.gather(*(collector.submit(order(f"W{n}")) for n in range(5)), return_exceptions=True)
    assert all(isinstance(answer, Exception) for answer in told)


async def test_a_life_leaves_its_last_word_in_the_process_row(stand: Stand) -> None:
    """Events, processes and live stock move in one transaction: what one says, the others say."""
    gate = await stand.gate()
    shipped = unit("order/W1", DispatchReported("W1", "S1", (HeldLine(1, "LAMP", 1),)), "ship-1")
    paid = unit("order/W1", PaymentAuthorised("W1", "stripe", 1440), "paid-1")
    await flush(gate, receipt(5), order("W1"), paid, shipped)

    row = await stand.sql.fetchrow(
        "select p.state, p.event, max(e.id) as last from process p join event e using (subject) where subject = 'order/W1' group by 1, 2"
    )
    assert row is not None
    assert (row["state"], row["event"]) == ("SHIPPED", row["last"])
    assert await stand.stock() == (4, 0)


async def test_a_text_the_database_cannot_hold_is_the_culprit_alone(stand: Stand) -> None:
    """A NUL in a product code, a number beyond any ledger: refused for itself, with its batch unharmed."""
    gate = await stand.gate()
    await flush(gate, receipt(50))
    answers = await flush(gate, order("W1"), order("W2", sku="LA\x00MP"), order("W3"), receipt(2**62, name="R9"))
    assert [a.status for a in answers] == [Status.ACCEPTED, Status.REFUSED, Status.ACCEPTED, Status.REFUSED]
    assert await stand.stock() == (48, 2)


async def test_a_message_in_its_own_way_is_parked(stand: Stand) -> None:
    """What collides with itself each time is refused in the end, and its neighbours are recorded."""
    gate = await stand.gate()
    await flush(gate, receipt(50))
    await stand.sql.execute("insert into process values ('order/W2', 'order', 'NEW', 0, '{}')")
    # Planted: a row that the gate cannot see, so that order W2 is born twice whenever it is tried.
    await stand.sql.execute(
        "alter table process rename to hidden; create view process as select * from hidden where false"
    )
    await stand.sql.execute(
        "create function born_twice() returns trigger language plpgsql as $$ begin "
        "if new.subject = 'order/W2' then raise unique_violation; end if; "
        "insert into hidden values (new.*); return new; end $$; "
        "create trigger born instead of insert on process for each row execute function born_twice()"
    )
    answers = await flush(gate, order("W1"), order("W2"), order("W3"))
    assert [a.status for a in answers] == [Status.ACCEPTED, Status.REFUSED, Status.ACCEPTED]


async def test_more_messages_than_a_batch_has_numbers_for_go_in_several(stand: Stand) -> None:
    """An event's number has room for 4096 messages a batch: more are cut before anything is folded."""
    gate = await stand.gate()
    answers = await flush(gate, receipt(10), *(order(f"W{n}") for n in range(MESSAGES_IN_BATCH_MAX + 10)))
    assert [a.outcome for a in answers].count("reserved") == 10
    assert len({a.event for a in answers}) == MESSAGES_IN_BATCH_MAX + 11
    assert await stand.sql.fetchval("select count(*) from batch") == 2


async def test_a_message_in_another_currency_is_refused(stand: Stand) -> None:
    """One book values its stock in one currency: another is not mixed in, and the refusal says which is which."""
    gate = await stand.gate()
    lines = (ReceiptLine(1, "LAMP", 1, 400),)
    foreign = unit("stock/R7", ReceiptReported("R7", "WH1", "GBP/3", "supplier", lines), "r7")
    (answer,) = await flush(gate, foreign)
    assert answer.status is Status.REFUSED
    assert "GBP/3" in answer.reason
    assert "EUR/2" in answer.reason

"""Closing on real PostgreSQL: sealed once, provable for ever, late entries in the first open day."""

from datetime import date

import pytest

from tallystick.messages.sales import SaleLine, SaleReported
from tallystick.storage.periods import PeriodError, broken_seals, close_period, closed_periods
from tests.engine.conftest import NOW, Stand, flush, order, receipt, unit
from tests.engine.conftest import stand as stand  # noqa: PLC0414 - the fixture is shared

TODAY = NOW.date()


async def _broken(stand: Stand) -> list[date]:
    async with stand.sql.transaction(readonly=True):
        return await broken_seals(stand.sql)


async def _sell(stand: Stand, number: str) -> None:
    sale = SaleReported(number, "shop", "WH1", "EUR/2", "card", goods=(SaleLine(1, "LAMP", 1, 1000, 200),))
    await flush(await stand.gate(), unit(f"sale/till/{number}", sale, number, "till"))


async def test_a_late_entry_lands_in_the_first_open_day(stand: Stand) -> None:
    """An entry dated in a closed period is posted to the first open day and keeps its own date beside it."""
    await flush(await stand.gate(), receipt(5))
    await close_period(stand.sql, TODAY)
    await _sell(stand, "T1")

    row = await stand.sql.fetchrow("select effective_on, booked_on from event order by id desc limit 1")
    assert row is not None
    assert (row["effective_on"], row["booked_on"]) == (TODAY, date(2026, 11, 24))
    assert await _broken(stand) == []


async def test_a_seal_breaks_when_an_entry_of_its_period_changes(stand: Stand) -> None:
    """A closed period is proved by its root hash: one posting changed by hand, and the seal says so."""
    await flush(await stand.gate(), receipt(5), order("W1"))
    period = await close_period(stand.sql, TODAY)
    assert [period.through] == [p.through for p in await closed_periods(stand.sql)]
    assert await _broken(stand) == []

    await stand.sql.execute("update posting set amount = amount + 1 where event = (select max(event) from posting)")
    assert await _broken(stand) == [TODAY]


async def test_the_seal_is_the_same_whatever_batches_the_entries_came_in(stand: Stand) -> None:
    """The same book means the same entries, not the same batches: two ways of batching make one seal."""
    await flush(await stand.gate(), receipt(5), order("W1"))
    one = await close_period(stand.sql, TODAY)
    await stand.sql.execute("truncate period, event, posting, delta, seen, process, outbox, timer, stock")
    gate = await stand.gate(3)
    await flush(gate, receipt(5))
    await flush(gate, order("W1"))
    assert (await close_period(stand.sql, TODAY)).root == one.root


async def test_a_closed_period_is_not_closed_twice(stand: Stand) -> None:
    """Closing what is closed is refused, and the refusal says through when."""
    await close_period(stand.sql, TODAY)
    with pytest.raises(PeriodError, match="2026-11-23"):
        await close_period(stand.sql, TODAY)

"""What accounts hold: now, after some days, and day by day."""

from datetime import date

from tallystick.storage.reading.trial_balance import Days, daily_balances, trial_balance
from tests.storage.reading.lively import LivelyBook

FIRST, SECOND, LAST = date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 4)


async def test_a_trial_balance_comes_to_nothing(lively: LivelyBook) -> None:
    """In every commodity, what stands on the left stands on the right."""
    rows = await trial_balance(lively.connection)
    for commodity in {row.commodity for row in rows}:
        mine = [row for row in rows if row.commodity == commodity]
        assert sum(row.debit for row in mine) == sum(row.credit for row in mine)
        assert all(row.debit - row.credit == row.balance and 0 in (row.debit, row.credit) for row in mine)


async def test_the_balance_now_is_the_balance_of_all_days(lively: LivelyBook) -> None:
    """Money out of deltas and money out of postings are the same money."""
    assert await trial_balance(lively.connection) == await trial_balance(lively.connection, "", Days())


async def test_a_prefix_and_a_last_day_narrow_it(lively: LivelyBook) -> None:
    """Stock at the end of the second day: 3 of 8 mugs left, 3 vases, 1 lamp held for an order."""
    rows = await trial_balance(lively.connection, "stock:", Days(last=SECOND))
    assert {(r.account, r.commodity): r.balance for r in rows if r.balance} == {
        ("stock:reserved:WH1", "sku:LAMP"): 1,
        ("stock:sellable:WH1", "sku:MUG"): 3,
        ("stock:sellable:WH2", "sku:VASE"): 3,
    }


async def test_a_range_of_days_shows_what_they_moved(lively: LivelyBook) -> None:
    """Between the second day and the last, revenue of the post channel grew by the one sale of the second day."""
    rows = await trial_balance(lively.connection, "revenue:post", Days(SECOND, LAST))
    assert [(r.debit, r.credit) for r in rows] == [(0, 2200)]


async def test_daily_balances_run_on(lively: LivelyBook) -> None:
    """Each day's balance is the one before it and the day's change; the last is the balance now."""
    days = await daily_balances(lively.connection, "receivable:post")
    assert [(d.day, d.change, d.balance) for d in days] == [
        (FIRST, 13400, 13400),
        (SECOND, 0, 13400),
        (date(2026, 2, 1), -12000, 1400),
        (date(2026, 2, 2), -700, 700),
    ]
    assert [d.balance for d in await daily_balances(lively.connection, "receivable:post", SECOND)] == [13400, 13400]

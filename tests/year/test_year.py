"""A real year of a web shop: equal to the mill to the last digit, however it is delivered."""

import asyncio
import random
import subprocess
from pathlib import Path
from typing import Any

import duckdb

from tallystick.posting.table import RULES_VERSION
from tests.year.conftest import LOAD_SECONDS_MAX, Shop

KILLS = 20
LOOK_SECONDS = 0.02


def test_the_book_says_what_the_mill_says(loaded: Any, totals: Any) -> None:
    """Money and stock out of postings, counts out of facts: every figure of every month, to the last digit."""
    assert loaded["waiting"] == 0
    assert loaded["quarantined"] == 0
    assert loaded["total"] == totals["total"]
    assert loaded["months"] == totals["months"]


def test_the_year_ties_out(shop: Shop, loaded: Any) -> None:
    """Every proof of the book holds, and no unit of the year is unexplained: the declared opening stock covers it."""
    checked = shop.tally("book", "check", "--book", "clean")
    assert checked["ok"]
    assert {p["name"]: p["detail"] for p in checked["proofs"] if not p["ok"]} == {}


async def test_blind_returns_are_booked_and_told_of(shop: Shop, loaded: Any) -> None:
    """Cancellations without an earlier sale are never dropped: each is booked and waits for a person to look at it."""
    connection = await shop.connect("clean")
    try:
        row = await connection.fetchrow("select count(*) as breaks, sum(amount)::bigint as money from break")
        booked = await connection.fetchval(
            "select sum(p.amount)::bigint from posting p join posting_rule r on r.version = $1 and r.number = p.rule "
            "where r.name = 'sale_credited.blind.net'",
            RULES_VERSION,
        )
    finally:
        await connection.close()
    assert row is not None
    assert row["breaks"] > 0
    assert row["money"] == booked


async def test_loaded_a_second_time_nothing_is_new(shop: Shop, loaded: Any, online_retail_file: Path) -> None:
    """The same file again: the same totals, not one entry more."""
    before = await shop.root("clean")
    again = shop.tally("load", "online-retail", online_retail_file, "--book", "clean")
    assert (again["new"], again["opening_units"], again["total"]) == (0, 0, loaded["total"])
    assert await shop.root("clean") == before


async def test_a_days_invoices_in_any_order_make_the_same_units_revenue_and_receivables(
    shop: Shop, loaded: Any, online_retail_file: Path, tmp_path: Path
) -> None:
    """A day's invoices shuffled: costs may lie otherwise within the day, units, revenue and receivables may not."""
    shuffled = tmp_path / "shuffled.parquet"
    duckdb.sql(
        f"copy (select * from '{online_retail_file}' order by InvoiceDate::date, hash(InvoiceNo), LineSeq) "
        f"to '{shuffled}' (format parquet)"
    )
    again = shop.tally("load", "online-retail", shuffled, "--book", "shuffled")
    assert again["total"] == loaded["total"]
    assert again["months"] == loaded["months"]
    assert await _units_and_claims(shop, "shuffled") == await _units_and_claims(shop, "clean")


async def _units_and_claims(shop: Shop, book: str) -> dict[tuple[str, str], int]:
    connection = await shop.connect(book)
    try:
        rows = await connection.fetch(
            "with legs as (select debit as account, commodity, amount from posting "
            "union all select credit, commodity, -amount from posting) "
            "select a.name as account, c.name as commodity, sum(l.amount)::bigint as units from legs l "
            "join account a on a.id = l.account join commodity c on c.id = l.commodity "
            "where c.name like 'sku:%' or a.name ~ '^(revenue|service_revenue|sales_credits|receivable|tender)' "
            "group by 1, 2 having sum(l.amount) <> 0"
        )
    finally:
        await connection.close()
    return {(r["account"], r["commodity"]): r["units"] for r in rows}


async def test_killed_twenty_times_and_resumed_it_is_the_same_book(
    shop: Shop, loaded: Any, totals: Any, online_retail_file: Path
) -> None:
    """Kill -9 at twenty points of the load, and the load simply started again: the same entries as without a kill."""
    arguments = ("load", "online-retail", online_retail_file, "--book", "killed", "--json")
    deliveries, dice = loaded["deliveries"], random.Random(20)
    marks = sorted(dice.sample(range(1, 2 * deliveries - 2000), KILLS))
    for mark in marks:
        await _kill_at(shop, arguments, mark)

    resumed = shop.tally(*arguments[:-1])
    assert resumed["total"] == totals["total"]
    assert await shop.root("killed") == await shop.root("clean")


async def _kill_at(shop: Shop, arguments: tuple[str | Path, ...], mark: int) -> None:
    """Start the load and kill it when so many deliveries have been kept and so many events recorded, added up."""
    with subprocess.Popen(  # noqa: ASYNC220 - the loop has nothing else to do
        shop.command(*arguments), env=shop.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as load:
        try:
            async with asyncio.timeout(LOAD_SECONDS_MAX):
                while await _done(shop) < mark:
                    assert load.poll() is None, "the load ended before it could be killed"
                    await asyncio.sleep(LOOK_SECONDS)  # between two looks at the condition
        finally:
            load.kill()


async def _done(shop: Shop) -> int:
    connection = await shop.connect("killed")
    try:
        if not await connection.fetchval("select to_regclass('book_killed.event') is not null"):
            return 0
        done: int = await connection.fetchval("select (select count(*) from delivery) + (select count(*) from event)")
    finally:
        await connection.close()
    return done

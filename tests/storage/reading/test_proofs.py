"""Whatever is changed in a book by hand is found, and the changed row is named."""

from typing import NamedTuple

import pytest

from tallystick.storage.reading.proofs import Proof, check_book, prove_book
from tests.storage.reading.lively import LivelyBook

NAMES = {
    *("chain", "postings_follow_rules", "open_sales", "plans", "balanced", "deltas", "layers", "stock_value"),
    *(
        "processes",
        "reservations",
        "providers",
        "tills",
        "purchases",
        "transfers",
        "gift_cards",
        "returns",
        "takeovers",
        "inbox",
        "outbox",
        "seals",
        "approvals",
    ),
}
ROLL_UP = (
    "insert into rolled_delta select account, commodity, sum(amount), max(batch) from delta group by 1, 2",
    "delete from delta",
)


class Change(NamedTuple):
    """A change by hand: `$1` in *sql* is the event of *message*; each proof of *found* must say its text.

    `{event}` and `{batch}` in a text stand for the numbers of that event.
    """

    message: str
    sql: str
    found: dict[str, str]


def account(name: str) -> str:
    """Return SQL for an account's number."""
    return f"(select id from account where name = '{name}')"


LAMP = "(select id from stock where id >> 32 = (select id from commodity where name = 'sku:LAMP'))"
DISPATCH_MONEY = "event = $1 and n = 2"

CHANGES = {
    "a posting's amount": Change(
        "p3",
        f"update posting set amount = amount + 1 where {DISPATCH_MONEY}",
        {"postings_follow_rules": "event {event} n 2:", "chain": "batch {batch} ", "deltas": "batch {batch} revenue:web"},
    ),
    "a posting's account": Change(
        "p3",
        f"update posting set credit = {account('revenue:post')} where {DISPATCH_MONEY}",
        {"postings_follow_rules": "event {event} n 2: credit is", "chain": "batch {batch} ", "deltas": "revenue:post"},
    ),
    "a posting's rule": Change(
        "p3", f"update posting set rule = 1 where {DISPATCH_MONEY}", {"postings_follow_rules": "event {event} n 2: rule is 1"}
    ),
    "a posting gone": Change(
        "p3",
        "delete from posting where event = $1 and n = 4",
        {"postings_follow_rules": "event {event} n 4: the posting is missing", "layers": "LAMP at WH1: value"},
    ),
    "a posting too many": Change(
        "p2",
        "insert into posting select $1, 1, rule, debit, credit, commodity, item, amount from posting where rule = 2 limit 1",
        {"postings_follow_rules": "event {event} n 1: its facts say nothing"},
    ),
    "an account's name": Change(
        "p3",
        "update account set name = 'revenue:elsewhere' where name = 'revenue:web' and $1 > 0",
        {"postings_follow_rules": "event {event} n 2: credit"},
    ),
    "units on a money account": Change(
        "p3",
        f"update posting set credit = {account('revenue:web')} where event = $1 and n = 1",
        {"balanced": "event {event}: revenue:web holds money, not sku:LAMP"},
    ),
    "a delta": Change(
        "p3",
        f"update delta set amount = amount + 1 where batch = $1 >> 12 and account = {account('revenue:web')}",
        {"deltas": "batch {batch} revenue:web", "balanced": "GBP/3"},
    ),
    "a delta gone": Change(
        "p3",
        f"delete from delta where batch = $1 >> 12 and account = {account('inventory:WH1')}",
        {"deltas": "inventory:WH1 rolled: 0 GBP/3, its batches without a delta (from batch {batch} on)", "stock_value": "WH1"},
    ),
    "a process's state": Change(
        "q1", "update process set state = 'SHIPPED' where event = $1", {"processes": "order/W2: its row says order SHIPPED"}
    ),
    "a process's body": Change(
        "q1",
        "update process set body = convert_to(replace(convert_from(body, 'UTF8'), '\"held\":true', '\"held\":false'), 'UTF8') "
        "where event = $1",
        {"processes": "order/W2: its body is not what event {event} left", "reservations": "LAMP at WH1"},
    ),
    "a payment's captured sum": Change(
        "p9",
        "update process set body = convert_to(replace(convert_from(body, 'UTF8'), '\"captured\":4320', '\"captured\":4321'), "
        "'UTF8') where event = $1",
        {"processes": "order/W1", "providers": "stripe: payments say 4321 GBP/3 captured"},
    ),
    "a process set back": Change(
        "p4",
        "update process set event = $1 where subject = 'order/W1'",
        {"processes": "order/W1: its body is not what event {event} left"},
    ),
    "a process gone": Change("q1", "delete from process where event = $1", {"processes": "order/W2: has event {event}"}),
    "an open sale": Change(
        "10",
        "update open_sale set units_left = units_left + 1 where event = $1 and line = 2",
        {"open_sales": "person:1 MUG event {event} line 2"},
    ),
    "an open sale gone": Change(
        "12", "delete from open_sale where event = $1", {"open_sales": "person:1 LAMP event {event} line 1: no row"}
    ),
    "an event's body": Change("p5", "update event set body = '{}' where id = $1", {"chain": "batch {batch} "}),
    "an event's facts": Change(
        "p3",
        "update event set facts = convert_to(replace(convert_from(facts, 'UTF8'), '\"net\":2400', '\"net\":2399'), 'UTF8') "
        "where id = $1",
        {"chain": "batch {batch} ", "postings_follow_rules": "event {event} n 2: amount is 2400, by its fact 2399"},
    ),
    "facts nobody can read": Change(
        "p3", "update event set facts = '[[1' where id = $1", {"postings_follow_rules": "event {event}: its facts cannot"}
    ),
    "an event gone": Change(
        "p3",
        "delete from event where id = $1",
        {"chain": "batch {batch} ", "inbox": "shop:p3: was seen as event {event}", "outbox": "event {event} n 1",
         "postings_follow_rules": "event {event} n 1"},
    ),
    "a batch's hash": Change("p3", "update batch set hash = '\\x01' where id = $1 >> 12", {"chain": "batch {batch} "}),
    "a batch gone": Change("p3", "delete from batch where id = $1 >> 12", {"chain": "batch {batch} "}),
    "the newest batch gone, rows and all": Change(
        "q1",
        "with a as (delete from event where id >> 12 = $1 >> 12), b as (delete from posting where event >> 12 = $1 >> 12) "
        "delete from batch where id = $1 >> 12",
        {"chain": "gate 0: stands at batch {batch}", "inbox": "shop:q1"},
    ),
    "a cash-up's count": Change(
        "t3",
        "update process set body = convert_to(replace(convert_from(body, 'UTF8'), '\"counted\":{\"card\":0,\"cash\":1845}', "
        "'\"counted\":{\"card\":0,\"cash\":1846}'), 'UTF8') where event = $1",
        {"tills": "till/shop/S1/2026-01-30 cash: cashed up, and -1 GBP/3 are not cleared", "processes": "till/shop/S1/2026-01-30"},
    ),
    "takings of another day": Change(
        "t4",
        "update posting set event = (select max(event) from event e join posting p on p.event = e.id "
        "where e.subject = 'till/shop/S1/2026-01-30' and p.event <> $1) where event = $1 and rule = "
        "(select number from posting_rule where version = 2 and name = 'sale_recorded.taken') and $1 > 0",
        {"tills": "till/shop/S1/2026-01-31 S1:cash: cash-ups say 1000 taken, till_takings:S1:cash says 0"},
    ),
    "takings nobody took": Change(
        "t1",
        f"update posting set debit = {account('safe:S1')} where event = $1 and rule = "
        "(select number from posting_rule where version = 2 and name = 'sale_recorded.taken')",
        {"tills": "till/shop/S1/2026-01-30 S1:cash: cash-ups say 1850 taken, till_takings:S1:cash says 1200"},
    ),
    "what a purchase received": Change(
        "b3",
        "update process set body = convert_to(replace(convert_from(body, 'UTF8'), '\"received\":2', '\"received\":3'), 'UTF8') "
        "where event = $1",
        {"purchases": "purchase/P1: it knows of 1000 in goods_received, its postings come to 2000", "processes": "purchase/P1"},
    ),
    "a dispute booked elsewhere": Change(
        "b3",
        f"update posting set debit = {account('inventory:WH2')} where event = $1 and "
        f"debit = {account('disputed_invoices:potter')}",
        {"purchases": "purchase/P1: it knows of 400 in disputed_invoices, its postings come to 0", "layers": "VASE at WH2: value"},
    ),
    "a key forgotten": Change("p3", "delete from seen where event = $1", {"inbox": "shop:p3: event {event}"}),
    "a command's event": Change(
        "p1", "update outbox set event = event + 1000 where event = $1", {"outbox": "n 1 to order/W1: no such event"}
    ),
    "a kept rule": Change(
        "p1", "update posting_rule set debit = credit where number = 7 and $1 > 0", {"postings_follow_rules": "rule 7 of version"}
    ),
}  # fmt: skip


async def proofs(book: LivelyBook) -> dict[str, Proof]:
    """Run all proofs."""
    return {proof.name: proof for proof in await prove_book(book.connection)}


async def test_an_untouched_book_passes(lively: LivelyBook) -> None:
    """A book that only its gates have written passes every proof, and each says what it looked at."""
    found = await proofs(lively)
    assert set(found) == NAMES
    assert [proof for proof in found.values() if not proof.ok] == []
    assert found["chain"].detail.startswith("4 batches, 26 events, ")
    assert found["providers"].detail == "3 payments"


@pytest.mark.parametrize("what", CHANGES)
async def test_a_change_by_hand_is_named(lively: LivelyBook, what: str) -> None:
    """One row changed behind the gate's back: the proof fails and its detail carries the row's key."""
    change = CHANGES[what]
    event = lively.events[change.message]
    assert await lively.connection.execute(change.sql, event) not in {"UPDATE 0", "DELETE 0", "INSERT 0 0"}
    found = await proofs(lively)
    for name, text in change.found.items():
        assert not found[name].ok
        assert text.format(event=event, batch=event >> 12) in found[name].detail


@pytest.mark.parametrize("column", ["sellable", "reserved", "quarantine", "damaged", "value", "short", "short_value"])
async def test_a_changed_stock_column_is_named(lively: LivelyBook, column: str) -> None:
    """One column of one stock row changed: the proof names product, location and column."""
    await lively.connection.execute(f"update stock set {column} = {column} + 1 where id = {LAMP}")
    found = await proofs(lively)
    assert f"LAMP at WH1: {column} is " in found["layers"].detail
    assert not found["layers"].ok
    assert found["stock_value"].ok == (column not in {"value", "short_value"})
    assert found["reservations"].ok == (column != "reserved")


async def test_a_rolled_book_passes(lively: LivelyBook) -> None:
    """Deltas that were rolled up are gone, and the rolled balances stand for them."""
    for statement in ROLL_UP:
        await lively.connection.execute(statement)
    assert [proof for proof in (await proofs(lively)).values() if not proof.ok] == []


async def test_a_changed_rolled_balance_is_named(lively: LivelyBook) -> None:
    """One rolled balance changed: the proof names its account."""
    for statement in ROLL_UP:
        await lively.connection.execute(statement)
    await lively.connection.execute(
        f"update rolled_delta set amount = amount + 1 where account = {account('bank:main')}"
    )
    found = await proofs(lively)
    assert "bank:main rolled: 3911 GBP/3" in found["deltas"].detail
    assert not found["deltas"].ok


async def test_a_book_is_checked_while_others_use_it(lively: LivelyBook) -> None:
    """The check takes a connection of its own, writes nothing, and does not see what is not committed."""
    await lively.connection.execute("update delta set amount = amount + 1")
    assert [proof for proof in await check_book(lively.url, lively.info) if not proof.ok] == []

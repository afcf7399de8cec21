"""`tally book check`: every proof of a book, from one instant of it, while its gates go on writing."""

from typing import Final

import asyncpg

from tallystick.model.amount import UNITS_PREFIX
from tallystick.posting.table import TABLE, PostingTable
from tallystick.storage.book import BookInfo, connect
from tallystick.storage.reading.buying.proving import Purchases
from tallystick.storage.reading.facts import FactsUnreadable, decode_facts
from tallystick.storage.reading.gift_cards.proving import GiftCards
from tallystick.storage.reading.golive.takeovers import prove_takeovers
from tallystick.storage.reading.posting_rules import rules_of, tables_of
from tallystick.storage.reading.proving.approvals import prove_approvals
from tallystick.storage.reading.proving.balances import prove_balanced, prove_deltas
from tallystick.storage.reading.proving.batch_stream import FACTS, ID, Filed, filed_batches
from tallystick.storage.reading.proving.chain import Chain
from tallystick.storage.reading.proving.finding import Proof
from tallystick.storage.reading.proving.layers import prove_layers, prove_stock_value
from tallystick.storage.reading.proving.links import prove_inbox, prove_outbox, prove_seals
from tallystick.storage.reading.proving.open_sales import OpenSales
from tallystick.storage.reading.proving.plans import PlansFollowed
from tallystick.storage.reading.proving.processes import prove_processes
from tallystick.storage.reading.proving.providers import Providers
from tallystick.storage.reading.proving.reservations import Reservations
from tallystick.storage.reading.proving.rules_followed import Facts, RulesFollowed, numbers_of
from tallystick.storage.reading.proving.tills import Tills
from tallystick.storage.reading.returning.proving import Returns
from tallystick.storage.reading.stocking.proving import Transfers

__all__ = ["Proof", "check_book", "prove_book"]
_SORT_MEMORY: Final = "64MB"


async def check_book(url: str, info: BookInfo, table: PostingTable = TABLE) -> list[Proof]:
    """Return every proof of a book; a failing one names the rows. Reads one instant, in one pass and a few sums.

    *table* is the posting table of this release; older versions are rebuilt from the rules kept in the book.
    """
    connection = await connect(url, info.schema)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return await prove_book(connection, table)
    finally:
        await connection.close()


async def prove_book(connection: asyncpg.Connection, table: PostingTable = TABLE) -> list[Proof]:
    """Return the proofs of what *connection* sees; needs a transaction around it that sees one instant."""
    await connection.execute("select set_config('work_mem', $1, true)", _SORT_MEMORY)
    return [
        *await _prove_batches(connection, table),
        await prove_balanced(connection),
        await prove_deltas(connection),
        await prove_layers(connection),
        await prove_stock_value(connection),
        *await _prove_processes(connection, table),
        await prove_inbox(connection),
        await prove_outbox(connection),
        await prove_seals(connection),
        await prove_approvals(connection),
        await prove_takeovers(connection),
    ]


async def _prove_batches(connection: asyncpg.Connection, table: PostingTable) -> list[Proof]:
    """Read events and postings once for all proofs that look at them one by one."""
    numbers = await numbers_of(connection)
    skus = {number: name.removeprefix(UNITS_PREFIX) for name, number in numbers.commodity.items()}
    chain = Chain()
    rules = await RulesFollowed(await tables_of(connection, table), numbers).load(connection)
    sales = await OpenSales(skus).load(connection)
    plans = PlansFollowed()
    async for filed in filed_batches(connection):
        facts = _facts(filed, rules)
        chain.see(filed)
        rules.see(filed, facts)
        sales.see(filed, facts)
        plans.see(facts)
    return [await chain.proof(connection), rules.proof(), sales.proof(), await plans.proof(connection)]


async def _prove_processes(connection: asyncpg.Connection, table: PostingTable) -> list[Proof]:
    """Read processes once for all proofs that look at them."""
    reservations, providers, tills, purchases, returns = Reservations(), Providers(), Tills(), Purchases(), Returns()
    transfers, cards = Transfers(), GiftCards()
    processes = await prove_processes(connection, reservations, providers, tills, purchases, transfers, cards, returns)
    rules = await rules_of(connection, table)
    return [
        processes,
        await reservations.proof(connection),
        await providers.proof(connection, rules),
        await tills.proof(connection, rules),
        await purchases.proof(connection),
        await transfers.proof(connection),
        await cards.proof(connection),
        await returns.proof(connection),
    ]


def _facts(filed: Filed, rules: RulesFollowed) -> Facts:
    found = {}
    for event in filed.events:
        try:
            found[event[ID]] = decode_facts(event[FACTS])
        except FactsUnreadable as wrong:
            rules.unreadable(event[ID], str(wrong))
    return found

"""The proof that postings follow the rules: every fact, posted again, gives the very rows that are stored."""

from collections.abc import Mapping, Sequence
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.model.amount import UNITS_PREFIX
from tallystick.posting.table import PostingTable
from tallystick.storage.batches.batch_rows import NO_ITEM
from tallystick.storage.batches.chain import POSTING_COLUMNS
from tallystick.storage.reading.proving.batch_stream import ID, RULES, Filed, Row
from tallystick.storage.reading.proving.finding import Findings, Proof

UNKNOWN: Final = -1
_KEPT: Final = "select version, number, name, debit, credit from posting_rule order by 1, 2"
Facts = Mapping[int, Sequence[Struct]]
"""The facts of each event of a batch; an event whose facts cannot be read is left out."""


class Numbers(Struct, frozen=True):
    """The numbers of names in a book."""

    account: dict[str, int]
    commodity: dict[str, int]


async def numbers_of(connection: asyncpg.Connection) -> Numbers:
    """Read the accounts and commodities of a book."""
    accounts = await connection.fetch("select name, id from account")
    commodities = await connection.fetch("select name, id from commodity")
    return Numbers(dict(map(tuple, accounts)), dict(map(tuple, commodities)))


class RulesFollowed:
    """Posts facts again by the table of their own version."""

    def __init__(self, tables: Mapping[int, PostingTable], numbers: Numbers) -> None:
        """Post by *tables*, by version."""
        self._tables, self._numbers = tables, numbers
        self._findings = Findings("postings_follow_rules")
        self._postings = 0

    async def load(self, connection: asyncpg.Connection) -> "RulesFollowed":
        """Compare the rules kept beside the postings with the tables: who reads the book without our code needs them."""
        for version, number, *kept in await connection.fetch(_KEPT):
            rules = self._tables[version].rules
            rule = rules[number - 1] if number <= len(rules) else None
            if rule is None or [rule.name, rule.debit, rule.credit] != kept:
                self._findings.say(f"rule {number} of version {version}: kept as {kept}, which is not what it says")
        return self

    def see(self, filed: Filed, facts: Facts) -> None:
        """Compare the postings of one batch with what its facts say, one by one."""
        self._postings += len(filed.postings)
        stored = {event: list(rows) for event, rows in groupby(filed.postings, key=itemgetter(0))}
        for event in filed.events:
            self._event(event, facts.get(event[ID]), stored.pop(event[ID], []))
        for number, rows in stored.items():
            self._findings.say(f"event {number} n {rows[0][1]}: a posting of an event that does not exist")

    def unreadable(self, event: int, reason: str) -> None:
        """Note that the facts of *event* cannot be read."""
        self._findings.say(f"event {event}: its facts cannot be read: {reason}")

    def proof(self) -> Proof:
        """Say what was looked at."""
        return self._findings.proof(f"{self._postings} postings follow from their facts")

    def _event(self, event: Row, facts: Sequence[Struct] | None, stored: list[Row]) -> None:
        table = self._tables.get(event[RULES])
        if table is None:
            self._findings.say(f"event {event[ID]}: posted by rules of version {event[RULES]}, which nobody has")
        elif facts is not None:
            expected = self._posted(event[ID], facts, table)
            if expected != stored:
                self._differ(event[ID], expected, stored)

    def _posted(self, event: int, facts: Sequence[Struct], table: PostingTable) -> list[Row]:
        account, commodity = self._numbers.account.get, self._numbers.commodity.get
        rows: list[Row] = []
        for fact in facts:
            for p in table.post(fact):
                item = commodity(UNITS_PREFIX + p.item, UNKNOWN) if p.item else NO_ITEM
                place = (account(p.debit, UNKNOWN), account(p.credit, UNKNOWN), commodity(p.commodity, UNKNOWN))
                rows.append((event, len(rows) + 1, p.rule, *place, item, p.number))
        return rows

    def _differ(self, event: int, expected: list[Row], stored: list[Row]) -> None:
        for must, has in zip_longest(expected, stored):
            if must == has:
                continue
            place = f"event {event} n {(has or must)[1]}"
            if has is None:
                self._findings.say(f"{place}: the posting is missing")
            elif must is None:
                self._findings.say(f"{place}: its facts say nothing of this posting")
            else:
                told = [
                    f"{c} is {h}, by its fact {m}" for c, h, m in zip(POSTING_COLUMNS, has, must, strict=True) if h != m
                ]
                self._findings.say(f"{place}: {', '.join(told)}")

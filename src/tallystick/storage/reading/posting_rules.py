"""The posting rules a book was written by: those of this release, and older versions out of the book itself."""

import asyncpg

from tallystick.messages.catalogue import CATALOGUE, Role
from tallystick.posting.rule import Rule, RuleError
from tallystick.posting.table import PostingTable

RuleKey = tuple[int, int]
"""(version, number): what `event.rules` and `posting.rule` hold."""


async def rules_of(connection: asyncpg.Connection, table: PostingTable) -> dict[RuleKey, Rule]:
    """Return every rule by version and number: *table* for its own version, the kept rows for the others.

    Raises `RuleError` for a kept row of a fact that this release does not know.
    """
    rows = await connection.fetch(
        "select version, number, name, debit, credit, because from posting_rule where version <> $1", table.version
    )
    rules = {(version, number): _rule(*row) for version, number, *row in rows}
    return rules | {(table.version, number): rule for number, rule in enumerate(table.rules, 1)}


async def tables_of(connection: asyncpg.Connection, table: PostingTable) -> dict[int, PostingTable]:
    """Return a posting table for each version in the book. Raises `RuleError` for a version that cannot be rebuilt."""
    versions: dict[int, list[Rule]] = {}
    for (version, _), rule in sorted((await rules_of(connection, table)).items(), key=lambda item: item[0]):
        versions.setdefault(version, []).append(rule)
    older = {v: PostingTable(tuple(rules), v) for v, rules in versions.items() if v != table.version}
    return older | {table.version: table}


def _rule(name: str, debit: str, credit: str, because: str) -> Rule:
    """Turn a kept row back into a rule: its name is `fact.lines.amount`, or `fact.amount` for one posted once."""
    fact, *each, amount = name.split(".")
    for t in CATALOGUE.types:
        if t.role is Role.FACT and t.name == fact:
            return Rule(t.struct, each[0] if each else "", debit, credit, amount, because)
    raise RuleError(f"rule {name}: this release knows no fact {fact!r}")

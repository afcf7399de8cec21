"""The proof of tills: what each shop's day took and counted, as its cash-up knows, is what the book was posted.

The left side comes from the cash-up processes, the right from the postings, so that the proof is no tautology. A day
that was cashed up stands at zero in every tender; what stands there otherwise waits for its cash-up.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import asyncpg

from tallystick.posting.rule import Rule
from tallystick.processes.family import Family, data_of
from tallystick.processes.tills.cash_up import CashUp
from tallystick.storage.reading.posting_rules import RuleKey
from tallystick.storage.reading.proving.finding import Findings, Proof

_STEM: Final = "till_takings:"
_BOOKED: Final = (
    f"with till as (select id, substr(name, {len(_STEM) + 1}) as name from account where starts_with(name, '{_STEM}')), "
    "legs as (select p.event, p.rule, t.name, p.amount from posting p join till t on t.id = p.debit "
    "union all select p.event, p.rule, t.name, -p.amount from posting p join till t on t.id = p.credit) "
    "select e.subject, l.name, e.rules, l.rule, sum(l.amount)::bigint from legs l left join event e on e.id = l.event "
    "group by 1, 2, 3, 4"
)
_BALANCES: Final = (
    f"select substr(a.name, {len(_STEM) + 1}), sum(d.amount)::bigint from (select account, amount from delta "
    "union all select account, amount from rolled_delta) d join account a on a.id = d.account "
    f"where starts_with(a.name, '{_STEM}') group by 1"
)
_ROWS_AT_ONCE: Final = 5000
_FIGURES: Final = {"taken": ("taken", 1), "counted": ("counted", -1), "short": ("short", -1)}

Key = tuple[str, str, str]
"""(subject of the shop's day, `location:tender`, figure); an empty subject stands for all days of the account."""


class Tills:
    """Collects what cash-ups know, by shop's day and tender, in minor units."""

    def __init__(self) -> None:
        """Start with no shop's day."""
        self._known: defaultdict[Key, int] = defaultdict(int)
        self._uncleared: list[str] = []
        self._days = 0

    def see(self, family: Family) -> None:
        """Look at the cash-up of one family."""
        day = data_of(family, "cash_up") if "cash_up" in family else None
        if not isinstance(day, CashUp):
            return
        self._days += 1
        for tender in day.taken.keys() | day.counted.keys() | day.short.keys():
            figures = {
                "taken": day.taken.get(tender, 0),
                "counted": day.counted.get(tender, 0),
                "short": day.short.get(tender, 0),
            }
            name = f"{day.location}:{tender}"
            for figure, amount in figures.items():
                self._known[day.till, name, figure] = amount
            waits = figures["taken"] - figures["counted"] - figures["short"]
            self._known["", name, "waits"] += waits
            if waits and day.cashed_up:
                self._uncleared.append(f"{day.till} {tender}: cashed up, and {waits} {day.currency} are not cleared")

    async def proof(self, connection: asyncpg.Connection, rules: Mapping[RuleKey, Rule]) -> Proof:
        """Compare each figure with the postings, and what waits with the balances."""
        findings, booked = Findings("tills"), await _booked(connection, rules)
        for told in self._uncleared:
            findings.say(told)
        for subject, name, figure in sorted(self._known.keys() | booked.keys()):
            known, found = (side.get((subject, name, figure), 0) for side in (self._known, booked))
            if known != found:
                place = f"{subject} {name}" if subject else name
                findings.say(f"{place}: cash-ups say {known} {figure}, {_STEM}{name} says {found}")
        return findings.proof(f"{self._days} days of shops, each cleared to zero once cashed up")


async def _booked(connection: asyncpg.Connection, rules: Mapping[RuleKey, Rule]) -> Mapping[Key, int]:
    found: defaultdict[Key, int] = defaultdict(int)
    cursor = await connection.cursor(_BOOKED)
    while rows := await cursor.fetch(_ROWS_AT_ONCE):
        for subject, name, version, number, amount in rows:
            rule = rules.get((version, number))
            figure, sign = _FIGURES.get(rule.amount, ("other", 1)) if rule else ("other", 1)
            found[subject or "no event", name, figure] += sign * amount
    for name, balance in await connection.fetch(_BALANCES):
        found["", name, "waits"] = balance
    return found

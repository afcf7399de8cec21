"""The proof of plans: what is arranged about a stock row is the sum of what the facts say, and of the changes kept."""

from collections import Counter
from typing import Final

import asyncpg

from tallystick.decisions.promises.fences import PLANS, changes_of
from tallystick.model.amount import UNITS_PREFIX
from tallystick.storage.reading.proving.finding import Findings, Proof
from tallystick.storage.reading.proving.rules_followed import Facts

Key = tuple[str, str, str, str]
"""(product, location, fence, incoming or work, channel or day or hour)"""
_NAMED: Final = "left join commodity c on c.id = s.{id} >> 32 join location l on l.id = ((s.{id} >> 16) & 65535)"
_LIVE: Final = (
    f"select c.name, l.name, p.what, k.key, k.value::bigint from stock s {_NAMED.format(id='id')} "
    "cross join lateral (values ('fence', s.plans -> 'fences'), ('incoming', s.plans -> 'incoming'), "
    "('work', s.plans -> 'work')) p(what, plans) cross join "
    "lateral jsonb_each_text(coalesce(p.plans, '{}')) k where s.plans is not null"
)
_KEPT: Final = (
    f"select c.name, l.name, s.what, s.key, sum(s.change)::bigint from plan_change s {_NAMED.format(id='stock')} "
    "group by 1, 2, 3, 4 having sum(s.change) <> 0"
)
_OVER: Final = (
    f"select c.name, l.name, s.sellable, f.units from stock s {_NAMED.format(id='id')} cross join lateral (select "
    "sum(k.value::bigint)::bigint as units from jsonb_each_text(coalesce(s.plans -> 'fences', '{}')) k) f "
    "where s.plans is not null and f.units > s.sellable"
)


class PlansFollowed:
    """Adds up what the facts say of fences, announced goods and work."""

    def __init__(self) -> None:
        """Start with nothing arranged."""
        self._said: Counter[Key] = Counter()

    def see(self, facts: Facts) -> None:
        """Add the facts of one batch."""
        for found in facts.values():
            for fact in found:
                for c in changes_of(fact):
                    self._said[c.sku, c.location, c.what, c.key] += c.change

    async def proof(self, connection: asyncpg.Connection) -> Proof:
        """Compare with the live rows and with the changes kept beside the events; fences fit into what is sellable."""
        findings = Findings("plans")
        live = {_key(*row[:4]): row[4] for row in await connection.fetch(_LIVE)}
        kept = {_key(n, at, PLANS[w], k): units for n, at, w, k, units in await connection.fetch(_KEPT)}
        said = {key: units for key, units in self._said.items() if units}
        for key in sorted({*live, *kept, *said}):
            numbers = [side.get(key, 0) for side in (said, kept, live)]
            if len(set(numbers)) > 1:
                sku, location, what, name = key
                findings.say(
                    f"{sku} at {location}: {what} {name}: facts say {numbers[0]}, changes {numbers[1]}, the row {numbers[2]}"
                )
        for name, location, sellable, fenced in await connection.fetch(_OVER):
            findings.say(f"{name.removeprefix(UNITS_PREFIX)} at {location}: {fenced} fenced, {sellable} sellable")
        return findings.proof(f"{len(live)} fences and announcements")


def _key(name: str | None, location: str, what: str, key: str) -> Key:
    return (name or "").removeprefix(UNITS_PREFIX), location, what, key

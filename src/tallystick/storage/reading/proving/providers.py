"""The proof of providers: what payments say was captured has been paid out, paid back, or is still owed to us.

The left side comes from the payment processes, the right from the book, so that the proof is no tautology.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import asyncpg

from tallystick.posting.rule import Rule
from tallystick.processes.family import Family, data_of
from tallystick.processes.payments.payment_data import PaymentData
from tallystick.processes.payments.refund import RefundData
from tallystick.storage.reading.posting_rules import RuleKey
from tallystick.storage.reading.proving.finding import Findings, Proof

_CLEARING: Final = "psp_clearing:"
_BOOKED: Final = (
    "with psp as (select id, substr(name, 14) as provider from account where starts_with(name, 'psp_clearing:')), "
    "legs as (select p.event, p.rule, s.provider, p.commodity, p.amount from posting p join psp s on s.id = p.debit "
    "union all select p.event, p.rule, s.provider, p.commodity, -p.amount from posting p join psp s on s.id = p.credit) "
    "select l.provider, c.name, e.rules, l.rule, sum(l.amount)::bigint from legs l "
    "left join event e on e.id = l.event join commodity c on c.id = l.commodity group by 1, 2, 3, 4"
)
_BALANCES: Final = (
    "select substr(a.name, 14), c.name, sum(d.amount)::bigint from (select account, commodity, amount from delta "
    "union all select account, commodity, amount from rolled_delta) d join account a on a.id = d.account "
    "join commodity c on c.id = d.commodity where starts_with(a.name, 'psp_clearing:') group by 1, 2"
)
_FACTS: Final = {
    "payment_captured": "captured",
    "payment_settled": "settled",
    "refund_paid": "refunded",
    "payment_charged_back": "charged back",
    "marketplace_settled": "settled",
    "open_order_declared": "taken over",
}
_SIGNS: Final = {"captured": 1, "settled": -1, "refunded": -1, "charged back": -1, "taken over": 1}

Key = tuple[str, str, str]
"""(provider, currency, figure)."""


class Providers:
    """Adds up what payments and refunds know, by provider and currency, in minor units."""

    def __init__(self) -> None:
        """Start with no payment."""
        self._known: defaultdict[Key, int] = defaultdict(int)
        self._payments = 0

    def see(self, family: Family) -> None:
        """Count the payments and refunds of one family."""
        for member in tuple(family):
            if not member.startswith(("payment/", "refund/")):
                continue
            data = data_of(family, member)
            if isinstance(data, PaymentData):
                self._payments += 1
                captured, settled = data.taken_over
                self._add(data.provider, data.currency, "captured", data.captured - captured)
                self._add(data.provider, data.currency, "settled", data.settled - settled)
                self._add(data.provider, data.currency, "refunded", data.refunded_there)
                self._add(data.provider, data.currency, "taken over", captured - settled)
                self._add(data.provider, data.currency, "charged back", data.charged_back + data.dispute_fees)
            elif isinstance(data, RefundData):
                self._add(data.provider, data.currency, "refunded", data.paid)

    def _add(self, provider: str, currency: str, figure: str, amount: int) -> None:
        self._known[provider, currency, figure] += amount
        self._known[provider, currency, "owed"] += _SIGNS[figure] * amount

    async def proof(self, connection: asyncpg.Connection, rules: Mapping[RuleKey, Rule]) -> Proof:
        """Compare each figure with the postings, and what is still owed with the balance of the clearing account."""
        findings, booked = Findings("providers"), await _booked(connection, rules)
        for provider, currency, figure in sorted(self._known.keys() | booked.keys()):
            known, found = (side.get((provider, currency, figure), 0) for side in (self._known, booked))
            if known != found:
                findings.say(
                    f"{provider}: payments say {known} {currency} {figure}, {_CLEARING}{provider} says {found}"
                )
        return findings.proof(f"{self._payments} payments")


async def _booked(connection: asyncpg.Connection, rules: Mapping[RuleKey, Rule]) -> Mapping[Key, int]:
    found: defaultdict[Key, int] = defaultdict(int)
    for provider, currency, version, number, amount in await connection.fetch(_BOOKED):
        rule = rules.get((version, number))
        figure = _FACTS.get(rule.name.partition(".")[0], "other") if rule else "other"
        found[provider, currency, figure] += _SIGNS.get(figure, 1) * amount
    for provider, currency, balance in await connection.fetch(_BALANCES):
        found[provider, currency, "owed"] = balance
    return found

"""An account's balance explained: which rules, days and events it comes from."""

from collections.abc import Mapping, Sequence
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.model.amount import UNITS_PREFIX
from tallystick.storage.reading.explaining.event import NothingSuch

ALL_UNITS: Final = "units"
_TOP: Final = 10
_LEGS: Final = (
    "with legs as (select p.event, p.rule, p.commodity, p.amount as debit, 0 as credit from posting p where p.debit = $1 "
    "union all select p.event, p.rule, p.commodity, 0, p.amount from posting p where p.credit = $1), "
    f"named as (select l.event, l.rule, l.debit, l.credit, case when $2::text is null and starts_with(c.name, '{UNITS_PREFIX}') "
    f"then '{ALL_UNITS}' else c.name end as commodity from legs l join commodity c on c.id = l.commodity "
    "where $2::text is null or c.name = $2) "
)
_SUMS: Final = (
    "sum(n.debit)::bigint as debit, sum(n.credit)::bigint as credit, sum(n.debit - n.credit)::bigint as balance, "
    "count(*) as postings"
)
_BIGGEST: Final = (
    "select commodity, name, because, debit, credit, balance, postings from (select x.*, row_number() over "
    "(partition by commodity order by abs(balance) desc, name) as place from ({rows}) "
    "x(commodity, name, because, debit, credit, balance, postings)) y where place <= $3 order by commodity, place"
)
_BY_RULE: Final = _LEGS + _BIGGEST.format(
    rows=f"select n.commodity, coalesce(r.name, '#' || n.rule), coalesce(r.because, ''), {_SUMS} from named n "
    "join event e on e.id = n.event left join posting_rule r on (r.version, r.number) = (e.rules, n.rule) group by 1, 2, 3"
)
_BY_DAY: Final = _LEGS + _BIGGEST.format(
    rows=f"select n.commodity, e.booked_on::text, '', {_SUMS} from named n join event e on e.id = n.event group by 1, 2"
)
_BY_EVENT: Final = _LEGS + _BIGGEST.format(
    rows=f"select n.commodity, n.event::text, (select e.subject from event e where e.id = n.event), {_SUMS} "
    "from named n group by n.commodity, n.event"
)
_TOTALS: Final = f"{_LEGS}select n.commodity, {_SUMS} from named n group by 1 order by 1"


class Contribution(Struct, frozen=True):
    """What a rule, a day or an event brought to a balance, in units or minor units.

    `name` is the rule, the day or the event's number, `because` the rule's reason or the event's subject.
    """

    name: str
    because: str
    debit: int
    credit: int
    balance: int
    postings: int


class AccountStory(Struct, frozen=True):
    """Where a balance comes from: every posting counted, the biggest contributions first.

    `commodity` is a currency, one product, or `units` for all products of an account together.
    """

    account: str
    commodity: str
    debit: int
    credit: int
    balance: int
    postings: int
    rules: list[Contribution]
    days: list[Contribution]
    events: list[Contribution]


async def explain_account(
    connection: asyncpg.Connection, account: str, commodity: str | None = None, top: int = _TOP
) -> list[AccountStory]:
    """Explain what *account* holds, by commodity or of one *commodity*, with the *top* contributions of each sort.

    Raises `NothingSuch` for an account the book has never used.
    """
    number = await connection.fetchval("select id from account where name = $1", account)
    if number is None:
        raise NothingSuch(f"no account {account!r} in this book: `tally book trial-balance` lists them")
    asked = (number, commodity)
    rules, days, events = [
        _by_commodity(await connection.fetch(sql, *asked, top)) for sql in (_BY_RULE, _BY_DAY, _BY_EVENT)
    ]
    totals = await connection.fetch(_TOTALS, *asked)
    return [_story(account, row, (rules, days, events)) for row in totals]


def _story(account: str, totals: asyncpg.Record, parts: Sequence[Mapping[str, list[Contribution]]]) -> AccountStory:
    rules, days, events = (part.get(totals["commodity"], []) for part in parts)
    return AccountStory(account=account, rules=rules, days=days, events=events, **dict(totals))


def _by_commodity(rows: list[asyncpg.Record]) -> dict[str, list[Contribution]]:
    found: dict[str, list[Contribution]] = {}
    for commodity, *row in rows:
        found.setdefault(commodity, []).append(Contribution(*row))
    return found

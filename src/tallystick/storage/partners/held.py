"""Orders that are held: those nobody has judged yet, and those a person must look at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
from msgspec import Struct

from tallystick.processes.family import data_of, decode_family
from tallystick.processes.holding import WAITS
from tallystick.processes.members import SCREENING

# An order that is held has a deadline, or a break that says that somebody must look: both are few.
_HELD: Final = (
    "with s as (select subject, due from timer where member = $1 union all "
    "select subject, null from break where closed_at is null and kind = any($2)), "
    "o as (select subject, max(due) as due from s group by subject) "
    "select o.subject, o.due, p.body from o join process p on p.subject = o.subject order by o.due nulls first, o.subject"
)
_KINDS: Final = ["screening_review", "screening_overdue"]
OPEN: Final = frozenset({"HELD", "REVIEW"})


class HeldOrder(Struct, frozen=True):
    """A held order: `HELD` until it is judged, or in `REVIEW`; what it is worth (minor units), and what was said of it.

    `due` is when silence decides (UTC); None where nothing more comes of itself.
    """

    order: str
    state: str
    channel: str
    amount: int
    currency: str
    score: int
    by: str
    reasons: tuple[str, ...]
    due: datetime | None


async def held_orders(connection: asyncpg.Connection) -> Sequence[HeldOrder]:
    """Return the orders that are held, what a person must look at first."""
    rows = await connection.fetch(_HELD, SCREENING, _KINDS)
    found = [x for row in rows if (x := _held(row)) is not None]
    return sorted(found, key=lambda x: x.state != "REVIEW")


def _held(row: Any) -> HeldOrder | None:
    family = decode_family(row["body"])
    order, screening = family.get("order"), family.get(SCREENING)
    if order is None or screening is None or screening.state not in OPEN or order.state not in WAITS:
        return None
    data: Any = data_of(family, SCREENING)
    asked = data.asked
    return HeldOrder(
        asked.order,
        screening.state,
        asked.channel,
        asked.amount,
        asked.currency,
        data.score,
        data.by,
        data.reasons,
        row["due"],
    )

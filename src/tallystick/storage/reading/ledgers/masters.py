"""Masters as we know them: products, suppliers, other ledgers' accounts."""

from collections.abc import Mapping
from typing import Any, Final

import asyncpg

from tallystick.messages.masters import LedgerAccountReported, MasterReport
from tallystick.processes.family import data_of, decode_family

KINDS: Final = ("product", "supplier", "ledger_account")
_OF_KIND: Final = 'select body from process where kind = $1 order by subject collate "C"'


async def masters(connection: asyncpg.Connection, kind: str) -> list[MasterReport]:
    """Return every master of *kind* (one of `KINDS`) as last described."""
    found: list[Any] = [data_of(decode_family(r["body"]), kind) for r in await connection.fetch(_OF_KIND, kind)]
    return found


async def ledger_chart(connection: asyncpg.Connection, ledger: str) -> Mapping[str, LedgerAccountReported]:
    """Return the chart of *ledger* by code, empty where it was never pulled."""
    known = await masters(connection, "ledger_account")
    return {a.code: a for a in known if isinstance(a, LedgerAccountReported) and a.system == ledger and a.code}

"""The audit log: added to under one lock, each line keyed to the one before it, so that any change by hand is located."""

from datetime import UTC, datetime
from typing import Any, Final

import asyncpg
import msgspec
from msgspec import Struct

from tallystick.security.deed import Deed, LoggedDeed
from tallystick.security.keyring import Keyring
from tallystick.storage.reading.proving.finding import Findings, Proof

_PACK: Final = msgspec.msgpack.Encoder().encode
_HEAD: Final = "select id, mac from audit_head for update"
_ADD: Final = (
    "with h as (update audit_head set id = $1, mac = $10, seal = $11) "
    "insert into audit (id, at, actor, action, subject, outcome, detail, correlation, previous, mac) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
)
_COLUMNS: Final = "id, at, actor, action, subject, outcome, detail, correlation"
_LIST: Final = (
    f"select {_COLUMNS} from audit where ($1 = '' or actor = $1) and ($2 = '' or subject = $2) "
    "and ($3 = '' or starts_with(action, $3)) order by id desc limit $4"
)
_ALL: Final = f"select {_COLUMNS}, previous, mac from audit order by id"
_GUARDS: Final = (
    "select n from unnest($1::text[]) n where not exists (select from pg_trigger t where t.tgname = n "
    "and t.tgrelid::regclass = 'audit'::regclass and t.tgenabled = 'A') order by 1"
)
# The log is keyed and the tables are not: a verdict that its line does not bear out was put there by hand.
_UNTOLD: Final = (
    "select v.proposal, v.says, p.name from verdict v join principal p on p.id = v.given_by where not exists "
    "(select from audit a where a.subject = 'proposal/' || v.proposal and a.actor = p.kind || ':' || p.id "
    "and a.outcome = 'done' and a.action = case v.says when 'approved' then 'approve' when 'rejected' then 'reject' "
    "else 'withdraw' end) order by 1"
)
_TRIGGERS: Final = ("audit_stays", "audit_whole")
_SEAL: Final = b"head"
_ROWS_AT_ONCE: Final = 1000
TEXT_LENGTH_MAX: Final = 1000
GENESIS: Final = b"\x00"


class Sought(Struct, frozen=True):
    """Which deeds to look at; empty means any. *action* is how an action begins."""

    actor: str = ""
    subject: str = ""
    action: str = ""
    limit: int = 200


class AuditEnd(Struct, frozen=True):
    """Where a log ends: keep it elsewhere, and later show that the log still goes through here."""

    id: int
    mac: bytes


async def note_deed(connection: asyncpg.Connection, keyring: Keyring, deed: Deed) -> int:
    """Add *deed* to the log and return its number; within the caller's transaction, if there is one."""
    async with connection.transaction():
        ((number, previous),) = await connection.fetch(_HEAD)
        said = (_storable(text) for text in msgspec.structs.astuple(deed))
        row = (number + 1, datetime.now(UTC), *said)
        mac = keyring.audit_mac(previous, _PACK(row))
        await connection.fetch(_ADD, *row, previous, mac, keyring.audit_mac(_SEAL, mac))
    return int(number) + 1


async def deeds(connection: asyncpg.Connection, sought: Sought) -> list[LoggedDeed]:
    """Return deeds, newest first."""
    rows = await connection.fetch(_LIST, sought.actor, sought.subject, sought.action, sought.limit)
    return [LoggedDeed(number, at, Deed(*deed)) for number, at, *deed in rows]


async def prove_audit(
    connection: asyncpg.Connection, keyring: Keyring, through: AuditEnd | None = None
) -> tuple[Proof, AuditEnd]:
    """Prove that no line was changed, removed, added or moved by hand, that it tells of every verdict, and where it ends.

    *through* is an end noted earlier: the log must still go through it. Needs a transaction that sees one instant.
    """
    findings, end = Findings("audit"), AuditEnd(0, GENESIS)
    met = through is None or through == end
    cursor = await connection.cursor(_ALL)
    while rows := await cursor.fetch(_ROWS_AT_ONCE):
        for row in rows:
            end = _follow(findings, keyring, end, tuple(row))
            met = met or through == end
    head = await connection.fetchrow("select id, mac, seal from audit_head")
    _check_head(findings, keyring, end, tuple(head) if head else None)
    if not met and through is not None:
        findings.say(f"line {through.id} is not the one whose mark was kept elsewhere")
    for number, says, name in await connection.fetch(_UNTOLD):
        findings.say(f"proposal/{number}: {says} in the name of {name}, of which the log knows nothing")
    for (name,) in await connection.fetch(_GUARDS, list(_TRIGGERS)):
        findings.say(f"the trigger {name}, which keeps the log as it is, is missing or switched off")
    return findings.proof(f"{end.id} lines"), end


def _storable(text: str | None) -> str | None:
    """Whatever somebody sent, a line is written: without what no column holds, and not without end."""
    if text is None:
        return None
    plain = text.encode("utf-8", "replace").decode()[:TEXT_LENGTH_MAX]
    return plain.replace("\x00", "\N{SYMBOL FOR NULL}")


def _follow(findings: Findings, keyring: Keyring, end: AuditEnd, row: tuple[Any, ...]) -> AuditEnd:
    """Check one line against the one before it."""
    number, *_, previous, mac = row
    if number != end.id + 1:
        findings.say(f"lines {end.id + 1} to {number - 1} are missing")
    elif previous != end.mac:
        findings.say(f"line {number} does not follow line {end.id}")
    if keyring.audit_mac(previous, _PACK(row[:-2])) != mac:
        findings.say(f"line {number} is not what was written")
    return AuditEnd(number, mac)


def _check_head(
    findings: Findings, keyring: Keyring, end: AuditEnd, head: tuple[int, bytes, bytes | None] | None
) -> None:
    if head is None:
        findings.say("where the log ends is not kept any more")
        return
    number, mac, seal = head
    if (number, mac) != (end.id, end.mac):
        findings.say(f"the log ends in line {end.id}, it was written through line {number}")
    elif seal != (keyring.audit_mac(_SEAL, mac) if number else None):
        findings.say(f"the log was cut, or its end set, by hand: it cannot be said to end in line {number}")

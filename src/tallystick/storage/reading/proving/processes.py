"""The proof of processes, and one reading of all of them for the proofs that lay them beside the book."""

from typing import Any, Final, Protocol

import asyncpg
import msgspec

from tallystick.processes.family import Family, decode_family
from tallystick.storage.batches.batch_rows import family_digest
from tallystick.storage.reading.proving.finding import Findings, Proof

_ROWS_AT_ONCE: Final = 1000
_PROCESSES: Final = (
    "select p.subject, p.kind, p.state, p.event, p.body, e.subject as told, e.after "
    "from process p left join event e on e.id = p.event"
)
# Numbers of different gates are not comparable, so a subject's last event is looked for within its own gate.
_LATER: Final = (
    "select e.subject, p.event, e.event from (select subject, id >> 52 as gate, max(id) as event from event group by 1, 2) e "
    "left join process p on p.subject = e.subject where p.subject is null or (p.event >> 52 = e.gate and p.event < e.event) "
    "order by e.event"
)


class Witness(Protocol):
    """Something else that wants to see every family."""

    def see(self, family: Family) -> None:
        """Look at one family."""


async def prove_processes(connection: asyncpg.Connection, *witnesses: Witness) -> Proof:
    """Each family is as its subject's last event left it, and its state column says what its body says."""
    findings, rows_seen = Findings("processes"), 0
    cursor = await connection.cursor(_PROCESSES)
    while rows := await cursor.fetch(_ROWS_AT_ONCE):
        rows_seen += len(rows)
        for row in rows:
            family = _family(row, findings)
            for witness in witnesses:
                _show(witness, row["subject"], family, findings)
    for subject, at, event in await connection.fetch(_LATER):
        stands = "no process" if at is None else f"a process that stands at event {at}"
        findings.say(f"{subject}: has event {event} and {stands}")
    return findings.proof(f"{rows_seen} subjects")


def _family(row: Any, findings: Findings) -> Family:
    subject, body = row["subject"], row["body"]
    if row["told"] != subject:
        findings.say(f"{subject}: event {row['event']}, which it stands at, is {row['told'] or 'missing'}")
    elif row["after"] != family_digest(body):
        findings.say(f"{subject}: its body is not what event {row['event']} left")
    try:
        family = decode_family(body)
    except msgspec.MsgspecError as wrong:
        findings.say(f"{subject}: its body cannot be read: {wrong}")
        return {}
    root = next(iter(family), "none")
    state = family[root].state if family else "NEW"
    if (row["kind"], row["state"]) != (root, state):
        findings.say(f"{subject}: its row says {row['kind']} {row['state']}, its body {root} {state}")
    return family


def _show(witness: Witness, subject: str, family: Family, findings: Findings) -> None:
    try:
        witness.see(family)
    except (msgspec.MsgspecError, KeyError) as wrong:
        findings.say(f"{subject}: what a member knows cannot be read: {wrong}")

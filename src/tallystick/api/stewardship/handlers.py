"""Master data over HTTP."""

from datetime import datetime

from tallystick.api.call import Call, Reply, reply
from tallystick.api.desk import Desk
from tallystick.api.entering import Entry, enter
from tallystick.api.problems import CHANGED, NOT_FOUND, Problem
from tallystick.api.stewardship.shapes import (
    ConflictShown,
    ConflictsShown,
    FieldShown,
    RecordShown,
    Settlement,
    SettlementTaken,
)
from tallystick.decisions.masters.golden import Conflict, Golden
from tallystick.decisions.masters.settling import NothingToSettle, Wish, ruling_of
from tallystick.decisions.masters.stating import product_code
from tallystick.messages.stewardship.records import subject_of_record


async def list_conflicts(call: Call, desk: Desk) -> Reply:
    """Read the steward's queue."""
    found = await desk.stewardship.conflicts(call.query.kind or "", call.at, settled=call.query.settled)
    shown = [_conflict(c, call.at) for c in found[: call.query.limit]]
    return reply(ConflictsShown(shown, len(found) - len(shown)))


async def show_record(call: Call, desk: Desk) -> Reply:
    """Read a thing as it counts now."""
    found = await _golden(call, desk, (call.query.kind, call.query.code))
    fields = [
        FieldShown(f.field, f.value, f.system, f.owner, f.because, f.since, str(f.event)) for f in found.fields.values()
    ]
    conflicts = [_conflict(c, call.at) for c in found.conflicts]
    return reply(RecordShown(found.kind, found.code, fields, conflicts, found.same_as or None))


async def settle_conflict(call: Call, desk: Desk) -> Reply:
    """Rule on a field that systems contradict each other on."""
    said: Settlement = call.body
    found = await _golden(call, desk, (said.kind, said.code))
    wish = Wish(said.field, said.take, call.principal.actor, said.value, said.against, said.reason)
    try:
        ruling = ruling_of(found, wish)
    except NothingToSettle as none:
        raise Problem(NOT_FOUND, f"{none}: {none.remedy}") from None
    subject = subject_of_record(found.kind, found.code)
    entered = await enter(call, desk, Entry(ruling, subject, f"settle/{subject}/{said.field}/{call.at.isoformat()}"))
    answer = entered.answer
    if answer.outcome == "gone":
        raise Problem(CHANGED, f"a system has said something else of {said.field} meanwhile")
    taken = SettlementTaken(found.kind, found.code, said.field, ruling.value, answer.outcome, str(answer.event))  # type: ignore[arg-type]
    return reply(taken, headers=entered.headers)


async def _golden(call: Call, desk: Desk, about: tuple[str, str]) -> Golden:
    kind, code = about
    found = await desk.stewardship.golden(kind, product_code(code, code) if kind == "product" else code, call.at)
    if found is None:
        raise Problem(NOT_FOUND, f"no system has said anything of {kind}/{code}")
    return found


def _conflict(c: Conflict, now: datetime) -> ConflictShown:
    ruling = c.ruling
    return ConflictShown(
        c.kind,
        c.code,
        c.field,
        c.value,
        c.stands,
        c.other_value,
        c.other,
        c.since,
        max(0, int((now - c.since).total_seconds())),
        "SETTLED" if ruling else "OPEN",
        ruling.by if ruling else None,
        ruling.value if ruling else None,
        ruling.at if ruling else None,
    )

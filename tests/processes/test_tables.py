"""The process tables: every pair of state and message is answered, and a table that leaves one open is no table."""

from itertools import chain
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from tallystick.decisions.view import View
from tallystick.messages.catalogue import TYPES, Role
from tallystick.processes.limits import LIMITS_SECONDS
from tallystick.processes.members import member_of
from tallystick.processes.registry import PROCESSES, process_of
from tallystick.processes.table import (
    NEW,
    Action,
    Decision,
    Early,
    Ignored,
    Other,
    Process,
    ProcessError,
    Row,
    Step,
    Unexpected,
)

PAIRS = [(p.name, s, m) for p in PROCESSES.values() for s in p.states for m in p.messages]


class Ping(Struct):
    """A made-up message."""


class Pong(Struct):
    """Another one."""


def decide(_data: Any, _step: Step, _view: View) -> Decision:
    """Decide something."""
    return Decision("done", None)


def other(_data: Any, _step: Step, _view: View) -> Decision:
    """Decide something else."""
    return Decision("done", None)


@pytest.mark.parametrize(("name", "state", "message"), PAIRS, ids=[f"{n}-{s}-{m.__name__}" for n, s, m in PAIRS])
def test_every_pair_of_state_and_message_is_answered(name: str, state: str, message: type[Struct]) -> None:
    """Nothing falls through: a pair is a row, or is ignored, early or unexpected, with the reason."""
    found = process_of(name).find(state, message)
    assert isinstance(found, Action | Ignored | Early | Unexpected)
    if isinstance(found, Action):
        assert all(outcome == row.outcome for outcome, row in found.outcomes.items())
    else:
        assert getattr(found, "because", None) or getattr(found, "remedy", None)


@pytest.mark.parametrize("process", PROCESSES.values(), ids=list(PROCESSES))
def test_every_state_can_be_reached_by_rows(process: Process) -> None:
    """A state no row leads to from the beginning is a leftover."""
    reached, rows = {NEW}, list(process.rows)
    for _ in rows:
        reached |= {row.to_state for row in rows if row.state in reached}
    assert reached == set(process.states)


@pytest.mark.parametrize("process", PROCESSES.values(), ids=list(PROCESSES))
def test_a_row_that_stays_in_a_state_keeps_its_deadline(process: Process) -> None:
    """A member that moves forgets the deadline it had; where a state has one, staying in it must set it again."""
    timed = {row.to_state for row in process.rows if row.within}
    unset = [
        f"{row.state} on {row.message.__name__}"
        for row in process.rows
        if row.state == row.to_state
        and row.state in timed
        and not row.within
        and row.moves
        and row.message.__name__ != "DeadlinePassed"
    ]
    assert unset == []


def test_limits_are_known_and_all_used() -> None:
    """Each deadline of a row has its number in limits.py, and no number there is idle."""
    assert {row.within for p in PROCESSES.values() for row in p.rows if row.within} == set(LIMITS_SECONDS)


def test_every_report_has_a_process_and_every_tell_a_listener() -> None:
    """A report nobody takes, or a tell nobody hears, would be lost."""
    heard = set(chain.from_iterable(p.messages for p in PROCESSES.values()))
    told = {t for p in PROCESSES.values() for row in p.rows for t in row.tells}
    roles = {t.struct: t.role for t in TYPES}
    assert {m for m in heard if roles[m] is Role.REPORT} == {t.struct for t in TYPES if t.role is Role.REPORT}
    assert {m for m in told if roles[m] is Role.TELL} == {m for m in heard if roles[m] is Role.TELL}


def test_what_is_no_report_has_no_member() -> None:
    """A fact at the front door is nobody's."""
    with pytest.raises(LookupError):
        member_of(Ping())


def test_an_open_pair_is_refused() -> None:
    """The broken twin: in DONE nobody says what happens on Pong."""
    rows = (Row(NEW, Ping, decide, "done", "DONE"), Row(NEW, Pong, decide, "done", "DONE"))
    with pytest.raises(ProcessError, match="leaves open: DONE on Pong"):
        Process("twin", Ping, rows, (Ignored(("DONE",), Ping, "done already"),))


@pytest.mark.parametrize(
    ("rows", "others"),
    [
        ((Row(NEW, Ping, decide, "done", NEW), Row(NEW, Ping, decide, "done", NEW)), ()),
        ((Row(NEW, Ping, decide, "done", NEW), Row(NEW, Ping, other, "else", NEW)), ()),
        ((Row(NEW, Ping, decide, "done", NEW),), (Ignored((NEW,), Ping, "twice"),)),
        ((Row(NEW, Ping, decide, "done", NEW),), (Early(("NOWHERE",), Ping, "no such state"),)),
        ((Row(NEW, Ping, decide, "done", NEW),), (Unexpected((NEW,), Ping, "twice"),)),
    ],
    ids=["one outcome twice", "two decisions for one pair", "row and ignored", "unknown state", "row and unexpected"],
)
def test_a_table_that_says_two_things_is_refused(rows: tuple[Row, ...], others: tuple[Other, ...]) -> None:
    """A pair has one answer, and states exist."""
    with pytest.raises(ProcessError):
        Process("twin", Ping, rows, others)


@pytest.mark.parametrize("process", PROCESSES.values(), ids=list(PROCESSES))
def test_what_a_member_knows_survives_storing(process: Process) -> None:
    """Process data is plain: it can be written as JSON and described by a schema."""
    assert msgspec.json.schema(process.data)["$defs"]

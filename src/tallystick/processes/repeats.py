"""A report whose business key has been booked already: the same again, or the same key saying something else.

Neither posts anything, and neither moves the member: a deadline it has stands.
"""

from msgspec import Struct

from tallystick.processes.table import Break, Decide, Decision, Row

REPEATED, CONFLICTING = "repeated", "conflicting"


def booked_already(data: Struct, is_same: bool, what: str) -> Decision:  # noqa: FBT001
    """Answer a report of *what* was booked before: nothing follows, and other content than before is told."""
    if is_same:
        return Decision(REPEATED, data)
    return Decision(CONFLICTING, data, breaks=(Break("conflicting_report", f"{what} is reported again otherwise"),))


def again(message: type[Struct], decide: Decide, *states: str) -> tuple[Row, ...]:
    """Return the rows for *message* coming again in *states*."""
    return tuple(
        Row(state, message, decide, outcome, state, moves=False)
        for state in states
        for outcome in (REPEATED, CONFLICTING)
    )

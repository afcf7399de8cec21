"""Documents that are declared: every version recorded, the one in force and those to come kept at hand."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, Protocol, TypeVar

from msgspec import Struct

from tallystick.decisions.view import View
from tallystick.processes.table import NEW, Decide, Decision, Process, Row, Step

IN_FORCE: Final = "IN_FORCE"


class Begins(Protocol):
    """A version of a document, in force from a moment (UTC) on."""

    @property
    def effective_from(self) -> datetime:
        """When it begins."""


V = TypeVar("V", bound=Begins)


def declaring(
    field: str, data: Callable[..., Struct], version: Callable[..., Any], fact: Callable[..., Struct]
) -> Decide:
    """Return the decision that puts what *field* of a report says in force, at once or from its `effective_from` on.

    It never reaches back: what was decided by an earlier version stays decided. *data* keeps `versions` and the `last` number.
    """

    def declare(before: Any, step: Step, view: View) -> Decision:
        now, said = step.cause.recorded_at, getattr(step.data, field)
        begins, number = max(step.data.effective_from or now, now), (before.last if before else 0) + 1
        kept = [v for v in before.versions if v.effective_from < begins] if before else []
        after = data((*still_needed(kept, now), version(number, begins, said)), number)
        answer = {"version": number, "effective_from": begins.isoformat()}
        return Decision("set", after, (fact(number, begins, said),), answer=answer)

    return declare


def still_needed(versions: Sequence[V], now: datetime) -> list[V]:
    """Drop what is in force no more: its event keeps it."""
    past = [v for v in versions if v.effective_from <= now]
    return [*past[-1:], *(v for v in versions if v.effective_from > now)]


def document(name: str, data: type[Struct], report: type[Struct], decide: Decide) -> Process:
    """Return the process of a document: it is declared, and declared again."""
    return Process(
        name, data, (Row(NEW, report, decide, "set", IN_FORCE), Row(IN_FORCE, report, decide, "set", IN_FORCE))
    )

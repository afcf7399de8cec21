"""How a process is written as a table, checked at import and looked up.

Every pair of state and message is a row, or is declared ignorable, early or unexpected with the reason: nothing
falls through.
"""

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace as _replace

from tallystick.decisions.view import View
from tallystick.messages.envelope import Message

NEW: Final = "NEW"


class ProcessError(ValueError):
    """A table that leaves a pair of state and message open, or says two things of one."""


class Break(Struct, frozen=True):
    """Something a person should look at: money or goods that do not fit, though the message was taken."""

    kind: str
    detail: str
    amount: int = 0
    commodity: str = ""


class Decision(Struct, frozen=True):
    """What a decision says: which outcome, what the member now knows, and what follows.

    `tells` are (member, message) for processes of the same family, folded at once; `commands` go to the outbox.
    `explains` names kinds of breaks of this subject that are no longer: those still open are closed.
    `within_seconds` is a nearer deadline than the row's limit. With `passes_on`, the member it tells answers the message.
    """

    outcome: str
    data: Struct | None
    facts: tuple[Struct, ...] = ()
    commands: tuple[Struct, ...] = ()
    tells: tuple[tuple[str, Struct], ...] = ()
    breaks: tuple[Break, ...] = ()
    explains: tuple[str, ...] = ()
    answer: dict[str, Any] | None = None
    within_seconds: int | None = None
    passes_on: bool = False


class Step(Struct, frozen=True):
    """A message on its way into one member: `data` may be a tell, `cause` is the report that set it off."""

    data: Any
    cause: Message
    event: int
    member: str


Decide = Callable[[Any, Step, View], Decision]


class Row(Struct, frozen=True):
    """In *state*, on *message*, *decide*; when it says *outcome*, go to *to_state*, and send only *tells*.

    *within* names the limit (processes/limits.py) after which `DeadlinePassed` comes. A member that moves forgets the
    deadline it had; a row with *moves* False leaves it standing.
    """

    state: str
    message: type[Struct]
    decide: Decide
    outcome: str
    to_state: str
    tells: tuple[type[Struct], ...] = ()
    within: str | None = None
    moves: bool = True


class Ignored(Struct, frozen=True):
    """In these states the message changes nothing, because."""

    states: tuple[str, ...]
    message: type[Struct]
    because: str


class Early(Struct, frozen=True):
    """In these states the message has overtaken another: it waits until its subject has moved, because."""

    states: tuple[str, ...]
    message: type[Struct]
    because: str


class Unexpected(Struct, frozen=True):
    """In these states the message goes to the exception queue, with this remedy."""

    states: tuple[str, ...]
    message: type[Struct]
    remedy: str


Other = Ignored | Early | Unexpected


class Action(Struct, frozen=True):
    """The rows of one (state, message): one decision, its outcomes."""

    decide: Decide
    outcomes: dict[str, Row]


class Process:
    """A checked process table."""

    def __init__(self, name: str, data: type[Struct], rows: tuple[Row, ...], others: tuple[Other, ...] = ()) -> None:
        """Index the table; raise `ProcessError` when a pair is open, doubled, or leads nowhere."""
        self.name, self.data, self.rows, self.others = name, data, rows, others
        self.states = tuple(dict.fromkeys([NEW, *(r.state for r in rows), *(r.to_state for r in rows)]))
        self.messages = tuple(dict.fromkeys([r.message for r in rows] + [o.message for o in others]))
        self._found: dict[tuple[str, type[Struct]], Action | Other] = {}
        for row in rows:
            self._add(row)
        for other in others:
            for state in other.states:
                if state not in self.states or (state, other.message) in self._found:
                    raise ProcessError(f"{name}: {state} on {other.message.__name__} is said twice or unknown")
                self._found[state, other.message] = other
        self._check()

    def find(self, state: str, message: type[Struct]) -> Action | Other | None:
        """Return what happens in *state* on *message*; None when the message is none of this process's."""
        return self._found.get((state, message))

    def _add(self, row: Row) -> None:
        action = self._found.setdefault((row.state, row.message), Action(row.decide, {}))
        if not isinstance(action, Action) or action.decide is not row.decide or row.outcome in action.outcomes:
            raise ProcessError(f"{self.name}: {row.state} on {row.message.__name__} says two things")
        action.outcomes[row.outcome] = row

    def _check(self) -> None:
        pairs = [(s, m) for s in self.states for m in self.messages]
        open_pairs = [f"{s} on {m.__name__}" for s, m in pairs if (s, m) not in self._found]
        if open_pairs:
            raise ProcessError(f"{self.name} leaves open: {'; '.join(open_pairs)}")


def also(
    state: str, like: str, rows: tuple[Row, ...], others: tuple[Other, ...]
) -> tuple[tuple[Row, ...], tuple[Other, ...]]:
    """Return *rows* and *others* with *state* doing on each message what *like* does, unless a row of its own says otherwise.

    Rows that stay in *like* stay in *state*.
    """
    own = {r.message for r in rows if r.state == state} | {o.message for o in others if state in o.states}
    copied = [
        _replace(r, state=state, to_state=state if r.to_state == like else r.to_state)
        for r in rows
        if r.state == like and r.message not in own
    ]
    widened = [
        _replace(o, states=(*o.states, state)) if like in o.states and o.message not in own else o for o in others
    ]
    return (*rows, *copied), tuple(widened)

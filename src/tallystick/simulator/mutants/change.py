"""Changes that make a mutant: of code, of a statement's text, of a posting rule, of a row of a process table.

Code is changed in place (`__code__`), so that whoever holds the function already, a table's row for one, runs the changed
one; and is changed back when the context ends.
"""

import inspect
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from importlib import import_module
from types import CodeType
from typing import Any, Protocol
from unittest.mock import patch

from msgspec import Struct
from msgspec.structs import replace

from tallystick.posting.table import TABLE, _compiled
from tallystick.processes.registry import PROCESSES
from tallystick.processes.table import Action


class CannotChange(LookupError):
    """What was to be changed is not there, or there twice: the house has moved on, the mutant must follow."""


class Change(Protocol):
    """Something that can be put in for a while."""

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Put it in for as long as the context lasts."""


class Code(Struct, frozen=True):
    """In the function *at* (`engine.gate:_Batch.answer`), the text *old* becomes *new*."""

    at: str
    old: str
    new: str

    @contextmanager
    def applied(self) -> Iterator[None]:
        """See `Change.applied`."""
        _, function = _found(self.at)
        with Whole(self.at, _once(inspect.getsource(function), self.old, self.new)).applied():
            yield


class Whole(Struct, frozen=True):
    """The function *at* reads *source*."""

    at: str
    source: str

    @contextmanager
    def applied(self) -> Iterator[None]:
        """See `Change.applied`."""
        module, function = _found(self.at)
        before: CodeType = function.__code__
        function.__code__ = _code(module, function, self.source)
        try:
            yield
        finally:
            function.__code__ = before


class Text(Struct, frozen=True):
    """In the text *at* (`storage.batches.gate_sql:CLAIM`), *old* becomes *new*."""

    at: str
    old: str
    new: str

    @contextmanager
    def applied(self) -> Iterator[None]:
        """See `Change.applied`."""
        module, _, name = self.at.partition(":")
        where = import_module(f"tallystick.{module}")
        with patch.object(where, name, _once(getattr(where, name), self.old, self.new)):
            yield


class Posted(Struct, frozen=True):
    """The posting rule *rule* (`goods_dispatched.lines.cost`) reads otherwise; without *otherwise* it is left out."""

    rule: str
    otherwise: dict[str, str] = {}

    @contextmanager
    def applied(self) -> Iterator[None]:
        """See `Change.applied`."""
        emitters: dict[type[Struct], list[Any]] = {}
        named = [r.name for r in TABLE.rules].count(self.rule)
        if named != 1:
            raise CannotChange(f"{named} posting rules are called {self.rule}")
        for number, rule in enumerate(TABLE.rules, 1):
            if rule.name != self.rule:
                emitters.setdefault(rule.fact, []).append(_compiled(number, rule))
            elif self.otherwise:
                emitters.setdefault(rule.fact, []).append(_compiled(number, replace(rule, **self.otherwise)))
        with patch.object(TABLE, "_emitters", emitters):
            yield


class InRow(Struct, frozen=True):
    """A row of a process table, named as in `order: NEW on OrderPlaced, reserved`, reads *otherwise*."""

    row: str
    otherwise: dict[str, Any]

    @contextmanager
    def applied(self) -> Iterator[None]:
        """See `Change.applied`."""
        process, _, rest = self.row.partition(": ")
        state, _, rest = rest.partition(" on ")
        message, _, outcome = rest.partition(", ")
        found = [a for (s, m), a in PROCESSES[process]._found.items() if (s, m.__name__) == (state, message)]  # noqa: SLF001
        if len(found) != 1 or not isinstance(found[0], Action) or outcome not in found[0].outcomes:
            raise CannotChange(f"no row reads {self.row}")
        with patch.dict(found[0].outcomes, {outcome: replace(found[0].outcomes[outcome], **self.otherwise)}):
            yield


def _once(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise CannotChange(f"{old!r} stands there {text.count(old)} times")
    return text.replace(old, new)


def _found(at: str) -> tuple[Any, Any]:
    module, _, name = at.partition(":")
    where = import_module(f"tallystick.{module}")
    found: Any = reduce(getattr, name.split("."), where)
    return where, _bare(found)


def _code(module: Any, function: Any, source: str) -> CodeType:
    """Compile the changed *source* of *function* among the names of its module."""
    names = dict(vars(module))
    exec(compile(textwrap.dedent(source), f"<mutant of {function.__qualname__}>", "exec"), names)  # noqa: S102
    code: CodeType = _bare(names[function.__name__]).__code__
    return code


def _bare(function: Any) -> Any:
    """Return the function inside a property or a decorator."""
    return inspect.unwrap(getattr(function, "fget", function))

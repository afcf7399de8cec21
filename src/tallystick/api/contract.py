"""A capability's contract as data: who owns it, where it stands, what it offers, and to whom."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, Final

from msgspec import Struct

from tallystick.api.call import Call, Reply
from tallystick.api.desk import Desk
from tallystick.api.problems import EVERYWHERE, Kind
from tallystick.messages.catalogue import Lifecycle

Handler = Callable[[Call, Desk], Awaitable[Reply]]
PREFIX: Final = "/v1"
BODY_BYTES_MAX: Final = 256 * 1024


class Quota(Struct, frozen=True):
    """At most `requests` in `window_seconds` for one client, over all workers."""

    requests: int
    window_seconds: int


BUSY: Final = Quota(600_000, 60)
READING: Final = Quota(1_200_000, 60)
QUIET: Final = Quota(60_000, 60)


class Given(Struct, frozen=True):
    """One answer an operation may give, with the shape of its body."""

    status: int
    about: str
    body: Any
    headers: tuple[str, ...] = ()


class Operation(Struct, frozen=True, kw_only=True):
    """One thing a client can ask for.

    `does` is None for what has its place in the contract and is not alive yet: it is listed as a draft, never served.
    `where` and `query` are structs whose fields are the parts of the path and the query; `takes` is the body's type.
    """

    id: str
    method: str
    path: str
    about: str
    scope: str
    gives: tuple[Given, ...] = ()
    does: Handler | None = None
    where: type[Struct] | None = None
    query: type[Struct] | None = None
    takes: Any = None
    problems: tuple[Kind, ...] = ()
    has_key: bool = False
    has_precondition: bool = False
    body_bytes_max: int = BODY_BYTES_MAX

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Every problem this operation may answer with."""
        return tuple(dict.fromkeys((*self.problems, *EVERYWHERE)))


class Capability(Struct, frozen=True, kw_only=True):
    """A group of operations with one owner, version, lifecycle and quota.

    A deprecated capability says since when (RFC 9745), and until when it is served (RFC 8594), and what to use instead.
    """

    name: str
    owner: str
    version: str
    lifecycle: Lifecycle
    about: str
    operations: tuple[Operation, ...] = ()
    quota: Quota = QUIET
    deprecated_on: date | None = None
    sunset_on: date | None = None
    instead: str = ""

    @property
    def served(self) -> tuple[Operation, ...]:
        """The operations that are alive."""
        is_served = self.lifecycle in {Lifecycle.ACTIVE, Lifecycle.DEPRECATED}
        return tuple(o for o in self.operations if o.does is not None) if is_served else ()

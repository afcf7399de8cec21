"""Who acts: the user a command names, held against the roles of the book, and every deed written into the audit log.

The command line trusts the operating system: who may read the key file may say any name. What is done is done in that
name, and stays in the log; the API asks for a key.
"""

import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from tallystick.app.access.doing import Doing
from tallystick.app.exits import Code, Complaint, GateRefusal, not_found
from tallystick.app.settings import read_settings
from tallystick.security.deed import Deed
from tallystick.security.principal import Denied, Kind, Principal, require
from tallystick.security.proposals import AccessRefused
from tallystick.storage.access.audit import note_deed
from tallystick.storage.access.principals import KnownPrincipal, has_users, principal_named

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.storage.book import Connection


class Actor(Struct, frozen=True):
    """Who acts, with a connection for it. `principal` is None while the book has no users: then nobody is held back."""

    name: str
    connection: "Connection"
    principal: Principal | None

    @property
    def number(self) -> int | None:
        """The user's number, None before there are any."""
        return self.principal.id if self.principal else None

    def user(self) -> Principal:
        """Return the user; a `Complaint` while the book has none."""
        if self.principal is None:
            what = "this book has no users, and two different people are needed"
            raise Complaint(what, "make the first: `tally user add NAME --role administrator`", Code.DENIED)
        return self.principal


def os_user() -> str:
    """How the audit log calls the user of the operating system: `os:NAME`."""
    return f"os:{getpass.getuser()}"


async def actor_of(house: "House", named: str | None) -> Actor:
    """Return who acts: the user *named*, or the setting's. Raises a `Complaint` for nobody, or nobody we know."""
    connection = await house.connection()
    if not await has_users(connection):
        return Actor(os_user(), connection, None)
    name = named or read_settings().user
    if not name:
        raise Complaint("this book has users: say who you are", "--as NAME, or set TALLYSTICK_USER", Code.DENIED)
    known = await known_principal(connection, name)
    if known.kind is not Kind.USER:
        raise Complaint(
            f"{name} is a client, and acts by its key only", "say which user you are: --as NAME", Code.DENIED
        )
    if known.disabled_at is not None:
        raise Complaint(f"{name} is disabled", "an administrator can say `tally user enable`", Code.DENIED)
    principal = known.in_book(house.info.name)
    return Actor(principal.actor, connection, principal)


async def known_principal(connection: "Connection", name: str) -> KnownPrincipal:
    """Return the user or client called *name*; a `Complaint` when there is none."""
    known = await principal_named(connection, name)
    if known is None:
        raise not_found(f"nobody is called {name} in this book", "see `tally user list`")
    return known


@asynccontextmanager
async def acting(house: "House", named: str | None, doing: Doing) -> AsyncIterator[Actor]:
    """Let somebody do something, if their roles allow it. The log says that it began, and how it ended.

    What the database or the gate refuses is logged with its reason; of anything else that goes wrong only the kind, for a text may
    name a person.
    """
    actor = await actor_of(house, named)

    async def note(outcome: str, detail: str = "") -> None:
        deed = Deed(actor.name, doing.action, doing.subject, outcome, detail)
        await note_deed(actor.connection, house.keyring, deed)

    if actor.principal is not None and doing.scope:
        try:
            require(actor.principal, doing.scope)
        except Denied as denied:
            await note("denied", str(denied))
            raise
    await note("begun")
    try:
        yield actor
    except AccessRefused as refused:
        await note("refused", str(refused))
        raise
    except GateRefusal as refused:
        await note("refused", refused.why)
        raise
    except Exception as failure:
        await note("failed", type(failure).__name__)
        raise
    await note("done")

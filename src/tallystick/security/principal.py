"""A principal: the user or client that knocks, what it is in this book, and what it may do here."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from tallystick.security.roles import Role, roles_with


class NotAuthenticated(Exception):
    """Nobody we know, or not any more. Why, is said to nobody who does not prove who they are."""


class Denied(Exception):
    """Somebody we know, who may not do this; the text names what is missing."""


class Kind(StrEnum):
    """A person, or a program acting for one."""

    USER = "user"
    CLIENT = "client"


class Principal(Struct, frozen=True):
    """Who acts in *book*. `person` is the number of the user it stands for: a user's own, a client's owner's.

    `scopes` are what its roles allow, less what its key or token leaves out.
    """

    id: int
    kind: Kind
    name: str
    person: int
    book: str
    roles: frozenset[Role]
    scopes: frozenset[str]

    @property
    def actor(self) -> str:
        """How the audit log calls it: `user:3`."""
        return f"{self.kind}:{self.id}"


NO_ROLE: Final = "no role has it"


def require(principal: Principal, scope: str) -> None:
    """Raise `Denied` unless *principal* has *scope*, such as `orders:write`. Whatever is not granted is denied."""
    if scope not in principal.scopes:
        roles = " or ".join(roles_with(scope)) or NO_ROLE
        raise Denied(f"{principal.name} may not {scope} in {principal.book}: that needs the role {roles}")

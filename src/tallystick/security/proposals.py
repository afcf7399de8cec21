"""Maker and checker: what one person proposes takes effect when another has approved it. The database holds them apart."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

EXPIRY_DAYS_DEFAULT: Final = 14
EXPIRY_DAYS_MAX: Final = 90


class AccessRefused(Exception):
    """The rules of access, kept in the database, do not allow this; the text says which."""


class KeyTaken(AccessRefused):
    """Under this key the same somebody has proposed something else."""


class Says(StrEnum):
    """What a verdict says. `withdrawn` is for who prepared it, the other two for anybody else."""

    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class State(StrEnum):
    """Where a proposal stands. `approved` is on its way into the book, `done` is in it."""

    OPEN = "open"
    EXPIRED = "expired"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    DONE = "done"


class NewProposal(Struct, frozen=True):
    """What somebody proposes. *amount*, in minor units of *currency*, is what an approver's limit is held against.

    Under the same *key* of the same somebody it is proposed once, however often it is said; empty: each time anew.
    """

    kind: str
    body: bytes
    amount: int
    currency: str
    expires_days: int = EXPIRY_DAYS_DEFAULT
    key: str = ""


class Proposal(Struct, frozen=True):
    """A proposal as it stands. People are named by number and name; `event` is what it became, 0 before that."""

    id: int
    kind: str
    subject: str
    body: bytes
    digest: bytes
    amount: int
    currency: str
    prepared_by: int
    prepared_name: str
    prepared_at: datetime
    expires_at: datetime
    state: State
    decided_by: int = 0
    decided_name: str = ""
    on_behalf_of: str = ""
    decided_at: datetime | None = None
    because: str = ""
    event: int = 0


class Verdict(Struct, frozen=True):
    """What somebody says of proposal *proposal*, having looked at the body with *digest*.

    *on_behalf_of* is the approver who let them act; None when they act in their own right.
    """

    proposal: int
    says: Says
    digest: bytes
    because: str = ""
    on_behalf_of: int | None = None

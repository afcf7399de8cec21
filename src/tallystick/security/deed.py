"""A deed: one line of the audit log. Who did what, on which subject, and how it ended."""

from datetime import datetime

from msgspec import Struct


class Deed(Struct, frozen=True):
    """What somebody did, or tried to.

    *actor* is `user:3`, `client:4` or, before there are users, `os:NAME`; *outcome* is `done`, `begun`, `failed`, `denied`
    (their roles do not allow it) or `refused` (a rule is in the way). Neither *subject* nor *detail* carries personal data or secrets.
    """

    actor: str
    action: str
    subject: str
    outcome: str = "done"
    detail: str = ""
    correlation: str | None = None


class LoggedDeed(Struct, frozen=True):
    """A deed as it stands in the log, with its number and time (UTC)."""

    id: int
    at: datetime
    deed: Deed

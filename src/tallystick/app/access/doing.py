"""What somebody is about to do, named for the roles that allow it and for the audit log."""

from msgspec import Struct


class Doing(Struct, frozen=True):
    """What somebody is about to do: an *action* such as `dead.drop`, on a *subject*, which takes a *scope*.

    Without a scope any user may: the rule that holds is the database's.
    """

    action: str
    subject: str
    scope: str = ""

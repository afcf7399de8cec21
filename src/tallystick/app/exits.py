"""How a command ends: its exit code, and what is said when something is not as it should be.

Every failure that can be expected is two lines on standard error: what is wrong, and what to do about it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from tallystick.engine.answer import Answer


class Code(IntEnum):
    """The exit codes of every command. They are a contract: scripts rely on them."""

    FINE = 0
    NOT_IN_ORDER = 1
    USAGE = 2
    CONFIGURATION = 3
    NOT_FOUND = 4
    DATABASE_AWAY = 5
    BAD_FILE = 6
    DENIED = 7


MEANINGS: Final[dict[Code, str]] = {
    Code.FINE: "fine",
    Code.NOT_IN_ORDER: "a check failed, or something is not in order",
    Code.USAGE: "wrong usage",
    Code.CONFIGURATION: "configuration or environment: a setting, a key, a book's name",
    Code.NOT_FOUND: "what was asked for is not there",
    Code.DATABASE_AWAY: "the database is away or cannot be used",
    Code.BAD_FILE: "an input file that cannot be read",
    Code.DENIED: "the rules of access do not allow it",
}


class Complaint(Exception):
    """Something a command cannot do, with the way out and the exit code."""

    def __init__(self, what: str, remedy: str, code: Code) -> None:
        """Say *what* is wrong and the *remedy*."""
        super().__init__(what)
        self.what, self.remedy, self.code = what, remedy, code


class GateRefusal(Complaint):
    """The gate would not take a report. `why` goes into the audit log: a reason of ours, which names no person."""

    def __init__(self, answer: "Answer", remedy: str) -> None:
        """Say why; of a defect only its kind is for the log, for its text may quote anything."""
        super().__init__(answer.reason, remedy, Code.NOT_IN_ORDER)
        self.why = answer.reason.partition("\n")[0].partition(":")[0] if answer.is_defect else answer.reason


def not_found(what: str, remedy: str) -> Complaint:
    """Return the complaint that something is not there."""
    return Complaint(what, remedy, Code.NOT_FOUND)


def misused(what: str, remedy: str) -> Complaint:
    """Return the complaint that a command was called with something it cannot take."""
    return Complaint(what, remedy, Code.USAGE)


def not_in_order(what: str, remedy: str) -> Complaint:
    """Return the complaint that something is not as it should be."""
    return Complaint(what, remedy, Code.NOT_IN_ORDER)


@contextmanager
def explained() -> Iterator[None]:
    """Turn every expected error into its message and exit code; a defect keeps its traceback."""
    try:
        yield
    except Exception as failure:
        complaint = complaint_of(failure)
        if complaint is None:
            raise
        _tell(complaint)
        raise typer.Exit(complaint.code) from failure


def complaint_of(failure: Exception) -> Complaint | None:
    """Return what is to be said of *failure*, None when it is a defect of ours."""
    if isinstance(failure, Complaint):
        return failure
    if isinstance(failure, BrokenPipeError):
        return None  # whoever read our output has gone; the command line ends quietly
    for explain in (_of_access, _of_configuration, _of_connection, _of_book, _of_file, _of_database):
        found = explain(failure)
        if found is not None:
            return found
    return None


Explain = Callable[[Exception], Complaint | None]


def _of_access(failure: Exception) -> Complaint | None:
    from tallystick.security.principal import Denied
    from tallystick.security.proposals import AccessRefused

    if isinstance(failure, Denied | AccessRefused):
        return _split(failure, "docs/reference/access.md says who may do what", Code.DENIED)
    return None


def _of_configuration(failure: Exception) -> Complaint | None:
    from tallystick.app.settings import SettingError
    from tallystick.decisions.ledger_policy import PolicyError
    from tallystick.ports.connector import Misconfigured
    from tallystick.security.keyring import WrongKey

    if isinstance(failure, SettingError):
        return _split(failure, "correct it there, or unset it: every setting has a default", Code.CONFIGURATION)
    if isinstance(failure, PolicyError):
        return _split(failure, "correct the policy: `tally journal policy` shows it", Code.CONFIGURATION)
    if isinstance(failure, WrongKey):
        return _split(
            failure, "restore the key file from your backup; `tally doctor` shows its place", Code.CONFIGURATION
        )
    if isinstance(failure, Misconfigured):
        return _split(failure, "mend the configuration of the connector", Code.CONFIGURATION)
    return None


def _of_book(failure: Exception) -> Complaint | None:
    from tallystick.storage.book import BookError
    from tallystick.storage.migrations import MigrationError
    from tallystick.storage.periods import PeriodError
    from tallystick.storage.reading.explaining.event import NothingSuch

    if isinstance(failure, NothingSuch):
        return _split(
            failure,
            "check how it is written; `tally trace` takes event numbers, subjects and source:id",
            Code.NOT_FOUND,
        )
    if isinstance(failure, BookError):
        is_missing = str(failure).startswith("there is no book")
        return _split(failure, "see `tally book list`", Code.NOT_FOUND if is_missing else Code.CONFIGURATION)
    if isinstance(failure, PeriodError):
        return _split(failure, "see `tally close check`", Code.NOT_IN_ORDER)
    if isinstance(failure, MigrationError):
        return _split(failure, "install the release that wrote this book, or a newer one", Code.CONFIGURATION)
    return None


def _of_connection(failure: Exception) -> Complaint | None:
    from tallystick.storage.connections.identity import IdentityConflict
    from tallystick.storage.connections.register import ConnectionConflict, NoConnection

    if isinstance(failure, NoConnection):
        return _split(failure, "see `tally connection list`", Code.NOT_FOUND)
    if isinstance(failure, ConnectionConflict | IdentityConflict):
        what, _, remedy = str(failure).rpartition(": ")
        return Complaint(what, remedy, Code.USAGE)
    return None


def _of_file(failure: Exception) -> Complaint | None:
    from tallystick.ports.connector import ConnectorError, Rejected
    from tallystick.storage.embedded.errors import BackupError

    if isinstance(failure, Rejected):
        return _split(failure, "check that this is the file you meant, complete and of the right kind", Code.BAD_FILE)
    if isinstance(failure, ConnectorError):
        return _split(failure, "try again later; nothing that arrived is lost", Code.NOT_IN_ORDER)
    if isinstance(failure, BackupError):
        return Complaint(failure.problem, failure.remedy, Code.BAD_FILE)
    if type(failure).__name__ == "UnknownFeed":
        return _split(failure, "name one of these", Code.USAGE)
    return None


def _of_database(failure: Exception) -> Complaint | None:
    from tallystick.storage.attention.failures import database_away
    from tallystick.storage.embedded.errors import DatabaseUnusableError

    if isinstance(failure, DatabaseUnusableError):
        return Complaint(failure.problem, failure.remedy, Code.DATABASE_AWAY)
    away = database_away(failure) or database_away(failure.__cause__ or failure)
    if away:
        remedy = "see that the server runs and TALLYSTICK_DATABASE_URL is right; `tally doctor` looks closer"
        return Complaint(away, remedy, Code.DATABASE_AWAY)
    if isinstance(failure, OSError):
        what = f"{failure.filename}: {failure.strerror}" if failure.filename else str(failure)
        return Complaint(what, "check the path, its rights and the space on the disk", Code.CONFIGURATION)
    return None


def _split(failure: Exception, otherwise: str, code: Code) -> Complaint:
    """Our messages say `what: remedy`; where one names no remedy, *otherwise* is it."""
    what, _, remedy = str(failure).partition(": ")
    is_remedy = "`" in remedy or remedy.startswith("restore ")
    return Complaint(what, remedy, code) if is_remedy else Complaint(str(failure), otherwise, code)


def _tell(complaint: Complaint) -> None:
    from tallystick.app import output

    output.note(f"{complaint.what[:1].upper()}{complaint.what[1:].rstrip('.')}.", "red")
    output.note(f"  → {complaint.remedy}", "")

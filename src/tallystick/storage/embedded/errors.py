"""What can go wrong with a database before any of its tables is touched: each error names its remedy."""


class DatabaseUnusableError(Exception):
    """A database that must not or cannot be used; `problem` says what is wrong and `remedy` what to do about it."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}\n  What to do: {remedy}")
        self.problem = problem
        self.remedy = remedy


class ClusterStartError(DatabaseUnusableError):
    """The embedded server could not be initialised or started."""


class ClusterStopError(DatabaseUnusableError):
    """The embedded server did not stop within its time."""


class ClusterVersionError(DatabaseUnusableError):
    """The data folder was made by another major version of PostgreSQL."""


class PrivilegeError(DatabaseUnusableError):
    """Run as root, no ordinary user can be found under which the server could work in this folder."""


class UnsafeDurabilityError(DatabaseUnusableError):
    """A server setting would lose committed entries in a crash."""


class ServerTooOldError(DatabaseUnusableError):
    """The server is older than the oldest PostgreSQL that is supported."""


class BackupError(DatabaseUnusableError):
    """A backup could not be written, read or restored."""

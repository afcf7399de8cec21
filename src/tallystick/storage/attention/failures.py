"""What a failure of the database means to who called a command."""

from typing import Final

import asyncpg

_MEANS: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (ConnectionError, "the database does not answer"),
    (TimeoutError, "the database does not answer"),
    (asyncpg.InvalidAuthorizationSpecificationError, "the database does not let this user in"),
    (asyncpg.InvalidCatalogNameError, "the server has no such database"),
    (asyncpg.PostgresConnectionError, "the database went away"),
    (asyncpg.OperatorInterventionError, "the database went away"),
    (asyncpg.ReadOnlySQLTransactionError, "the database takes no changes now"),
    # What the driver says of a connection that broke while it was being used.
    (asyncpg.InternalClientError, "the database went away"),
    (asyncpg.InsufficientResourcesError, "the database has run out of room"),
    (asyncpg.InsufficientPrivilegeError, "the database does not allow it"),
    (asyncpg.ClientConfigurationError, "the database's address cannot be used"),
    (asyncpg.InterfaceError, "the database cannot be used"),
)


def database_away(failure: BaseException) -> str:
    """Say in a sentence that the database cannot be reached or used; empty when *failure* is something else."""
    means = next((text for kind, text in _MEANS if isinstance(failure, kind)), "")
    if not means and type(failure).__name__ == "gaierror":
        means = "the database's host is not known"
    return f"{means}: {str(failure) or type(failure).__name__}" if means else ""

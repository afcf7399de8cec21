"""What a failure of the database means to who called a command."""

import asyncpg


def database_away(failure: BaseException) -> str:
    """Say in a sentence that the database cannot be reached or used; empty when *failure* is something else."""
    if isinstance(failure, ConnectionError | TimeoutError) or _is_no_address(failure):
        return f"the database does not answer: {failure or type(failure).__name__}"
    if isinstance(failure, asyncpg.InvalidAuthorizationSpecificationError):
        return f"the database lets this user not in: {failure}"
    if isinstance(failure, asyncpg.InvalidCatalogNameError):
        return f"the server has no such database: {failure}"
    if isinstance(failure, asyncpg.PostgresConnectionError | asyncpg.CannotConnectNowError | asyncpg.OperatorInterventionError):
        return f"the database went away: {failure}"
    if isinstance(failure, asyncpg.InsufficientResourcesError):
        return f"the database has run out of room: {failure}"
    if isinstance(failure, asyncpg.InterfaceError | asyncpg.ClientConfigurationError):
        return f"the database cannot be used: {failure}"
    if isinstance(failure, asyncpg.InsufficientPrivilegeError):
        return f"the database does not allow it: {failure}"
    return ""


def _is_no_address(failure: BaseException) -> bool:
    return isinstance(failure, OSError) and type(failure).__name__ == "gaierror"

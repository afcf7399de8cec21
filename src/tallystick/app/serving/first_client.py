"""A client with a key in a book that has no users yet: for benches, the demo and tests. Real ones are let in by command."""

from collections.abc import Sequence

from tallystick.security.keyring import Keyring
from tallystick.security.principal import Kind
from tallystick.security.roles import Role
from tallystick.storage.access.keys import NewKey, create_key
from tallystick.storage.access.principals import Grant, NewPrincipal, add_principal, grant_role, has_users
from tallystick.storage.book import BookInfo, Connection


async def administrator(connection: Connection) -> int:
    """Let the first user in, as administrator, and return its number; the book must not have any yet."""
    if await has_users(connection):
        raise ValueError("this book has users: let a client in by `tally user add` and `tally key create`")
    root = await add_principal(connection, NewPrincipal(Kind.USER, "root"), None)
    await grant_role(connection, Grant(root, Role.ADMINISTRATOR, None))
    return root


async def client_key(connection: Connection, book: tuple[BookInfo, Keyring], root: int, roles: Sequence[Role]) -> str:
    """Let a client in with *roles*, named by them, granted by *root*; return its key."""
    info, keyring = book
    name = "-".join(["client", *(role.value for role in roles)])
    # Nobody grants a role to a client of their own: this one belongs to somebody else.
    owner = await add_principal(connection, NewPrincipal(Kind.USER, f"owner-of-{name}"), root)
    number = await add_principal(connection, NewPrincipal(Kind.CLIENT, name, owner), root)
    for role in roles:
        await grant_role(connection, Grant(number, role, root))
    return (await create_key(connection, keyring, info.name, NewKey(number, root))).text

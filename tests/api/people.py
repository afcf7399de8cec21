"""Who calls in tests: real clients and people with real keys of a real book."""

from typing import Final

from tallystick.app.serving.first_client import administrator, client_key
from tallystick.app.settings import Settings
from tallystick.security.keyring import Keyring, master_key
from tallystick.security.principal import Kind
from tallystick.security.roles import Role
from tallystick.storage.access.keys import NewKey, create_key
from tallystick.storage.access.principals import Grant, NewPrincipal, add_principal, grant_role
from tallystick.storage.book import connect, open_book

SHOP: Final = "client-integrator-operator-viewer"
"""A client that may do everything a program may."""
CLIENTS: Final = {
    "shop": (Role.INTEGRATOR, Role.OPERATOR, Role.VIEWER),
    "other": (Role.INTEGRATOR, Role.OPERATOR),
    "integrator": (Role.INTEGRATOR,),
    "operator": (Role.OPERATOR,),
    "viewer": (Role.VIEWER,),
}
PEOPLE: Final = {
    "controller": (Role.CONTROLLER, None),
    "approver": (Role.APPROVER, 1_000_000),
    "administrator": (Role.ADMINISTRATOR, None),
    "nobody": (None, None),
}


async def let_in(url: str, settings: Settings, book: str = "main") -> dict[str, str]:
    """Let everybody in and return their keys by who they are."""
    info = await open_book(url, book)
    keyring = Keyring(master_key(settings.key_file), info.sealed_as)
    connection = await connect(url, info.schema)
    try:
        root = await administrator(connection)
        keys = {name: await client_key(connection, (info, keyring), root, roles) for name, roles in CLIENTS.items()}
        for name, (role, limit) in PEOPLE.items():
            number = await add_principal(connection, NewPrincipal(Kind.USER, name), root)
            if role is not None:
                await grant_role(connection, Grant(number, role, root, limit))
            keys[name] = (await create_key(connection, keyring, book, NewKey(number, number))).text
    finally:
        await connection.close()
    return keys


def roles_of(name: str) -> frozenset[Role]:
    """Return the roles somebody has."""
    if name in CLIENTS:
        return frozenset(CLIENTS[name])
    role, _ = PEOPLE[name]
    return frozenset() if role is None else frozenset({role})

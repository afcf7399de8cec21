"""`tally key`: API keys, shown once, and the keys that sign tokens."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.app import output
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.access.doing import Doing
    from tallystick.app.house import House
    from tallystick.security.api_keys import ApiKey
    from tallystick.storage.access.keys import KnownKey

Id = Annotated[
    str, typer.Argument(metavar="ID", help="The twelve signs after `tally_`, as `tally key list` shows them.")
]
MANAGE = "users:manage"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    key = group(app, "key")
    key.command("create")(create)
    key.command("list")(list_all)
    key.command("revoke")(revoke)
    key.command("rotate")(rotate)
    key.command("rotate-signing")(rotate_signing_key)


def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The client it is for, or yourself.")],
    scope: Annotated[
        list[str] | None, typer.Option(metavar="SCOPE", help="Only this, such as orders:read; may be repeated.")
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="Valid for so many days; without, until revoked.")
    ] = None,
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Make an API key and show it, this once. It allows what the roles of its holder allow, or less.

    A client's key is made by an administrator, a user's own by that user alone: it acts in that name.

    Example: tally key create shop-bot --scope orders:write --scope availability:read --as root
    """
    from tallystick.app.access.acting import acting, actor_of, known_principal
    from tallystick.app.access.doing import Doing
    from tallystick.app.running import in_house
    from tallystick.storage.access.keys import NewKey, create_key

    ends = datetime.now(UTC) + timedelta(days=days) if days else None

    async def work(house: "House") -> "ApiKey":
        own = (await actor_of(house, as_user)).user()
        doing = Doing("key.create", f"user/{name}", "" if own.name == name else MANAGE)
        async with acting(house, as_user, doing) as actor:
            known = await known_principal(actor.connection, name)
            new = NewKey(known.id, own.id, tuple(scope) if scope else None, ends)
            return await create_key(actor.connection, house.keyring, house.info.name, new)

    _show(in_house(book, work), as_json=as_json)


def list_all(book: output.Book = None, as_json: output.Json = False) -> None:
    """List keys: whose they are and what became of them. No secret is kept that could be shown.

    Example: tally key list
    """
    from tallystick.app.running import in_house
    from tallystick.storage.access.keys import keys

    async def work(house: "House") -> "list[KnownKey]":
        return await keys(await house.connection())

    found = in_house(book, work)
    if as_json:
        output.json({"keys": found})
    elif found:
        rows = [
            [k.id, k.principal, " ".join(k.scopes or ("all its roles allow",)), k.created_at, _state(k)] for k in found
        ]
        output.table(("id", "of", "scopes", "made", "state"), rows)
    else:
        output.say("There are no keys.")


def revoke(key: Id, as_user: output.As = None, book: output.Book = None, as_json: output.Json = False) -> None:
    """End a key, at once and for good.

    Example: tally key revoke k3yk3yk3yk3y --as root
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.exits import not_found
    from tallystick.app.running import in_house
    from tallystick.storage.access.keys import revoke_key

    async def work(house: "House") -> None:
        async with acting(house, as_user, await _doing(house, as_user, "key.revoke", key)) as actor:
            if not await revoke_key(actor.connection, key):
                raise not_found(f"there is no key {key} in use", "see `tally key list`")

    in_house(book, work)
    if as_json:
        output.json({"key": key, "revoked": True})
    else:
        output.say(f"Key {key} opens nothing any more.")


def rotate(
    key: Id,
    hours: Annotated[int, typer.Option(min=0, max=720, help="So long the old key goes on beside the new one.")] = 24,
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Make the successor of a key, with the same scopes, and show it this once.

    Example: tally key rotate k3yk3yk3yk3y --as root
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.running import in_house
    from tallystick.storage.access.keys import Rotation, rotate_key

    async def work(house: "House") -> "ApiKey":
        async with acting(house, as_user, await _doing(house, as_user, "key.rotate", key)) as actor:
            rotation = Rotation(key, actor.user().id, hours)
            return (await rotate_key(actor.connection, house.keyring, house.info.name, rotation))[0]

    _show(in_house(book, work), as_json=as_json)


def rotate_signing_key(
    retire: Annotated[
        bool, typer.Option("--retire", help="A key may have leaked: every token given so far ends at once.")
    ] = False,
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Sign tokens with a new key. The one before goes on verifying until the next rotation.

    Example: tally key rotate-signing --as root
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.running import in_house
    from tallystick.storage.access.keys import rotate_signing

    async def work(house: "House") -> int:
        async with acting(house, as_user, Doing("key.rotate_signing", "signing", MANAGE)) as actor:
            return await rotate_signing(actor.connection, retire=retire)

    number = in_house(book, work)
    if as_json:
        output.json({"signing_key": number, "retired_older": retire})
    else:
        output.say(f"Tokens are signed with key {number} now{'; every older token has ended' if retire else ''}.")


async def _doing(house: "House", as_user: str | None, action: str, key: str) -> "Doing":
    """One's own key is one's own to end; anybody else's takes an administrator."""
    from tallystick.app.access.acting import actor_of
    from tallystick.app.access.doing import Doing
    from tallystick.storage.access.keys import key_holder

    actor = await actor_of(house, as_user)
    is_own = actor.number is not None and await key_holder(actor.connection, key) == actor.number
    return Doing(action, f"key/{key}", "" if is_own else MANAGE)


def _show(key: "ApiKey", *, as_json: bool) -> None:
    if as_json:
        output.json({"id": key.id, "key": key.text})
        return
    output.say(key.text)
    output.note("This is shown once: only a keyed hash of it is kept. Put it into your secret store now.")


def _state(k: "KnownKey") -> str:
    if k.revoked_at:
        return f"revoked {output.moment(k.revoked_at)}"
    if k.rotated_to:
        return f"followed by {k.rotated_to}"
    return f"until {output.moment(k.expires_at)}" if k.expires_at else "in use"

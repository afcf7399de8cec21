"""`tally connection`: which foreign systems this book speaks with."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.exits import misused
from tallystick.app.groups import group

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from tallystick.app.access.doing import Doing
    from tallystick.app.house import House
    from tallystick.storage.connections.health import ConnectionHealth
    from tallystick.storage.connections.register import Configured, Register

MANAGE = "connections:manage"
SECRET_BYTES_MAX = 65_536
Name = Annotated[str, typer.Argument(metavar="NAME", help="The connection.")]
Intake = Annotated[
    str, typer.Option("--from", metavar="ADDRESS", help="Where its files or messages come from; see the how-to.")
]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A setting of the connector; no secret.")
]
Serves = Annotated[
    list[str] | None,
    typer.Option(metavar="FIELD=VALUE", help="Whom it answers for: channel=web, provider=card, location=WH1."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    connection = group(app, "connection")
    connection.command("add")(add)
    connection.command("secret")(secret)
    connection.command("list")(list_all)
    connection.command("show")(show)
    connection.command("pause")(pause)
    connection.command("resume")(resume)
    connection.command("remove")(remove)


def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What we call it: small letters, digits, `-`, `.`, `_`.")],
    connector: Annotated[str, typer.Argument(metavar="CONNECTOR", help="Which door; see `tally connector list`.")],
    url: Annotated[str, typer.Argument(metavar="URL", help="Where the system is; not needed with --from.")] = "",
    intake: Intake = "",
    settings: Settings = None,
    serves: Serves = None,
    poll: Annotated[int, typer.Option(min=1, max=86_400, help="Pull so many seconds after the end was reached.")] = 60,
    places: Annotated[int, typer.Option(min=1, max=64, help="Calls under way at once.")] = 4,
    per_minute: Annotated[
        int, typer.Option(min=0, help="Calls a minute at most; 0: what the partner's own limit allows.")
    ] = 0,
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Add a connection, or change the one of that name. Its name is the source of what comes through it, for ever.

    Commands that name a channel, provider or location it serves go there; where `--serves` says nothing, the
    connection's own name stands for it. Then give its secrets: `tally connection secret`.

    --from takes files out of folder:///…, sftp://user@host/…, s3://bucket/prefix, or messages out of sqs://host/account/queue;
    how, is said by --set from.complete=… and others.

    Example: tally connection add web vendure https://shop.example --serves channel=web
    """
    from tallystick.storage.connections.register import Configured, Policy

    if not url and not intake:
        raise misused("there is no URL", "say where the system is, or where its files come from by --from")
    pairs = _pairs(serves, "--serves")
    configured = Configured(
        name=name,
        connector=connector,
        url=url,
        settings=dict(_pairs(settings, "--set")) | ({"from": intake} if intake else {}),
        serves={field: [v for f, v in pairs if f == field] for field, _ in pairs},
        policy=Policy(poll_seconds=poll, places=places, calls_per_minute_max=per_minute),
    )
    missing = _put(book, as_user, configured)
    if as_json:
        output.json({"name": name, "connector": connector, "secrets_missing": missing})
        return
    output.say(
        f"{name} is a connection to {connector}{f' at {url}' if url else ''}{f' from {intake}' if intake else ''}."
    )
    for key in missing:
        output.say(f"Give its secret: `tally connection secret {name} {key}`")


def secret(
    name: Name,
    key: Annotated[str, typer.Argument(metavar="KEY", help="Which secret, as its connector names it.")],
    file: Annotated[
        Path | None, typer.Option(help="A file that holds the secret and nothing else; without it, standard input.")
    ] = None,
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Give a connection a secret, from standard input or a file. It is kept sealed and never shown.

    Example: tally connection secret card api_key < card.key
    """
    from tallystick.app.access.doing import Doing
    from tallystick.app.connections.doors import maker_of
    from tallystick.app.connections.intake import secrets_of

    given = read_secret(file)

    async def work(kept: "Register") -> None:
        known = await kept.named(name)
        wanted = secrets_of(known.configured, maker_of(known.configured.connector))
        if key not in wanted:
            raise misused(
                f"{known.configured.connector} has no secret {key!r}", f"it has {', '.join(wanted) or 'none'}"
            )
        await kept.set_secret(name, key, given)

    at_register(book, (as_user, Doing("connection.secret", f"connection/{name}/{key}", MANAGE)), work)
    if as_json:
        output.json({"name": name, "secret": key, "set": True})
    else:
        output.say(f"{name} has its {key}; what waited for it is tried again.")


def list_all(book: output.Book = None, as_json: output.Json = False) -> None:
    """List connections: how each is, when anything last worked, how far its pulls lag, and what failed last.

    Example: tally connection list
    """
    found = _health(book)
    if as_json:
        output.json({"connections": [as_object(h) for h in found]})
        return
    rows = [(h.name, h.connector, standing(h), h.waiting, h.last_success, _lag(h), _last_failure(h)) for h in found]
    output.table(("connection", "connector", "state", ">waiting", "last success", ">lag", "last failure"), rows)


def show(name: Name, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show one connection: its configuration without its secrets, each verb, and each pull with its cursor.

    Example: tally connection show web
    """
    from tallystick.app.exits import not_found

    found = next((h for h in _health(book) if h.name == name), None)
    if found is None:
        raise not_found(f"there is no connection {name}", "see `tally connection list`")

    async def work(kept: "Register") -> Any:
        return await kept.named(name)

    known = at_register(book, None, work)
    policy = known.configured.policy
    configured = {
        "settings": dict(known.configured.settings),
        "serves": dict(known.configured.serves),
        "secrets_set": list(known.secrets),
        "poll_seconds": policy.poll_seconds,
        "places": policy.places,
        "calls_per_minute_max": policy.calls_per_minute_max,
    }
    if as_json:
        output.json({**as_object(found), **configured})
        return
    output.pairs([("connector", found.connector), ("url", found.url), ("state", standing(found))])
    output.pairs([(key, str(value)) for key, value in configured.items()])
    output.heading("Calls")
    rows = [(v.verb, v.succeeded, v.failed, v.succeeded_at, v.failed_at, v.failed_as, v.failure) for v in found.verbs]
    output.table(("verb", ">succeeded", ">failed", "last success", "last failure", "as", "because"), rows)
    if found.pulls:
        output.heading("Pulls")
        pulls = [(p.kind, p.cursor, p.caught_up_at, p.due) for p in found.pulls]
        output.table(("kind", "cursor", "at the end", "due"), pulls)


def pause(
    name: Name,
    because: Annotated[str, typer.Option("--because", help="Why, for who reads the list.")] = "paused by hand",
    as_user: output.As = None,
    book: output.Book = None,
) -> None:
    """Stop calling a partner. Nothing is lost: commands wait, pulls go on where they were, webhooks are still kept.

    Example: tally connection pause web --because "their release"
    """
    from tallystick.app.access.doing import Doing

    async def work(kept: "Register") -> None:
        await kept.pause(name, because)

    at_register(book, (as_user, Doing("connection.pause", f"connection/{name}", MANAGE)), work)
    output.say(f"{name} is paused: {because}.")


def resume(name: Name, as_user: output.As = None, book: output.Book = None) -> None:
    """Go on with a partner, at once and where it was left.

    Example: tally connection resume web
    """
    from tallystick.app.access.doing import Doing

    async def work(kept: "Register") -> None:
        await kept.pause(name, None)

    at_register(book, (as_user, Doing("connection.resume", f"connection/{name}", MANAGE)), work)
    output.say(f"{name} works again.")


def remove(name: Name, yes: output.Yes = False, as_user: output.As = None, book: output.Book = None) -> None:
    """Forget a connection's secrets and where commands go. What came through it stays, and its name stays taken.

    Example: tally connection remove web --yes
    """
    from tallystick.app.access.doing import Doing

    if not yes:
        output.say(f"{name}'s secrets would be forgotten and its commands would wait. Do it with --yes.")
        return

    async def work(kept: "Register") -> None:
        await kept.remove(name)

    at_register(book, (as_user, Doing("connection.remove", f"connection/{name}", MANAGE)), work)
    output.say(f"{name} is removed.")


def _put(book: str | None, as_user: str | None, configured: "Configured") -> "Sequence[str]":
    """Keep a configuration; return the names of the secrets it still lacks."""
    from tallystick.app.access.doing import Doing
    from tallystick.app.connections.doors import addresses_of, check_settings, maker_of
    from tallystick.app.connections.intake import secrets_of

    async def work(kept: "Register") -> "Sequence[str]":
        maker = maker_of(configured.connector)
        check_settings(configured, maker)
        await kept.put(configured, addresses_of(configured, maker))
        given = set((await kept.named(configured.name)).secrets)
        return [key for key in secrets_of(configured, maker) if key not in given]

    found: Sequence[str] = at_register(
        book, (as_user, Doing("connection.add", f"connection/{configured.name}", MANAGE)), work
    )
    return found


def at_register(
    book: str | None, deed: "tuple[str | None, Doing] | None", work: "Callable[[Register], Awaitable[Any]]"
) -> Any:
    """Work at the register of a book, as a deed in the audit log where there is one."""
    from tallystick.app.access.acting import acting
    from tallystick.app.running import in_house
    from tallystick.storage.connections.register import Register

    async def inside(house: "House") -> Any:
        if deed is None:
            return await work(Register(await house.connection(), house.names, house.keyring))
        named, doing = deed
        async with acting(house, named, doing) as actor:
            return await work(Register(actor.connection, house.names, house.keyring))

    return in_house(book, inside)


def standing(health: "ConnectionHealth") -> str:
    """Say in a few words how a connection is."""
    if health.paused_because:
        return f"paused: {health.paused_because}"
    if health.circuit != "closed":
        return f"left alone ({health.circuit})"
    if health.ill:
        return "ill: " + ", ".join(v.verb for v in health.ill)
    return "well" if health.last_success else "not heard of yet"


def as_object(health: "ConnectionHealth") -> dict[str, Any]:
    """Return a connection as JSON."""
    import msgspec

    found: dict[str, Any] = msgspec.to_builtins(health)
    return {**found, "state": standing(health), "last_success": health.last_success, "lag_seconds": health.lag_seconds}


def _health(book: str | None) -> "list[ConnectionHealth]":
    from tallystick.app.running import in_house
    from tallystick.storage.connections.health import connection_health

    async def inside(house: "House") -> "list[ConnectionHealth]":
        return await connection_health(await house.connection())

    return in_house(book, inside)


def _lag(health: "ConnectionHealth") -> str:
    if not health.pulls:
        return output.NOTHING
    return "not at the end yet" if health.lag_seconds is None else f"{health.lag_seconds} s"


def _last_failure(health: "ConnectionHealth") -> str:
    failed = [v for v in health.verbs if v.failed_at]
    if not failed:
        return ""
    last = max(failed, key=lambda v: str(v.failed_at))
    return f"{last.verb}: {last.failed_as}: {last.failure}"


def _pairs(given: list[str] | None, option: str) -> list[tuple[str, str]]:
    found = []
    for one in given or []:
        key, sign, value = one.partition("=")
        if not (key and sign and value):
            raise misused(f"{option} {one!r} is no KEY=VALUE", f"write it as in `{option} channel=web`")
        found.append((key, value))
    return found


def read_secret(file: Path | None) -> str:
    """Read a secret where no other process can see it: never an argument, which the whole machine can list."""
    import sys

    text = file.read_text("utf-8") if file else sys.stdin.read(SECRET_BYTES_MAX + 1)
    found = text.strip("\r\n")
    if not found or len(found) > SECRET_BYTES_MAX:
        raise misused("there is no secret to be read, or too much", "give it on standard input, or name a --file")
    return found

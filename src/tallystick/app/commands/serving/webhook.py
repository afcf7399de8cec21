"""`tally webhook`: who is told what happened, and how that goes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.access.doing import Doing
from tallystick.app.exits import misused, not_found
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.ports.publishing import Address
    from tallystick.storage.serving.subscribers import Subscribers

Name = Annotated[str, typer.Argument(metavar="NAME", help="The subscriber.")]
Work = Callable[["Subscribers"], Awaitable[Any]]
EVERYTHING = "*"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    webhook = group(app, "webhook")
    webhook.command("add")(add)
    webhook.command("list")(list_)
    webhook.command("pause")(pause)
    webhook.command("resume")(resume)
    webhook.command("resend")(resend)
    webhook.command("rotate")(rotate)


def add(
    name: Name,
    url: Annotated[
        str, typer.Argument(metavar="URL", help="Where it is told: https://…, or nats://host:port/subject.")
    ],
    types: Annotated[
        list[str] | None,
        typer.Option("--type", help="A message type it wants, as `tally catalogue` lists; all if none."),
    ] = None,
    private: Annotated[
        bool, typer.Option("--private", help="Allow an address that is not on the public internet, and http.")
    ] = False,
    credentials: Annotated[
        Path | None,
        typer.Option(
            "--credentials-file",
            help="A file with user:password or a token for the servers of a stream; kept sealed, shown nowhere.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    from_start: Annotated[bool, typer.Option("--from-start", help="Tell it everything there ever was.")] = False,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Add a subscriber. The secret it checks signatures with is shown once.

    Example: tally webhook add shop https://shop.example/hooks --type tallystick.fulfilment.goods_dispatched.v1
    """
    from tallystick.ports.publishing import Address
    from tallystick.publishing.signing import new_secret, written
    from tallystick.storage.serving.news import unknown_types

    wanted = types or [EVERYTHING]
    if unknown := unknown_types(wanted):
        raise misused(f"there is no message type {', '.join(unknown)}", "see `tally catalogue`")
    _check(url, is_private=private)
    secret = new_secret()
    address = Address(url, (secret,), private, credentials.read_text("utf-8").strip() if credentials else "")

    async def work(subscribers: "Subscribers") -> None:
        await subscribers.add(name, address, wanted, from_start=from_start)

    _at_subscribers(book, work, (as_user, _doing("add", name)))
    if as_json:
        output.json({"name": name, "url": url, "types": wanted, "secret": written(secret)})
        return
    output.say(f"{name} is told of {', '.join(wanted) if types else 'everything'}.")
    output.say(f"Its secret, shown this once: {written(secret)}")


def list_(book: output.Book = None, as_json: output.Json = False) -> None:
    """List subscribers. How each stands, and what failed last.

    Example: tally webhook list
    """

    async def work(subscribers: "Subscribers") -> Any:
        return await subscribers.all()

    found = _at_subscribers(book, work)
    if as_json:
        output.json({"subscribers": found})
        return
    rows = [(s.name, s.url, ", ".join(s.types), _standing(s), s.last_failure or "") for s in found]
    output.table(("subscriber", "where", "types", "state", "last failure"), rows)


def pause(
    name: Name,
    because: Annotated[str, typer.Option("--because", help="Why, for who reads the list.")] = "paused by hand",
    book: output.Book = None,
    as_user: output.As = None,
) -> None:
    """Tell a subscriber nothing until it is resumed. Nothing is lost: it then hears everything, in order.

    Example: tally webhook pause shop --because "their release"
    """

    async def work(subscribers: "Subscribers") -> None:
        await subscribers.pause(name, because)

    _at_subscribers(book, work, (as_user, _doing("pause", name)))
    output.say(f"{name} is paused: {because}.")


def resume(name: Name, book: output.Book = None, as_user: output.As = None) -> None:
    """Go on telling a subscriber where it was left.

    Example: tally webhook resume shop
    """

    async def work(subscribers: "Subscribers") -> None:
        await subscribers.pause(name, None)

    _at_subscribers(book, work, (as_user, _doing("resume", name)))
    output.say(f"{name} is told again.")


def resend(
    name: Name,
    event: Annotated[int, typer.Argument(metavar="EVENT", help="The event's number: a message's id up to its dot.")],
    book: output.Book = None,
    as_user: output.As = None,
) -> None:
    """Tell a subscriber again of one event, now, out of order and under the same id.

    Example: tally webhook resend shop 4503599627370497
    """

    async def work(subscribers: "Subscribers") -> int:
        from tallystick.app.working.telling import publishers_here

        subscriber = await subscribers.named(name, datetime.now(UTC))
        news = await subscribers.of_event(subscriber, event)
        publisher = publishers_here()[subscriber.address.url.partition(":")[0]]
        try:
            for told in news.told:
                await publisher.publish(subscriber.address, told, datetime.now(UTC))
        finally:
            await publisher.close()
        return len(news.told)

    output.say(f"{output.count(_at_subscribers(book, work, (as_user, _doing('resend', name))), 'message')} told again.")


def rotate(name: Name, book: output.Book = None, as_user: output.As = None, as_json: output.Json = False) -> None:
    """Sign with a new secret. It is shown once; for a day the old one signs too.

    Example: tally webhook rotate shop
    """
    from tallystick.publishing.signing import new_secret, written

    secret = new_secret()

    async def work(subscribers: "Subscribers") -> None:
        await subscribers.rotate(name, secret, datetime.now(UTC))

    _at_subscribers(book, work, (as_user, _doing("rotate", name)))
    if as_json:
        output.json({"name": name, "secret": written(secret)})
        return
    output.say(f"Its new secret, shown this once: {written(secret)}")


def _check(url: str, *, is_private: bool) -> None:
    """Refuse an address that could not be told, while somebody is there to hear it."""
    from tallystick.ports.connector import Misconfigured, Retryable
    from tallystick.ports.publishing import Address
    from tallystick.publishing.addresses import checked, reachable

    try:
        if url.startswith("nats:"):
            _check_stream(Address(url, is_private=is_private))
            return
        parts = checked(url, is_private=is_private)
        asyncio.run(reachable(parts, is_private=is_private))
    except (Misconfigured, Retryable) as wrong:
        raise misused(str(wrong), "name an https address on the public internet, or say --private") from None


def _check_stream(address: "Address") -> None:
    from importlib.util import find_spec

    if find_spec("nats") is None:
        raise misused("nothing here tells streams", "install the extra: pip install 'tallystick[nats]'")
    from tallystick.publishing.streams import parts_of

    parts_of(address)


def _doing(what: str, name: str) -> Doing:
    return Doing(f"webhook.{what}", f"subscriber/{name}", "webhooks:manage")


def _at_subscribers(book: str | None, work: Work, by: "tuple[str | None, Doing] | None" = None) -> Any:
    """Let *work* at the subscribers; what changes something is done *by* somebody."""
    from contextlib import nullcontext

    from tallystick.app.access.acting import acting
    from tallystick.app.running import in_house
    from tallystick.storage.serving.pool import open_pool
    from tallystick.storage.serving.subscribers import NoSubscriber, Subscribers

    async def inside(house: "House") -> Any:
        pool = await open_pool(house.server, house.info.schema)
        try:
            async with acting(house, *by) if by else nullcontext():
                return await work(Subscribers(pool, house.keyring, house.info.name))
        except NoSubscriber as none:
            raise not_found(str(none), "see `tally webhook list`") from None
        finally:
            await pool.close()

    return in_house(book, inside)


def _standing(found: Any) -> str:
    if found.paused_because:
        return f"paused: {found.paused_because}"
    if found.failures:
        return f"{output.count(found.failures, 'failure')}, again at {output.moment(found.due)}"
    return "has more to hear" if found.gates_behind else "has heard everything"

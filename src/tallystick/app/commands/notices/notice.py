"""`tally notice`: what customers are told of their orders, tried before it is needed, and told again."""

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
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
    from tallystick.messages.channels import TellCustomer
    from tallystick.ports.notices import Letter
    from tallystick.storage.notices.queue import NoticeQueue

Kind = Annotated[
    str, typer.Argument(metavar="KIND", help="confirmed, waiting, shipped, cancelled, refunded, returned.")
]
Channel = Annotated[str, typer.Option(help="The channel it was ordered through.")]
Language = Annotated[str, typer.Option(help="The customer's language, as de or de-AT; empty: none is known.")]
Work = Callable[["House", "NoticeQueue"], Awaitable[Any]]
SHOWN_MAX = 1000


def register(app: typer.Typer) -> None:
    """Add the commands."""
    notice = group(app, "notice")
    notice.command("list")(list_)
    notice.command("preview")(preview)
    notice.command("send")(send)
    notice.command("resend")(resend)
    notice.command("secret")(secret)


def list_(
    order: Annotated[str | None, typer.Option(help="Only of this order.")] = None,
    state: Annotated[str | None, typer.Option(help='Only those that are waiting, sent or "not sent".')] = None,
    limit: Annotated[int, typer.Option(min=1, max=SHOWN_MAX, help="At most so many, the newest.")] = 50,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """List notices, the newest first. What came of each, and why one was not sent. Addressees are references.

    Example: tally notice list --order W17
    """
    from tallystick.storage.notices.queue import STATES

    if state is not None and state not in STATES.values():
        raise misused(f"{state!r} is no state of a notice", f"say one of {', '.join(STATES.values())}")

    async def work(_house: "House", queue: "NoticeQueue") -> Any:
        return await queue.all(order, state, limit)

    found = _at_notices(book, work)
    if as_json:
        output.json({"notices": found})
        return
    rows = [(x.number, x.order, x.kind, x.channel, x.state, x.attempts, x.made_at, x.detail) for x in found]
    output.table(("notice", "order", "kind", "channel", "state", ">attempts", "made", "last outcome"), rows)


def preview(
    kind: Kind,
    channel: Channel = "web",
    language: Language = "",
    html: Annotated[bool, typer.Option("--html", help="Show the HTML in place of the text.")] = False,
    as_json: output.Json = False,
) -> None:
    """Write a letter of a made-up order with the templates in force, and show it. Nothing is sent or kept.

    Example: tally notice preview shipped --channel web --language de
    """
    letter = _sample(kind, channel, language)
    if as_json:
        output.json(letter)
        return
    output.pairs([("Subject", letter.subject), ("Language", letter.language)])
    output.say()
    output.say(letter.html if html else letter.text)


def send(
    kind: Kind,
    test: Annotated[str, typer.Option("--test", metavar="ADDRESS", help="The mail address it goes to; kept nowhere.")],
    channel: Channel = "web",
    language: Language = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Send a letter of a made-up order to an address of your own, now. Customers are told by the worker only.

    Example: tally notice send shipped --test me@shop.example
    """
    import uuid

    from tallystick.app.notices.arranging import notifier_of
    from tallystick.app.settings import read_settings
    from tallystick.ports.notices import Addressee, Posted

    about, letter = _about(kind, channel), _sample(kind, channel, language)

    async def work(house: "House", queue: "NoticeQueue") -> str:
        notifier = await notifier_of(read_settings().notices, queue, house.keyring)
        try:
            return await notifier.send(Posted(f"test.{uuid.uuid4().hex}", Addressee(test), letter, about))
        finally:
            await notifier.close()

    known_as = _at_notices(book, work, (as_user, Doing("notice.send", f"notice/test/{kind}", "notices:write")))
    if as_json:
        output.json({"sent": True, "known_as": known_as})
    else:
        output.say(f"Sent as {known_as}.")


def resend(
    notice: Annotated[str, typer.Argument(metavar="NOTICE", help="Its number, as `tally notice list` shows it.")],
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Tell a customer again, as a new letter: the worker sends it next. Also for what was not sent.

    Example: tally notice resend 10000000000001.0
    """

    async def work(_house: "House", queue: "NoticeQueue") -> str:
        return await queue.resend(notice, datetime.now(UTC))

    subject = _at_notices(book, work, (as_user, Doing("notice.resend", f"notice/{notice}", "notices:write")))
    if as_json:
        output.json({"notice": notice, "of": subject, "waiting": True})
    else:
        output.say(f"The notice of {subject} is sent again.")


def secret(
    key: Annotated[str, typer.Argument(metavar="KEY", help="smtp_password, or hook.")],
    file: Annotated[
        Path | None, typer.Option(help="A file that holds the secret and nothing else; without it, standard input.")
    ] = None,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Give the mail server's password, or what a webhook signs with. It is kept sealed and never shown.

    Example: tally notice secret smtp_password < mail.key
    """
    from tallystick.app.commands.connections.connection import MANAGE, read_secret
    from tallystick.app.notices.arranging import SECRETS

    if key not in SECRETS:
        raise misused(f"notices have no secret {key!r}", f"they have {', '.join(SECRETS)}")
    given = read_secret(file)

    async def work(house: "House", queue: "NoticeQueue") -> None:
        await queue.keep_secret(house.keyring, key, given)
        await queue.hasten(datetime.now(UTC))

    _at_notices(book, work, (as_user, Doing("notice.secret", f"notices/{key}", MANAGE)))
    if as_json:
        output.json({"secret": key, "set": True})
    else:
        output.say(f"Notices have their {key}; what waited for it is tried again.")


def _sample(kind: str, channel: str, language: str) -> "Letter":
    from tallystick.app.settings import SettingError, read_settings
    from tallystick.ports.connector import Misconfigured
    from tallystick.ports.notices import Addressee
    from tallystick.publishing.notices.templates import Templates

    told = read_settings().notices
    try:
        to = Addressee("ada@example.test", "Ada Quill", language)
        return Templates(told.templates, told.language).letter(_about(kind, channel), to)
    except Misconfigured as wrong:
        raise SettingError(str(wrong)) from None


def _about(kind: str, channel: str) -> "TellCustomer":
    import msgspec

    from tallystick.app.notices.arranging import KINDS
    from tallystick.messages.channels import TellCustomer

    if kind not in KINDS:
        raise misused(f"customers are not told of {kind!r}", f"kinds are {', '.join(KINDS)}")
    lines = [{"line": 1, "sku": "LAMP", "quantity": 2}, {"line": 2, "sku": "MUG", "quantity": 1}]
    said: dict[str, Any] = {"channel": channel, "order": "W-1001", "kind": kind, "customer": "", "lines": lines}
    more: dict[str, dict[str, Any]] = {
        "shipped": {"shipment": "S-1", "carrier": "Post", "tracking": "1Z-1001"},
        "refunded": {"lines": [], "currency": "EUR/2", "amount": 4_990},
    }
    return msgspec.convert(said | more.get(kind, {}), TellCustomer)


def _at_notices(book: str | None, work: Work, by: "tuple[str | None, Doing] | None" = None) -> Any:
    """Let *work* at the notices; what changes something is done *by* somebody."""
    from tallystick.app.access.acting import acting
    from tallystick.app.running import in_house
    from tallystick.app.settings import SettingError
    from tallystick.ports.connector import ConnectorError
    from tallystick.storage.notices.queue import NoNotice, NoticeQueue
    from tallystick.storage.serving.pool import open_pool

    async def inside(house: "House") -> Any:
        pool = await open_pool(house.server, house.info.schema)
        try:
            async with acting(house, *by) if by else nullcontext():
                return await work(house, NoticeQueue(pool))
        except NoNotice as none:
            raise not_found(str(none), "see `tally notice list`") from None
        except ConnectorError as failure:
            raise SettingError(f"the letter was not sent: {failure}") from None
        finally:
            await pool.close()

    return in_house(book, inside)

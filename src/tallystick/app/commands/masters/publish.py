"""`tally publish show|explain|again|rules`: which products are on which channel, and why."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.commands.masters.owners import STEWARD, governing_of
from tallystick.app.groups import group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tallystick.app.house import House

Channel = Annotated[str, typer.Argument(metavar="CHANNEL", help="The channel.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    publish = group(app, "publish")
    publish.command("show")(show)
    publish.command("explain")(explain)
    publish.command("again")(again)
    rules = group(publish, "rules")
    rules.command("set")(set_rules)
    rules.command("show")(show_rules)


def show(
    channel: Channel,
    odd: Annotated[bool, typer.Option("--odd", help="Only what is withheld, waits, or was refused.")] = False,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Show how the products of a channel stand: on it, off it, waiting, refused, or withheld, and why.

    Example: tally publish show web --odd
    """
    found = _standings(book, channel, odd=odd)
    if as_json:
        output.json({"channel": channel, "products": found})
        return
    rows = [[s.sku, s.state, s.shown.name if s.shown else "", _price(s.wanted), _why(s)] for s in found]
    output.table(("product", "state", "shown as", ">price", "why"), rows)


def explain(
    sku: Annotated[str, typer.Argument(metavar="SKU", help="The product.")],
    channel: Channel,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Explain why a product is on a channel or not: each field that is missing, and what to do.

    Example: tally publish explain LAMP web
    """
    from tallystick.app.masters.desk import thing
    from tallystick.app.running import in_house

    _, code = thing(f"product/{sku}")

    async def work(house: "House") -> Any:
        from tallystick.storage.publication.standing import explained

        return await explained(await house.connection(), channel, code, datetime.now(UTC))

    offer, stands = in_house(book, work), _standings(book, channel, code)
    told = stands[0] if stands else None
    if as_json:
        output.json({"offer": offer, "standing": told})
        return
    output.say(f"{code} in {channel}: {offer.because}.", "bold")
    if offer.command:
        output.pairs(
            [(name, str(getattr(offer.command, name))) for name in ("name", "description", "price", "currency")]
        )
    for m in offer.missing:
        output.say(f"  {m.field}: {m.reason}; {m.remedy}", "yellow")
    output.say(
        f"  the channel: {told.state}, took {told.shown.name if told.shown else 'nothing yet'}"
        if told
        else "  the channel was told nothing yet"
    )
    if told and told.failure:
        output.say(f"  it said: {told.failure}", "yellow")


def again(
    channel: Channel,
    sku: Annotated[str, typer.Argument(metavar="[SKU]", help="Only this product.")] = "",
    book: output.Book = None,
    as_user: output.As = None,
) -> None:
    """Tell a channel at once what waits or was refused, once what it refused has been mended there.

    Example: tally publish again web LAMP
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.promising.reporting import product
    from tallystick.app.running import in_house

    code = product(sku) if sku else ""

    async def work(house: "House") -> "Sequence[str]":
        from tallystick.storage.publication.standing import tell_again

        async with acting(house, as_user, Doing("publish.again", f"publication/{channel}", STEWARD)) as actor:
            return await tell_again(actor.connection, channel, code)

    output.say(f"{output.count(len(in_house(book, work)), 'product')} will be told again.")


def set_rules(
    file: Annotated[Path, typer.Argument(help="Rules of publication, TOML or JSON; see docs/masters.md.")],
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Say which products go to which channels, and how, in place of what was said before.

    Example: tally publish rules set publication.toml
    """
    from tallystick.app.access.doing import Doing
    from tallystick.app.masters.files import read_publication
    from tallystick.app.promising.reporting import report_in, tell
    from tallystick.messages.stewardship.governing import PublicationDeclared
    from tallystick.processes.members import PUBLICATION_SUBJECT

    doing = Doing("publish.rules", PUBLICATION_SUBJECT, STEWARD)
    answer = report_in(book, as_user, doing, PublicationDeclared(read_publication(file)))
    tell(answer, f"The rules in {file} are version {(answer.detail or {}).get('version')}.", as_json=as_json)


def show_rules(book: output.Book = None, as_json: output.Json = False) -> None:
    """Show which products go to which channels, and how.

    Example: tally publish rules show
    """
    found = governing_of(book)
    if as_json:
        output.json({"version": found.publication_version, "rules": found.publication})
        return
    if not found.publication_version:
        output.say("No rules: no channel is told of any product.")
        return
    rows = [
        [c.channel, c.price_list or c.channel, f"{c.currency} {c.prices}", ", ".join(c.required), c.title, _only(c)]
        for c in found.publication.channels
    ]
    output.table(("channel", "prices of", "in", "required", "title", "only"), rows)
    own = [[p.sku, p.channel, "kept out" if p.is_excluded else "", p.title] for p in found.publication.products]
    if own:
        output.table(("product", "channel", "", "title"), own)


def _standings(book: str | None, channel: str, sku: str = "", *, odd: bool = False) -> Any:
    from tallystick.app.running import in_house

    async def work(house: "House") -> Any:
        from tallystick.storage.publication.standing import Asked, standings

        return await standings(await house.connection(), Asked(channel, sku, odd))

    return in_house(book, work)


def _why(standing: Any) -> str:
    missing = ", ".join(m.field for m in standing.missing)
    return standing.failure or (f"missing: {missing}" if missing else standing.because)


def _price(command: Any) -> str:
    return output.money(command.price, command.currency) if command else ""


def _only(rule: Any) -> str:
    return ", ".join(f"{m.field}={m.value}" for m in rule.only)

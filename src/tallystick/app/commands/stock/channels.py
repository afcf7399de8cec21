"""`tally stock channels` and `tally stock publish`: what channels are told to show, and telling them again."""

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from tallystick.app import output
from tallystick.app.exits import not_found
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.ports.channels import ChannelState, ProductState

REMEDY = "see `tally stock channels`, or connect it: `tally connection add`"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    stock = group(app, "stock")
    stock.command("channels")(channels)
    stock.command("publish")(publish)


def channels(
    channel: Annotated[str, typer.Argument(metavar="[CHANNEL]", help="One channel, product by product.")] = "",
    sku: Annotated[str, typer.Option(help="Only this product of it.")] = "",
    odd: Annotated[bool, typer.Option("--odd", help="Only products that wait, fail or differ.")] = False,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Show what channels are told of stock: what waits, what they took and how soon, and where they differ.

    Lag is from the commit of the first change not yet told until the channel took the number.

    Example: tally stock channels web --odd
    """
    from tallystick.app.running import in_house
    from tallystick.ports.channels import NoChannel, ProductsAsked

    if not channel:
        _all(in_house(book, _stand), as_json=as_json)
        return
    wanted = (channel, sku, odd)

    async def work(house: "House") -> "list[ProductState]":
        from tallystick.app.promising.reporting import product
        from tallystick.storage.channels.standing import products

        name, code, only = wanted
        return await products(await house.connection(), ProductsAsked(name, product(code) if code else "", only))

    try:
        found = in_house(book, work)
    except NoChannel as unknown:
        raise not_found(str(unknown), REMEDY) from unknown
    if as_json:
        output.json({"channel": channel, "products": [msgspec.to_builtins(p) for p in found]})
        return
    output.table(
        ("product", "should show", "told", "took", "at", "lag ms", "waits since", "keeps showing", "failure"),
        [
            [p.sku, p.wanted, p.told, p.shown, p.acknowledged_at, p.lag_ms, p.waiting_since, p.seen, p.failure or ""]
            for p in found
        ],
    )


def publish(
    channel: Annotated[str, typer.Argument(help="The channel, as connections serve it.")],
    everything: Annotated[bool, typer.Option("--all", help="Every product, also where nothing differs.")] = False,
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Tell a channel again, at once, what waits or failed, and compare what it shows. With --all, tell it everything.

    A worker does the telling, in pieces and within the partner's limits; `tally stock channels` shows how far it is.

    Example: tally stock publish web --all
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.running import in_house
    from tallystick.ports.channels import NoChannel
    from tallystick.storage.channels.standing import publish as publish_again

    doing = Doing("stock.publish", f"channel/{channel}", "connections:manage")

    async def work(house: "House") -> int:
        async with acting(house, as_user, doing):
            return await publish_again(await house.connection(), channel, everything=everything)

    try:
        waiting = in_house(book, work)
    except NoChannel as unknown:
        raise not_found(str(unknown), REMEDY) from unknown
    if as_json:
        output.json({"channel": channel, "waiting": waiting, "all": everything})
    else:
        more = "; every product will be looked at and told" if everything else ""
        output.say(f"{output.count(waiting, 'number')} for {channel} {'waits' if waiting == 1 else 'wait'} now{more}.")


async def _stand(house: "House") -> "list[ChannelState]":
    from datetime import UTC, datetime

    from tallystick.storage.channels.standing import channels as channels_of

    return await channels_of(await house.connection(), datetime.now(UTC))


def _all(found: "list[ChannelState]", *, as_json: bool) -> None:
    if as_json:
        output.json({"channels": [msgspec.to_builtins(c) for c in found]})
        return
    if not found:
        output.say("No connection shows stock for a channel.")
        return
    columns = ("channel", "by", "products", "waiting", "oldest", "failing", "differing", "lag p50 ms", "lag p99 ms")
    rows = [
        [
            *(c.channel, c.connection, c.products, c.waiting, c.oldest),
            *(c.failing, c.differing, c.lag_p50_ms, c.lag_p99_ms),
        ]
        for c in found
    ]
    output.table(columns, rows)

"""`tally stock allocate`, `reallocate` and `release`: units kept for a sales channel."""

from typing import Annotated
from uuid import uuid4

import typer

from tallystick.app import output
from tallystick.app.groups import group

Sku = Annotated[str, typer.Argument(help="The product.")]
Quantity = Annotated[int, typer.Argument(min=1, help="Units.")]
Channel = Annotated[str, typer.Option(help="The sales channel.")]
Location = Annotated[str, typer.Option(help="Where they stand.")]
Name = Annotated[str, typer.Option(help="Its name: the same name again does nothing. Without one, one is made up.")]
By = tuple[str | None, str | None]
"""The book, and who acts."""
Partial = Annotated[bool, typer.Option("--partial", help="Move what is there, if it is less.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    stock = group(app, "stock")
    stock.command("allocate")(allocate)
    stock.command("reallocate")(reallocate)
    stock.command("release")(release)


def allocate(
    sku: Sku,
    quantity: Quantity,
    channel: Channel,
    location: Location,
    name: Name = "",
    partial: Partial = False,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Keep units for a channel: no other may promise them. Refused where somebody else has a claim on them.

    Example: tally stock allocate LAMP 20 --channel market --location WH1
    """
    _move((sku, quantity, location), ("", channel), (name, partial, as_json), (book, as_user))


def reallocate(
    sku: Sku,
    quantity: Quantity,
    from_channel: Annotated[str, typer.Option("--from", help="The channel that has them.")],
    to_channel: Annotated[str, typer.Option("--to", help="The channel that gets them.")],
    location: Location,
    name: Name = "",
    partial: Partial = False,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Move units from one channel's fence to another's.

    Example: tally stock reallocate LAMP 5 --from market --to web --location WH1
    """
    _move((sku, quantity, location), (from_channel, to_channel), (name, partial, as_json), (book, as_user))


def release(
    sku: Sku,
    quantity: Quantity,
    channel: Channel,
    location: Location,
    name: Name = "",
    partial: Partial = False,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Set units kept for a channel free for all.

    Example: tally stock release LAMP 5 --channel market --location WH1
    """
    _move((sku, quantity, location), (channel, ""), (name, partial, as_json), (book, as_user))


def _move(units: tuple[str, int, str], sides: tuple[str, str], how: tuple[str, bool, bool], by: By) -> None:
    from tallystick.app.access.doing import Doing
    from tallystick.app.promising.reporting import product, report_in, tell
    from tallystick.messages.availability import AllocationLine, AllocationRequested

    sku, quantity, location = units
    name, partial, as_json = how
    name = name or f"cli-{uuid4().hex[:12]}"
    line = AllocationLine(1, product(sku), quantity)
    asked = AllocationRequested(name, location, (line,), *sides, partial=partial)
    doing = Doing("stock.allocate", f"allocation/{name}", "availability:write")
    answer = report_in(*by, doing, asked)
    way = " to ".join(side or "all channels" for side in sides)
    tell(
        answer,
        f"Allocation {name}, {quantity} {line.sku} at {location} from {way}: {answer.outcome}.",
        as_json=as_json,
    )

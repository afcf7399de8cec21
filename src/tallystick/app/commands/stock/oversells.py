"""`tally stock oversells`: what shops sold although it was not there."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from tallystick.app import output
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.storage.waiting.oversells import Oversold


def register(app: typer.Typer) -> None:
    """Add the command."""
    group(app, "stock").command("oversells")(oversells)


def oversells(
    channel: Annotated[str, typer.Argument(metavar="[CHANNEL]", help="One channel; without it, all of them.")] = "",
    days: Annotated[int, typer.Option(help="How many days to look back.", min=1, max=3650)] = 30,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """List orders that shops sold although stock was not there: units, worth, how soon it was known, and what was done.

    What is done is a rule: `oversells` in the file of `tally stock rules set`.

    Example: tally stock oversells web --days 7
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> "list[Oversold]":
        from tallystick.storage.waiting.oversells import oversells as found_since

        since = datetime.now(UTC) - timedelta(days=days)
        return await found_since(await house.connection(), since, channel)

    found = in_house(book, work)
    if as_json:
        output.json({"oversells": [_fields(x) for x in found]})
    elif not found:
        output.say(f"Nothing was oversold in {output.count(days, 'day')}.")
    else:
        columns = ("order", "channel", "units", "worth", "sold at", "known after s", "rule", "promised for", "stands")
        output.table(columns, [_row(x) for x in found])


def _fields(x: "Oversold") -> dict[str, Any]:
    return {**msgspec.to_builtins(x), "known_after_seconds": round(x.known_after_seconds, 3)}


def _row(x: "Oversold") -> list[Any]:
    worth = output.amount(x.amount, x.currency)
    known, promised = round(x.known_after_seconds, 1), x.expected_on or ""
    return [x.order, x.channel, x.units, worth, x.sold_at, known, x.policy, promised, x.stands]

"""`tally transfer show|open`: what is on its way between our own places."""

from typing import TYPE_CHECKING, Any

import typer

from tallystick.app import output
from tallystick.app.commands.stocking.transfer import Transfer
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House


def register(app: typer.Typer) -> None:
    """Add the commands."""
    transfer = group(app, "transfer")
    transfer.command("show")(show)
    transfer.command("open")(open_)


def show(transfer: Transfer, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show a transfer line by line.

    Exit code 4 when there is none.

    Example: tally transfer show T1
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> Any:
        from tallystick.api.stocking.handlers import transfer_shown
        from tallystick.app.stocking.typed import family_named
        from tallystick.processes.members import TRANSFER

        return transfer_shown(await family_named(house, f"transfer/{transfer}", TRANSFER))

    found = in_house(book, work)
    if as_json:
        output.json(found)
        return
    output.say(f"{found.transfer} from {found.source} to {found.target}: {found.state.lower()}", "bold")
    rows = [[x.line, x.sku, x.wanted, x.held, x.sent, x.received, x.in_transit, x.lost, x.surplus] for x in found.lines]
    columns = ("line", "product", ">wanted", ">held", ">sent", ">received", ">in transit", ">lost", ">surplus")
    output.table(columns, rows)
    money = output.amount(found.in_transit_value, found.currency)
    output.pairs([("worth on its way", money), ("expected on", str(found.expected_on)), ("borne by", found.bearer)])


def open_(book: output.Book = None, as_json: output.Json = False) -> None:
    """List transfers that are asked for, held, or on their way; the oldest first. The sum is what is worth on its way.

    Example: tally transfer open
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> tuple[str, list[Any]]:
        from tallystick.api.stocking.handlers import transfer_shown
        from tallystick.storage.reading.stocking.standing import open_transfers

        found = await open_transfers(await house.connection())
        return house.info.currency, [transfer_shown(family) for family in found]

    currency, found = in_house(book, work)
    total = sum(x.in_transit_value for x in found)
    if as_json:
        output.json({"transfers": found, "in_transit_value": total})
    elif not found:
        output.say("Nothing is asked for, and nothing is on its way.")
    else:
        output.table(
            ("transfer", "from", "to", "state", "expected on", ">held", ">in transit", ">value"),
            [
                [
                    x.transfer,
                    x.source,
                    x.target,
                    x.state.lower().replace("_", " "),
                    str(x.expected_on),
                    sum(line.held for line in x.lines),
                    sum(line.in_transit for line in x.lines),
                    output.amount(x.in_transit_value, currency),
                ]
                for x in found
            ],
        )
        output.pairs([("worth on its way", output.amount(total, currency))])

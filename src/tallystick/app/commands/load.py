"""`tally load`: a file through the front door, and its control totals."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.app import output

if TYPE_CHECKING:
    from tallystick.app.loading import LoadResult


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("load")(load)


def load(
    feed: Annotated[str, typer.Argument(help="The feed's name; see `tally connector list`.")],
    file: Annotated[Path, typer.Argument(help="The file.", exists=True, dir_okay=False)],
    book: Annotated[str | None, typer.Option(help="The book to load into.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Load a file through the front door and print its control totals.

    What arrived before is known by its id and changes nothing; a load that was cut off goes on where it stopped. Lines
    that cannot be understood are kept as dead letters (`tally dead list`) and everything else is loaded. The book is
    created, in the feed's currency, when it does not exist yet.

    Example: tally load online-retail year.parquet
    """
    from tallystick.app.loading import load_into

    with output.progress() as show:
        result = load_into(book, feed, file, show)
    if as_json:
        output.json(_as_json(result))
    else:
        _print(result)


def _as_json(result: "LoadResult") -> dict[str, object]:
    totals = result.totals.shown()
    return {
        "total": totals["total"],
        "months": totals["months"],
        "quarantined": result.quarantined,
        "deliveries": result.deliveries,
        "new": result.new,
        "conflicting": result.conflicting,
        "opening_units": result.opening_units,
        "waiting": result.waiting,
    }


def _print(result: "LoadResult") -> None:
    totals = result.totals.shown()
    months = [*totals["months"], {"ym": "total", **totals["total"]}]
    columns = ("ym", "lines", "invoices", "gross_sales", "cancellations", "bad_debt", "net", "net_qty")
    output.table(columns, [[m[c] for c in columns] for m in months])
    output.say(
        f"{result.deliveries} deliveries, {result.new} new; {result.opening_units} units declared as opening stock; "
        f"{result.quarantined} dead letters open, {result.waiting} waiting."
    )
    if result.quarantined:
        output.say("See `tally dead list`.")

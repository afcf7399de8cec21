"""`tally load`: a file through the front door, and its control totals."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.app import output
from tallystick.app.exits import Code, Complaint

if TYPE_CHECKING:
    from tallystick.app.loading import LoadResult
    from tallystick.ports.connector import Part


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("load")(load)


def load(
    feed: Annotated[str, typer.Argument(help="The feed's name; see `tally connector list`.")],
    file: Annotated[
        Path | None,
        typer.Argument(help="The file; without one, the real data that comes with the house.", dir_okay=False),
    ] = None,
    shops: Annotated[str, typer.Option(metavar="LIST", help="Only these shops of the file, such as 330,406.")] = "",
    days: Annotated[
        str, typer.Option(metavar="FROM..TO", help="Only these days of the file, such as 2017-03-01..2017-03-07.")
    ] = "",
    by_day: Annotated[
        bool, typer.Option("--by-day", help="Show what tills sold, took and counted by shop and day.")
    ] = False,
    book: Annotated[str | None, typer.Option(help="The book to load into.")] = None,
    as_user: output.As = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Load a file through the front door and print its control totals.

    What arrived before is known by its id and changes nothing; a load that was cut off goes on where it stopped. Lines
    that cannot be understood are kept as dead letters (`tally dead list`) and everything else is loaded. The book is
    created, in the feed's currency, when it does not exist yet. A part of a file may be loaded first and the rest later.

    Example: tally load complete-journey --shops 330,406 --days 2017-03-01..2017-03-07
    """
    from tallystick.app.loading import FilePart, Into, load_into

    if file is not None and not file.exists():
        raise Complaint(f"{file} does not exist", "check its name", Code.USAGE)
    what = FilePart(file, _part(shops, days))
    with output.progress() as show:
        result = load_into(Into(book, as_user), feed, what, show)
    if as_json:
        output.json(_as_json(result, by_day=by_day))
    else:
        _print(result, by_day=by_day)


def _part(shops: str, days: str) -> "Part | None":
    from tallystick.ports.connector import Part

    names = frozenset(name.strip() for name in shops.split(",") if name.strip())
    if not (names or days):
        return None
    first, _, last = days.partition("..")
    try:
        span = (date.fromisoformat(first), date.fromisoformat(last or first)) if days else None
    except ValueError as wrong:
        raise Complaint(f"--days {days}: {wrong}", "say 2017-03-01..2017-03-07, or one day", Code.USAGE) from wrong
    return Part(names, span)


def _as_json(result: "LoadResult", *, by_day: bool) -> dict[str, object]:
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
    } | ({"tills": result.tills.shown(by_day=by_day)} if result.tills.days else {})


def _print(result: "LoadResult", *, by_day: bool) -> None:
    totals = result.totals.shown()
    months = [*totals["months"], {"ym": "total", **totals["total"]}]
    columns = ("ym", "lines", "invoices", "gross_sales", "cancellations", "bad_debt", "net", "net_qty")
    output.table(columns, [[m[c] for c in columns] for m in months])
    if result.tills.days:
        _print_tills(result, by_day=by_day)
    output.say(
        f"{result.deliveries} deliveries, {result.new} new; {result.opening_units} units declared as opening stock; "
        f"{result.quarantined} dead letters open, {result.waiting} waiting."
    )
    if result.quarantined:
        output.say("See `tally dead list`.")


def _print_tills(result: "LoadResult", *, by_day: bool) -> None:
    tills = result.tills.shown(by_day=by_day)
    columns = list(tills["total"])
    output.heading("Tills")
    days = [[d["shop"], d["day"], *(d[c] for c in columns)] for d in tills.get("days", ())]
    output.table(("shop", "day", *columns), days, ["total", f"{len(result.tills.days)} days", *tills["total"].values()])
    output.say()

"""`tally count …`: what is counted, by whom, and what comes of it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.access.doing import Doing
from tallystick.app.groups import group

if TYPE_CHECKING:
    from msgspec import Struct

    from tallystick.app.house import House
    from tallystick.decisions.stocking.cycle import Due

Count = Annotated[str, typer.Argument(metavar="COUNT", help="Its number.")]
Counter = Annotated[str, typer.Option(help="Who counts, in a book without users; else it is who acts.")]
Location = Annotated[str, typer.Option(help="Where.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    count = group(app, "count")
    count.command("due")(due)
    count.command("plan")(plan)
    count.command("sheet")(sheet)
    count.command("start")(start)
    count.command("take")(take)
    count.command("cancel")(cancel)
    count.command("show")(show)


def due(
    location: Location,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """List the products that are due to be counted: never counted ones, then class A (every 30 days), B (90), C (365).

    Example: tally count due --location WH1
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> "list[Due]":
        return await _due(house, location, limit)

    found = in_house(book, work)
    if as_json:
        output.json({"due": [{"sku": d.sku, "class": d.cls, "counted_on": d.counted_on} for d in found]})
    elif not found:
        output.say(f"Nothing is due at {location}.")
    else:
        output.table(
            ("product", "class", "counted last"), [[d.sku, d.cls, str(d.counted_on or "never")] for d in found]
        )


def plan(
    count: Count,
    location: Location,
    by: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day it must be done.")],
    skus: Annotated[list[str] | None, typer.Argument(metavar="[PRODUCT...]", help="What; or say --cycle.")] = None,
    cycle: Annotated[int, typer.Option(min=0, help="So many of those that are due.")] = 0,
    state: Annotated[str, typer.Option(help="sellable, quarantine, damaged or refurbish.")] = "sellable",
    units: Annotated[int, typer.Option(min=0, help="Up to so many units of difference one count is believed.")] = 0,
    minor: Annotated[int, typer.Option(min=0, help="Up to so much, in minor units; both limits must hold.")] = 0,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Have products counted. Whoever counts is told which, and not how many the book has.

    Example: tally count plan C1 LAMP SHADE --location WH1 --by 2026-12-01
    """
    from tallystick.app.commands.stocking.transfer import state_named
    from tallystick.app.exits import misused
    from tallystick.app.promising.reporting import product, report_made, tell
    from tallystick.messages.stocking.counts import CountLimits, CountLine, CountPlanned

    named, known = [product(sku) for sku in skus or []], state_named(state)
    if not named and not cycle:
        raise misused("nothing is to be counted", "name products, or say --cycle 20")

    async def made(house: "House") -> "Struct":
        asked = named + ([d.sku for d in await _due(house, location, cycle) if d.sku not in named] if cycle else [])
        if not asked:
            raise misused(f"nothing is due at {location}", "name products")
        lines = tuple(CountLine(n, sku, known) for n, sku in enumerate(asked, 1))
        limits, why = CountLimits(units, minor), "cycle" if cycle else ""
        return CountPlanned(count, location, house.info.currency, by.date(), lines, limits, why)

    answer = report_made(book, as_user, Doing("count.plan", f"cycle_count/{count}", "counts:plan"), made)
    tell(answer, f"{count}: {answer.outcome}.", as_json=as_json)


def sheet(count: Count, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show what is still to be counted, and by whom not. The book's numbers are not on it.

    Example: tally count sheet C1
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> Any:
        from tallystick.api.stocking.handlers import sheet_shown
        from tallystick.app.stocking.typed import family_named
        from tallystick.processes.members import COUNT

        return sheet_shown(await family_named(house, f"cycle_count/{count}", COUNT))

    found = in_house(book, work)
    if as_json:
        output.json(found)
        return
    output.say(f"{found.count} at {found.location}, by {found.due_on}: {found.state.lower()}", "bold")
    output.table(
        ("line", "product", "state", "round", "not by"),
        [[x.line, x.sku, x.state, x.round, ", ".join(x.not_by)] for x in found.to_count],
    )


def start(
    count: Count,
    counter: Counter = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Say that somebody begins: what moved before does not blur what is counted.

    Example: tally count start C1 --counter ann
    """
    from tallystick.app.promising.reporting import report_made, tell
    from tallystick.app.stocking.typed import counter_of
    from tallystick.messages.stocking.counts import CountStarted

    async def made(house: "House") -> "Struct":
        return CountStarted(count, await counter_of(house, as_user, counter))

    answer = report_made(book, as_user, Doing("count.start", f"cycle_count/{count}", "counts:count"), made)
    tell(answer, f"{count}: {answer.outcome}.", as_json=as_json)


def take(
    count: Count,
    items: Annotated[list[str], typer.Argument(metavar="PRODUCT=UNITS...", help="What there is, such as LAMP=9.")],
    counter: Counter = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Say what was counted. The answer is the same whatever the book has.

    Example: tally count take C1 LAMP=9 SHADE=4 --counter ann
    """
    from tallystick.app.exits import misused
    from tallystick.app.promising.reporting import report_made, tell
    from tallystick.app.stocking.typed import counter_of, data_named, units_of
    from tallystick.messages.stocking.counts import CountedLine, CountTaken
    from tallystick.processes.members import COUNT

    counted = units_of(items, least=0)

    async def made(house: "House") -> "Struct":
        data = await data_named(house, f"cycle_count/{count}", COUNT)
        line_of = {x.sku: x.line for x in data.lines}
        strange = [sku for sku, _ in counted if sku not in line_of]
        if strange:
            raise misused(f"{strange[0]} is not to be counted", f"see `tally count sheet {count}`")
        lines = tuple(CountedLine(line_of[sku], units) for sku, units in counted)
        return CountTaken(count, await counter_of(house, as_user, counter), lines)

    answer = report_made(book, as_user, Doing("count.take", f"cycle_count/{count}", "counts:count"), made)
    tell(answer, f"{count}: {answer.outcome.replace('_', ' ')}.", as_json=as_json)


def cancel(
    count: Count,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Do not count after all; nothing is corrected.

    Example: tally count cancel C1 --reason "shop is closed"
    """
    from tallystick.app.promising.reporting import report_in, tell
    from tallystick.messages.stocking.counts import CountCancelled

    doing = Doing("count.cancel", f"cycle_count/{count}", "counts:plan")
    answer = report_in(book, as_user, doing, CountCancelled(count, reason))
    tell(answer, f"{count}: {answer.outcome}.", as_json=as_json)


def show(count: Count, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show a count with what the book had: for whoever answers for the stock, not for whoever counts.

    Exit code 4 when there is none.

    Example: tally count show C1
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> Any:
        from tallystick.api.stocking.handlers import count_shown
        from tallystick.app.stocking.typed import family_named
        from tallystick.processes.members import COUNT

        return count_shown(await family_named(house, f"cycle_count/{count}", COUNT))

    found = in_house(book, work)
    if as_json:
        output.json(found)
        return
    output.say(f"{found.count} at {found.location}: {found.state.lower()}", "bold")
    rows = [
        [x.line, x.sku, x.state, "; ".join(_round(r) for r in x.rounds), x.difference if x.settled else ""]
        for x in found.lines
    ]
    output.table(("line", "product", "state", "counted", ">differs"), rows)
    if found.correction:
        output.pairs([("correction", found.correction.lower())])


def _round(r: Any) -> str:
    had = str(r.least) if r.least == r.most else f"{r.least} to {r.most}"
    return f"{r.units} by {r.counter} (book {had})"


async def _due(house: "House", location: str, limit: int) -> "list[Due]":
    from tallystick.decisions.stocking.cycle import Cycle
    from tallystick.decisions.stocking.cycle import due as which
    from tallystick.storage.reading.stocking.standing import turned_over

    today = datetime.now(UTC).date()
    return which(await turned_over(await house.connection(), location, today), Cycle(), today, limit)

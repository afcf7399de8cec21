"""`tally demo`: three days of a made-up lamp shop, and everything the book can say of them."""

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

STORY: Final = """
A lamp shop: a warehouse that serves the web, a corner shop with a till, a payment provider. Three days in November.

  W104   two arc lamps, a shade and bulbs left in two parcels; one lamp came back broken and was refunded
  W107   wanted twenty arc lamps, there were not as many: refused, and the web shop told so
  W109   the provider held less than the order's total: no goods, and the hold was let go
  W111   was cancelled when it stood on the packing table: the goods went back to the shelf, the money was let go
  W112   its payment arrived before the order itself: kept, and taken up when the order came
  W103   its dispatch was reported twice: posted once
  W110   its settlement was told two days late: posted to the day it belongs to
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
    as_json: output.Json = False,
) -> None:
    """Live through three days of a lamp shop. They are made up, run on an embedded database, and end in a tie-out.

    Nothing of yours is touched: each run makes a fresh book, by default in a folder that is gone afterwards.

    Example: tally demo --keep
    """
    from tallystick.app.demo.days import run_demo
    from tallystick.app.house import database
    from tallystick.app.running import run
    from tallystick.app.settings import Settings

    with _folder(home, keep=keep) as folder:
        output.note("Starting a database …")
        settings = Settings(folder)
        with database(settings) as url:
            found = run(run_demo(url, settings))
        if as_json:
            output.json(_as_json(found))
        else:
            _tell(found)
            _say_how_to_look_further(found, folder, kept=keep or home is not None)
    if not found.ok:
        raise typer.Exit(Code.NOT_IN_ORDER)


@contextmanager
def _folder(home: Path | None, *, keep: bool) -> Iterator[Path]:
    if home is not None:
        yield home.expanduser().absolute()
    elif keep:
        yield Path(tempfile.mkdtemp(prefix="tally-demo-"))
    else:
        with tempfile.TemporaryDirectory(prefix="tally-demo-") as folder:
            yield Path(folder)


def _tell(found: "Demo") -> None:
    from tallystick.app.commands.book.balance import show_balances
    from tallystick.app.commands.book.books import show_proofs
    from tallystick.app.commands.stock.shelves import tell_stock
    from tallystick.app.telling import tell_trace

    output.say(STORY.strip())
    output.heading("What came and went")
    columns = ("day", "messages in", "came twice", "came too early", "commands out")
    output.table(columns, [(d.date, d.came, d.repeated, d.early, d.sent) for d in found.days])
    output.heading("Does it tie out?")
    show_proofs(found.proofs)
    output.heading("Trial balance")
    show_balances([b for b in found.balances if not b.commodity.startswith("sku:")])
    output.heading("What a person should look at")
    rows = [
        (b.kind, b.open, output.money(b.at_stake, b.commodity) if b.commodity else output.NOTHING) for b in found.breaks
    ]
    output.table(("break", "open", ">at stake"), rows)
    output.heading("Where did the arc lamps go?")
    for story in found.stock:
        tell_stock(story, found.currency)
    output.heading("The whole story of one order, W104")
    tell_trace(found.trace, found.sent, found.currency)


def _say_how_to_look_further(found: "Demo", folder: Path, *, kept: bool) -> None:
    output.say()
    if not kept:
        output.say("The folder is gone now. `tally demo --keep` leaves it, to look further.", "dim")
        return
    output.say("Look further:", "bold")
    output.say(f"  export TALLYSTICK_HOME={folder} TALLYSTICK_BOOK={found.book}")
    for command in (
        "tally order show W111",
        "tally trace sale/till/T-4",
        "tally book explain revenue:web",
        "tally book breaks list",
    ):
        output.say(f"  {command}")


def _as_json(found: "Demo") -> dict[str, object]:
    return {
        "ok": found.ok,
        "book": found.book,
        "days": found.days,
        "proofs": found.proofs,
        "breaks": found.breaks,
        "trace": found.trace,
    }

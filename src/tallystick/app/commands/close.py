"""`tally close`: periods, closed under a seal."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output

if TYPE_CHECKING:
    from tallystick.app.house import House


def register(app: typer.Typer) -> None:
    """Add the commands."""
    close = typer.Typer(no_args_is_help=True, help="Periods: close them under a seal, and prove the seals.")
    close.command("check")(check)
    close.command("lock")(lock)
    app.add_typer(close, name="close")


def check(book: output.Book = None, as_json: output.Json = False) -> None:
    """Say which periods are closed, and prove that their entries still make their seals.

    Exit code 1 when a seal is broken: an entry of that period was changed, added or removed by hand.

    Example: tally close check
    """
    from tallystick.app.running import in_house
    from tallystick.storage.periods import broken_seals, closed_periods

    async def work(house: "House") -> list[dict[str, Any]]:
        connection = await house.connection()
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            broken = await broken_seals(connection)
        return [
            {
                "through": p.through.isoformat(),
                "sealed_at": p.sealed_at.isoformat(),
                "entries": p.entries,
                "root": p.root,
                "ok": p.through not in broken,
            }
            for p in await closed_periods(connection)
        ]

    found = in_house(book, work)
    is_good = all(p["ok"] for p in found)
    if as_json:
        output.json({"ok": is_good, "periods": found})
    elif found:
        rows = [["✓" if p["ok"] else "✗", p["through"], p["entries"], p["root"][:16]] for p in found]
        output.table(("", "through", "entries", "seal begins"), rows)
    else:
        output.say("No period is closed.")
    raise typer.Exit(0 if is_good else 1)


def lock(
    through: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day to close.")],
    book: output.Book = None,
    yes: output.Yes = False,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Close every open day through a date and seal it. What comes late is posted to the first open day.

    A closed period is not opened again; corrections land in the open one.

    Example: tally close lock --through 2011-03-31 --yes
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.running import in_house
    from tallystick.storage.periods import Period, close_period

    if not yes:
        output.say(f"Every open day through {through.date()} would be closed for good. Say --yes to do it.")
        raise typer.Exit(0)

    async def work(house: "House") -> Period:
        doing = Doing("close.lock", f"period/{through.date()}", "periods:close")
        async with acting(house, as_user, doing) as actor:
            return await close_period(actor.connection, through.date())

    period = in_house(book, work)
    if as_json:
        output.json({"through": period.through.isoformat(), "entries": period.entries, "root": period.root})
    else:
        output.say(f"Closed through {period.through}: {period.entries} entries, sealed as {period.root}.")

"""`tally golive plan|take|reverse|show`: what is taken over from an old system, and where going live stands."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.exits import Code
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.golive.taking import Plan
    from tallystick.app.house import House
    from tallystick.ports.golive import Standing
    from tallystick.security.proposals import Proposal

Folder = Annotated[
    Path,
    typer.Argument(
        metavar="FOLDER", exists=True, file_okay=False, help="With takeover.toml and the old system's CSV files."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    golive = group(app, "golive")
    golive.command("plan")(plan)
    golive.command("take")(take)
    golive.command("reverse")(reverse)
    golive.command("show")(show)


def plan(folder: Folder, book: output.Book = None, as_json: output.Json = False) -> None:
    """Say what would be taken over, and what is in its way. Nothing is recorded.

    Exit code 1 when accounts are not mapped, or balances, stock and orders do not tie out.

    Example: tally golive plan old-system/
    """
    from tallystick.app.golive.taking import plan_of
    from tallystick.app.running import in_house

    async def work(house: "House") -> "Plan":
        return plan_of(folder, house.info.currency)

    found = in_house(book, work)
    if as_json:
        output.json(_planned(found))
    else:
        _tell(found)
    if not found.fits:
        raise typer.Exit(Code.NOT_IN_ORDER)


def take(
    folder: Folder,
    expires_days: Annotated[int, typer.Option(min=1, max=90, help="So long it may wait for a second person.")] = 14,
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Prepare a takeover that fits. It is booked, all of it, when another person has approved it.

    Example: tally golive take old-system/ --as mia
    """
    from tallystick.app.access.acting import actor_of
    from tallystick.app.golive.taking import propose
    from tallystick.app.running import in_house

    async def work(house: "House") -> "Proposal":
        return await propose(house, await actor_of(house, as_user), folder, expires_days)

    _proposed(in_house(book, work), as_json=as_json)


def reverse(
    ledger: Annotated[str, typer.Argument(metavar="LEDGER", help="The old ledger, as takeover.toml calls it.")],
    because: Annotated[str, typer.Option(metavar="TEXT", help="Why.")],
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Prepare that the balances of a takeover be taken back, so that corrected ones can be declared. Approved like any entry.

    Stock and orders stay: they have begun to live. Stock is corrected by a count.

    Example: tally golive reverse oldbooks --because "bank was a day too old" --as mia
    """
    from tallystick.app.access.acting import actor_of
    from tallystick.app.golive.taking import propose_reversal
    from tallystick.app.running import in_house

    async def work(house: "House") -> "Proposal":
        return await propose_reversal(house, await actor_of(house, as_user), ledger, because)

    _proposed(in_house(book, work), as_json=as_json)


def show(book: output.Book = None, as_json: output.Json = False) -> None:
    """Show where going live stands: takeovers, channels with what was kept for them, and the days that were compared.

    Example: tally golive show
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> "tuple[Standing, str]":
        from tallystick.storage.reading.golive.standing import standing

        return await standing(await house.connection()), house.info.currency

    found, currency = in_house(book, work)
    if as_json:
        output.json(found)
        return
    if not (found.takeovers or found.channels or found.days):
        output.say("Nothing was taken over. `tally golive plan FOLDER` says what a takeover would come to.")
        return
    output.heading("Taken over")
    columns = ("ledger", "state", "proposal", ">units", ">value", "orders", ">left in opening balances")
    output.table(
        columns,
        [
            [
                *(t.ledger, t.state.lower(), t.proposal, t.units, output.amount(t.value, currency)),
                *(f"{t.orders_come} of {t.orders}", output.amount(t.left, currency)),
            ]
            for t in found.takeovers
        ],
    )
    if found.channels:
        output.heading("Channels")
        rows = [[c.channel, c.state.lower(), c.ledger, c.since, c.kept, c.closed, c.overridden] for c in found.channels]
        output.table(("channel", "state", "ledger", "since", ">kept", ">done by the old system", "overridden"), rows)
    if found.days:
        output.heading("Days compared")
        days = [[d.ledger, d.on, d.same, d.explained, d.unexplained] for d in found.days]
        output.table(("ledger", "day", ">same", ">explained", ">unexplained"), days)
        for ledger, clean in found.clean_days.items():
            output.say(f"{ledger}: {output.count(clean, 'clean day')} in a row.")


def _planned(found: "Plan") -> dict[str, Any]:
    takeover = found.package.takeover
    opening = takeover.opening
    return {
        "ok": found.fits,
        "ledger": opening.ledger,
        "day": opening.effective_on,
        "balances": len(opening.balances),
        "units": sum(x.quantity for x in opening.stock),
        "value": sum(x.value for x in opening.stock),
        "orders": len(takeover.orders),
        "purchases": len(takeover.purchases),
        "ties": [{"what": t.what, "balance": t.balance, "detail": t.detail, "ok": t.fits} for t in found.ties],
        "unmapped": [{"account": x.code, "name": x.name, "balance": x.amount} for x in found.unmapped],
        "flaws": found.flaws,
        "owed": found.lacks,
    }


def _tell(found: "Plan") -> None:
    takeover = found.package.takeover
    opening = takeover.opening
    units = output.count(sum(x.quantity for x in opening.stock), "unit")
    said = (output.count(len(opening.balances), "balance"), units, output.count(len(takeover.orders), "order"))
    output.say(f"From {opening.ledger}, as of {opening.effective_on}: {', '.join(said)}.", "bold")
    output.table(
        ("must fit", ">balance", ">detail", ""),
        [[t.what, *(output.amount(n, opening.currency) for n in (t.balance, t.detail)), _fit(t)] for t in found.ties],
    )
    for x in found.unmapped:
        amount = output.amount(x.amount, opening.currency)
        output.say(
            f'! account {x.code} ({x.name}) holds {amount}: say where it goes: "{x.code}" = … in takeover.toml',
            "yellow",
        )
    for flaw in found.flaws:
        output.say(f"! {flaw}", "yellow")
    for lack in found.lacks:
        text = f"{lack.sku} at {lack.location}: {lack.promised} promised, {lack.on_hand} on hand; the rest will be owed"
        output.say(f"  {text}", "dim")


def _fit(tie: Any) -> str:
    return "fits" if tie.fits else f"differs by {abs(tie.balance - tie.detail)} minor units: {tie.remedy}"


def _proposed(found: "Proposal", *, as_json: bool) -> None:
    from tallystick.app.commands.access.approve import as_object, describe

    if as_json:
        output.json(as_object(found))
        return
    describe(found)
    output.note(f"It waits for another person: `tally approve approve {found.id} --as NAME`.")

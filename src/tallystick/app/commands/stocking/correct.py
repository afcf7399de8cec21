"""`tally stock adjust|move|propose|drop`: corrections with their reason, and goods put into another state."""

from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.app import output
from tallystick.app.access.doing import Doing
from tallystick.app.groups import group

if TYPE_CHECKING:
    from msgspec import Struct

    from tallystick.app.house import House
    from tallystick.security.proposals import Proposal

Name = Annotated[str, typer.Argument(metavar="NAME", help="Its number; it is booked once.")]
Location = Annotated[str, typer.Option(help="Where.")]
OfCount = Annotated[bool, typer.Option("--count", help="NAME is a count, and its correction is meant.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    stock = group(app, "stock")
    stock.command("adjust", context_settings={"ignore_unknown_options": True})(adjust)
    stock.command("move")(move)
    stock.command("propose")(propose)
    stock.command("drop")(drop)


def adjust(
    name: Name,
    items: Annotated[list[str], typer.Argument(metavar="PRODUCT=UNITS...", help="Found, or lost: LAMP=-2.")],
    location: Location,
    reason: Annotated[
        str, typer.Option(help="Why: shrinkage, damage, expired, theft, sample, own_use, donation, found, miscount.")
    ],
    state: Annotated[str, typer.Option(help="sellable, quarantine, damaged or refurbish.")] = "sellable",
    note: Annotated[str, typer.Option(help="More about it.")] = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Correct stock for a declared reason. Above a limit (100.00) it waits: `tally stock propose`, then `tally approve`.

    Example: tally stock adjust K1 LAMP=-2 --location WH1 --reason damage
    """
    from tallystick.app.commands.stocking.transfer import state_named
    from tallystick.app.promising.reporting import report_made, tell
    from tallystick.app.stocking.typed import units_of
    from tallystick.messages.stocking.corrections import CorrectionLine, CorrectionReported

    known = state_named(state)
    lines = tuple(CorrectionLine(n, sku, units, known) for n, (sku, units) in enumerate(units_of(items, least=-1), 1))

    async def made(house: "House") -> "Struct":
        return CorrectionReported(name, location, house.info.currency, reason, lines, note)

    answer = report_made(book, as_user, Doing("stock.adjust", f"correction/{name}", "stock:adjust"), made)
    waits = f"{name} waits for a second person: `tally stock propose {name}`."
    tell(answer, waits if answer.outcome == "waits" else f"{name}: {answer.outcome}.", as_json=as_json)


def move(
    name: Name,
    items: Annotated[list[str], typer.Argument(metavar="PRODUCT=UNITS...", help="Such as LAMP=3.")],
    location: Location,
    from_state: Annotated[str, typer.Option("--from", help="sellable, quarantine, damaged or refurbish.")],
    to_state: Annotated[str, typer.Option("--to", help="The same.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Put goods into another state: only sellable ones can be promised.

    Example: tally stock move M1 LAMP=3 --location WH1 --from sellable --to quarantine --reason "box was wet"
    """
    from tallystick.app.commands.stocking.transfer import state_named
    from tallystick.app.promising.reporting import report_in, tell
    from tallystick.app.stocking.typed import units_of
    from tallystick.messages.stocking.corrections import MoveLine, StockMoveReported

    come, go = state_named(from_state), state_named(to_state)
    lines = tuple(MoveLine(n, sku, units, come, go) for n, (sku, units) in enumerate(units_of(items), 1))
    told = StockMoveReported(name, location, reason, lines)
    answer = report_in(book, as_user, Doing("stock.move", f"stock_move/{name}", "stock:move"), told)
    tell(answer, f"{name}: {answer.outcome}.", as_json=as_json)


def propose(
    name: Name,
    count: OfCount = False,
    expires_days: Annotated[int, typer.Option(min=1, max=90, help="How long it may wait.")] = 14,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Lay a correction that waits before a second person: `tally approve list`.

    Example: tally stock propose K1 --as mia
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> "Proposal":
        from tallystick.app.access.acting import acting
        from tallystick.app.exits import misused
        from tallystick.app.stocking.typed import family_named
        from tallystick.processes.approved import propose_correction
        from tallystick.processes.family import data_of
        from tallystick.processes.members import CORRECTION
        from tallystick.storage.access.approvals import Approvals

        subject = _subject(name, count=count)
        async with acting(house, as_user, Doing("stock.propose", subject, "stock:adjust")) as actor:
            who, family = actor.user(), await family_named(house, subject, CORRECTION)
            if family[CORRECTION].state != "WAITING":
                raise misused(
                    f"{name} does not wait: {family[CORRECTION].state.lower()}", "there is nothing to approve"
                )
            data = data_of(family, CORRECTION)
            desk = Approvals(actor.connection, house.names, house.keyring)
            return await desk.propose(who, propose_correction(data.to_approve(), expires_days))

    found = in_house(book, work)
    if as_json:
        output.json(
            {"proposal": found.id, "subject": found.subject, "amount": output.amount(found.amount, found.currency)}
        )
    else:
        output.say(f"Proposal {found.id} waits for another person: `tally approve show {found.id}`.")


def drop(
    name: Name,
    reason: Annotated[str, typer.Option(help="Why.")],
    count: OfCount = False,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Correct nothing after all: for what waits for a second person.

    Example: tally stock drop K1 --reason "found again"
    """
    from tallystick.app.promising.reporting import report_in, tell
    from tallystick.messages.stocking.corrections import CorrectionDropped

    told = CorrectionDropped(name, reason, name if count else "")
    answer = report_in(book, as_user, Doing("stock.drop", _subject(name, count=count), "stock:adjust"), told)
    tell(answer, f"{name}: {answer.outcome}.", as_json=as_json)


def _subject(name: str, *, count: bool) -> str:
    return f"cycle_count/{name}" if count else f"correction/{name}"

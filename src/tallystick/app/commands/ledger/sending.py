"""`tally journal draw`, `push` and `policy`: the book told to another ledger."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tallystick.app import output
from tallystick.app.exits import Code
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.app.ledgers.drawing import Drawing, HeldBack
    from tallystick.app.ledgers.pushing import Pushed

LEDGER: Final = "tryton"
SCOPE: Final = "ledgers:write"
"""The scope of what goes to another ledger and comes from it."""
REASONS_SHOWN_MAX: Final = 10
Ledger = Annotated[str, typer.Option("--ledger", metavar="NAME", help="The ledger; its policy is ledgers/NAME.toml.")]
Through = Annotated[
    datetime | None,
    typer.Option("--through", formats=["%Y-%m-%d"], metavar="DATE", help="The last day; without it, yesterday (UTC)."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    journal = group(app, "journal")
    journal.command("draw")(draw)
    journal.command("push")(push)
    journal.command("policy")(policy)


def last_day(through: datetime | None) -> date:
    """Return the last day to look at: a day that is over, unless another is asked for."""
    return through.date() if through else datetime.now(UTC).date() - timedelta(days=1)


def draw(
    through: Through = None,
    ledger: Ledger = LEDGER,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Draw the book as journals, one for each channel and day, ready to be pushed or handed over.

    A journal that says what it said before is left alone; one that says something else is reversed and issued anew.
    A day with an account that the policy or the ledger's chart cannot take is held back whole, and said.

    Example: tally journal draw --through 2011-03-31
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.ledgers.drawing import Drawer
    from tallystick.app.ledgers.policy_file import load_policy
    from tallystick.app.running import in_house
    from tallystick.app.settings import read_settings

    rules = load_policy(read_settings().home, ledger)

    async def work(house: "House") -> "Drawing":
        async with acting(house, as_user, Doing("journal.draw", f"ledger/{ledger}", SCOPE)):
            return await Drawer(house, await house.connection(), rules).draw(last_day(through))

    drawn = in_house(book, work)
    if as_json:
        output.json(_drawing_as_json(drawn))
    else:
        _show_drawing(drawn)
    raise typer.Exit(Code.FINE if drawn.ok else Code.NOT_IN_ORDER)


def push(
    again: Annotated[
        bool, typer.Option("--again", help="Also what the ledger refused before, documents too, now that it is mended.")
    ] = False,
    ledger: Ledger = LEDGER,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Push every drawn journal that has not arrived. Pushing twice adds nothing; what is in doubt is asked for.

    Example: tally journal push
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.ledgers.access import open_ledger
    from tallystick.app.ledgers.pushing import push as push_journals
    from tallystick.app.ledgers.pushing import revive
    from tallystick.app.running import in_house
    from tallystick.app.settings import read_settings

    async def work(house: "House") -> "Pushed":
        doing = Doing("journal.push", f"ledger/{ledger}", SCOPE)
        async with acting(house, as_user, doing):
            return await send(house)

    async def send(house: "House") -> "Pushed":
        with open_ledger(read_settings()) as door:
            if again:
                await revive(house, ledger)
            return await push_journals(house, door, ledger)

    pushed = in_house(book, work)
    is_all = not (pushed.waiting or pushed.dead)
    if as_json:
        told = {"arrived": pushed.arrived, "waiting": pushed.waiting, "dead": pushed.dead, "reasons": pushed.reasons}
        output.json({"ok": is_all, "ledger": ledger, **told})
    else:
        output.say(f"{output.count(pushed.arrived, 'entry', 'entries')} arrived in {ledger}.")
        _show_left(pushed)
    raise typer.Exit(Code.FINE if is_all else Code.NOT_IN_ORDER)


def policy(
    write: Annotated[
        bool, typer.Option("--write", help="Write the one in force into the data folder, to be changed there.")
    ] = False,
    ledger: Ledger = LEDGER,
) -> None:
    """Show the policy in force: which account and journal of the ledger each of our accounts goes to.

    Example: tally journal policy
    """
    from tallystick.app.ledgers.policy_file import default_text, load_policy, policy_file
    from tallystick.app.settings import read_settings
    from tallystick.decisions.ledger_policy import uncovered

    file = policy_file(read_settings().home, ledger)
    rules = load_policy(read_settings().home, ledger)
    text = file.read_text("utf-8") if file.exists() else default_text()
    for address in uncovered(rules):
        output.note(f"{address} has no account: days on which it moves are held back", "yellow")
    if write and not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    if write:
        output.note(f"the policy lies in {file}")
    output.say(text.rstrip())


def _drawing_as_json(drawn: "Drawing") -> dict[str, Any]:
    return {
        "ok": drawn.ok,
        "ledger": drawn.ledger,
        "through": drawn.through,
        "journals": drawn.journals,
        "documents": drawn.documents,
        "unchanged": drawn.unchanged,
        "changed": dict(drawn.changed),
        "held_back": [{"day": h.day, "gaps": h.gaps} for h in drawn.held_back],
        "refused": drawn.refused,
        "chart_known": drawn.chart_known,
    }


def _show_drawing(drawn: "Drawing") -> None:
    sheets = output.count(drawn.journals, "journal")
    if drawn.documents:
        sheets += f" and {output.count(drawn.documents, 'document')}"
    output.say(f"{sheets} through {drawn.through}, {drawn.unchanged} unchanged.")
    output.pairs([(outcome, str(number)) for outcome, number in sorted(drawn.changed.items())])
    if not drawn.chart_known:
        output.note(
            f"the chart of {drawn.ledger} is not known here: `tally master pull` lets accounts be checked before"
        )
    show_held_back(drawn.held_back)
    for reason in drawn.refused:
        output.note(reason, "red")


def show_held_back(held: "tuple[HeldBack, ...]") -> None:
    """Say which days are held back, and each account in the way once, with its remedy."""
    if not held:
        return
    output.note(f"{output.count(len(held), 'day')} held back, {held[0].day} to {held[-1].day}:", "red")
    for gap in {g.account: g for h in held for g in h.gaps}.values():
        output.note(f"{gap.account}: {gap.reason}", "red")
        output.note(f"  → {gap.remedy}", "")


def _show_left(pushed: "Pushed") -> None:
    if pushed.waiting:
        output.note(f"{pushed.waiting} still wait: push again when the ledger is back", "yellow")
    if pushed.dead:
        output.note(f"{pushed.dead} were refused: mend what it says, then `tally journal push --again`", "red")
    for reason in pushed.reasons[:REASONS_SHOWN_MAX]:
        output.note(reason, "")
    if len(pushed.reasons) > REASONS_SHOWN_MAX:
        output.note(f"… and {len(pushed.reasons) - REASONS_SHOWN_MAX} more: see `tally journal list`", "")

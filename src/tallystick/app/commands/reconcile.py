"""`tally reconcile`: statements through the front door, laid beside the book; what differs, and what is behind it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tallystick.app import output
from tallystick.app.exits import Code, misused, not_found
from tallystick.app.groups import group

if TYPE_CHECKING:
    from datetime import datetime

    from tallystick.app.house import House
    from tallystick.app.reconciling import Kept, Reconciled, Wish
    from tallystick.reconciliation.matching import Difference
    from tallystick.storage.reading.reconciling.statements import Told

RECONCILE: Final = "reconciliation:write"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    reconcile = group(app, "reconcile")
    reconcile.command("load")(load)
    reconcile.command("run")(run)
    reconcile.command("explain")(explain)


def load(
    file: Annotated[Path, typer.Argument(help="A CSV file of statements.", exists=True, dir_okay=False)],
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Take statements in: stock counts, provider and bank statements, till journals, trial balances of other ledgers.

    The header says which of them a file holds. A statement that cannot be read as a whole is kept as dead letters; the
    same file again changes nothing.

    Example: tally reconcile load bank-november.csv
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.reconciling import keep_statements
    from tallystick.app.running import in_house

    async def work(house: "House") -> "Kept":
        async with acting(house, as_user, Doing("reconcile.load", "statements", RECONCILE)):
            return await keep_statements(house, file)

    kept = in_house(book, work)
    if as_json:
        output.json(kept)
    else:
        output.say(f"{output.count(kept.statements, 'statement')}, {kept.new} new.")
        if kept.dead_letters:
            output.say(f"{output.count(kept.dead_letters, 'dead letter')} open: see `tally dead list`.")


def run(
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="MOMENT", help="Judge as of this moment, such as 2026-11-23T06:00Z; now.")
    ] = "",
    only: Annotated[str, typer.Option(metavar="NAMES", help="Only these of stock,provider,bank,till,ledger.")] = "",
    at_once: Annotated[bool, typer.Option("--at-once", help="Do not wait for what may still be on its way.")] = False,
    look: Annotated[bool, typer.Option("--look", help="Only look: tell nobody, settle nothing.")] = False,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Lay every statement beside the book and say what differs.

    What is new becomes a break, once; what fits again is settled and its break closed. What may still be on its way is
    pending. Exit code 1 when something differs.

    Example: tally reconcile run --only bank,provider
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.reconciling import reconcile_book
    from tallystick.app.running import in_house

    wish = _wish(as_of, only, at_once=at_once, look=look)

    async def work(house: "House") -> "Reconciled":
        if look:
            return await reconcile_book(house, wish)
        async with acting(house, as_user, Doing("reconcile.run", "statements", RECONCILE)):
            return await reconcile_book(house, wish)

    found = in_house(book, work)
    if as_json:
        output.json(_as_json(found))
    else:
        _say(found)
    if found.differences:
        raise typer.Exit(Code.NOT_IN_ORDER)


def explain(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The difference, as `run` shows it.")],
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Say what a difference means, what is likely behind it, what to do, and how it came about.

    Example: tally reconcile explain bank/lumapay/P-17
    """
    from tallystick.app.running import in_house
    from tallystick.storage.reading.reconciling.statements import story_of

    subject = f"difference/{name.removeprefix('difference/')}"

    async def work(house: "House") -> "list[Told]":
        return await story_of(await house.connection(), subject)

    story = in_house(book, work)
    last = next((t.found for t in reversed(story) if t.found), None)
    if last is None:
        raise not_found(f"nothing ever differed under {name!r}", "see `tally reconcile run --look`")
    if as_json:
        output.json(_explained(name, story))
    else:
        _tell(name, story)


def _wish(as_of: str, only: str, *, at_once: bool, look: bool) -> "Wish":
    from tallystick.app.reconciling import Wish
    from tallystick.reconciliation.comparisons import COMPARISONS
    from tallystick.reconciliation.limits import AT_ONCE, Limits

    names = tuple(n.strip() for n in only.split(",") if n.strip()) or tuple(COMPARISONS)
    for name in names:
        if name not in COMPARISONS:
            raise misused(f"there is no comparison {name!r}", f"name some of {', '.join(COMPARISONS)}")
    return Wish(_moment(as_of), names, AT_ONCE if at_once else Limits(), not look)


def _moment(text: str) -> "datetime":
    from datetime import UTC, datetime

    if not text:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise misused(f"{text!r} is no moment", "write it as 2026-11-23T06:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _say(found: "Reconciled") -> None:
    from tallystick.reconciliation.kinds import KINDS

    if found.differences:
        rows = [(d.name, d.kind, d.day, _number(d.ours, d), _number(d.theirs, d)) for d in found.differences]
        output.table(("difference", "kind", "day", ">the book says", ">they say"), rows)
        for kind in dict.fromkeys(d.kind for d in found.differences):
            output.note(f"{kind}: {KINDS[kind].means}.")
    statements = output.count(found.statements, "statement")
    output.say(
        f"{statements}: {found.matched} fit, {len(found.differences)} differ ({found.told} told now), "
        f"{len(found.pending)} pending, {len(found.settled)} settled."
    )
    if found.differences:
        output.note(f"`tally reconcile explain {found.differences[0].name}` says what may be behind it.")


def _number(number: int, d: "Difference") -> str:
    return output.money(number, d.commodity)


def _as_json(found: "Reconciled") -> dict[str, Any]:
    return {
        "as_of": found.as_of,
        "statements": found.statements,
        "matched": found.matched,
        "pending": found.pending,
        "told": found.told,
        "settled": found.settled,
        "differences": [
            {
                "name": d.name,
                "kind": d.kind,
                "day": d.day,
                "commodity": d.commodity,
                "ours": output.amount(d.ours, d.commodity),
                "theirs": output.amount(d.theirs, d.commodity),
                "at_stake": output.amount(d.amount, d.commodity),
                "references": d.references,
            }
            for d in found.differences
        ],
    }


def _explained(name: str, story: "list[Told]") -> dict[str, Any]:
    from tallystick.reconciliation.kinds import KINDS

    last = next(t.found for t in reversed(story) if t.found)
    kind = KINDS.get(last.kind)
    return {
        "name": name,
        "kind": last.kind,
        "means": kind.means if kind else "",
        "likely_cause": kind.cause if kind else "",
        "remedy": kind.remedy if kind else "",
        "stands": story[-1].found is not None,
        "ours": output.amount(last.ours, last.commodity),
        "theirs": output.amount(last.theirs, last.commodity),
        "commodity": last.commodity,
        "references": last.references,
        "story": [{"event": t.event, "at": t.at, "outcome": t.outcome} for t in story],
    }


def _tell(name: str, story: "list[Told]") -> None:
    told = _explained(name, story)
    commodity = told["commodity"].removeprefix("sku:").partition("/")[0]
    output.say(f"{name}: {told['kind']}{'' if told['stands'] else ', settled'}", "bold")
    output.pairs(
        [
            ("means", told["means"]),
            ("likely", told["likely_cause"]),
            ("to do", told["remedy"]),
            ("the book", f"{told['ours']} {commodity}"),
            ("they say", f"{told['theirs']} {commodity}"),
            ("see", ", ".join(told["references"]) or output.NOTHING),
        ]
    )
    output.heading("How it came about")
    output.table(("when", "what", "event"), [(t.at, t.outcome, str(t.event)) for t in story])
    orders = [r.removeprefix("order/") for r in told["references"] if r.startswith("order/")]
    for order in orders:
        output.note(f"`tally order trace {order}` shows the order's whole story.")

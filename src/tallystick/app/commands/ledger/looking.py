"""`tally journal list`, `show`, `explain` and `export`: journals looked at, followed back, and handed over as a file."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tallystick.app import output
from tallystick.app.commands.ledger.sending import LEDGER, Ledger
from tallystick.app.exits import misused, not_found
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.messages.books.ledger import PostJournal
    from tallystick.storage.reading.ledgers.journal_sums import EventBehind
    from tallystick.storage.reading.ledgers.journals import SentJournal, StandingJournal

EVENTS_SHOWN_MAX: Final = 20
STATES: Final = ("waiting", "done", "dead")
Link = Annotated[
    str,
    typer.Argument(
        metavar="LINK", help="As it stands in the ledger: tally:journal/tryton/web/2011-03-31/1, or …/1#3 for a line."
    ),
]


class Format(StrEnum):
    """What journals can be written as."""

    CSV = "csv"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    journal = group(app, "journal")
    journal.command("list")(list_all)
    journal.command("show")(show)
    journal.command("explain")(explain)
    journal.command("export")(export)


def list_all(
    missing: Annotated[bool, typer.Option("--missing", help="Only those that have not arrived in full.")] = False,
    ledger: Ledger = LEDGER,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """List the journals drawn, how far each has come, and how far the worker has drawn by itself.

    Example: tally journal list --missing
    """
    from tallystick.app.ledgers.standing import standing
    from tallystick.app.running import in_house

    worker = in_house(book, standing)
    found = [j for j in read_journals(book, f"journal/{ledger}/") if not (missing and j.has_arrived)]
    if as_json:
        output.json({"ledger": ledger, "journals": [_as_json(j) for j in found], "worker": worker})
        return
    rows = [
        [
            j.data.journal.link(j.data.revision),
            j.state.lower(),
            len(j.data.journal.lines),
            output.amount(_debits(j), j.data.journal.ledger_currency),
            _arrival(j.sent),
        ]
        for j in found
    ]
    output.table(("journal", "state", "lines", ">debits", "in the ledger"), rows)
    output.note(worker.text)
    if worker.held_back:
        days = ", ".join(map(str, worker.held_back))
        output.note(f"held back: {days}; `tally journal draw` says which accounts are in the way", "red")


def show(link: Link, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show a journal: its lines, and every entry that was sent for it.

    Example: tally journal show tally:journal/tryton/web/2011-03-31/1
    """
    from tallystick.reconciliation.ledger_balances import subject_of

    subject = subject_of(link.partition("#")[0])
    found = next((j for j in read_journals(book, subject or "none") if j.subject == subject), None)
    if found is None:
        raise not_found(f"there is no journal {link}", "`tally journal list` names those there are")
    if as_json:
        output.json(_as_json(found) | {"lines": found.data.journal.lines})
        return
    journal = found.data.journal
    output.say(f"{journal.link(found.data.revision)}  {found.state.lower()}", "bold")
    money = [
        (
            output.amount(max(x.amount, 0), journal.ledger_currency),
            output.amount(max(-x.amount, 0), journal.ledger_currency),
        )
        for x in journal.lines
    ]
    rows = [[x.line, x.code, x.account or "rounding", *m] for x, m in zip(journal.lines, money, strict=True)]
    output.table(("line", "code", "account", ">debit", f">credit ({journal.ledger_currency[:3]})"), rows)
    output.heading("Sent")
    sent = [[s.command.link, STATES[s.state], s.attempts, s.last or ""] for s in found.sent]
    output.table(("entry", "state", "attempts", "last answer"), sent)


def explain(
    link: Link,
    top: Annotated[int, typer.Option(help="How many events to show; --json has all.")] = EVENTS_SHOWN_MAX,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Follow a line of a journal back to the events it is the sum of, and the messages they came from.

    Example: tally journal explain "tally:journal/tryton/web/2011-03-31/1#3"
    """
    from tallystick.app.ledgers.explaining import explain_line
    from tallystick.app.running import in_house

    name, _, line = link.partition("#")
    if not line.isdigit():
        raise misused(f"{link} names no line", f"add one, such as {name}#1; `tally journal show {name}` lists them")

    async def work(house: "House") -> Any:
        return await explain_line(house, name, int(line))

    found = in_house(book, work)
    if as_json:
        output.json(found)
        return
    currency = found.currency
    output.say(f"{link}: {found.account} to {found.code}, {output.money(found.amount, found.ledger_currency)}", "bold")
    if not found.is_current:
        output.note("the book holds something else for this line by now: the events below are those of today", "yellow")
    events: list[EventBehind] = found.events
    rows = [[f"{e.event:x}", f"{e.source}:{e.id}", e.subject, output.amount(e.amount, currency)] for e in events[:top]]
    output.table(("event", "message", "subject", f">moved ({currency[:3]})"), rows)
    if len(events) > top:
        output.note(f"… and {len(events) - top} more events")
    output.say(f"{output.count(len(events), 'event')} add up to {output.money(found.moved, currency)}.")


def export(
    form: Annotated[Format, typer.Option("--format", help="As what.")],
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write there instead of to standard output.")] = None,
    ledger: Ledger = LEDGER,
    book: output.Book = None,
) -> None:
    """Write the journals as drawn last, for a ledger that takes files. Each line carries its link back.

    Example: tally journal export --format csv --out journals.csv
    """
    from tallystick.exports.journal_rows import journals_csv, journals_json

    lines = (journals_csv if form is Format.CSV else journals_json)(_issued(read_journals(book, f"journal/{ledger}/")))
    if out is None:
        for text in lines:
            output.say(text)
        return
    text = "".join(f"{x}\n" for x in lines)
    fresh = out.with_name(f".{out.name}.new")
    fresh.write_text(text, "utf-8")
    fresh.replace(out)
    output.note(f"{out}: {output.count(text.count(chr(10)), 'line')}")


def read_journals(book: str | None, prefix: str) -> "list[StandingJournal]":
    """Return the journals whose subject starts with *prefix*."""
    from tallystick.app.running import in_house
    from tallystick.storage.reading.ledgers.journals import standing_journals

    async def work(house: "House") -> "list[StandingJournal]":
        return await standing_journals(await house.connection(), prefix)

    return in_house(book, work)


def _issued(journals: "list[StandingJournal]") -> "list[PostJournal]":
    from tallystick.messages.books.ledger import PostJournal

    return [PostJournal(j.data.journal, j.data.revision) for j in journals if j.data.journal.lines]


def _debits(journal: "StandingJournal") -> int:
    return sum(x.amount for x in journal.data.journal.lines if x.amount > 0)


def _arrival(sent: "tuple[SentJournal, ...]") -> str:
    if not sent or all(s.state == 1 for s in sent):
        return "yes"
    worst = max(sent, key=lambda s: (s.state != 1, s.state))
    return f"{STATES[worst.state]}: {worst.last or 'not tried yet'}"


def _as_json(journal: "StandingJournal") -> dict[str, Any]:
    drawn = journal.data.journal
    return {
        "link": drawn.link(journal.data.revision),
        "channel": drawn.channel,
        "day": drawn.day,
        "state": journal.state.lower(),
        "revision": journal.data.revision,
        "currency": drawn.ledger_currency,
        "debits": _debits(journal),
        "arrived": journal.has_arrived,
        "sent": [
            {"link": s.command.link, "state": STATES[s.state], "attempts": s.attempts, "last": s.last}
            for s in journal.sent
        ],
    }

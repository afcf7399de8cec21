"""`tally order`: where an order or sale stands, and its whole story."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from msgspec import Struct

from tallystick.app import output
from tallystick.app.commands.trace import follow
from tallystick.app.exits import misused, not_found
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.processes.orders.order_data import OrderData
    from tallystick.storage.attention.breaks import FoundBreak
    from tallystick.storage.attention.subjects import Found, SentCommand, StillWaiting

Id = Annotated[
    str, typer.Argument(metavar="ID", help="Its number, or its full subject: W1, order/W1, sale/online-retail/536365.")
]
INBOX: Final = {0: "waiting", 1: "early: waits for what it depends on", 2: "parked: see `tally dead list`"}
OUTBOX: Final = {0: "waiting", 1: "done", 2: "dead", 3: "kept", 4: "done by the old system"}


class Standing(Struct):
    """An order as it stands."""

    subject: str
    currency: str
    states: dict[str, str]
    order: Any
    commands: "list[SentCommand]"
    waiting: "list[StillWaiting]"
    breaks: "list[FoundBreak]"
    deadlines: list[tuple[str, Any]]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    order = group(app, "order")
    order.command("show")(show)
    order.command("trace")(trace)


def show(number: Id, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show where an order or sale stands: its processes, its lines, what it asked of others, and what is open.

    Example: tally order show W1
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> Standing:
        return await _standing(house, number)

    found = in_house(book, work)
    if as_json:
        output.json(_as_json(found))
        return
    output.say(found.subject, "bold")
    output.pairs([(member, state) for member, state in found.states.items()])
    if found.order is not None:
        output.heading("Lines")
        _show_lines(found.order)
    _show_rest(found)


def trace(number: Id, book: output.Book = None, as_json: output.Json = False) -> None:
    """Tell the whole story of an order or sale, message by message, with what each did in the book and why.

    Example: tally order trace W1
    """

    async def find(house: "House") -> str:
        return await _subject(await house.connection(), number)

    follow(find, book, as_json=as_json)


async def _standing(house: "House", number: str) -> Standing:
    from tallystick.processes.family import data_of
    from tallystick.storage.attention.breaks import Wanted, breaks
    from tallystick.storage.attention.subjects import commands_of, deadlines_of, family_of, waiting_of

    connection = await house.connection()
    subject = await _subject(connection, number)
    family = await family_of(connection, subject)
    return Standing(
        subject,
        house.info.currency,
        {name: member.state for name, member in family.items()},
        data_of(family, "order") if "order" in family else None,
        await commands_of(connection, subject),
        await waiting_of(connection, subject),
        await breaks(connection, Wanted(subject=subject, closed=True)),
        await deadlines_of(connection, subject, family),
    )


async def _subject(connection: Any, number: str) -> str:
    """Return the one subject that *number* means."""
    from tallystick.storage.attention.subjects import find_subjects

    found: list[Found] = await find_subjects(connection, number)
    if not found:
        raise not_found(
            f"there is no order or sale {number}", "check its number, or name its subject, such as order/W1"
        )
    if len(found) > 1 and found[0].subject != number:
        raise misused(f"{number} may be {', '.join(f.subject for f in found)}", "name one of these in full")
    return found[0].subject


def _show_lines(order: "OrderData") -> None:
    rows = [
        [
            x.line,
            x.sku,
            x.open,
            output.amount(x.net + x.tax, order.currency),
            x.sent,
            output.amount(x.sent_net + x.sent_tax, order.currency),
        ]
        for x in order.lines
    ]
    output.table(("line", "product", "not sent", ">worth", "with customer", f">worth ({order.currency[:3]})"), rows)


def _show_rest(found: Standing) -> None:
    if found.commands:
        output.heading("Asked of others")
        rows = [
            (c.type.split(".")[-2].replace("_", " "), OUTBOX[c.state], c.attempts, c.last or "") for c in found.commands
        ]
        output.table(("command", "state", "attempts", "last answer"), rows)
    if found.waiting:
        output.heading("Still in the inbox")
        output.table(
            ("message", "since", "state"),
            [(f"{w.source}:{w.id}", w.received_at, INBOX[w.state]) for w in found.waiting],
        )
    if found.breaks:
        output.heading("Breaks")
        output.table(
            ("break", "kind", "what", "state"),
            [(b.name, b.kind, b.detail, b.closed_as or "open") for b in found.breaks],
        )
    if found.deadlines:
        output.heading("Due")
        output.pairs([(member, f"must move on by {output.moment(due)}") for member, due in found.deadlines])


def _as_json(found: Standing) -> dict[str, Any]:
    return {
        "subject": found.subject,
        "processes": found.states,
        "order": found.order,
        "commands": [
            {"type": c.type, "state": OUTBOX[c.state], "attempts": c.attempts, "due": c.due, "last": c.last}
            for c in found.commands
        ],
        "waiting": [{"source": w.source, "id": w.id, "state": INBOX[w.state].partition(":")[0]} for w in found.waiting],
        "breaks": [
            {"break": b.name, "kind": b.kind, "detail": b.detail, "closed_as": b.closed_as} for b in found.breaks
        ],
        "deadlines": [{"member": member, "due": due} for member, due in found.deadlines],
    }

"""`tally journal documents`: the invoices and credit notes that channels want instead of summarised journals."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.commands.ledger.looking import STATES
from tallystick.app.commands.ledger.sending import LEDGER, Ledger
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.storage.reading.ledgers.documents import StandingDocument


def register(app: typer.Typer) -> None:
    """Add the command."""
    group(app, "journal").command("documents")(documents)


def documents(
    order: Annotated[str, typer.Option(help="Only those of this order.")] = "",
    missing: Annotated[bool, typer.Option("--missing", help="Only those that have not arrived in full.")] = False,
    ledger: Ledger = LEDGER,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """List the documents drawn for channels told so, what they come to, and their numbers in the ledger.

    Example: tally journal documents --order A1
    """
    from tallystick.app.running import in_house
    from tallystick.storage.reading.ledgers.documents import standing_documents

    async def inside(house: "House") -> "list[StandingDocument]":
        return await standing_documents(await house.connection(), ledger)

    known = in_house(book, inside)
    found = [d for d in known if order in ("", d.data.document.order) and not (missing and d.has_arrived)]
    if as_json:
        output.json({"ledger": ledger, "documents": [_as_json(d) for d in found]})
        return
    rows = [_row(d) for d in found]
    output.table(("order", "day", "document", "state", ">comes to", "in the ledger"), rows)


def _row(standing: "StandingDocument") -> list[Any]:
    from tallystick.messages.books.documents import total_of

    document = standing.data.document
    last = standing.sent[-1] if standing.sent else None
    return [
        document.order,
        document.day,
        document.link(standing.data.revision),
        standing.state.lower(),
        output.amount(total_of(document.items), document.ledger_currency),
        f"{STATES[last.state]}: {last.last or 'not tried yet'}" if last else "",
    ]


def _as_json(standing: "StandingDocument") -> dict[str, Any]:
    from tallystick.messages.books.documents import total_of

    document = standing.data.document
    return {
        "link": document.link(standing.data.revision),
        "order": document.order,
        "channel": document.channel,
        "day": document.day,
        "state": standing.state.lower(),
        "currency": document.ledger_currency,
        "total": total_of(document.items),
        "items": document.items,
        "arrived": standing.has_arrived,
        "sent": [
            {"link": s.command.link, "state": STATES[s.state], "attempts": s.attempts, "last": s.last}
            for s in standing.sent
        ],
    }

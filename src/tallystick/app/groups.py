"""Groups of commands: `tally book …`. Several files may add to one group."""

from typing import Final

import typer

HELP: Final[dict[str, str]] = {
    "book": "Books: create, check, balance, explain, export, back up.",
    "stock": "Units on the shelves: how they came there, and what may be promised of them.",
    "rules": "Rules: set them from a file, show them.",
    "sourcing": "Where orders that name no location come from: the policy, and another one tried on past orders.",
    "incoming": "Goods announced: what is expected, when and where.",
    "reservation": "Units held for an order that may follow.",
    "order": "Orders and sales: where they stand, and what happened.",
    "purchase": "Purchases: ordered of suppliers, come, invoiced, paid, sent back.",
    "transfer": "Transfers: goods from one of our locations to another.",
    "count": "Counts: what is due, blind sheets, what was counted and how it was judged.",
    "screen": "Orders that are held until somebody has judged them.",
    "parcel": "Labels booked with carriers, and where parcels are.",
    "case": "Cases of customer service: opened, followed, settled.",
    "return": "Returns: allowed by a policy, labelled, received, inspected, refunded.",
    "policy": "The policies of returns: set them from a file, show them.",
    "giftcard": "Gift cards and store credit: sold, granted, looked at, blocked.",
    "kit": "Kits: products sold as one and stocked as components.",
    "price": "What products cost in a channel, now and later.",
    "journal": "Journals for another ledger: drawn, pushed, looked at, handed over.",
    "master": "Master data: what systems say of things, whose word counts, and what contradicts it.",
    "owners": "Which system owns which field: set it from a file, show it.",
    "publish": "Products on channels: which are told where, how they stand, and why.",
    "tax": "What tax a sale owes, and the rates behind it.",
    "reconcile": "What others hold beside the book: what differs, and why.",
    "golive": "Going live: what is taken over, the run beside the old system, the switch.",
    "user": "Users, clients, roles and who acts for whom.",
    "key": "API keys, and the keys that sign tokens.",
    "approve": "What one person prepared and another approves.",
    "entry": "Manual journal entries: prepared here, booked when another person has approved.",
    "audit": "Who did what: the log, and the proof that nobody changed it.",
    "dead": "Dead letters: what could not be taken, and how to mend it.",
    "connection": "Connections: the foreign systems this book speaks with, and how each is.",
    "identity": "What a partner calls a thing, and what we call it.",
    "notice": "Notices: what customers are told of their orders, and how that goes.",
    "webhook": "Subscribers: who is told what happened, and how that goes.",
}


def group(app: typer.Typer, name: str) -> typer.Typer:
    """Return the group *name* of *app*, made on first use."""
    for known in app.registered_groups:
        if known.name == name and known.typer_instance is not None:
            return known.typer_instance
    made = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=HELP[name])
    app.add_typer(made, name=name)
    return made

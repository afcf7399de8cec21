"""What this door can do, and what it declares because Tryton does not say it."""

from typing import Final

from tallystick.messages.books.documents import PostDocument, ReverseDocument
from tallystick.ports.connector import Manifest, OutcomeAsked

NAME: Final = "tryton-documents"
DOCUMENTS_TOGETHER_MAX: Final = 8
"""What Tryton writes, confirms and posts well within half a lease."""

DECLARED: Final = {
    "key": (
        "Tryton has no idempotency keys: a sale carries link, key and a digest of its content in its description, is "
        "created as a draft, looked up, kept once, and only then confirmed and invoiced; each step goes on from where it stands."
    ),
    "customer": "Sales are written to one collective party a channel, made here where it is missing: no personal data comes here.",
    "shipment": "Goods have left already: the sale makes no shipment in Tryton (manual), and its cost comes with the journals.",
    "price": (
        "A price is net, with four decimals. Where a line's net is no multiple of that, the last unit stands on a line of "
        "its own, so that the sum is right to the cent."
    ),
    "tax": (
        "A line's tax is the one of those the policy names for its jurisdiction whose rate fits; the amount is the "
        "book's, not Tryton's. An invoice whose lines differ from a product's default taxes is confirmed."
    ),
    "credit": "What is given back is a sale of negative quantities, and its invoice a credit note.",
    "accounts": "The invoice's accounts are those of the policy, whatever party and product say; a tax keeps its own.",
    "dates": (
        "The entry is of the booked day. The invoice's date is that day too, or that of the newest invoice of the fiscal "
        "year where that is later: Tryton numbers invoices in the order of their dates."
    ),
    "open": "Payments come summarised with the journals, so Tryton's invoices stay open: they are reconciled by account.",
    "product": (
        "A product of our code that Tryton does not know is made as goods that can be sold, counted in units, in the "
        "setting `category`; without it such a document is refused."
    ),
}

MANIFEST: Final = Manifest(
    name=NAME,
    system="Tryton (customer documents)",
    role="ERP: takes a sale with its invoice or credit note for each event of the channels that want them",
    foreign_version="8.2 (JSON-RPC), module sale",
    auth="user and password; the session is renewed when it ends",
    pushes=(PostDocument, ReverseDocument),
    asks=(OutcomeAsked,),
    secrets={"password": "the password of the Tryton user"},
    settings={
        "database": "the name of the Tryton database",
        "user": "the Tryton user to come in as",
        "company": "which company is meant; may be left out where there is only one",
        "category": "the accounting category of products made here; without it none are made",
    },
    addressed_by=dict.fromkeys((PostDocument, ReverseDocument), "channel"),
    page_size_max=DOCUMENTS_TOGETHER_MAX,
    guide="tryton.md",
    proven_by="live",
    declared=DECLARED,
)

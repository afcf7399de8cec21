"""What this door can do, and what it declares because Tryton does not say it."""

from typing import Final

from tallystick.messages.books.ledger import FindEntries, LedgerEntriesAsked, PostJournal, ReverseJournal
from tallystick.messages.masters import LedgerAccountReported, ProductReported, SupplierReported
from tallystick.ports.connector import Manifest

NAME: Final = "tryton"
PAGE_SIZE_MAX: Final = 500

DECLARED: Final = {
    "key": (
        "Tryton has no idempotency keys: an entry carries its link and key in its description, is created as a draft, "
        "looked up, kept once, and only then posted."
    ),
    "supplier": "A supplier is a party that is named as one on a product; other parties are never read.",
    "zone": "Tryton's time stamps are UTC; the day of an entry is a calendar day without a zone.",
    "changes": (
        "Tryton has no webhooks: changes are found by when a record, or the template or party it belongs to, was "
        "created or written, and the last five minutes are read again each time."
    ),
    "prices": "Prices are not read.",
}

MANIFEST: Final = Manifest(
    name=NAME,
    system="Tryton",
    role="ERP: chart of accounts, products and suppliers come from it, summarised journals go to it",
    foreign_version="8.2 (JSON-RPC)",
    auth="user and password; the session is renewed when it ends",
    pulls=(LedgerAccountReported, ProductReported, SupplierReported),
    pushes=(PostJournal, ReverseJournal),
    asks=(FindEntries, LedgerEntriesAsked),
    page_size_max=PAGE_SIZE_MAX,
    setup=(
        "Say in `tallystick.toml` where it is, who we are there, and in which file the password stands:\n"
        "    [tryton]\n"
        '    url = "https://erp.example.com"\n'
        '    database = "tryton"\n'
        '    user = "tally"\n'
        '    password_file = "/etc/tallystick/tryton-password"'
    ),
    guide="tryton.md",
    proven_by="live",
    declared=DECLARED,
)

"""Documents for another ledger: the invoice or credit note of one event of our book, where summarised journals are not enough.

A document is known by its link, `tally:document/tryton/web/A1.1f000/1`: ledger, channel, order and event, revision. What it
moves is left out of the journal of its channel and day, so that nothing is told twice.
"""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from tallystick.messages.books.ledger import LINK_PREFIX, LedgerLine
from tallystick.model.amount import PositiveUnits, SignedMinor

DOCUMENT_PREFIX = "document/"


class DocumentItem(Struct, frozen=True, gc=False, omit_defaults=True):
    """One line: *net* and *tax* are for all its units, in minor units of the ledger; below zero they are given back.

    *account* is what *net* moves here and *code* what it is there; so are *tax_account* and *tax_code* for *tax*.
    *product* is our code of the goods, empty for a service or a price lowered afterwards.
    """

    line: int
    text: str
    quantity: PositiveUnits
    net: SignedMinor
    tax: SignedMinor
    account: str
    code: str
    product: str = ""
    tax_account: str = ""
    tax_code: str = ""


class LedgerDocument(Struct, frozen=True, gc=False, omit_defaults=True):
    """What one event sold or gave back. *name* is the order with the event behind it, without a space or stroke.

    *customer* is the ledger's code of the party it is written to, *taxes* the ledger's names of the taxes that may apply,
    *receivable* the account of ours that carries what it comes to, and *code* that account there.
    """

    ledger: str
    channel: str
    day: date
    name: str
    order: str
    ledger_currency: str
    customer: str
    receivable: str
    code: str
    items: tuple[DocumentItem, ...]
    taxes: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The subject of its process: `document/tryton/web/A1.1f000`."""
        return f"{DOCUMENT_PREFIX}{self.ledger}/{self.channel}/{self.name}"

    def link(self, revision: int) -> str:
        """Return the link of a revision, which the ledger keeps and by which it is found again."""
        return f"{LINK_PREFIX}{self.subject}/{revision}"

    @property
    def lines(self) -> tuple[LedgerLine, ...]:
        """What its entry moves, by account: a debit above zero."""
        moved: dict[tuple[str, str], int] = {}
        for x in self.items:
            for account, code, amount in (
                (self.receivable, self.code, x.net + x.tax),
                (x.account, x.code, -x.net),
                (x.tax_account, x.tax_code, -x.tax),
            ):
                moved[account, code] = moved.get((account, code), 0) + amount
        told = [(account, code, amount) for (account, code), amount in moved.items() if amount]
        return tuple(LedgerLine(n, *one) for n, one in enumerate(told, 1))

    def given_back(self) -> "LedgerDocument":
        """Return the document that takes this one back."""
        return replace(self, items=tuple(replace(x, net=-x.net, tax=-x.tax) for x in self.items))


def total_of(items: Iterable[DocumentItem]) -> int:
    """Return what items come to, tax included."""
    return sum(x.net + x.tax for x in items)


class DocumentDrawn(Struct, frozen=True, gc=False):
    """Report: this is what our book holds of an event that is told as a document. No items: nothing any more."""

    document: LedgerDocument


class DocumentIssued(Struct, frozen=True, gc=False):
    """Fact: a document left for the ledger as *revision*, taking the place of the one before; 0 items withdraws it."""

    ledger: str
    channel: str
    day: date
    name: str
    revision: int
    items: int


class PostDocument(Struct, frozen=True, gc=False):
    """Command: write this document and post it as *revision*. *channel* is the document's, for its way there."""

    channel: str
    document: LedgerDocument
    revision: int

    @property
    def link(self) -> str:
        """What the ledger's document is known by."""
        return self.document.link(self.revision)

    @property
    def written(self) -> LedgerDocument:
        """The document to write."""
        return self.document


class ReverseDocument(Struct, frozen=True, gc=False):
    """Command: write and post what takes *revision* back, which is no longer what the book holds."""

    channel: str
    document: LedgerDocument
    revision: int

    @property
    def link(self) -> str:
        """What the document that takes it back is known by."""
        return self.document.link(self.revision) + "/reversal"

    @property
    def written(self) -> LedgerDocument:
        """The document to write."""
        return self.document.given_back()


DocumentCommand = PostDocument | ReverseDocument

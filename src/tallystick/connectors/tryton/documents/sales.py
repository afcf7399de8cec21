"""Exactly one posted invoice for each command, in an ERP that knows no idempotency keys.

A draft sale is harmless. So a sale is created as a draft that carries link, key and digest; then all of its link are looked
up, every draft but the oldest is deleted, and only then that one is confirmed. A confirmed sale makes its invoice once, and
a posted invoice is posted once; should two processes have made two drafts of it, all but the oldest are deleted before that
one is posted, and deleting and posting one exclude each other. Every push goes on from where the one before ended, whoever it was; so whatever dies between
two steps, the next push finds it. An invoice is posted only when it says what the book does, line by line.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from tallystick.connectors.tryton.client import Tryton, Warned
from tallystick.connectors.tryton.documents.desk import ALL, Desk, buyers_of, goods_of
from tallystick.connectors.tryton.documents.translate import (
    ORIGIN,
    Invoice,
    Sale,
    Stock,
    corrections_of,
    digest_of,
    invoice_of,
    sale_of,
    says,
    values_of,
)
from tallystick.connectors.tryton.values import date_value, day_of
from tallystick.kit.calls import RETRY_SECONDS
from tallystick.messages.books.documents import DocumentCommand, ReverseDocument
from tallystick.ports.connector import Acknowledgement, ConnectorError, InDoubt, Misconfigured, Rejected, Retryable

Keyed = tuple[DocumentCommand, str]
Result = Acknowledgement | ConnectorError
Places = Sequence[int]
NOTHING_TO_REVERSE: Final = "nothing to take back: the original was never posted"
CONFIRMED_BY_US: Final = (".invoice_taxes",)
"""Warnings that are no surprise: the taxes are those of the sale, whatever the product's own are."""
_DRAFT, _POSTED = "draft", ("posted", "paid")
_SALE, _INVOICE = "model.sale.sale", "model.account.invoice"


class Sales:
    """Our sales and their invoices in one company of Tryton."""

    def __init__(self, client: Tryton, desk: Desk, category: str) -> None:
        """Work with *client* at *desk*; make products that are missing in *category*."""
        self._client, self._desk, self._category = client, desk, category
        self._sales: dict[str, list[Sale]] = {}
        self._invoices: dict[int, Invoice] = {}

    def standing(self, command: DocumentCommand, key: str) -> Acknowledgement | None:
        """Return the acknowledgement of a command whose invoice is posted; None where there is none yet."""
        self._look([(command, key)])
        return None if self._wrong(command, key) else self._posted(command)

    def push(self, commands: Sequence[Keyed]) -> list[Result]:
        """Make each command one posted invoice, and say what came of each, in order. May raise any connector error."""
        results: dict[int, Result] = {}
        self._settle(commands, results)
        self._together(
            [i for i in _open(commands, results) if not self._mine(commands[i])],
            results,
            lambda places: self._create([commands[i] for i in places]),
        )
        self._settle(commands, results)
        self._tidy(commands, results)
        self._together(
            [i for i in _open(commands, results) if not self._drafts(commands[i])],
            results,
            lambda places: self._confirm([commands[i] for i in places]),
        )
        self._settle(commands, results)
        self._together(
            [i for i in _open(commands, results) if self._drafts(commands[i])],
            results,
            lambda places: self._post([commands[i] for i in places]),
        )
        self._settle(commands, results)
        for i in _open(commands, results):
            results[i] = Retryable(f"{commands[i][0].link} changed while it was to be posted", RETRY_SECONDS)
        return [results[i] for i in range(len(commands))]

    # ------------------------------------------------------------ looking
    def _settle(self, commands: Sequence[Keyed], results: dict[int, Result]) -> None:
        """Look up what Tryton holds now, and answer each command that needs no more work."""
        places = _open(commands, results)
        self._look([commands[i] for i in places])
        for i in places:
            answer = self._answer(*commands[i])
            if answer is not None:
                results[i] = answer

    def _look(self, commands: Sequence[Keyed]) -> None:
        if not commands:
            return
        wanted = {text for c, key in commands for text in (c.link, _original(c)) if text}
        patterns = [*(f"{text} %" for text in sorted(wanted)), *(f"% {key} %" for _, key in commands)]
        domain = [
            ["company", "=", self._desk.company],
            ["OR", *([["description", "like", pattern]] for pattern in patterns)],
        ]
        fields = ["number", "state", "description", "invoices"]
        rows = self._client.read(f"{_SALE}.search_read", domain, 0, None, [["id", "ASC"]], fields)
        self._sales = {}
        for sale in map(sale_of, rows):
            if sale.state != "cancelled":
                self._sales.setdefault(sale.link, []).append(sale)
        self._invoices = self._read([n for sales in self._sales.values() for s in sales for n in s.invoices])

    def _read(self, numbers: Sequence[int]) -> dict[int, Invoice]:
        if not numbers:
            return {}
        domain = [["invoice", "in", list(numbers)]]
        own = [["id", "in", list(numbers)]]
        rows = self._client.read(
            f"{_INVOICE}.search_read", own, *ALL, ["number", "state", "total_amount", "tax_amount"]
        )
        lines = self._client.read(f"{_INVOICE}.line.search_read", domain, *ALL, ["invoice", "origin", "amount"])
        lines = self._placed(lines)
        taxes = self._client.read(f"{_INVOICE}.tax.search_read", domain, *ALL, ["invoice", "tax", "base", "amount"])
        return {
            r["id"]: invoice_of(
                r,
                [x for x in lines if x["invoice"] == r["id"]],
                [x for x in taxes if x["invoice"] == r["id"]],
                self._desk.decimals,
            )
            for r in rows
        }

    def _placed(self, lines: Sequence[Any]) -> list[Any]:
        """Add to each line the place its sale line has: an invoice keeps no place of its own."""
        numbers = [int(x["origin"].removeprefix(ORIGIN)) for x in lines if (x["origin"] or "").startswith(ORIGIN)]
        rows = self._client.read("model.sale.line.search_read", [["id", "in", numbers]], *ALL, ["sequence"])
        places = {f"{ORIGIN}{r['id']}": r["sequence"] or 0 for r in rows}
        return [{**x, "sequence": places.get(x["origin"] or "", 0)} for x in lines]

    def _answer(self, command: DocumentCommand, key: str) -> Result | None:
        """Answer a command whose invoice is posted, whose key was used for something else, or which needs nothing."""
        wrong = self._wrong(command, key)
        if wrong:
            return Rejected(f"Tryton's sale {wrong[0].number} has the key of {command.link} and says something else")
        posted = self._posted(command)
        if posted is not None:
            self._drop(self._drafts((command, key)))
            return posted
        return self._without_original(command) if isinstance(command, ReverseDocument) else None

    def _wrong(self, command: DocumentCommand, key: str) -> list[Sale]:
        """Return sales, no longer drafts, of this link with other content, or of this key under another link."""
        others = [s for sales in self._sales.values() for s in sales if s.key == key and s.link != command.link]
        mine = [s for s in self._sales.get(command.link, []) if s.digest != digest_of(command.written)]
        return [s for s in (*mine, *others) if s.state != _DRAFT]

    def _posted(self, command: DocumentCommand) -> Acknowledgement | None:
        for sale in self._sales.get(command.link, []):
            posted = [i for i in self._of(sale) if i.state in _POSTED]
            if posted:
                return Acknowledgement(f"sale {sale.number}, {', '.join(_named(i) for i in posted)}")
        return None

    def _without_original(self, command: ReverseDocument) -> Result | None:
        """A document that never arrived needs no opposite; its drafts go, so that no late request confirms one."""
        originals = self._sales.get(_original(command), [])
        if any(i.state in _POSTED for s in originals for i in self._of(s)):
            return None
        if any(s.state != _DRAFT for s in originals):
            return Rejected(f"{_original(command)} is half made in Tryton: post or cancel its invoice, then try again")
        if self._delete(originals):
            return Retryable(f"{command.link}: the original is being confirmed just now", RETRY_SECONDS)
        return Acknowledgement(NOTHING_TO_REVERSE)

    def _mine(self, keyed: Keyed) -> list[Sale]:
        digest = digest_of(keyed[0].written)
        return [s for s in self._sales.get(keyed[0].link, []) if s.digest == digest]

    def _of(self, sale: Sale) -> list[Invoice]:
        return [self._invoices[n] for n in sale.invoices if n in self._invoices]

    def _drafts(self, keyed: Keyed) -> list[Invoice]:
        """Return the draft invoices of a command's sale, the oldest first."""
        found = [i for s in self._mine(keyed) for i in self._of(s) if i.state == _DRAFT]
        return sorted(found, key=lambda i: i.id)

    # ------------------------------------------------------------ doing
    def _create(self, commands: Sequence[Keyed]) -> None:
        written = [c.written for c, _ in commands]
        stock = Stock(buyers_of(self._client, written), goods_of(self._client, written, self._category))
        self._client.write(f"{_SALE}.create", [values_of(c, key, self._desk, stock) for c, key in commands])

    def _tidy(self, commands: Sequence[Keyed], results: dict[int, Result]) -> None:
        """Leave of each open command one sale: the one that is confirmed, or else the oldest draft that says it."""
        for i in _open(commands, results):
            mine = self._mine(commands[i])
            kept = next((s for s in mine if s.state != _DRAFT), mine[0] if mine else None)
            others = [s for s in self._sales.get(commands[i][0].link, []) if s is not kept and s.state == _DRAFT]
            if kept is None or self._delete(others):
                results[i] = Retryable(
                    f"{commands[i][0].link} is being written by somebody else just now", RETRY_SECONDS
                )

    def _delete(self, sales: Sequence[Sale]) -> bool:
        """Delete drafts; say whether one could not be, because somebody confirmed or deleted it meanwhile."""
        try:
            if sales:
                self._client.write(f"{_SALE}.delete", [s.id for s in sales])
        except Rejected:
            return True
        return False

    def _confirm(self, commands: Sequence[Keyed]) -> None:
        """Bring sales to where their invoices are made: each step leaves alone what is further already."""
        sales = [self._kept(keyed) for keyed in commands]
        for verb, states in (("quote", (_DRAFT,)), ("confirm", (_DRAFT, "quotation"))):
            due = [s.id for s in sales if s.state in states]
            if due:
                self._client.write(f"{_SALE}.{verb}", due)
        self._client.write(f"{_SALE}.process", [s.id for s in sales])

    def _kept(self, keyed: Keyed) -> Sale:
        mine = self._mine(keyed)
        return next((s for s in mine if s.state != _DRAFT), mine[0])

    def _post(self, commands: Sequence[Keyed]) -> None:
        """Have draft invoices say what the book does, see that they do, and post them."""
        drafts = [(command, self._drafts((command, key))) for command, key in commands]
        if not self._drop([invoice for _, found in drafts for invoice in found[1:]]):
            raise Retryable("an invoice is being posted by somebody else just now", RETRY_SECONDS)
        due = [(command, found[0]) for command, found in drafts if found]
        for command, invoice in due:
            values = corrections_of(command, invoice, self._desk, self._issued(command.written.day))
            self._client.write(f"{_INVOICE}.write", [invoice.id], values)
        self._check(due)
        self._warned(f"{_INVOICE}.post", [invoice.id for _, invoice in due])

    def _drop(self, invoices: Sequence[Invoice]) -> bool:
        """Delete draft invoices; say whether all could be: one may have been posted meanwhile."""
        try:
            if invoices:
                self._client.write(f"{_INVOICE}.delete", [i.id for i in invoices])
        except Rejected:
            return False
        return True

    def _check(self, due: Sequence[tuple[DocumentCommand, Invoice]]) -> None:
        now = self._read([invoice.id for _, invoice in due])
        for command, invoice in due:
            wrong = says(command.written, now[invoice.id], self._desk.decimals)
            if wrong:
                raise Rejected(
                    f"Tryton's invoice of {command.link} is not what the book says: {wrong}; it is not posted"
                )

    def _issued(self, day: date) -> date:
        """Return the date a document of *day* bears: never before one that Tryton has numbered in its year."""
        first, last = self._desk.year(day)
        domain = [
            ["company", "=", self._desk.company],
            ["type", "=", "out"],
            ["state", "in", [*_POSTED]],
            ["invoice_date", ">", date_value(day)],
            ["move.date", ">=", date_value(first)],
            ["move.date", "<=", date_value(last)],
        ]
        order = [["invoice_date", "DESC"]]
        newest: Any = self._client.read(f"{_INVOICE}.search_read", domain, 0, 1, order, ["invoice_date"])
        return day_of(newest[0]["invoice_date"]) if newest else day

    def _warned(self, method: str, numbers: Sequence[int]) -> None:
        """Call *method*; confirm a warning that is no surprise once for one alone, as a person would press yes."""
        try:
            self._client.write(method, list(numbers))
        except Warned as warning:
            if len(numbers) > 1 or not warning.name.endswith(CONFIRMED_BY_US):
                raise
            answer = {"user": self._client.user, "name": warning.name, "always": False}
            self._client.write("model.res.user.warning.create", [answer])
            self._client.write(method, list(numbers))

    def _together(self, places: Places, results: dict[int, Result], work: Callable[[Places], None]) -> None:
        """Do *work* for all at once; where Tryton refuses that, for each alone, so that one bad never stops the rest."""
        if not places:
            return
        try:
            work(places)
        except (Rejected, Misconfigured) as refused:
            if len(places) == 1:
                results[places[0]] = refused
                return
            for place in places:
                self._together([place], results, work)
        except InDoubt:
            raise
        except Retryable as later:
            for place in places:
                results[place] = later


def _open(commands: Sequence[Keyed], results: dict[int, Result]) -> list[int]:
    return [i for i in range(len(commands)) if i not in results]


def _original(command: DocumentCommand) -> str:
    return command.document.link(command.revision) if isinstance(command, ReverseDocument) else ""


def _named(invoice: Invoice) -> str:
    return f"invoice {invoice.number} (id {invoice.id})"

"""The door to Tryton: thin glue between its protocol and our four verbs."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from tallystick.connectors.tryton.client import LIMITS, Access, Tryton
from tallystick.connectors.tryton.entries import Entries, Keyed, Result, desk_of
from tallystick.connectors.tryton.manifest import MANIFEST
from tallystick.connectors.tryton.masters import page_of
from tallystick.connectors.tryton.translate import KINDS, Desk, posted_line_of, translation_of
from tallystick.connectors.tryton.values import date_value
from tallystick.kit.limits import Limits
from tallystick.messages.books.ledger import (
    EntriesFound,
    FindEntries,
    LedgerEntries,
    LedgerEntriesAsked,
    PostJournal,
    ReverseJournal,
    sought,
)
from tallystick.model.amount import decimals_of
from tallystick.ports.connector import (
    Acknowledgement,
    ConnectorError,
    Delivery,
    Misconfigured,
    Outcome,
    OutcomeAsked,
    Page,
    Rejected,
    Translation,
)

LINES_IN_PAGE_MAX = 2000
INVOICE = "account.invoice,"


class TrytonErp:
    """Implements `ports.connector.BatchConnector` for one company of one Tryton database."""

    manifest = MANIFEST

    def __init__(self, access: Access, limits: Limits = LIMITS) -> None:
        """Speak to the Tryton of *access*. Nothing is sent yet."""
        self._client, self._company = Tryton(access, limits), access.company

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Return masters of *kind* that changed after *since*."""
        if kind not in KINDS:
            raise Misconfigured(f"{kind.__name__} is not pulled from Tryton: see `tally connector list`")
        self._desk()
        return page_of(self._client, KINDS[kind], since)

    def parse(self, delivery: Delivery) -> Translation:
        """Translate a master's delivery."""
        return translation_of(delivery)

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Post one journal, or the opposite of one."""
        (result,) = self.push_many([(command, key)])
        if isinstance(result, ConnectorError):
            raise result
        return result

    def push_many(self, commands: Sequence[tuple[Struct, str]]) -> Sequence[Result]:
        """Post journals together; each gets its own answer."""
        return Entries(self._client, self._desk()).push(_journal_commands(commands))

    def ask(self, question: Struct) -> Struct:
        """Say which commands have taken effect, or which lines are posted."""
        if isinstance(question, OutcomeAsked):
            return self._became(question)
        if isinstance(question, FindEntries):
            return self._found(question)
        if isinstance(question, LedgerEntriesAsked):
            return self._posted(question)
        raise Misconfigured(f"Tryton is not asked {type(question).__name__}: see `tally connector list`")

    def _became(self, question: OutcomeAsked) -> Outcome:
        ((command, key),) = _journal_commands([(question.command, question.key)])
        (number,) = self._found(FindEntries((sought(command, key),))).numbers
        return Outcome(None if number is None else Acknowledgement(number))

    def _found(self, question: FindEntries) -> EntriesFound:
        found = Entries(self._client, self._desk()).find(question.entries)
        posted = {link: [e for e in entries if e.is_posted] for link, entries in found.items()}
        numbers = [posted.get(entry.link) for entry in question.entries]
        return EntriesFound(tuple(entries[0].number if entries else None for entries in numbers))

    def _posted(self, question: LedgerEntriesAsked) -> LedgerEntries:
        desk = self._desk()
        domain = [
            ["move.company", "=", desk.company],
            ["move.state", "=", "posted"],
            ["move.date", ">=", date_value(question.first)],
            ["move.date", "<=", date_value(question.last)],
        ]
        fields = [
            *("account.code", "debit", "credit", "description"),
            *("move.number", "move.date", "move.description", "move.origin"),
        ]
        decimals, lines, offset = decimals_of(desk.currency), [], 0
        while True:
            found = self._client.read(
                "model.account.move.line.search_read", domain, offset, LINES_IN_PAGE_MAX, [["id", "ASC"]], fields
            )
            links = self._links_of(found)
            lines += [posted_line_of(x, decimals, links.get(x["move."].get("origin") or "", "")) for x in found]
            offset += len(found)
            if len(found) < LINES_IN_PAGE_MAX:
                return LedgerEntries(desk.currency, tuple(lines))

    def _links_of(self, lines: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        """Return what the invoices behind *lines* are known by: an invoice's entry itself says nothing."""
        origins = {str(x["move."].get("origin") or "") for x in lines}
        numbers = sorted(int(o.removeprefix(INVOICE)) for o in origins if o.startswith(INVOICE))
        if not numbers:
            return {}
        found = self._client.read("model.account.invoice.read", numbers, ["description"])
        return {f"{INVOICE}{r['id']}": r["description"] or "" for r in found}

    def _desk(self) -> Desk:
        return desk_of(self._client, self._company)


def _journal_commands(commands: Sequence[tuple[Struct, str]]) -> list[Keyed]:
    found: list[Keyed] = []
    for command, key in commands:
        if not isinstance(command, PostJournal | ReverseJournal):
            raise Rejected(f"{type(command).__name__} is not pushed to Tryton: see `tally connector list`")
        found.append((command, key))
    return found

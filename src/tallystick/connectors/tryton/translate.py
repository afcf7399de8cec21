"""Tryton ⇄ our words, pure: records to reports, journal commands to entries, entries back. Nothing is invented."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.tryton.manifest import NAME
from tallystick.connectors.tryton.values import date_value, day_of, decimal_value, minor_of, stamp_of
from tallystick.kit.quarantine import fault_of
from tallystick.messages.books.ledger import LINK_PREFIX, JournalCommand, PostedLine
from tallystick.messages.masters import LedgerAccountReported, MasterReport, ProductReported, SupplierReported
from tallystick.model.amount import decimals_of, money
from tallystick.ports.connector import Delivery, Rejected, Report, Translation

Record = Mapping[str, Any]


class Kind(Struct, frozen=True):
    """How one kind of master is read: its model, a domain, its fields, and every date that says it changed."""

    name: str
    model: str
    domain: tuple[Any, ...]
    fields: tuple[str, ...]
    stamps: tuple[str, ...]
    record: str
    """The field that says which record it is about."""
    read: Callable[[Record, str], MasterReport]


def _product(r: Record, version: str) -> ProductReported:
    template = r["template."]
    is_active = bool(r["active"]) and bool(template["active"])
    unit = (r.get("default_uom.") or {}).get("symbol") or ""
    return ProductReported(
        NAME, str(r["id"]), version, r["code"] or "", template["name"], unit, template["type"], is_active
    )


def _supplier(r: Record, version: str) -> SupplierReported:
    party = r["party."]
    return SupplierReported(
        NAME, str(r["party"]), version, party["code"] or "", party["name"] or "", bool(party["active"])
    )


def _account(r: Record, version: str) -> LedgerAccountReported:
    return LedgerAccountReported(
        NAME,
        str(r["id"]),
        version,
        r["code"] or "",
        r["name"],
        r["type"] is not None,
        bool(r["closed"]),
        bool(r["party_required"]),
    )


_WRITTEN: Final = ("create_date", "write_date")
KINDS: Final[Mapping[type[Struct], Kind]] = {
    LedgerAccountReported: Kind(
        "ledger_account",
        "account.account",
        (),
        ("code", "name", "type", "closed", "party_required"),
        _WRITTEN,
        "id",
        _account,
    ),
    ProductReported: Kind(
        "product",
        "product.product",
        (),
        ("code", "active", "template.name", "template.type", "template.active", "default_uom.symbol"),
        (*_WRITTEN, "template.write_date"),
        "id",
        _product,
    ),
    SupplierReported: Kind(
        "supplier",
        "purchase.product_supplier",
        (),
        ("party", "party.code", "party.name", "party.active"),
        (*_WRITTEN, "party.write_date"),
        "party",
        _supplier,
    ),
}
_BY_NAME: Final = {kind.name: kind for kind in KINDS.values()}


def field_of(record: Record, path: str) -> Any:
    """Return a field by its path: `template.write_date` lies in `template.`."""
    head, _, rest = path.partition(".")
    return (record.get(f"{head}.") or {}).get(rest) if rest else record.get(head)


def delivery_of(kind: Kind, record: Record) -> Delivery:
    """Wrap a record as it came, known by what it is, when it last changed and what it says: read again, it adds nothing."""
    name, version = f"{kind.name}/{NAME}/{record[kind.record]}", version_of(kind, record)
    seen = {k: v for k, v in record.items() if kind.record == "id" or k not in ("id", "create_date", "write_date")}
    digest = hashlib.sha256(msgspec.json.encode(seen, order="deterministic")).digest()
    body = msgspec.json.encode({"kind": kind.name, "version": version, "record": record}, order="deterministic")
    return Delivery(source=NAME, id=f"{name}@{version}#{digest[:4].hex()}", subject=name, body=body, digest=digest)


def version_of(kind: Kind, record: Record) -> str:
    """Return when a record last changed, ISO 8601 in UTC: what it is about, not the row that led to it."""
    own = kind.stamps if kind.record == "id" else [s for s in kind.stamps if s.startswith(f"{kind.record}.")]
    stamps = [stamp_of(field_of(record, path)) for path in own]
    return max(stamps) or stamp_of(record["create_date"])


def translation_of(delivery: Delivery) -> Translation:
    """Read a master's delivery; a record without what it must have is a fault that names the field."""
    try:
        told = msgspec.json.decode(delivery.body)
        kind = _BY_NAME[told["kind"]]
        data = kind.read(told["record"], told["version"])
    except (KeyError, TypeError, msgspec.DecodeError) as bad:
        reason = f"a {delivery.subject.partition('/')[0]} of Tryton without {bad}"
        remedy = "see that the Tryton user may read this field, then pull again"
        return Translation(faults=(fault_of(delivery, reason, remedy),))
    at = datetime.fromisoformat(data.version) if data.version else datetime(1970, 1, 1, tzinfo=UTC)
    report = Report(id=delivery.id, subject=delivery.subject, data=data, time=at, on=at.date(), zone="UTC")
    return Translation((report,))


class Desk(Struct, frozen=True):
    """What an entry needs of Tryton: company, currency, and the numbers of journals, accounts and periods."""

    company: int
    currency: str
    journals: Mapping[str, int]
    accounts: Mapping[str, int]
    periods: Sequence[Record]

    def period(self, day: date) -> int:
        """Return the period *day* lies in; raise `Rejected` where there is none, or it is closed."""
        for p in self.periods:
            if day_of(p["start_date"]) <= day <= day_of(p["end_date"]):
                if p["state"] == "open":
                    return int(p["id"])
                raise Rejected(f"Tryton's period of {day} is {p['state']}: open it there, or close it here as well")
        raise Rejected(f"Tryton has no period for {day}: create its fiscal year and periods there")


class Entry(Struct, frozen=True):
    """An entry of ours as Tryton holds it. `lines` are (account code, minor units), in order."""

    id: int
    number: str
    is_posted: bool
    link: str
    key: str
    lines: tuple[tuple[str, int], ...] = ()


def description_of(command: JournalCommand, key: str) -> str:
    """Return what an entry is found by: its link, and the key of the command that made it."""
    return f"{command.link} {key}"


def content_of(command: JournalCommand) -> tuple[tuple[str, int], ...]:
    """Return what an entry of *command* holds, as `Entry.lines` says it."""
    return tuple(sorted((x.code, x.amount) for x in command.lines))


def values_of(command: JournalCommand, key: str, desk: Desk) -> dict[str, Any]:
    """Return the values that create *command*'s entry as a draft.

    Raises `Rejected` naming the currency, journal, account or period that Tryton does not have.
    """
    journal = command.journal
    if journal.ledger_currency != desk.currency:
        raise Rejected(
            f"{command.link} is in {journal.ledger_currency}, Tryton's company counts in {desk.currency}: say so under "
            f"currency in the ledger's policy and draw again"
        )
    if journal.book not in desk.journals:
        raise Rejected(f"Tryton has no journal {journal.book!r}: create it there, or name another in the policy")
    decimals = decimals_of(desk.currency)
    return {
        "company": desk.company,
        "journal": desk.journals[journal.book],
        "period": desk.period(journal.day),
        "date": date_value(journal.day),
        "description": description_of(command, key),
        "lines": [["create", [_line(command, x, desk, decimals) for x in command.lines]]],
    }


def _line(command: JournalCommand, x: Any, desk: Desk, decimals: int) -> dict[str, Any]:
    if x.code not in desk.accounts:
        raise Rejected(f"Tryton has no account {x.code!r} for {x.account}: create it there, or map to another")
    return {
        "account": desk.accounts[x.code],
        "debit": decimal_value(max(x.amount, 0), decimals),
        "credit": decimal_value(max(-x.amount, 0), decimals),
        "description": f"{command.link}#{x.line} {x.account or 'rounding'}",
    }


def entry_of(move: Record, lines: Sequence[Record], decimals: int) -> Entry:
    """Read one of our entries."""
    link, _, key = (move["description"] or "").partition(" ")
    content = tuple(sorted((str(x["account."]["code"]), _amount(x, decimals)) for x in lines))
    return Entry(move["id"], name_of(move), move["state"] == "posted", link, key, content)


def name_of(move: Record) -> str:
    """Name an entry for a person and a machine: its number begins anew each fiscal year, its id never does."""
    return f"{move['number'] or 'draft'} (id {move['id']})"


def posted_line_of(x: Record, decimals: int, origin: str = "") -> PostedLine:
    """Read a posted line, whoever wrote it; *origin* is what the invoice behind it is known by, if there is one."""
    move = x["move."]
    text = move["description"] or origin
    link = text.partition(" ")[0] if text.startswith(LINK_PREFIX) else ""
    day, code = day_of(move["date"]), x["account."]["code"] or ""
    return PostedLine(name_of(move), link, day, code, _amount(x, decimals), x["description"] or text)


def currency_of(company: Record) -> str:
    """Return what a company counts in, such as `GBP/3`."""
    currency = company["currency."]
    return money(currency["code"], currency["digits"])


def _amount(x: Record, decimals: int) -> int:
    return minor_of(x["debit"], decimals) - minor_of(x["credit"], decimals)

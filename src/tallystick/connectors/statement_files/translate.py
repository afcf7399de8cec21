"""From rows of text to a statement. A statement is understood as a whole or not at all: a missing line would be a lie."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, Final, get_args

import msgspec
from msgspec import Struct

from tallystick.connectors.statement_files.client import Rows
from tallystick.messages.statements import (
    BankLine,
    BankStatementReported,
    CountedUnits,
    LedgerLine,
    LedgerStatementReported,
    Measure,
    ProviderLine,
    ProviderLineKind,
    ProviderStatementReported,
    StockStatementReported,
    TillJournalReported,
    TillReceipt,
)
from tallystick.model.amount import NUMBER_LIMIT, AmountError, decimals_of, parse_decimal
from tallystick.ports.connector import Delivery, Fault, Report, Translation

REMEDY: Final = "correct the row in the file and load the file again; then drop this letter"
DIGITS_MAX: Final = 40
"""What has more digits is not even looked at as a number."""
Row = dict[str, str]


class BadCell(ValueError):
    """A cell that cannot be read."""


def translate(delivery: Delivery) -> Translation:
    """Return the statement in *delivery*, or a fault for each of its rows that cannot be read. Pure."""
    raw = msgspec.json.decode(delivery.body, type=Rows)
    rows, lines, faults = list[Row](), list[Any](), list[Fault]()
    read = _READERS[raw.kind]
    for place, cells in enumerate(raw.rows, 2):
        try:
            row = _named(raw.columns, cells)
            lines.append(read(row))
            rows.append(row)
        except (BadCell, AmountError) as wrong:
            faults.append(_fault(delivery, place, str(wrong)))
    if faults:
        return Translation(faults=tuple(faults))
    try:
        data, at = _WHOLE[raw.kind](rows, tuple(lines))
        moment = at.astimezone(UTC)
    except (BadCell, OverflowError) as wrong:
        return Translation(faults=(_fault(delivery, 2, str(wrong)),))
    zone = str(at.tzinfo) if at.utcoffset() else "UTC"
    return Translation(
        (Report(id=delivery.id, subject=delivery.subject, data=data, time=moment, on=at.date(), zone=zone),)
    )


def _fault(delivery: Delivery, place: int, reason: str) -> Fault:
    return Fault(
        id=f"{delivery.id}/{place}",
        subject=delivery.subject,
        where=f"row {place}",
        reason=reason,
        remedy=REMEDY,
        body=delivery.body,
    )


def _named(columns: tuple[str, ...], cells: tuple[str, ...]) -> Row:
    if len(cells) != len(columns):
        raise BadCell(f"{len(cells)} cells under {len(columns)} columns")
    return {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}


def _cell(row: Row, name: str) -> str:
    if not row[name]:
        raise BadCell(f"{name} is empty")
    return row[name]


def _amount(row: Row, name: str) -> int:
    decimals = decimals_of(_cell(row, "currency"))
    if not decimals and "/" not in row["currency"]:
        raise BadCell(f"currency {row['currency']!r} names no scale: write it as EUR/2")
    try:
        found = parse_decimal(_cell(row, name), decimals)
    except AmountError as wrong:
        raise BadCell(f"{name}: {wrong}") from wrong
    if abs(found) >= NUMBER_LIMIT:
        raise BadCell(f"{name}: {row[name]} is beyond any amount")
    return found


def _whole(row: Row, name: str) -> int:
    text = _cell(row, name)
    digits = text.removeprefix("-")
    if not digits.isdecimal() or len(digits) > DIGITS_MAX or int(digits) >= NUMBER_LIMIT:
        raise BadCell(f"{name} {text[:DIGITS_MAX]!r} is no whole number")
    return int(text)


def _day(row: Row, name: str) -> date:
    try:
        return date.fromisoformat(_cell(row, name))
    except ValueError as wrong:
        raise BadCell(f"{name} {row[name]!r} is no day: write it as 2026-11-23") from wrong


def _one_of(row: Row, name: str, words: tuple[str, ...]) -> Any:
    if row[name] not in words:
        raise BadCell(f"{name} {row[name]!r} is none of {', '.join(words)}")
    return row[name]


def _count(row: Row) -> CountedUnits:
    return CountedUnits(_cell(row, "sku"), _whole(row, "units"))


def _provider_line(row: Row) -> ProviderLine:
    kind = _one_of(row, "kind", get_args(ProviderLineKind))
    if kind != "payout":
        _cell(row, "order")
    if kind in {"payout", "settlement"}:
        _cell(row, "payout")
    fee = _amount(row, "fee") if row["fee"] else 0
    return ProviderLine(
        _cell(row, "line"), kind, _amount(row, "amount"), _day(row, "on"), row["order"], row["payout"], fee
    )


def _bank_line(row: Row) -> BankLine:
    return BankLine(_cell(row, "line"), _cell(row, "party"), row["reference"], _amount(row, "amount"), _day(row, "on"))


def _receipt(row: Row) -> TillReceipt:
    number, gross = _whole(row, "number"), _amount(row, "gross")
    if number <= 0 or gross < 0:
        raise BadCell(f"number {number} or gross {row['gross']} is below what a receipt can have")
    return TillReceipt(number, gross)


def _balance(row: Row) -> LedgerLine:
    return LedgerLine(_cell(row, "account"), _amount(row, "balance"))


_READERS: Final[dict[str, Callable[[Row], Any]]] = {
    "stock": _count,
    "provider": _provider_line,
    "bank": _bank_line,
    "till": _receipt,
    "ledger": _balance,
}


def _same(rows: list[Row], name: str) -> str:
    """What is said of the statement as a whole must be the same on each of its rows."""
    said = {row[name] for row in rows}
    if len(said) != 1 or "" in said:
        raise BadCell(f"{name} must be one and the same on all rows, not {', '.join(sorted(said)) or 'empty'}")
    return said.pop()


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), UTC)


def _stock(rows: list[Row], lines: tuple[Any, ...]) -> tuple[Struct, datetime]:
    try:
        at = datetime.fromisoformat(_same(rows, "at"))
    except ValueError as wrong:
        raise BadCell(f"at {rows[0]['at']!r} is no moment: write it as 2026-11-23T18:00:00+01:00") from wrong
    if at.tzinfo is None:
        raise BadCell(f"at {rows[0]['at']!r} names no zone: write it as 2026-11-23T18:00:00+01:00")
    _same(rows, "measure")
    measure = _one_of(rows[0], "measure", get_args(Measure))
    return StockStatementReported(_same(rows, "statement"), _same(rows, "keeper"), measure, lines), at


def _money(rows: list[Row], of: str) -> tuple[str, str, str, date]:
    _same(rows, "through")
    return _same(rows, "statement"), _same(rows, of), _same(rows, "currency"), _day(rows[0], "through")


def _provider(rows: list[Row], lines: tuple[Any, ...]) -> tuple[Struct, datetime]:
    said = _money(rows, "provider")
    return ProviderStatementReported(*said, lines), _end_of(said[3])


def _bank(rows: list[Row], lines: tuple[Any, ...]) -> tuple[Struct, datetime]:
    said = _money(rows, "bank")
    return BankStatementReported(*said, lines), _end_of(said[3])


def _ledger(rows: list[Row], lines: tuple[Any, ...]) -> tuple[Struct, datetime]:
    said = _money(rows, "ledger")
    return LedgerStatementReported(*said, lines), _end_of(said[3])


def _till(rows: list[Row], lines: tuple[Any, ...]) -> tuple[Struct, datetime]:
    _same(rows, "on")
    on, numbers = _day(rows[0], "on"), [x.number for x in lines]
    said = (_same(rows, "statement"), _same(rows, "till"), _same(rows, "currency"), on)
    return TillJournalReported(*said, min(numbers), max(numbers), lines), _end_of(on)


_WHOLE: Final[dict[str, Callable[[list[Row], tuple[Any, ...]], tuple[Struct, datetime]]]] = {
    "stock": _stock,
    "provider": _provider,
    "bank": _bank,
    "till": _till,
    "ledger": _ledger,
}

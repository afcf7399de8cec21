"""Journals for a ledger that takes files: one CSV row a line, or JSON with the same content.

No cell begins with a character that a spreadsheet takes for a formula: links, account addresses and codes are ours.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from tallystick.messages.books.ledger import PostJournal
from tallystick.model.amount import decimals_of, format_decimal

COLUMNS: Final = ("link", "line", "day", "journal", "code", "account", "debit", "credit", "currency")


def journals_csv(journals: Iterable[PostJournal]) -> Iterator[str]:
    """Yield the lines of a CSV file (RFC 4180, without line ends): a head, then one line of a journal each."""
    yield _row(COLUMNS)
    for journal in journals:
        yield from (_row([row[name] for name in COLUMNS]) for row in _rows(journal))


def journals_json(journals: Iterable[PostJournal]) -> Iterator[str]:
    """Yield one JSON object: `{"journals": [{"link", "day", "journal", "currency", "lines": [...]}]}`."""
    told = [
        {
            "link": j.link,
            "day": j.journal.day,
            "channel": j.journal.channel,
            "journal": j.journal.book,
            "currency": _currency(j),
            "lines": [{name: row[name] for name in ("line", "code", "account", "debit", "credit")} for row in _rows(j)],
        }
        for j in journals
    ]
    yield msgspec.json.format(msgspec.json.encode({"journals": told}), indent=2).decode()


def _rows(command: PostJournal) -> Iterator[dict[str, Any]]:
    journal = command.journal
    decimals = decimals_of(journal.ledger_currency)
    for x in command.lines:
        yield {
            "link": f"{command.link}#{x.line}",
            "line": x.line,
            "day": journal.day.isoformat(),
            "journal": journal.book,
            "code": x.code,
            "account": x.account or "rounding",
            "debit": format_decimal(max(x.amount, 0), decimals),
            "credit": format_decimal(max(-x.amount, 0), decimals),
            "currency": _currency(command),
        }


def _currency(command: PostJournal) -> str:
    return command.journal.ledger_currency.partition("/")[0]


def _row(cells: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()

"""How this connector is tried: `tally connector check tryton`, and in the tests. A running Tryton tries it elsewhere."""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.tryton.client import Access
from tallystick.connectors.tryton.connector import TrytonErp
from tallystick.connectors.tryton.manifest import MANIFEST, NAME
from tallystick.connectors.tryton.translate import KINDS, delivery_of
from tallystick.connectors.tryton.twin import TOKEN, Company, Record, posts
from tallystick.connectors.tryton.values import date_value, moment_value
from tallystick.kit.contract.bench import Bench, Golden, Trial, json_golden
from tallystick.kit.twins.faults import Fault
from tallystick.kit.twins.server import Twin
from tallystick.messages.books.ledger import LedgerJournal, LedgerLine, PostJournal, ReverseJournal
from tallystick.messages.masters import LedgerAccountReported, MasterReport, ProductReported, SupplierReported
from tallystick.ports.connector import Report

USER, PASSWORD = "tally", "canary-of-the-password"
DAY: Final = date(2012, 2, 29)
MASTERS: Final = 520
"""So many products: more than a page."""
_BEGIN: Final = datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC)
_ACCOUNTS: Final = {"1.2.9": 8, "4.1.1": 9}


def _stamp(n: int) -> dict[str, Any]:
    return moment_value((_BEGIN + timedelta(seconds=n)).isoformat(timespec="microseconds"))


def _account(n: int, code: str) -> Record:
    return {
        "id": n,
        "code": code,
        "name": "Wären",
        "type": 9,
        "closed": 0,
        "party_required": 0,
        "create_date": _stamp(n),
        "write_date": None,
    }


def _product(n: int) -> Record:
    template = {"id": n, "name": "Mug “blue”", "type": "goods", "active": 1, "write_date": None}
    return {
        "id": n,
        "code": f"MUG-{n}",
        "active": 1,
        "default_uom.": {"id": 1, "symbol": "u"},
        "template.": template,
        "create_date": _stamp(n),
        "write_date": None,
    }


def _supplier(n: int) -> Record:
    party = {"id": n, "code": str(n), "name": "Lumen GmbH", "active": 1, "write_date": None}
    return {"id": n, "party": n, "party.": party, "create_date": _stamp(n), "write_date": None}


def _company() -> Company:
    company, few = Company(USER, PASSWORD), range(10, 20)
    currency = {"code": "GBP", "digits": 3}
    period = {"id": 5, "state": "open", "start_date": date_value(DAY), "end_date": date_value(DAY)}
    accounts = [*(_account(n, code) for code, n in _ACCOUNTS.items()), *(_account(n, f"9.{n}") for n in few)]
    company.models = {
        "company.company": [{"id": 1, "party.": {"name": "Shop"}, "currency.": currency}],
        "account.journal": [{"id": 2, "code": "REV"}],
        "account.period": [{**period, "company": 1, "type": "standard"}],
        "account.account": [{**a, "company": 1} for a in accounts],
        "product.product": [_product(n) for n in range(10, 10 + MASTERS)],
        "purchase.product_supplier": [_supplier(n) for n in few],
    }
    return company


class Controls:
    """The twin's controls."""

    def __init__(self, company: Company, twin: Twin) -> None:
        """Hold *company*, served by *twin*."""
        self._company, self._twin, self._changes = company, twin, 10 + MASTERS

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Let the next call fail; whose session is ended while he writes is not let in again either."""
        self._twin.fail(fault, writing=writing)
        if fault is Fault.CLOSED and writing:
            self._company.doors_shut = 1

    def requests(self) -> int:
        """Count calls."""
        return len(self._twin.heard)

    def effects(self) -> Sequence[Struct]:
        """Read what is posted back into our words, in the order of posting."""
        moves = [m for m in self._company.models.get("account.move", []) if m["state"] == "posted"]
        lines = self._company.models.get("account.move.line", [])
        return [_command(m, [x for x in lines if x["move"] == m["id"]]) for m in moves if "original" not in m]

    def stir(self, kind: type[Struct]) -> None:
        """Let the first master of *kind* be written again, and another be created."""
        records = self._company.models[KINDS[kind].model]
        self._changes += 2
        first, another = records[0], {**records[-1], "id": self._changes, "create_date": _stamp(self._changes)}
        first["write_date"] = _stamp(self._changes - 1)
        if "party" in first:
            first["party."] = {**first["party."], "write_date": first["write_date"], "name": f"New {self._changes}"}
            another = {**another, "party": self._changes, "party.": {**another["party."], "id": self._changes}}
        records.append(another)


def _command(move: Record, lines: Sequence[Record]) -> Struct:
    link = move["description"].split()[0]
    ledger, channel, _, revision, *reversal = link.removeprefix("tally:journal/").split("/")
    sign = -1 if reversal else 1
    found = tuple(_line(n, x, sign) for n, x in enumerate(lines, 1))
    journal = LedgerJournal(ledger, channel, DAY, "GBP/3", "REV", found)
    return ReverseJournal(journal, int(revision)) if reversal else PostJournal(journal, int(revision))


def _line(n: int, line: Record, sign: int) -> LedgerLine:
    debit, credit = (int(line[side]["decimal"].replace(".", "")) for side in ("debit", "credit"))
    account = line["description"].partition(" ")[2]
    return LedgerLine(n, account, line["account."]["code"], sign * (debit - credit))


def _journal(channel: str, amount: int = 12_345, code: str = "4.1.1") -> LedgerJournal:
    lines = (
        LedgerLine(1, f"receivable:{channel}", "1.2.9", amount),
        LedgerLine(2, f"revenue:{channel}", code, -amount),
    )
    return LedgerJournal(NAME, channel, DAY, "GBP/3", "REV", lines)


def _trials(company: Company) -> Sequence[Trial]:
    def another_channel(command: Struct, n: int) -> Struct:
        journal: LedgerJournal = command.journal  # type: ignore[attr-defined]
        amount, code = journal.lines[0].amount, journal.lines[1].code
        return replace(command, journal=_journal(f"{journal.channel}-{n}", amount, code))

    _post_original(company, _journal("back"))
    refused = PostJournal(_journal("web", code="no.such"), 1)
    return (
        Trial(PostJournal(_journal("web"), 1), PostJournal(_journal("web", 1), 1), refused, another_channel),
        Trial(ReverseJournal(_journal("back"), 1), ReverseJournal(_journal("back", 1), 1), None, _reversed_of(company)),
    )


def _reversed_of(company: Company) -> Any:
    """Only what was posted can be reversed: each time a journal of another channel is posted for it."""

    def anew(command: Struct, n: int) -> Struct:
        amount = command.journal.lines[0].amount  # type: ignore[attr-defined]
        channel = f"back-{n}"
        _post_original(company, _journal(channel))
        return replace(command, journal=_journal(channel, amount))

    return anew


def _post_original(company: Company, journal: LedgerJournal) -> None:
    """Put a posted entry there that came before the trial and is none of its effects."""
    moves = company.models.setdefault("account.move", [])
    if any(m["description"].startswith(f"{journal.link(1)} ") for m in moves):
        return
    described = f"{journal.link(1)} before"
    moves.append(
        {
            "id": len(moves) + 1,
            "number": "1",
            "state": "posted",
            "description": described,
            "original": True,
            "company": 1,
            "date": date_value(DAY),
        }
    )


def _goldens() -> Iterator[Golden]:
    stamp = (_BEGIN + timedelta(seconds=10)).isoformat(timespec="microseconds")
    pairs: list[tuple[Record, MasterReport, tuple[str, ...]]] = [
        (
            _account(10, "9.10"),
            LedgerAccountReported(NAME, "10", stamp, "9.10", "Wären"),
            ("name", "code", "type", "closed"),
        ),
        (
            _product(10),
            ProductReported(NAME, "10", stamp, "MUG-10", "Mug “blue”", "u", "goods"),
            ("code", "template.", "active"),
        ),
        (_supplier(10), SupplierReported(NAME, "10", stamp, "10", "Lumen GmbH"), ("party", "party.")),
    ]
    at = datetime.fromisoformat(stamp)
    for record, data, required in pairs:
        kind = KINDS[type(data)]
        delivery = delivery_of(kind, record)
        report = Report(id=delivery.id, subject=delivery.subject, data=data, time=at, on=at.date(), zone="UTC")
        golden = json_golden(delivery, [report], [f"/record/{name}" for name in required])
        yield replace(golden, extended=replace(delivery_of(kind, {**record, "colour": "blue"})).body)


@contextmanager
def bench() -> Iterator[Bench]:
    """Open a company with some hundred masters, and lay a bench on the door to it."""
    company = _company()
    with Twin(company.answer, posts) as twin:
        access = Access(twin.url, "shop", USER, PASSWORD)
        yield Bench(
            manifest=MANIFEST,
            door=lambda limits: TrytonErp(access, limits),
            partner=Controls(company, twin),
            goldens=[*_goldens()],
            trials=_trials(company),
            secrets=[PASSWORD, TOKEN, base64.b64encode(f"{USER}:1:{TOKEN}".encode()).decode()],
        )

"""How this connector is tried: `tally connector check tryton-documents`, and in the tests. A running Tryton tries it elsewhere."""

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.tryton.documents.connector import TrytonDocuments
from tallystick.connectors.tryton.documents.manifest import MANIFEST
from tallystick.connectors.tryton.documents.translate import PLACES, digest_of
from tallystick.connectors.tryton.documents.twin import DECIMALS, INVOICE, SALE, Counter
from tallystick.connectors.tryton.twin import TOKEN, Record
from tallystick.connectors.tryton.values import date_value, day_of, decimal_value, minor_of
from tallystick.kit.contract.bench import Bench, Trial
from tallystick.kit.limits import Limits
from tallystick.kit.twins.faults import Fault
from tallystick.kit.twins.server import Heard, Twin
from tallystick.messages.books.documents import DocumentItem, LedgerDocument, PostDocument, ReverseDocument
from tallystick.ports.connector import Connection

NAME, USER, PASSWORD = "erp", "tally", "canary-of-the-password"
DAY: Final = date(2012, 2, 29)
_CODES: Final = {"1.2.9": 8, "4.1.1": 9, "2.2.3": 7}
_TAXES: Final = ("VAT 20%",)


def _document(name: str, net: int = 10_000) -> LedgerDocument:
    """Return three mugs for a net amount that no price of four decimals gives, with a fifth of tax."""
    owed = ("tax_payable:GB", "2.2.3")
    mugs = DocumentItem(1, "Müg “blue”", 3, net, net // 5, "revenue:web", "4.1.1", "MUG", *owed)
    post = DocumentItem(2, "postage", 1, 995, 199, "revenue:web", "4.1.1", "", *owed)
    head = ("tryton", "web", DAY, f"{name}.1f", name, "GBP/3", "WEB", "receivable:web", "1.2.9")
    return LedgerDocument(*head, (mugs, post), _TAXES)


def _counter() -> Counter:
    counter = Counter(USER, PASSWORD)
    currency = {"id": 1, "code": "GBP", "digits": DECIMALS}
    year = {"start_date": date_value(date(2012, 1, 1)), "end_date": date_value(date(2012, 12, 31))}
    tax = {"id": 1, "name": _TAXES[0], "rate": decimal_value(20, 2), "type": "percentage", "company": 1}
    counter.models = {
        "company.company": [{"id": 1, "party.": {"name": "Shop"}, "currency": 1, "currency.": currency}],
        "account.account": [{"id": n, "code": code, "company": 1} for code, n in _CODES.items()],
        "account.tax": [{**tax, "invoice_account.": {"code": "2.2.3"}}],
        "account.fiscalyear": [{"id": 1, "company": 1, **year}],
        "stock.location": [{"id": 5, "type": "warehouse"}],
        "product.product": [{"id": 1, "code": "MUG", "sale_uom": 1, "salable": 1}],
    }
    return counter


class Controls:
    """The twin's controls."""

    def __init__(self, counter: Counter, twin: Twin) -> None:
        """Hold *counter*, served by *twin*."""
        self._counter, self._twin = counter, twin

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Let the next call fail; whose session is ended while he writes is not let in again either."""
        self._twin.fail(fault, writing=writing)
        if fault is Fault.CLOSED and writing:
            self._counter.doors_shut = 1

    def requests(self) -> int:
        """Count calls."""
        return len(self._twin.heard)

    def effects(self) -> Sequence[Struct]:
        """Read what is posted back into our words, in the order of posting."""
        posted = [i for i in self._counter.models.get(INVOICE, []) if i["state"] == "posted" and not i.get("original")]
        return [self._command(i) for i in posted]

    def stir(self, kind: type[Struct]) -> None:
        """Do nothing: this door pulls nothing."""

    def _command(self, invoice: Record) -> Struct:
        models = self._counter.models
        link = invoice["description"].removeprefix("tally:document/tryton/web/")
        name, revision, *reversal = link.split("/")
        lines = [x for x in models[f"{INVOICE}.line"] if x["invoice"] == invoice["id"]]
        places = {x["id"]: x["sequence"] // PLACES for x in models["sale.line"]}
        nets: dict[int, int] = {}
        for line in lines:
            place = places[int(line["origin"].partition(",")[2])]
            nets[place] = nets.get(place, 0) + minor_of(line["amount"], DECIMALS)
        whole = _document(name.removesuffix(".1f"), abs(nets[1]))
        day = day_of(invoice["accounting_date"])
        document = replace(whole, day=day)
        if reversal:
            return ReverseDocument("web", document, int(revision))
        return PostDocument("web", document, int(revision))


def _posts(heard: Heard) -> bool:
    """Say whether a call is the one in which a document takes effect."""
    return bool(json.loads(heard.body)["method"] == f"model.{INVOICE}.post")


def _original(counter: Counter, name: str, net: int = 10_000) -> ReverseDocument:
    """Put a posted document there that came before the trial, and return what takes it back."""
    command = PostDocument("web", _document(name, net), 1)
    sales, invoices = counter.models.setdefault(SALE, []), counter.models.setdefault(INVOICE, [])
    if not any(s["description"].startswith(f"{command.link} ") for s in sales):
        number = 1000 + len(sales)
        nothing = decimal_value(0, DECIMALS)
        invoices.append({"id": number, "number": str(number), "state": "posted", "original": True, "company": 1})
        invoices[-1] |= {"type": "out", "total_amount": nothing, "tax_amount": nothing, "invoice_date": None}
        described = f"{command.link} before {digest_of(command.document)}"
        sales.append({"id": number, "number": str(number), "state": "processing", "description": described})
        sales[-1] |= {"company": 1, "invoices": [number]}
    return ReverseDocument("web", command.document, 1)


def _trials(counter: Counter) -> Sequence[Trial]:
    def another(command: Struct, n: int) -> Struct:
        mine: LedgerDocument = command.document  # type: ignore[attr-defined]
        return replace(command, document=replace(mine, name=f"{mine.order}-{n}.1f", order=f"{mine.order}-{n}"))

    def back(command: Struct, n: int) -> Struct:
        mine: LedgerDocument = command.document  # type: ignore[attr-defined]
        return _original(counter, f"{mine.order}-{n}", mine.items[0].net)

    strange = replace(_document("A9"), code="no.such")
    posted = PostDocument("web", _document("A1"), 1)
    other = ReverseDocument("web", _document("B1", 5000), 1)
    return (
        Trial(posted, PostDocument("web", _document("A1", 5000), 1), PostDocument("web", strange, 1), another),
        Trial(_original(counter, "B1"), other, None, back),
    )


@contextmanager
def bench() -> Iterator[Bench]:
    """Open a company that sells, and lay a bench on the door to it."""
    counter = _counter()
    asked: set[str] = set()

    def secret(name: str) -> str:
        asked.add(name)
        return PASSWORD

    with Twin(counter.answer, _posts) as twin:

        def door(limits: Limits) -> TrytonDocuments:
            settings = {"database": "shop", "user": USER, "company": "", "category": ""}
            return TrytonDocuments(Connection(name=NAME, url=twin.url, settings=settings, secret=secret), limits)

        yield Bench(
            manifest=MANIFEST,
            door=door,
            partner=Controls(counter, twin),
            trials=_trials(counter),
            secrets=[PASSWORD, TOKEN, base64.b64encode(f"{USER}:1:{TOKEN}".encode()).decode()],
            asked_for=asked,
        )

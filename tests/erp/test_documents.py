"""Customer documents against a running Tryton: a sale, its invoice, its credit note; once, right to the cent, or not at all."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace

from tallystick.connectors.tryton.client import Access, Tryton
from tallystick.connectors.tryton.connector import TrytonErp
from tallystick.connectors.tryton.documents.connector import TrytonDocuments
from tallystick.messages.books.documents import (
    DocumentCommand,
    DocumentItem,
    LedgerDocument,
    PostDocument,
    ReverseDocument,
    total_of,
)
from tallystick.messages.books.ledger import LedgerEntries, LedgerEntriesAsked
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    InDoubt,
    Outcome,
    OutcomeAsked,
    Rejected,
    Retryable,
)
from tests.counterparts.tryton.proxy import Fault, Plan, Proxy
from tests.counterparts.tryton.server import PASSWORD, USER, Server, needs_tryton, served, template

DAY = date(2011, 3, 31)
ROUNDS_MAX = 20
VAT = ("VAT 20%", "VAT 5%")
OWED = "tax_payable:GB"


def item(line: int, net: int, tax: int = 0, goods: tuple[int, str] = (1, "")) -> DocumentItem:
    """A line of goods, or of postage where no product is named; amounts in pence."""
    quantity, product = goods
    account, code = ("revenue:web", "4.1.1") if product else ("service_revenue:postage", "4.1.2")
    owed = (OWED, "2.2.3") if tax else ("", "")
    return DocumentItem(line, product or "postage", quantity, net, tax, account, code, product, *owed)


def document(name: str, *items: DocumentItem, day: date = DAY) -> LedgerDocument:
    """What an order sold: three mugs at 3.33⅓, a lamp at another rate and its postage, where nothing else is said."""
    lines = items or (item(1, 1000, 200, (3, "MUG")), item(2, 999, 50, (1, "LAMP-ARC")), item(3, 401, 80))
    return LedgerDocument(
        "tryton", "web", day, f"{name}.1f", name, "GBP/2", "WEB", "receivable:web", "1.2.9", lines, VAT
    )


def first(name: str, *items: DocumentItem, day: date = DAY) -> PostDocument:
    """The first revision of it."""
    return PostDocument("web", document(name, *items, day=day), 1)


class Office:
    """The people of Tryton's accounts, who look at what came."""

    def __init__(self, server: Server) -> None:
        """Sign in."""
        self.server = server
        self.client = Tryton(Access(server.url, server.database, USER, PASSWORD))
        self.client.context = {"company": 1}

    def rows(self, model: str, domain: list[Any], *fields: str) -> list[Any]:
        """Read records, oldest first."""
        found: list[Any] = self.client.read(f"model.{model}.search_read", domain, 0, None, [["id", "ASC"]], [*fields])
        return found

    def sales(self, order: str) -> list[Any]:
        """Return the sales of an order."""
        return self.rows("sale.sale", [["reference", "=", order]], "state", "number", "invoices", "shipments")

    def invoices(self, order: str) -> list[Any]:
        """Return the invoices of an order's sales."""
        numbers = [n for sale in self.sales(order) for n in sale["invoices"]]
        fields = (
            "number",
            "state",
            "total_amount",
            "tax_amount",
            "invoice_date",
            "accounting_date",
            "sequence_type_cache",
        )
        return self.rows("account.invoice", [["id", "in", numbers]], *fields)

    def moved(self, command: DocumentCommand) -> dict[str, int]:
        """Return what the entries under a command's link moved, by account, in pence."""
        door = TrytonErp(Access(self.server.url, self.server.database, USER, PASSWORD))
        entries = door.ask(LedgerEntriesAsked(date(2011, 1, 1), date(2012, 12, 31)))
        door.close()
        assert isinstance(entries, LedgerEntries)
        moved: dict[str, int] = {}
        for line in entries.lines:
            if line.link == command.link:
                moved[line.code] = moved.get(line.code, 0) + line.amount
        return moved


def connection(url: str, database: str, **settings: str) -> Connection:
    """Name the door."""
    known = {"database": database, "user": USER, **settings}
    return Connection(name="erp", url=url, settings=known, secret=lambda _: PASSWORD)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A Tryton of a company that counts in pence; tests of a module share it and mind their orders."""
    needs_tryton()
    with served(tmp_path_factory.mktemp("documents"), template(2)) as server:
        found = Office(server)
        yield found
        found.client.close()


@pytest.fixture
def proxy(office: Office) -> Iterator[Proxy]:
    """A proxy before it that does as it is told."""
    found = Proxy(office.server.url)
    yield found
    found.close()


@pytest.fixture
def door(office: Office, proxy: Proxy) -> Iterator[TrytonDocuments]:
    """Our door, through the proxy."""
    found = TrytonDocuments(connection(proxy.url, office.server.database, category="Goods"))
    yield found
    found.close()


def first_time(method: str, fault: Fault) -> Plan:
    """The first call of a method goes wrong."""
    return lambda called, before: fault if called == method and not before else Fault.NONE


def test_an_order_becomes_a_sale_and_a_posted_invoice(door: TrytonDocuments, office: Office) -> None:
    """Its entry moves what the book moved, by account and to the cent; nothing is shipped by Tryton."""
    command = first("A1")
    told = door.push(command, "a.0").foreign_id
    (sale,), (invoice,) = office.sales("A1"), office.invoices("A1")
    assert told == f"sale {sale['number']}, invoice {invoice['number']} (id {invoice['id']})"
    assert (sale["shipments"], invoice["state"], invoice["sequence_type_cache"]) == ([], "posted", "invoice")
    assert invoice["total_amount"]["decimal"] == "27.30"
    assert office.moved(command) == {"1.2.9": 2730, "4.1.1": -1999, "4.1.2": -401, "2.2.3": -330}


def test_what_comes_back_is_a_credit_note(door: TrytonDocuments, office: Office) -> None:
    """Quantities below zero, the tax taken back with them."""
    command = first("A2", replace(item(1, -667, -133, (2, "MUG")), account="sales_credits:web", code="4.3.3"))
    door.push(command, "a2.0")
    (invoice,) = office.invoices("A2")
    assert (invoice["state"], invoice["sequence_type_cache"], invoice["total_amount"]["decimal"]) == (
        "posted",
        "credit_note",
        "-8.00",
    )
    assert office.moved(command) == {"1.2.9": -800, "4.3.3": 667, "2.2.3": 133}


def test_taking_a_revision_back_leaves_nothing(door: TrytonDocuments, office: Office) -> None:
    """The opposite document moves the opposite; what never arrived needs none."""
    command = first("A3")
    back = ReverseDocument("web", command.document, 1)
    assert "nothing to take back" in door.push(back, "a3.9").foreign_id
    door.push(command, "a3.0")
    door.push(back, "a3.1")
    once, opposite = office.moved(command), office.moved(back)
    assert opposite == {code: -amount for code, amount in once.items()}


def test_the_same_key_has_one_effect(door: TrytonDocuments, office: Office) -> None:
    """Pushed again it is the same sale; with other content, or of another order, it is refused."""
    command = first("B1")
    assert door.push(command, "b.0") == door.push(command, "b.0")
    assert len(office.sales("B1")) == len(office.invoices("B1")) == 1
    with pytest.raises(Rejected, match="says something else"):
        door.push(first("B1", item(1, 1)), "b.0")
    with pytest.raises(Rejected, match="says something else"):
        door.push(first("B2"), "b.0")


@pytest.mark.parametrize(
    "cut",
    [
        *((f"model.sale.sale.{verb}", Fault.ANSWER_LOST) for verb in ("create", "quote", "confirm", "process")),
        *((f"model.account.invoice.{verb}", Fault.ANSWER_LOST) for verb in ("write", "post")),
        ("model.sale.sale.confirm", Fault.LOST),
        ("model.account.invoice.post", Fault.LOST),
    ],
)
def test_whatever_step_is_cut_off_the_next_push_goes_on(
    door: TrytonDocuments, office: Office, proxy: Proxy, cut: tuple[str, Fault]
) -> None:
    """A crash before or after Tryton's commit of any step: asking says whether it is posted, one invoice comes of it."""
    method, fault = cut
    name = f"C-{method.rpartition('.')[2]}-{fault.name}"
    command = first(name, item(1, 1000, 200, (3, "MUG")))
    proxy.plan = first_time(method, fault)
    with pytest.raises((InDoubt, Retryable)):
        door.push(command, f"{name}.0")
    found = door.ask(OutcomeAsked(command, f"{name}.0"))
    assert isinstance(found, Outcome)
    assert (found.acknowledgement is not None) == (method.endswith("post") and fault is Fault.ANSWER_LOST)
    done = door.push(command, f"{name}.0")
    assert found.acknowledgement in (None, done)
    assert [s["state"] for s in office.sales(name)] == ["processing"]
    assert [i["state"] for i in office.invoices(name)] == ["posted"]
    assert office.moved(command)["1.2.9"] == 1200


def test_amounts_that_no_price_gives_are_right_to_the_cent(door: TrytonDocuments, office: Office) -> None:
    """A thousand for 33.33, seven for a penny: the last unit stands alone; the taxes are the shop's, not Tryton's."""
    command = first(
        "D1", item(1, 3333, 667, (1000, "MUG")), item(2, 1, 0, (7, "LAMP-ARC")), item(3, 1005, 50, (2, "MUG"))
    )
    door.push(command, "d.0")
    assert office.moved(command) == {"1.2.9": 5056, "4.1.1": -4339, "2.2.3": -717}


def test_documents_go_together_and_one_bad_stops_none(door: TrytonDocuments, office: Office) -> None:
    """Of five, one on an account that is not there and one with a tax of nobody: three are posted, two say why."""
    bad = replace(item(1, 500, 100, (1, "MUG")), code="9.9.9")
    commands = [first("E1"), first("E2", bad), first("E3"), first("E4", item(1, 500, 77, (1, "MUG"))), first("E5")]
    answers = door.push_many([(c, f"e.{n}") for n, c in enumerate(commands)])
    assert [type(a) for a in answers] == [Acknowledgement, Rejected, Acknowledgement, Rejected, Acknowledgement]
    assert "'9.9.9'" in str(answers[1])
    assert "VAT 20%" in str(answers[3])
    assert [len(office.invoices(f"E{n}")) for n in range(1, 6)] == [1, 0, 1, 0, 1]


def test_a_late_document_keeps_its_day(door: TrytonDocuments, office: Office) -> None:
    """Tryton numbers invoices by date: what comes late bears the newest one's, and its entry is of the booked day."""
    door.push(first("F1", day=date(2012, 5, 2)), "f.0")
    late = first("F2", day=date(2012, 5, 1))
    door.push(late, "f.1")
    (invoice,) = office.invoices("F2")
    assert (invoice["invoice_date"]["day"], invoice["accounting_date"]["day"]) == (2, 1)
    assert office.moved(late)["1.2.9"] == 2730


def test_a_product_is_made_where_a_category_is_named(door: TrytonDocuments, office: Office, proxy: Proxy) -> None:
    """Under our code and the name we know it by; without the setting the document is refused with the remedy."""
    strange = first("G1", replace(item(1, 1000, 200, (1, "NEW-1")), text="New thing"))
    bare = TrytonDocuments(connection(proxy.url, office.server.database))
    with pytest.raises(Rejected, match="setting `category`"):
        bare.push(strange, "g.0")
    bare.close()
    door.push(strange, "g.0")
    assert [p["name"] for p in office.rows("product.product", [["code", "=", "NEW-1"]], "name")] == ["New thing"]


def test_two_doors_with_one_command_write_it_once(office: Office) -> None:
    """Two workers push the same command at the same time, again and again: one invoice each."""
    doors = [TrytonDocuments(connection(office.server.url, office.server.database)) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        for n in range(3):
            command = first(f"H{n}")
            push = partial(_pushed, command=command, key=f"h.{n}")
            # Somebody may be in the way of the other: each tries again, as delivery does.
            assert any(all(pool.map(push, doors)) for _ in range(ROUNDS_MAX))
            assert [i["state"] for i in office.invoices(f"H{n}")] == ["posted"]
            assert office.moved(command)["1.2.9"] == total_of(command.document.items)
    for door in doors:
        door.close()


def _pushed(door: TrytonDocuments, command: DocumentCommand, key: str) -> bool:
    try:
        door.push(command, key)
    except (Retryable, Rejected, InDoubt) as trouble:
        if "says something else" in str(trouble):
            raise
        return False
    return True


def test_a_careless_price_is_never_posted(
    door: TrytonDocuments, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin: prices rounded to the cent make three for 10.00 come to 9.99. It stays a draft, and says so."""
    from tallystick.connectors.tryton.documents import translate
    from tallystick.connectors.tryton.documents.prices import Priced

    monkeypatch.setattr(translate, "priced", lambda net, quantity, _: [Priced(quantity, net // quantity * 100)])
    with pytest.raises(Rejected, match="comes to 999, not 1000"):
        door.push(first("I1"), "i.0")
    assert [i["state"] for i in office.invoices("I1")] == ["draft"]

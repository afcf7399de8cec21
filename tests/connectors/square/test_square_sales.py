"""What a Square till rang up, as the book takes it: to the cent, whether there is stock for it or not."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tallystick.connectors.square import faults as names
from tallystick.connectors.square import translate
from tallystick.connectors.square.connector import SquareTill
from tallystick.connectors.square.faults import QUARANTINED
from tallystick.connectors.square.pages import stock_delivery
from tallystick.connectors.square.setup import setup_of
from tallystick.connectors.square.twin.samples import line, money, order_of, return_of
from tallystick.messages.channels import SetStock, StockAsked
from tallystick.messages.sales import CreditReported, SaleLine, SaleReported, ServiceLine
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.ports.connector import Misconfigured, Rejected, Translation
from tests.connectors.square.tillfront import connection, opened, order, parsed, said_of, told, with_line

NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)


def one_sale(said: Any) -> SaleReported:
    """Return the one sale there is."""
    (found,) = said_of(told(said), SaleReported)
    assert isinstance(found, SaleReported)
    return found


@pytest.mark.parametrize(
    ("changed", "service"),
    [
        ({"total_tip_money": money(200), "total_money": money(5128)}, ServiceLine(4, "tips", "tips", 1, 200)),
        ({"total_tip_money": money(200)}, ServiceLine(4, "tips", "tips", 1, 200)),
        (
            {"rounding_adjustment": {"amount_money": money(2)}, "total_money": money(4930)},
            ServiceLine(4, "rounding", "rounding", 1, 2),
        ),
        (
            {"rounding_adjustment": {"amount_money": money(-3)}, "total_money": money(4925)},
            ServiceLine(4, "rounding", "rounding", 1, -3),
        ),
    ],
    ids=["tip-in-the-total", "tip-on-top", "rounded-up", "rounded-down"],
)
def test_what_is_paid_beside_goods_is_a_service(changed: Any, service: ServiceLine) -> None:
    """A tip is earned whether the total has it or not; rounding to coins is told as it was."""
    assert one_sale(order(**changed)).services[-1] == service


def test_a_gift_card_is_owed_and_a_typed_amount_is_no_goods() -> None:
    """Cards sold are vouchers; an amount typed in is earned without stock."""
    card = {**line("l1", "", "1", (2500, 0)), "item_type": "GIFT_CARD", "catalog_object_id": None}
    typed = {**line("l2", "", "1", (1100, 100)), "item_type": "CUSTOM_AMOUNT", "catalog_object_id": None}
    sale = one_sale(order(line_items=[card, typed], service_charges=[], total_money=money(3600)))
    assert sale.vouchers == (ServiceLine(1, "gift_card", "gift_card", 1, 2500),)
    assert sale.services == (ServiceLine(2, "custom", "custom", 1, 1000, 100),)
    assert sale.goods == ()


def test_a_charge_on_lines_is_in_the_lines_already() -> None:
    """It is told beside them as well, and counts once."""
    charge = {"total_money": money(550), "total_tax_money": money(50), "scope": "LINE_ITEM"}
    sale = one_sale(order(service_charges=[charge], total_money=money(4378)))
    assert sale.services == ()


@pytest.mark.parametrize(
    ("tenders", "expected"),
    [(["CARD"], "card"), (["CASH", "CASH"], "cash"), (["CASH", "SQUARE_GIFT_CARD"], "mixed"), ([], "none")],
)
def test_a_sale_has_one_tender(tenders: list[str], expected: str) -> None:
    """By Square's name of it; what several share waits in one account for whoever counts the till."""
    assert one_sale(order(tenders=[{"type": t} for t in tenders])).tender == expected


def test_things_swapped_at_the_till_are_a_sale_and_a_credit() -> None:
    """One order: a mug goes, a lamp comes back. Each has a name of its own."""
    found = told(return_of("O-2", 0, line_items=[line("l1", "V-MUG", "1", (2174, 0))], total_money=money(2174)))
    (sale,), (credit,) = said_of(found, SaleReported), said_of(found, CreditReported)
    assert (sale.sale, sale.goods) == ("till-O-2", (SaleLine(1, "MUG", 1, 2174),))
    assert (credit.credit, credit.goods) == ("till-O-2-1", (SaleLine(1, "LAMP", 1, 668, 67),))
    assert len({r.id for r in found.reports}) == 2


def test_money_given_back_without_goods_is_a_credit_of_a_service() -> None:
    """A gesture in money takes nothing into stock."""
    back = {**line("r1", "", "1", (500, 0)), "item_type": "CUSTOM_AMOUNT"}
    returned = {"uid": "b1", "return_line_items": [back], "return_amounts": {"total_money": money(500)}}
    (credit,) = said_of(told(return_of("O-2", 0, returns=[returned])), CreditReported)
    assert (credit.goods, credit.services) == ((), (ServiceLine(1, "custom", "custom", 1, 500),))


def counted(quantity: str, skus: dict[str, str]) -> Translation:
    """Translate a count of one variation."""
    wired = connection()
    counts = [{"catalog_object_id": "V-MUG", "quantity": quantity}]
    return parsed(stock_delivery(counts, skus, (NOW, setup_of(wired))), wired)


CASES: list[tuple[str, Callable[[], Translation]]] = [
    (names.UNREADABLE, lambda: told(order(closed_at="late"))),
    (names.UNREADABLE, lambda: told(with_line(order(), total_money={"amount": 1.5, "currency": "EUR"}))),
    (names.UNREADABLE, lambda: told(with_line(order(), uid=None))),
    (names.NO_SKU, lambda: told(order(), {"V-MUG": "MUG"})),
    (names.NO_SKU, lambda: told(with_line(order(), catalog_object_id=None))),
    (names.NO_SKU, lambda: counted("3", {})),
    (names.NOT_WHOLE, lambda: told(with_line(order(), quantity="1.25"))),
    (names.NOT_WHOLE, lambda: told(with_line(order(), quantity="a few"))),
    (names.NOT_WHOLE, lambda: counted("2.5", {"V-MUG": "MUG"})),
    (names.OTHER_TOTAL, lambda: told(order(total_money=money(4929)))),
    (names.OTHER_TOTAL, lambda: told(return_of("O-2", 0, total_money=money(1)))),
    (names.STRANGE_LINE, lambda: told(with_line(order(), quantity="0"))),
    (names.STRANGE_LINE, lambda: told(with_line(order(), total_money=money(-1)))),
    (names.OTHER_CURRENCY, lambda: told(order(line_items=[], service_charges=[], total_money=None))),
    (names.OTHER_CURRENCY, lambda: told(with_line(order(), total_tax_money=money(1, "USD")))),
    (names.NO_SALE, lambda: told(order(line_items=[], service_charges=[], total_money=money(0)))),
]


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{n}-{name}" for n, (name, _) in enumerate(CASES)])
def test_it_waits_under_its_name(name: str, case: Callable[[], Translation]) -> None:
    """Nothing of it is guessed: no report, one letter with a remedy, and what came is in it."""
    found = case()
    assert found.reports == ()
    (fault,) = found.faults
    assert fault.reason.startswith(f"{name}: "), fault.reason
    assert fault.remedy
    assert fault.body


def test_every_name_has_a_case_and_every_case_a_name() -> None:
    """A kind of letter that nobody tried, or that the list does not have, is a defect."""
    assert {name for name, _ in CASES} == set(QUARANTINED)
    assert SquareTill.manifest.quarantined == QUARANTINED


def test_a_sale_with_something_unread_is_taken_only_by_a_careless_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: without the total, a cent that nobody reads would be lost."""
    said = order(total_money=money(4929))
    assert told(said).faults
    monkeypatch.setattr(translate, "_refuse_other_total", lambda *_: None)
    assert one_sale(said).goods


def test_sales_of_many_pages_come_with_their_skus() -> None:
    """What changes while pages are read moves to the end and is seen; open orders are not asked for."""
    with opened() as front:
        front.store.sell("V-LAMP", "LAMP", "3")
        front.store.sell("V-MUG", "MUG", "3")
        front.store.orders = [order_of(f"O-{n}", n) for n in range(10)] + [order_of("X", 3, state="OPEN")]
        found, cursor, more = set[str](), "", True
        while more:
            page = front.door.pull(SaleReported, cursor)
            found |= {d.subject for d in page.deliveries}
            assert all(not front.door.parse(d).faults for d in page.deliveries)
            cursor, more = page.cursor, page.more
        assert found == {f"sale/till-O-{n}" for n in range(10)}
        with pytest.raises(Misconfigured, match="no cursor"):
            front.door.pull(SaleReported, "yesterday")


def test_stock_is_counted_once_and_only_where_it_differs() -> None:
    """Two SKUs, one not in the catalogue, one under which two variations go: each is answered for itself."""
    with opened() as front:
        for variation, sku in (("V1", "A"), ("V2", "B"), ("V3", "B"), ("V4", "C")):
            front.store.sell(variation, sku, "7")
        commands = [SetStock("till", sku, units, 1) for sku, units in (("A", 7), ("B", 5), ("NEVER", 1), ("C", 5))]
        answers = front.door.push_many([(c, f"{c.sku}.0") for c in commands])
        assert [isinstance(a, Rejected) for a in answers] == [False, True, True, False]
        assert front.store.effects == [SetStock("till", "C", 5, 1)]
        asked = front.door.ask(StockAsked("till"))
        assert isinstance(asked, StockStatementReported)
        assert asked.lines == (CountedUnits("A", 7), CountedUnits("C", 5))

"""What each fact writes in the book, as an accountant would read it; and that a wrong row never gets in."""

from typing import Annotated

import pytest
from msgspec import Struct
from msgspec.structs import replace

from tallystick.journal.chart import CHART, ChartError
from tallystick.journal.posting import PostingError
from tallystick.messages.catalogue import MessageType, Role
from tallystick.messages.fulfilment import DispatchedLine, GoodsDispatched
from tallystick.messages.payments import PaymentCaptured, PaymentSettled, RefundPaid
from tallystick.messages.returns import CreditedReturnLine, GoodsReturned
from tallystick.messages.sales import (
    BadDebtAdjusted,
    BadDebtLine,
    CreditedLine,
    SaleCredited,
    SaleRecorded,
    ServiceLine,
    SoldLine,
)
from tallystick.messages.stock import (
    ExplainedLine,
    GoodsReceived,
    HeldLine,
    ShortageCovered,
    ShortageExplained,
    StockAdjusted,
    StockNoLongerOwed,
    StockOwed,
    StockReleased,
    StockReserved,
    ValuedLine,
)
from tallystick.posting.rule import Rule, RuleError
from tallystick.posting.table import RULES, RULES_VERSION, TABLE, PostingTable, check_table
from tests.scenarios.book_text import entry_text

SOLD = SoldLine(1, "LAMP", 2, 2400, 456, 800)
POSTAGE = ServiceLine(3, "POST", "postage", 1, 390, 74)
VOUCHER = ServiceLine(4, "GIFT", "gift", 1, 2000)
FEE = ServiceLine(5, "FEE", "fees", 1, 50)
HELD = (HeldLine(1, "LAMP", 2),)
VALUED = (ValuedLine(1, "LAMP", 2, 800),)


def written(fact: Struct) -> str:
    """The entry of a fact, as text."""
    return entry_text(TABLE.post(fact))


def as_text(table: str) -> str:
    """A golden entry without its indentation."""
    return "\n".join(line.strip() for line in table.strip().splitlines())


def test_a_sale_at_the_till() -> None:
    """Goods, gift, postage, fee and voucher on one slip, paid at once: each line posts what it is."""
    gift = SoldLine(2, "BULB", 1, 0, 0, 100)
    fact = SaleRecorded(
        "7", "till", "WH1", "EUR/2", "cash", "DE", 5370, (SOLD,), (gift,), (POSTAGE,), (FEE,), (VOUCHER,)
    )
    assert written(fact) == as_text("""
        outside:customer < stock:sellable:WH1  2 LAMP
        receivable:till < revenue:till  24.00 EUR
        receivable:till < tax_payable:DE  4.56 EUR
        cost_of_sales:till < inventory:WH1  8.00 EUR
        outside:customer < stock:sellable:WH1  1 BULB
        giveaways:till < inventory:WH1  1.00 EUR
        outside:customer < outside:unstocked  1 POST
        receivable:till < service_revenue:postage  3.90 EUR
        receivable:till < tax_payable:DE  0.74 EUR
        outside:customer < outside:unstocked  1 FEE
        receivable:till < charges:fees  0.50 EUR
        outside:customer < outside:unstocked  1 GIFT
        receivable:till < gift_vouchers:till  20.00 EUR
        tender_clearing:cash < receivable:till  53.70 EUR
    """)


def test_a_credit_at_the_till() -> None:
    """What finds its sale comes back at the sale's cost, what does not at the cost known now."""
    matched, blind = CreditedLine(1, "LAMP", 1, 1200, 228, 400, 5, 1), CreditedLine(2, "LAMP", 1, 1000, 190, 410)
    fact = SaleCredited(
        "C", "till", "WH1", "EUR/2", "cash", "DE", 2618, (matched,), (blind,), (POSTAGE,), (FEE,), (VOUCHER,)
    )
    assert written(fact) == as_text("""
        stock:sellable:WH1 < outside:customer  1 LAMP
        sales_credits:till < receivable:till  12.00 EUR
        tax_payable:DE < receivable:till  2.28 EUR
        inventory:WH1 < cost_of_sales:till  4.00 EUR
        stock:sellable:WH1 < outside:customer  1 LAMP
        sales_credits:till < receivable:till  10.00 EUR
        tax_payable:DE < receivable:till  1.90 EUR
        inventory:WH1 < cost_of_sales:till  4.10 EUR
        outside:unstocked < outside:customer  1 POST
        service_revenue:postage < receivable:till  3.90 EUR
        tax_payable:DE < receivable:till  0.74 EUR
        outside:unstocked < outside:customer  1 FEE
        charges:fees < receivable:till  0.50 EUR
        outside:unstocked < outside:customer  1 GIFT
        gift_vouchers:till < receivable:till  20.00 EUR
        receivable:till < tender_clearing:cash  26.18 EUR
    """)


def test_a_bad_debt_and_its_revival() -> None:
    """A negative amount swaps debit and credit; nothing is ever posted below zero."""
    fact = BadDebtAdjusted("b", "till", "EUR/2", (BadDebtLine(1, "DEBT", 1, 700), BadDebtLine(2, "DEBT", 1, -200)))
    assert written(fact) == as_text("""
        outside:customer < outside:unstocked  1 DEBT
        outside:customer < outside:unstocked  1 DEBT
        bad_debt:till < receivable:till  7.00 EUR
        receivable:till < bad_debt:till  2.00 EUR
    """)


def test_promises_move_units_and_no_money() -> None:
    """Reserving and letting go changes what can be promised, never what goods are worth."""
    assert written(StockReserved("W1", "WH1", HELD)) == "stock:reserved:WH1 < stock:sellable:WH1  2 LAMP"
    assert written(StockReleased("W1", "WH1", HELD)) == "stock:sellable:WH1 < stock:reserved:WH1  2 LAMP"


def test_goods_received_and_declared() -> None:
    """A receipt is owed to the supplier; an opening stock stands against the opening."""
    assert written(GoodsReceived("r", "WH1", "EUR/2", VALUED, VALUED)) == as_text("""
        stock:sellable:WH1 < outside:supplier  2 LAMP
        inventory:WH1 < goods_received:WH1  8.00 EUR
        stock:sellable:WH1 < outside:opening:WH1  2 LAMP
        inventory:WH1 < opening_stock:WH1  8.00 EUR
    """)


def test_a_count() -> None:
    """Found is gained, lost is a loss; what no shelf holds is counted without a value."""
    assert written(StockAdjusted("a", "WH1", "EUR/2", VALUED, VALUED, HELD, HELD)) == as_text("""
        stock:sellable:WH1 < outside:found:WH1  2 LAMP
        inventory:WH1 < stock_gains:WH1  8.00 EUR
        outside:lost:WH1 < stock:sellable:WH1  2 LAMP
        stock_losses:WH1 < inventory:WH1  8.00 EUR
        outside:unstocked < outside:found:WH1  2 LAMP
        outside:lost:WH1 < outside:unstocked  2 LAMP
    """)


def test_a_shortage_covered_and_explained() -> None:
    """The unexplained lends units and value, and is paid back; the guess was out by the difference."""
    assert written(ShortageCovered("WH1", "EUR/2", VALUED)) == as_text("""
        stock:sellable:WH1 < outside:unexplained:WH1  2 LAMP
        inventory:WH1 < unexplained_stock:WH1  8.00 EUR
    """)
    assert written(ShortageExplained("WH1", "EUR/2", (ExplainedLine(1, "LAMP", 2, 900, -100),))) == as_text("""
        outside:unexplained:WH1 < stock:sellable:WH1  2 LAMP
        unexplained_stock:WH1 < inventory:WH1  9.00 EUR
        cost_differences:WH1 < unexplained_stock:WH1  1.00 EUR
    """)


def test_a_dispatch() -> None:
    """Control passes: units, revenue, tax and cost in one entry, whether or not the order still held the goods."""
    line = DispatchedLine(1, "LAMP", 2, 2400, 456, 800)
    lines = as_text("""
        receivable:web < revenue:web  24.00 EUR
        receivable:web < tax_payable:DE  4.56 EUR
        cost_of_sales:web < inventory:WH1  8.00 EUR
    """)
    held = GoodsDispatched("W1", "S1", "web", "WH1", "DE", "EUR/2", (line,))
    unheld = GoodsDispatched("W1", "S1", "web", "WH1", "DE", "EUR/2", (), (line,))
    assert written(held) == f"outside:customer < stock:reserved:WH1  2 LAMP\n{lines}"
    assert written(unheld) == f"outside:customer < stock:sellable:WH1  2 LAMP\n{lines}"


def test_money_taken_paid_back_and_paid_out() -> None:
    """The provider owes us, pays the customer for us, and pays us less its fee."""
    assert (
        written(PaymentCaptured("W1", "web", "stripe", "EUR/2", 2856))
        == "psp_clearing:stripe < receivable:web  28.56 EUR"
    )
    assert written(RefundPaid("W1", "web", "stripe", "EUR/2", 100)) == "receivable:web < psp_clearing:stripe  1.00 EUR"
    assert written(PaymentSettled("W1", "stripe", "main", "p1", "EUR/2", 2786, 70)) == as_text("""
        bank:main < psp_clearing:stripe  27.86 EUR
        psp_fees:stripe < psp_clearing:stripe  0.70 EUR
    """)


def test_a_return() -> None:
    """The sale is taken back at the price and cost it left at, the goods stand in the state they were found in."""
    line = CreditedReturnLine(1, "LAMP", 1, "damaged", 1200, 228, 400)
    assert written(GoodsReturned("W1", "R1", "web", "WH1", "DE", "EUR/2", (line,))) == as_text("""
        stock:damaged:WH1 < outside:customer  1 LAMP
        sales_credits:web < receivable:web  12.00 EUR
        tax_payable:DE < receivable:web  2.28 EUR
        inventory:WH1 < cost_of_sales:web  4.00 EUR
    """)


def test_units_owed_are_counted_outside_the_shelves() -> None:
    """A promise beyond stock reserves nothing, for nothing is there; it is on record until it is kept or given up."""
    assert written(StockOwed("W1", "WH1", HELD)) == "outside:promised < outside:owed:WH1  2 LAMP"
    assert written(StockNoLongerOwed("W1", "WH1", HELD)) == "outside:owed:WH1 < outside:promised  2 LAMP"


def test_an_older_table_need_not_know_younger_facts() -> None:
    """A book written by earlier rules can still be proved: they post what they knew, and nothing is missed in them."""
    older = tuple(r for r in RULES if r.fact not in {StockOwed, StockNoLongerOwed})
    assert PostingTable(older, RULES_VERSION - 1).post(StockOwed("W1", "WH1", HELD)) == []
    with pytest.raises(RuleError, match="StockOwed"):
        PostingTable(older, RULES_VERSION)


def test_zero_posts_nothing() -> None:
    """A line without price, tax and cost moves its units only."""
    fact = SaleRecorded("7", "till", "WH1", "EUR/2", "account", "DE", 0, (replace(SOLD, net=0, tax=0, cost=0),))
    assert written(fact) == "outside:customer < stock:sellable:WH1  2 LAMP"


@pytest.mark.parametrize(
    "fact",
    [
        PaymentCaptured("W1", "web", "", "EUR/2", 1),
        PaymentCaptured("W1", "", "stripe", "EUR/2", 1),
        GoodsReturned("W1", "R1", "web", "WH1", "DE", "EUR/2", (CreditedReturnLine(1, "LAMP", 1, "", 1, 0, 1),)),
        StockReserved("W1", "", HELD),
    ],
)
def test_an_account_with_an_empty_part_is_never_posted_to(fact: Struct) -> None:
    """What a provider, channel or place without a name owes could never be asked of anybody."""
    with pytest.raises(PostingError, match="empty"):
        TABLE.post(fact)


def test_every_posting_names_its_row() -> None:
    """Any number can be followed back to the rule that wrote it."""
    fact = PaymentCaptured("W1", "web", "stripe", "EUR/2", 1)
    assert [RULES[p.rule - 1].name for p in TABLE.post(fact)] == ["payment_captured.amount"]
    assert TABLE.numbers("payment_captured.amount") == [TABLE.post(fact)[0].rule]


class Half(Struct):
    """A made-up fact that is posted nowhere and has no currency."""

    order: str
    amount: Annotated[int, None]


GOOD = next(r for r in RULES if r.name == "sale_recorded.goods.net")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"debit": "no_such:{channel}"}, ChartError),
        ({"debit": "revenue:{colour}"}, RuleError),
        ({"amount": "weight"}, RuleError),
        ({"amount": "line"}, RuleError),
        ({"each": "parcels"}, RuleError),
        ({"amount": "quantity"}, RuleError),
        ({"debit": "stock:sellable:{location}"}, RuleError),
        ({"each": "", "amount": "paid", "debit": "inventory:{location}"}, RuleError),
        ({"debit": GOOD.credit}, RuleError),
    ],
    ids=[
        "unknown account",
        "nothing fills the hole",
        "unknown field",
        "a field that is no amount",
        "unknown lines",
        "units into a money account",
        "money into a units account",
        "inventory without a product",
        "one account on both sides",
    ],
)
def test_a_wrong_row_is_refused_at_import(change: dict[str, str], error: type[Exception]) -> None:
    """The broken twins of a good row: none of them can ever post."""
    with pytest.raises(error):
        check_table((*RULES, replace(GOOD, **change)))


def test_a_doubled_row_is_refused() -> None:
    """The same row twice would post everything twice."""
    with pytest.raises(RuleError, match="twice"):
        check_table((*RULES, GOOD))


def test_a_fact_that_nobody_posts_is_refused() -> None:
    """A fact is posted by some row, or declared as not posted with the reason."""
    silent = MessageType("sales", "half", 1, Half, Role.FACT, "nobody")
    with pytest.raises(RuleError, match="Half"):
        check_table(RULES, CHART, (silent,))


def test_money_without_a_currency_is_refused() -> None:
    """An amount of money says of which currency."""
    rule = Rule(StockReserved, "lines", "inventory:{location}", "revenue:web", "quantity", "wrong")
    with pytest.raises(RuleError):
        check_table((*RULES, rule))

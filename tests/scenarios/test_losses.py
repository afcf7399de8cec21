"""Money taken back against our will, goods that never arrive, and what statements and differences do to the book: nothing."""

from datetime import date

from tallystick.engine.answer import Status
from tallystick.messages.payments import ChargebackReported, PayRefund
from tallystick.messages.returns import LossClaimed
from tallystick.messages.statements import (
    CountedUnits,
    DifferenceFound,
    DifferenceSettled,
    ProviderLine,
    ProviderStatementReported,
    StockStatementReported,
)
from tallystick.messages.stock import HeldLine
from tests.scenarios.shop import Shop


def sold(shop: Shop) -> str:
    """Two lamps that were paid and have left."""
    shop.receives(10, "LAMP", cost="4.00 EUR")
    order = shop.sells(2, "LAMP", price="12.00 EUR")
    shop.ships(order)
    shop.captures(order, "24.00 EUR", "c1")
    return order


def test_a_chargeback_takes_the_money_back_and_costs_a_fee(shop: Shop) -> None:
    """The customer's bank takes the money back from the provider, and it from us; a person is told, to contest it."""
    order = sold(shop)
    shop.says(order, ChargebackReported(order, "stripe", 2400, 1500, "d1"))
    assert shop.told == ["chargeback"]
    shop.book_shows("""
        psp_clearing:stripe  -15.00  EUR
        chargebacks:web       24.00  EUR
        psp_fees:stripe       15.00  EUR
        receivable:web         0.00  EUR
    """)
    shop.says(order, ChargebackReported(order, "stripe", -2400, 0, "d1 won"))
    shop.book_shows("""
        psp_clearing:stripe    9.00  EUR
        chargebacks:web        0.00  EUR
    """)


def test_a_chargeback_is_posted_once(shop: Shop) -> None:
    """One reference, one step of a dispute; said again otherwise, a person is told."""
    order = sold(shop)
    assert shop.backfills(
        order,
        ChargebackReported(order, "stripe", 2400, 1500, "d1"),
        ChargebackReported(order, "stripe", 2400, 1500, "d1"),
        ChargebackReported(order, "stripe", 2300, 1500, "d1"),
    ) == ["posted", "repeated", "conflicting"]
    shop.book_shows("chargebacks:web  24.00  EUR")


def test_a_chargeback_before_its_capture_waits(shop: Shop) -> None:
    """A chargeback that overtook its capture is kept until the capture is there; one without a reference is refused."""
    shop.receives(10, "LAMP", cost="4.00 EUR")
    order = shop.sells(2, "LAMP", price="12.00 EUR")
    assert shop.says(order, ChargebackReported(order, "stripe", 2400, 0, "d1")).status is Status.EARLY
    shop.ships(order)
    shop.captures(order, "24.00 EUR")
    shop.book_shows("chargebacks:web  24.00  EUR")
    shop.leaves_waiting = True
    assert "reference" in shop.says(order, ChargebackReported(order, "stripe", 2400, 0, "")).reason


def test_a_parcel_that_never_arrives_is_refunded_and_its_cost_is_a_loss(shop: Shop) -> None:
    """Nothing comes back: the customer gets the money, the units are lost, and their cost is no cost of sales."""
    order = sold(shop)
    shop.says(order, LossClaimed(order, "L1", (HeldLine(1, "LAMP", 1),)))
    assert [c.amount for c in shop.asks(PayRefund)] == [1200]
    shop.refunds(order)
    shop.book_shows("""
        stock:sellable:WH1     8  LAMP
        outside:customer       1  LAMP
        outside:lost:WH1       1  LAMP
        sales_credits:web  12.00  EUR
        cost_of_sales:web   4.00  EUR
        parcels_lost:web    4.00  EUR
        receivable:web      0.00  EUR
    """)


def test_a_loss_is_credited_once_and_never_beyond_what_left(shop: Shop) -> None:
    """The same claim again changes nothing; units that never left are not credited, and a person is told."""
    order = sold(shop)
    claim = LossClaimed(order, "L1", (HeldLine(1, "LAMP", 2),))
    assert shop.backfills(order, claim, claim) == ["claimed", "repeated"]
    shop.says(order, LossClaimed(order, "L2", (HeldLine(1, "LAMP", 1),)))
    assert shop.told == ["claim_exceeds_sale"]
    shop.book_shows("sales_credits:web  24.00  EUR")


def test_a_statement_moves_nothing_and_its_newest_word_counts(shop: Shop) -> None:
    """What partners say they hold is kept to be compared; said again it changes nothing, said otherwise it is replaced."""
    shop.receives(10, "LAMP", cost="4.00 EUR")
    before = len([p for f in shop.book.entries for p in f.postings])
    first = StockStatementReported("WH1/1", "WH1", "on_hand", (CountedUnits("LAMP", 9),))
    second = StockStatementReported("WH1/1", "WH1", "on_hand", (CountedUnits("LAMP", 10),))
    outcomes = [shop.hears("statement/WH1/1", said).outcome for said in (first, first, second)]
    assert outcomes == ["kept", "repeated", "revised"]
    line = ProviderLine("c1", "capture", 2400, date(2026, 11, 23), "W1")
    money = ProviderStatementReported("1", "stripe", "EUR/2", date(2026, 11, 23), (line,))
    assert shop.hears("statement/stripe/1", money).outcome == "kept"
    assert len([p for f in shop.book.entries for p in f.postings]) == before
    assert shop.told == []


def test_a_difference_is_told_once_and_again_when_it_changes(shop: Shop) -> None:
    """A person hears of a difference once, of its growth by how much it grew, and again when it comes back."""

    def differs(theirs: int) -> str:
        found = DifferenceFound("stock", "warehouse_stock_differs", "WH1", "LAMP", "sku:LAMP", 10, theirs)
        return shop.hears("difference/stock/WH1/LAMP", found).outcome

    assert [differs(9), differs(9), differs(7)] == ["found", "repeated", "changed"]
    gone = shop.hears("difference/stock/WH1/LAMP", DifferenceSettled("stock", "WH1", "LAMP"))
    assert (gone.outcome, differs(9)) == ("settled", "found")
    assert [b.amount for f in shop.book.entries for b in f.breaks] == [-1, -2, -1]

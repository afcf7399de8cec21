"""What is said twice: a backfill by pull repeats what a webhook told, under ids of its own."""

from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.payments import CaptureReported, RefundReported, SettlementReported
from tallystick.messages.returns import ReturnedLine, ReturnReceived
from tallystick.messages.stock import HeldLine
from tests.scenarios.shop import Shop

BOTH = (HeldLine(1, "LAMP", 2),)
BROUGHT = (ReturnedLine(1, "LAMP", 1, "sellable"),)


def test_what_a_backfill_repeats_is_booked_once(shop: Shop) -> None:
    """Shipment, capture, payout, return and refund count by their own keys, whatever message says them again."""
    shop.receives(10, "LAMP", cost="4.00 EUR")
    order = shop.sells(2, "LAMP", price="12.00 EUR")
    story = (
        DispatchReported(order, "S1", BOTH),
        CaptureReported(order, "stripe", 2400, "ch_1"),
        SettlementReported(order, "stripe", "po_1", "main", 2400, 60),
        ReturnReceived(order, "R1", "WH1", BROUGHT, "P1"),
        RefundReported(order, 1, "stripe", 1200, "re_1"),
    )
    for report in story:
        shop.says(order, report)

    assert shop.backfills(order, *story) == ["repeated"] * 5
    assert shop.told == []
    shop.book_shows("""
        stock:sellable:WH1        9  LAMP
        outside:customer          1  LAMP
        revenue:web          -24.00  EUR
        sales_credits:web     12.00  EUR
        receivable:web         0.00  EUR
        bank:main             23.40  EUR
        psp_clearing:stripe  -12.00  EUR
    """)


def test_the_same_key_with_other_content_is_told_and_not_booked(shop: Shop) -> None:
    """Two reports of one key that differ cannot both be true: the first stands, and somebody finds out."""
    shop.receives(10, "LAMP", cost="4.00 EUR")
    order = shop.sells(2, "LAMP", price="12.00 EUR")
    story = (
        (DispatchReported(order, "S1", BOTH), DispatchReported(order, "S1", (HeldLine(1, "LAMP", 1),))),
        (CaptureReported(order, "stripe", 2400, "ch_1"), CaptureReported(order, "stripe", 2399, "ch_1")),
        (
            SettlementReported(order, "stripe", "po_1", "main", 2400, 60),
            SettlementReported(order, "stripe", "po_1", "main", 2400, 61),
        ),
        (
            ReturnReceived(order, "R1", "WH1", BROUGHT, "P1"),
            ReturnReceived(order, "R1", "WH2", BROUGHT, "P1"),
        ),
        (RefundReported(order, 1, "stripe", 1200, "re_1"), RefundReported(order, 1, "stripe", 1201, "re_1")),
    )
    for said, otherwise in story:
        shop.says(order, said)
        assert shop.backfills(order, otherwise) == ["conflicting"]

    assert shop.told == ["conflicting_report"] * 5
    shop.book_shows("""
        outside:customer          1  LAMP
        receivable:web         0.00  EUR
        psp_fees:stripe        0.60  EUR
    """)


def test_what_has_no_key_counts_as_new(shop: Shop) -> None:
    """Two captures and two parcels without a name may well be two: they are booked, not compared."""
    shop.receives(10, "LAMP", cost="4.00 EUR")
    order = shop.sells(2, "LAMP", price="12.00 EUR")
    shop.says(order, DispatchReported(order, "", (HeldLine(1, "LAMP", 1),)))
    shop.says(order, DispatchReported(order, "", (HeldLine(1, "LAMP", 1),)))
    shop.captures(order, "12.00 EUR")
    shop.captures(order, "12.00 EUR")

    assert shop.told == []
    shop.book_shows("""
        outside:customer          2  LAMP
        receivable:web         0.00  EUR
    """)


def test_a_repeat_does_not_put_a_deadline_off(shop: Shop) -> None:
    """The warehouse says again what it sent; the rest of the order is overdue when it would have been."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.sells(2, "LAMP", price="12.00 EUR")
    part = DispatchReported(order, "S1", (HeldLine(1, "LAMP", 1),))
    shop.says(order, part)
    shop.captures(order, "12.00 EUR")
    shop.waits(hours=40)
    shop.backfills(order, part)
    shop.waits(hours=10)

    assert shop.told == ["dispatch_overdue"]


def test_one_shipment_in_any_order_of_its_lines_is_one(shop: Shop) -> None:
    """The webhook lists a line twice, the pull once: what left is the same."""
    shop.receives(9, "LAMP", cost="4.00 EUR")
    shop.receives(9, "SHADE", cost="1.00 EUR")
    order = shop.orders((2, "LAMP", "12.00 EUR"), (1, "SHADE", "3.00 EUR"))
    shop.pays(order)
    one, shade = HeldLine(1, "LAMP", 1), HeldLine(2, "SHADE", 1)
    shop.says(order, DispatchReported(order, "S1", (shade, one, one)))

    assert shop.backfills(order, DispatchReported(order, "S1", (*BOTH, shade))) == ["repeated"]
    assert shop.told == []


def test_a_refund_paid_twice_is_booked_and_told(shop: Shop) -> None:
    """The provider paid under two references: the money is gone twice, so the book says so."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.sells(1, "LAMP", price="12.00 EUR")
    shop.ships(order)
    shop.captures(order, "12.00 EUR")
    shop.takes_back(order)
    shop.refunds(order, reference="re_1")
    shop.refunds(order, reference="re_2")

    assert shop.told == ["refund_differs"]
    shop.book_shows("""
        receivable:web        12.00  EUR
        psp_clearing:stripe  -12.00  EUR
    """)

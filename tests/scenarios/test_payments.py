"""Money that does not go the straight way: silent, short, lapsed, late, or given back."""

from tallystick.engine.answer import Status
from tallystick.messages.fulfilment import RecallShipment, ShipOrder
from tallystick.messages.payments import CapturePayment, PayRefund, SettlementReported, VoidPayment
from tests.scenarios.shop import Shop


def test_a_refused_order_sent_all_the_same_is_taken_at_its_own_provider(shop: Shop) -> None:
    """Nobody ever asked for money, the goods left, the customer pays: every account has its name."""
    order = shop.orders((1, "LAMP", "12.00 EUR"))
    shop.ships(order)
    shop.captures(order, "12.00 EUR")

    assert shop.told == ["unheld_dispatch", "shortage", "unpaid_goods", "captured_after_end"]
    shop.book_shows("""
        psp_clearing:stripe   12.00  EUR
        receivable:web         0.00  EUR
    """)


def test_an_account_without_a_name_is_refused(shop: Shop) -> None:
    """A payout to no bank would be posted to `bank:`; its sender is told what to mend, and nothing is booked."""
    shop.receives(1, "LAMP", cost="4.00 EUR")
    order = shop.sells(1, "LAMP", price="12.00 EUR")
    shop.ships(order)
    shop.captures(order, "12.00 EUR")
    answer = shop.says(order, SettlementReported(order, "stripe", "po_1", "", 1200, 30))

    assert (answer.status, "bank:" in answer.reason) == (Status.REFUSED, True)
    shop.book_shows("psp_clearing:stripe  12.00  EUR")
    shop.leaves_waiting = True


def test_a_hold_that_expires_stops_the_shipment(shop: Shop) -> None:
    """The provider lets the money go on its own: what has not left is stopped, and the stock is free again."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.sells(2, "LAMP", price="12.00 EUR")
    assert shop.voids(order).outcome == "expired"
    assert (shop.state(order), len(shop.asks(RecallShipment))) == ("CANCELLING", 1)

    shop.will_not_ship(order)
    assert shop.state(order) == "CANCELLED"
    shop.book_shows("stock:sellable:WH1  2  LAMP")


def test_goods_that_leave_after_the_hold_expired_are_unpaid(shop: Shop) -> None:
    """The parcel was on the ramp already: it is a sale, no money stands behind it, and somebody must collect."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.sells(2, "LAMP", price="12.00 EUR")
    shop.voids(order)
    shop.ships(order)

    assert (shop.told, shop.asks(CapturePayment)) == (["unpaid_goods"], [])
    shop.book_shows("receivable:web  24.00  EUR")


def test_money_held_anew_for_goods_that_left_is_taken(shop: Shop) -> None:
    """After a void, a decline or a silence: what is owed is collected instead of being let go."""
    shop.receives(9, "LAMP", cost="4.00 EUR")
    lapsed = shop.sells(2, "LAMP", price="12.00 EUR")
    shop.voids(lapsed)
    shop.ships(lapsed, 1)
    shop.pays(lapsed)
    declined = shop.orders((1, "LAMP", "12.00 EUR"))
    shop.ships(declined)
    shop.declines(declined)
    shop.pays(declined)
    short = shop.orders((1, "LAMP", "12.00 EUR"))
    shop.ships(short)
    shop.pays(short, "5.00 EUR")
    shop.pays(short)

    taken = [(c.order, c.amount) for c in shop.asks(CapturePayment)]
    assert taken == [(lapsed, 1200), (declined, 1200), (short, 1200)]


def test_a_capture_that_does_not_come_is_told(shop: Shop) -> None:
    """Three days after the goods left somebody must ask the provider; a part that was taken can be paid out."""
    shop.receives(9, "LAMP", cost="4.00 EUR")
    silent, short = shop.sells(1, "LAMP", price="12.00 EUR"), shop.sells(1, "LAMP", price="12.00 EUR")
    shop.ships(silent)
    shop.ships(short)
    shop.captures(short, "5.00 EUR")
    shop.waits(hours=73)

    assert shop.told == ["capture_overdue", "capture_overdue"]
    assert (shop.state(silent, "payment/1"), shop.state(short, "payment/1")) == ("CAPTURING", "CAPTURED")
    shop.settles(short, "5.00 EUR", fee="0.00 EUR")
    shop.book_shows("""
        bank:main              5.00  EUR
        receivable:web        19.00  EUR
    """)


def test_a_part_of_the_money_releases_nothing(shop: Shop) -> None:
    """Taken without a hold, and less than the order: it is remembered, and the goods stay until the rest is there."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.orders((2, "LAMP", "12.00 EUR"))
    shop.captures(order, "5.00 EUR")
    assert (shop.state(order), shop.asks(ShipOrder)) == ("RESERVED", [])

    shop.captures(order, "19.00 EUR")
    assert (shop.state(order), shop.state(order, "payment/1")) == ("RELEASED", "CAPTURED")
    assert shop.told == []


def test_a_part_taken_and_the_rest_held_is_enough(shop: Shop) -> None:
    """Five taken and nineteen held are the twenty-four asked for; the goods leave, and only the rest is taken."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.orders((2, "LAMP", "12.00 EUR"))
    shop.captures(order, "5.00 EUR")
    shop.pays(order, "19.00 EUR")
    shop.ships(order)

    assert [c.amount for c in shop.asks(CapturePayment)] == [1900]


def test_a_part_of_an_order_that_ends_is_given_back(shop: Shop) -> None:
    """Nobody pays the rest in time, or the provider declines it: the part goes back, and the stock is free."""
    shop.receives(4, "LAMP", cost="4.00 EUR")
    late, declined = shop.orders((2, "LAMP", "12.00 EUR")), shop.orders((2, "LAMP", "12.00 EUR"))
    shop.captures(declined, "7.00 EUR")
    shop.declines(declined)
    shop.refunds(declined)
    shop.captures(late, "5.00 EUR")
    shop.waits(hours=1)
    shop.refunds(late)

    assert [(c.order, c.amount) for c in shop.asks(PayRefund)] == [(declined, 700), (late, 500)]
    assert (shop.state(late), shop.state(declined)) == ("CANCELLED", "CANCELLED")
    shop.book_shows("""
        stock:sellable:WH1        4  LAMP
        receivable:web         0.00  EUR
        psp_clearing:stripe    0.00  EUR
    """)


def test_more_was_paid_out_than_was_taken(shop: Shop) -> None:
    """The provider's payout is too large: the bank has it, so the book has it, and somebody is told."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.sells(1, "LAMP", price="12.00 EUR")
    shop.ships(order)
    shop.captures(order, "12.00 EUR")
    shop.settles(order, "12.50 EUR", fee="0.00 EUR")

    assert shop.told == ["over_settled"]
    shop.book_shows("psp_clearing:stripe  -0.50  EUR")


def test_the_rest_of_a_parcel_that_left_unpaid_does_not_wait_for_ever(shop: Shop) -> None:
    """One of two left, and the provider is silent: after half an hour the other is free, then somebody is told."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.orders((2, "LAMP", "12.00 EUR"))
    shop.ships(order, 1)
    assert shop.state(order) == "SHIPPED_AHEAD"
    shop.waits(hours=1)
    assert shop.state(order) == "SHIPPED"
    shop.waits(hours=1)

    assert (shop.state(order), shop.told) == ("SHIPPED", ["authorisation_overdue"])
    shop.book_shows("""
        stock:sellable:WH1        1  LAMP
        stock:reserved:WH1        0  LAMP
        receivable:web        12.00  EUR
    """)


def test_what_was_never_paid_is_not_refunded(shop: Shop) -> None:
    """The goods left unpaid and came back: the claim is gone, no money moves, and somebody is told the amount."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.orders((1, "LAMP", "12.00 EUR"))
    shop.ships(order)
    shop.declines(order)
    shop.takes_back(order)

    assert shop.asks(PayRefund) == []
    assert shop.told == ["shipped_unpaid", "credit_without_payment"]
    shop.book_shows("receivable:web  0.00  EUR")


def test_a_refund_is_no_more_than_was_taken(shop: Shop) -> None:
    """Eight of twelve were taken when the lamp came back: eight go back, and four were never paid."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.sells(1, "LAMP", price="12.00 EUR")
    shop.ships(order)
    shop.captures(order, "8.00 EUR")
    shop.takes_back(order)
    shop.refunds(order)

    assert [c.amount for c in shop.asks(PayRefund)] == [800]
    shop.book_shows("""
        receivable:web         0.00  EUR
        psp_clearing:stripe    0.00  EUR
    """)


def test_goods_came_back_before_the_capture_did(shop: Shop) -> None:
    """The money is on its way when the lamp returns: it goes back as soon as it has been taken, and nobody is alarmed."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.sells(1, "LAMP", price="12.00 EUR")
    shop.ships(order)
    shop.takes_back(order)
    assert shop.asks(PayRefund) == []
    shop.captures(order, "12.00 EUR")
    shop.refunds(order)

    assert ([c.amount for c in shop.asks(PayRefund)], shop.told) == ([1200], [])
    shop.book_shows("receivable:web  0.00  EUR")


def test_all_came_back_before_the_money_was_held(shop: Shop) -> None:
    """Sent and returned while the provider was thinking: nothing is owed, so the hold is let go."""
    shop.receives(1, "LAMP", cost="4.00 EUR")
    order = shop.orders((1, "LAMP", "12.00 EUR"))
    shop.ships(order)
    shop.takes_back(order)
    shop.pays(order)

    assert (shop.state(order, "payment/1"), len(shop.asks(VoidPayment))) == ("VOIDING", 1)


def test_money_taken_for_a_refused_order_goes_back(shop: Shop) -> None:
    """A marketplace took the money before we could say that there is no stock: it is booked, told, and given back."""
    order = shop.writes((2, "LAMP", "12.00 EUR"))
    assert shop.captures(order, "24.00 EUR", "c1").status is Status.EARLY
    shop.says(order, shop.placed[order])
    assert (shop.told, [c.amount for c in shop.asks(PayRefund)]) == (["captured_after_end"], [2400])
    shop.refunds(order)
    shop.book_shows("""
        psp_clearing:stripe  0.00  EUR
        receivable:web       0.00  EUR
    """)

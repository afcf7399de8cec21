"""Orders: promised, paid, shipped, or not."""

from msgspec.structs import replace

from tallystick.engine.answer import Status
from tallystick.messages.fulfilment import RecallShipment, ShipOrder
from tallystick.messages.payments import CapturePayment, PayRefund, VoidPayment
from tallystick.messages.sales import CancelOrder, RefuseOrder, ServiceLine
from tallystick.messages.stock import HeldLine
from tests.scenarios.shop import Shop


def test_the_happy_life_of_an_order(shop: Shop) -> None:
    """Ordered, paid, sent, taken, paid out: the goods are gone, the money is at the bank, nobody owes anybody."""
    shop.receives(10, "LAMP", cost="4.00 EUR")
    order = shop.sells(2, "LAMP", price="12.00 EUR")
    shop.ships(order)
    shop.captures(order, "24.00 EUR")
    shop.settles(order, "24.00 EUR", fee="0.60 EUR")

    assert shop.told == []
    shop.book_shows("""
        stock:sellable:WH1        8  LAMP
        stock:reserved:WH1        0  LAMP
        outside:customer          2  LAMP
        inventory:WH1         32.00  EUR
        revenue:web          -24.00  EUR
        cost_of_sales:web      8.00  EUR
        receivable:web         0.00  EUR
        psp_clearing:stripe    0.00  EUR
        psp_fees:stripe        0.60  EUR
        bank:main             23.40  EUR
    """)


def test_an_order_without_stock_is_refused_and_holds_nothing(shop: Shop) -> None:
    """A promise is only made on stock that is there, and it is made on all of the order or on none of it."""
    shop.receives(3, "LAMP", cost="4.00 EUR")
    shop.receives(9, "SHADE", cost="1.00 EUR")
    order = shop.orders((4, "LAMP", "12.00 EUR"), (1, "SHADE", "3.00 EUR"))

    assert shop.state(order) == "REFUSED"
    assert [c.lines for c in shop.asks(RefuseOrder)] == [(1,)]
    shop.book_shows("""
        stock:sellable:WH1        3  LAMP
        stock:sellable:WH1        9  SHADE
        stock:reserved:WH1        0  SHADE
    """)


def test_two_lines_of_one_item_count_together(shop: Shop) -> None:
    """Two lines of two lamps want four lamps: three are not enough for them, four are."""
    shop.receives(3, "LAMP", cost="4.00 EUR")
    refused = shop.orders((2, "LAMP", "12.00 EUR"), (2, "LAMP", "10.00 EUR"))
    shop.receives(1, "LAMP", cost="4.00 EUR")
    kept = shop.orders((2, "LAMP", "12.00 EUR"), (2, "LAMP", "10.00 EUR"))

    assert (shop.state(refused), shop.state(kept)) == ("REFUSED", "RESERVED")
    shop.book_shows("stock:reserved:WH1  4  LAMP")


def test_a_declined_payment_lets_go_of_the_stock(shop: Shop) -> None:
    """No money, no goods: the next customer can have them, and the channel is told."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.orders((2, "LAMP", "12.00 EUR"))
    shop.declines(order)

    assert shop.state(order) == "CANCELLED"
    assert [c.reason for c in shop.asks(CancelOrder)] == ["no funds"]
    shop.book_shows("stock:sellable:WH1  2  LAMP")


def test_an_order_nobody_pays_for_in_time_is_let_go(shop: Shop) -> None:
    """After half an hour without money the goods are free again, and the hold on the customer's money is let go too."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.orders((2, "LAMP", "12.00 EUR"))
    shop.waits(hours=1)

    assert (shop.state(order), shop.state(order, "payment/1")) == ("CANCELLED", "VOIDING")
    assert len(shop.asks(VoidPayment)) == 1
    shop.book_shows("stock:sellable:WH1  2  LAMP")


def test_an_order_paid_in_time_is_not_let_go(shop: Shop) -> None:
    """The deadline rings in vain once the money is held."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.sells(2, "LAMP", price="12.00 EUR")
    shop.waits(hours=1)
    assert shop.state(order) == "RELEASED"


def test_cancelling_before_the_release_needs_nobody_else(shop: Shop) -> None:
    """An order that the warehouse has not heard of ends at once."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.orders((1, "LAMP", "12.00 EUR"))
    shop.cancels(order)

    assert shop.state(order) == "CANCELLED"
    assert shop.asks(RecallShipment) == []
    shop.book_shows("stock:sellable:WH1  2  LAMP")


def test_cancelling_after_the_release_asks_the_warehouse(shop: Shop) -> None:
    """The stock is free only when the warehouse has said that nothing will leave."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.sells(1, "LAMP", price="12.00 EUR")
    shop.cancels(order)
    shop.book_shows("stock:reserved:WH1  1  LAMP")

    shop.will_not_ship(order)
    assert (shop.state(order), shop.state(order, "payment/1")) == ("CANCELLED", "VOIDING")
    shop.book_shows("stock:reserved:WH1  0  LAMP")


def test_cancelling_comes_too_late_when_the_parcel_has_left(shop: Shop) -> None:
    """What has physically happened is never refused: the parcel is a sale, and the customer may send it back."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.sells(1, "LAMP", price="12.00 EUR")
    shop.cancels(order)
    shop.ships(order)

    assert shop.state(order) == "SHIPPED"
    assert shop.cancels(order).outcome == "too_late"
    assert [c.amount for c in shop.asks(CapturePayment)] == [1200]
    shop.book_shows("revenue:web  -12.00  EUR")


def test_a_short_pick_names_what_will_not_come(shop: Shop) -> None:
    """Two of three lamps left and one was not on the shelf: the channel, which hears of no parcel, ends that one only.

    The rest of an order of which nothing left is ended as a whole.
    """
    shop.receives(6, "LAMP", cost="4.00 EUR")
    order, other = (shop.sells(3, "LAMP", price="12.00 EUR") for _ in range(2))
    shop.ships(order, 2)
    shop.will_not_ship(order)
    shop.will_not_ship(other)

    assert (shop.state(order), shop.state(other)) == ("SHIPPED", "CANCELLED")
    assert [c.lines for c in shop.asks(CancelOrder)] == [(HeldLine(1, "LAMP", 1),), ()]


def test_each_shipment_is_taken_for_itself(shop: Shop) -> None:
    """Money is taken for what has left, parcel by parcel, to the last cent of an odd price."""
    shop.receives(3, "LAMP", cost="4.00 EUR")
    order = shop.orders((3, "LAMP", "3.33 EUR"))
    shop.pays(order)
    shop.ships(order, 1)
    shop.captures(order, "3.33 EUR")
    shop.ships(order, 2)
    shop.captures(order, "6.66 EUR")

    assert [c.amount for c in shop.asks(CapturePayment)] == [333, 666]
    assert shop.state(order, "payment/1") == "CAPTURED"
    shop.book_shows("receivable:web  0.00  EUR")


def test_a_short_pick_ends_the_order_with_what_left(shop: Shop) -> None:
    """The picker finds one of two: one is sold, the other is free again, and only one is paid for."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.sells(2, "LAMP", price="12.00 EUR")
    shop.ships(order, 1)
    shop.captures(order, "12.00 EUR")
    shop.will_not_ship(order)

    assert shop.state(order) == "SHIPPED"
    shop.book_shows("""
        stock:sellable:WH1        1  LAMP
        stock:reserved:WH1        0  LAMP
        revenue:web          -12.00  EUR
        receivable:web         0.00  EUR
    """)


def test_all_that_left_came_back_before_the_rest_was_refused(shop: Shop) -> None:
    """Nothing of the order stays with the customer, so it ends as cancelled, not as shipped."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.sells(2, "LAMP", price="12.00 EUR")
    shop.ships(order, 1)
    shop.takes_back(order)
    shop.will_not_ship(order)

    assert shop.state(order) == "CANCELLED"
    shop.book_shows("stock:sellable:WH1  2  LAMP")


def test_more_left_than_was_ordered(shop: Shop) -> None:
    """The extra lamp is gone, so the book says so: at its cost, at no price, and somebody is told."""
    shop.receives(5, "LAMP", cost="4.00 EUR")
    order = shop.sells(2, "LAMP", price="12.00 EUR")
    shop.ships(order, 3)

    assert shop.told == ["over_dispatch"]
    shop.book_shows("""
        stock:sellable:WH1        2  LAMP
        outside:customer          3  LAMP
        revenue:web          -24.00  EUR
        cost_of_sales:web     12.00  EUR
    """)


def test_a_parcel_leaves_before_the_money_is_held(shop: Shop) -> None:
    """It is owed as soon as it has left, taken as soon as the money is held, and the rest is asked for then."""
    shop.receives(5, "LAMP", cost="4.00 EUR")
    order = shop.orders((3, "LAMP", "12.00 EUR"))
    shop.ships(order, 1)
    shop.ships(order, 1)
    shop.pays(order)

    assert [c.amount for c in shop.asks(CapturePayment)] == [2400]
    assert [c.lines[0].quantity for c in shop.asks(ShipOrder)] == [1]
    shop.ships(order, 1)
    assert shop.state(order) == "SHIPPED"


def test_a_parcel_left_unpaid_and_the_order_was_stopped(shop: Shop) -> None:
    """Stopping the rest does not let go of money that is owed for what left."""
    shop.receives(5, "LAMP", cost="4.00 EUR")
    order = shop.orders((3, "LAMP", "12.00 EUR"))
    shop.ships(order, 1)
    shop.cancels(order)
    assert (shop.state(order), shop.asks(VoidPayment)) == ("SHIPPED", [])

    shop.pays(order)
    shop.captures(order, "12.00 EUR")
    shop.book_shows("""
        stock:sellable:WH1        4  LAMP
        receivable:web         0.00  EUR
    """)


def test_a_parcel_left_and_the_money_never_came(shop: Shop) -> None:
    """Goods are out and the payment failed: the rest is stopped, and somebody must collect."""
    shop.receives(5, "LAMP", cost="4.00 EUR")
    order = shop.orders((3, "LAMP", "12.00 EUR"))
    shop.ships(order, 1)
    shop.declines(order)

    assert shop.told == ["shipped_unpaid"]
    assert shop.state(order) == "SHIPPED"
    shop.book_shows("""
        stock:sellable:WH1        4  LAMP
        receivable:web        12.00  EUR
    """)


def test_money_taken_after_the_end_is_given_back(shop: Shop) -> None:
    """A capture that comes after the void, in two parts, is booked, given back part by part, and told each time."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.sells(1, "LAMP", price="12.00 EUR")
    shop.will_not_ship(order)
    shop.voids(order)
    shop.captures(order, "5.00 EUR")
    shop.refunds(order)
    shop.captures(order, "7.00 EUR")
    shop.refunds(order)

    assert [c.amount for c in shop.asks(PayRefund)] == [500, 700]
    assert shop.told == ["captured_after_end", "captured_after_end"]
    shop.book_shows("""
        receivable:web         0.00  EUR
        psp_clearing:stripe    0.00  EUR
    """)


def test_a_settlement_that_overtook_a_late_capture_waits_for_it(shop: Shop) -> None:
    """The payout cannot be booked before the money it pays out; it waits and blocks nobody."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.sells(1, "LAMP", price="12.00 EUR")
    shop.will_not_ship(order)
    shop.voids(order)
    assert shop.settles(order, "12.00 EUR", fee="0.30 EUR").status is Status.EARLY
    shop.captures(order, "12.00 EUR")
    shop.book_shows("bank:main  11.70  EUR")


def _orders_with_shipping(shop: Shop, units: int) -> str:
    """Lamps at 12.00 each, and a parcel for 5.00 and 1.00 tax."""
    name = shop.writes((units, "LAMP", "12.00 EUR"))
    parcel = ServiceLine(2, "PARCEL", "shipping", 1, 500, 100)
    shop.placed[name] = replace(shop.placed[name], services=(parcel,))
    shop.says(name, shop.placed[name])
    return name


def test_shipping_is_earned_once_with_the_first_parcel(shop: Shop) -> None:
    """Two parcels, one price for shipping: earned when the first leaves, and all that was taken is owed."""
    shop.receives(10, "LAMP", cost="4.00 EUR")
    order = _orders_with_shipping(shop, 2)
    shop.pays(order, "30.00 EUR")
    shop.ships(order, 1)
    shop.captures(order, "18.00 EUR")
    shop.book_shows("service_revenue:shipping  -5.00  EUR")
    shop.ships(order, 1)
    shop.captures(order, "12.00 EUR")

    assert shop.told == []
    assert [c.amount for c in shop.asks(CapturePayment)] == [1800, 1200]
    shop.book_shows("""
        revenue:web              -24.00  EUR
        service_revenue:shipping  -5.00  EUR
        tax_payable:none          -1.00  EUR
        receivable:web             0.00  EUR
    """)


def test_shipping_of_an_order_taken_early_is_given_back_with_it(shop: Shop) -> None:
    """The shop took everything at its till; without goods, shipping goes back too."""
    order = _orders_with_shipping(shop, 2)
    assert shop.state(order) == "REFUSED"
    shop.captures(order, "30.00 EUR")
    assert [c.amount for c in shop.asks(PayRefund)] == [3000]
    shop.refunds(order)
    shop.book_shows("""
        service_revenue:shipping  0.00  EUR
        receivable:web            0.00  EUR
    """)

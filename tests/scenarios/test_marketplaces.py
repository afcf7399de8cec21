"""Orders of marketplaces: paid there, due by a day, their tax collected there, their commission kept there."""

from unittest.mock import patch

import msgspec
import pytest
from msgspec.structs import replace

from tallystick.engine.answer import Status
from tallystick.messages.fulfilment import ShipOrder
from tallystick.messages.payments import AuthorisePayment, CapturePayment, PayRefund, VoidPayment
from tallystick.messages.sales import CancelOrder, RefundRequested, RefuseOrder
from tallystick.processes.orders import order_dispatch
from tests.scenarios.bazaar import Bazaar


@pytest.fixture
def bazaar() -> Bazaar:
    """A shop with ten lamps at 8.00 and ten mugs at 2.00, on a marketplace."""
    found = Bazaar()
    found.receives(10, "LAMP", "8.00 EUR")
    found.receives(10, "MUG", "2.00 EUR")
    return found


def test_an_order_of_a_marketplace_from_buyer_to_bank(bazaar: Bazaar) -> None:
    """The buyer has paid; goods go at once; the marketplace keeps commission and tax, and the rest reaches the bank."""
    order = bazaar.is_ordered((2, "LAMP", "40.00", "3.50"), collects=(1, 2), shipping=("5.00", "0.50"))
    assert bazaar.state(order) == "RELEASED"
    assert [c.order for c in bazaar.asks(ShipOrder)] == [order]
    bazaar.ships(order)
    bazaar.is_charged(order, "49.00")
    bazaar.is_settled(order, "49.00", "6.75", "4.00")
    bazaar.book_shows("""
        bank:main                 38.25  EUR
        cost_of_sales:bazaar      16.00  EUR
        inventory:WH1             84.00  EUR
        marketplace_fees:bazaar    6.75  EUR
        marketplace_tax:bazaar     0.00  EUR
        psp_clearing:bazaar        0.00  EUR
        psp_fees:bazaar            0.00  EUR
        receivable:bazaar          0.00  EUR
        revenue:bazaar           -40.00  EUR
        service_revenue:shipping  -5.00  EUR
        tax_payable:US-CA          0.00  EUR
    """)
    assert (bazaar.state(order), bazaar.state(order, "payment/1")) == ("SHIPPED", "ENTRUSTED")
    assert not bazaar.asks(AuthorisePayment)
    assert not bazaar.asks(CapturePayment)
    assert bazaar.told == []
    assert bazaar.tie_out() == []


def test_tax_that_we_owe_and_tax_that_the_marketplace_owes_in_one_order(bazaar: Bazaar) -> None:
    """By line: the lamp's tax is the marketplace's, the mug's is ours and comes to us with its price."""
    order = bazaar.is_ordered((1, "LAMP", "20.00", "1.75"), (1, "MUG", "4.00", "0.35"), collects=(1,))
    bazaar.ships(order)
    bazaar.book_shows("""
        marketplace_tax:bazaar  -1.75  EUR
        receivable:bazaar       26.10  EUR
        revenue:bazaar         -24.00  EUR
        tax_payable:US-CA       -0.35  EUR
    """)
    bazaar.is_charged(order, "26.10")
    bazaar.is_settled(order, "26.10", "3.60", "1.75")
    bazaar.book_shows("""
        bank:main               20.75  EUR
        marketplace_tax:bazaar   0.00  EUR
        psp_clearing:bazaar      0.00  EUR
        tax_payable:US-CA       -0.35  EUR
    """)
    assert bazaar.tie_out() == []


def test_its_tax_would_be_ours_without_the_terms(bazaar: Bazaar) -> None:
    """The broken twin: a dispatch that sets nothing apart owes the tax office what the marketplace pays it already."""
    with patch.object(order_dispatch, "set_apart", lambda _terms, *lists: (*map(tuple, lists), ())):
        order = bazaar.is_ordered((1, "LAMP", "20.00", "1.75"), collects=(1,))
        bazaar.ships(order)
    bazaar.is_charged(order, "21.75")
    bazaar.is_settled(order, "21.75", "3.00", "1.75")
    bazaar.book_shows("""
        marketplace_tax:bazaar   1.75  EUR
        tax_payable:US-CA       -1.75  EUR
    """)


def test_the_ship_by_day_passes_and_nothing_is_cancelled(bazaar: Bazaar) -> None:
    """The marketplace's day counts, not our own two: passed, somebody is told once, and the goods may still go."""
    order = bazaar.is_ordered((1, "LAMP", "20.00", "1.75"), collects=(1,), days=3)
    bazaar.waits(hours=49)
    assert bazaar.told == []
    bazaar.waits(hours=24)
    assert bazaar.told == ["ship_by_missed"]
    bazaar.waits(hours=200)
    assert (bazaar.told, bazaar.state(order)) == (["ship_by_missed"], "RELEASED")
    bazaar.ships(order)
    bazaar.is_charged(order, "21.75")
    assert bazaar.state(order) == "SHIPPED"
    assert bazaar.tie_out() == []


def test_a_rest_has_the_same_day(bazaar: Bazaar) -> None:
    """One of two lamps leaves in time: the other is asked after on the marketplace's day."""
    order = bazaar.is_ordered((2, "LAMP", "40.00", "3.50"), collects=(1,), days=1)
    bazaar.waits(hours=20)
    bazaar.ships(order, 1)
    bazaar.is_charged(order, "21.75")
    bazaar.waits(hours=3)
    assert bazaar.told == []
    bazaar.waits(hours=2)
    assert bazaar.told == ["ship_by_missed"]
    bazaar.ships(order, 1)
    bazaar.is_charged(order, "21.75", "ship-2")
    assert bazaar.tie_out() == []


def test_goods_come_back_and_the_marketplace_pays(bazaar: Bazaar) -> None:
    """The return is credited, the marketplace is asked for the refund; its commission and tax come back with it."""
    order = bazaar.is_ordered((2, "LAMP", "40.00", "3.50"), collects=(1,))
    bazaar.ships(order)
    bazaar.is_charged(order, "43.50")
    bazaar.is_settled(order, "43.50", "6.00", "3.50")
    bazaar.takes_back(order)
    assert [c.amount for c in bazaar.asks(PayRefund)] == [2175]
    assert bazaar.state(order, "payment/1") == "AWAITED"
    bazaar.pays_the_buyer_back(order, "21.75")
    bazaar.is_settled(order, "-21.75", "-2.40", "-1.75", payout="P2")
    bazaar.book_shows("""
        bank:main                 16.40  EUR
        marketplace_fees:bazaar    3.60  EUR
        marketplace_tax:bazaar     0.00  EUR
        psp_clearing:bazaar        0.00  EUR
        receivable:bazaar          0.00  EUR
        revenue:bazaar           -40.00  EUR
        sales_credits:bazaar      20.00  EUR
        tax_payable:US-CA          0.00  EUR
    """)
    assert bazaar.told == []
    assert bazaar.tie_out() == []


def test_the_marketplace_pays_back_before_the_goods_are_here(bazaar: Bazaar) -> None:
    """It does not ask us: the money is gone, and when the goods come nothing is asked for a second time."""
    order = bazaar.is_ordered((1, "LAMP", "20.00", "1.75"), collects=(1,))
    bazaar.ships(order)
    bazaar.is_charged(order, "21.75")
    bazaar.pays_the_buyer_back(order, "21.75")
    assert bazaar.state(order, "payment/1") == "AWAITED"
    bazaar.book_shows("receivable:bazaar  21.75  EUR")
    bazaar.takes_back(order)
    assert bazaar.asks(PayRefund) == []
    bazaar.book_shows("receivable:bazaar  0.00  EUR")
    assert bazaar.state(order, "payment/1") == "ENTRUSTED"
    assert bazaar.tie_out() == []


def test_goods_that_were_paid_back_and_never_come_are_told(bazaar: Bazaar) -> None:
    """After a fortnight somebody is told what the marketplace owes us."""
    order = bazaar.is_ordered((1, "LAMP", "20.00", "1.75"), collects=(1,))
    bazaar.ships(order)
    bazaar.is_charged(order, "21.75")
    bazaar.pays_the_buyer_back(order, "21.75")
    bazaar.waits(hours=24 * 14 + 1)
    assert bazaar.told == ["marketplace_differs"]
    assert bazaar.tie_out() == []


def test_a_marketplace_that_shows_no_money_is_told(bazaar: Bazaar) -> None:
    """Goods left, and after a fortnight nothing of them was taken from the buyer."""
    order = bazaar.is_ordered((1, "LAMP", "20.00", "1.75"), collects=(1,))
    bazaar.ships(order)
    bazaar.waits(hours=24 * 14 + 1)
    assert bazaar.told == ["marketplace_differs"]
    bazaar.is_charged(order, "21.75")
    assert bazaar.state(order, "payment/1") == "ENTRUSTED"
    assert bazaar.tie_out() == []


def test_the_buyer_cancels_in_time(bazaar: Bazaar) -> None:
    """Nothing was taken, so nothing is let go of but the stock."""
    order = bazaar.is_ordered((1, "LAMP", "20.00", "1.75"), collects=(1,))
    bazaar.cancels(order)
    bazaar.will_not_ship(order)
    assert bazaar.state(order) == "CANCELLED"
    assert [c.order for c in bazaar.asks(CancelOrder)] == [order]
    assert bazaar.asks(VoidPayment) == []
    bazaar.book_shows("stock:sellable:WH1  10  LAMP")
    assert bazaar.tie_out() == []


def test_an_order_that_cannot_be_kept_is_refused(bazaar: Bazaar) -> None:
    """The marketplace hears of it. What it takes all the same is booked, and somebody is told that nothing left for it."""
    order = bazaar.is_ordered((11, "LAMP", "220.00", "0.00"))
    assert [c.order for c in bazaar.asks(RefuseOrder)] == [order]
    bazaar.is_charged(order, "220.00")
    bazaar.waits(hours=24 * 14 + 1)
    assert "marketplace_differs" in bazaar.told
    bazaar.pays_the_buyer_back(order, "220.00")
    assert bazaar.state(order, "payment/1") == "ENTRUSTED"
    assert bazaar.tie_out() == []


def test_a_price_is_lowered_afterwards(bazaar: Bazaar) -> None:
    """A gesture of 8.70 on 43.50: the tax in it is the marketplace's, and it is asked to pay it back."""
    order = bazaar.is_ordered((2, "LAMP", "40.00", "3.50"), collects=(1,))
    bazaar.ships(order)
    bazaar.is_charged(order, "43.50")
    bazaar.says(order, RefundRequested(order, 870, "scratched"))
    assert [c.amount for c in bazaar.asks(PayRefund)] == [870]
    bazaar.pays_the_buyer_back(order, "8.70")
    bazaar.book_shows("""
        allowances:bazaar        8.00  EUR
        marketplace_tax:bazaar  -2.80  EUR
        receivable:bazaar        0.00  EUR
        tax_payable:US-CA        0.00  EUR
    """)
    assert bazaar.tie_out() == []


def test_what_a_payout_is_smaller_by_beside_all_orders(bazaar: Bazaar) -> None:
    """A subscription is booked once, however often it is told; told otherwise, somebody looks."""
    for amount in ("39.99", "39.99", "40.00"):
        bazaar.is_billed("Subscription", amount)
    assert bazaar.told == ["conflicting_report"]
    bazaar.is_billed("Reserve held", "420.00", is_reserve=True)
    bazaar.is_billed("Reserve paid", "-100.00", is_reserve=True)
    bazaar.book_shows("""
        bank:main                   -359.99  EUR
        marketplace_fees:bazaar       39.99  EUR
        marketplace_reserve:bazaar   320.00  EUR
    """)
    assert bazaar.tie_out() == []


def test_said_again_each_is_booked_once(bazaar: Bazaar) -> None:
    """Captures, refunds and parts of payouts have names of their own; with other content somebody is told."""
    order = bazaar.is_ordered((1, "LAMP", "20.00", "1.75"), collects=(1,))
    bazaar.ships(order)
    for amount in ("21.75", "21.75", "21.00"):
        bazaar.is_charged(order, amount)
    for amount in ("1.00", "1.00", "2.00"):
        bazaar.pays_the_buyer_back(order, amount)
    for commission in ("3.00", "3.00", "3.01"):
        bazaar.is_settled(order, "20.75", commission, "1.75")
    assert bazaar.told == ["conflicting_report"] * 3
    assert bazaar.tie_out() == []


def test_terms_that_fit_no_order_are_refused(bazaar: Bazaar) -> None:
    """A line that is not there, and a day without a zone: the field is named."""
    bazaar.is_ordered((1, "LAMP", "20.00", "1.75"), collects=(7,))
    assert "collects_tax_of" in bazaar.answered.reason
    bazaar.is_ordered((1, "LAMP", "20.00", "1.75"), days=0)
    assert "names no time zone" in bazaar.answered.reason
    order = bazaar.is_ordered((1, "MUG", "4.00", "0.00"))
    assert "reference" in bazaar.pays_the_buyer_back(order, "1.00", "").reason
    other = bazaar.is_ordered((1, "MUG", "4.00", "0.00"))
    assert "payout" in bazaar.is_settled(other, "1.00", "0.00", "0.00", payout="").reason


def test_a_providers_order_knows_no_marketplace(bazaar: Bazaar) -> None:
    """And the other way round: each says its own settlement."""
    ours = bazaar.sells(1, "LAMP", "20.00 EUR")
    assert bazaar.is_settled(ours, "1.00", "0.00", "0.00").status is Status.REFUSED
    theirs = bazaar.is_ordered((1, "MUG", "4.00", "0.00"))
    assert "as its own settlement" in bazaar.settles(theirs, "4.00 EUR", "0.10 EUR").remedy


def test_orders_without_terms_are_stored_as_before() -> None:
    """Nothing of a marketplace stands in what other channels send: stored events and their hashes stay."""
    found = Bazaar()
    found.receives(1, "MUG", "2.00 EUR")
    name = found.writes((1, "MUG", "4.00 EUR"))
    assert b"marketplace" not in msgspec.json.encode(found.placed[name])
    assert b"marketplace" in msgspec.json.encode(
        replace(found.placed[name], marketplace=found.placed[found.is_ordered((1, "MUG", "4.00", "0.00"))].marketplace)
    )

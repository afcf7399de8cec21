"""Refunds before the goods are here, large ones that wait for another person, and goods that never come."""

import pytest

from tallystick.messages.payments import CapturePayment, PayRefund
from tallystick.processes.payments.payment_data import PaymentData
from tests.scenarios.returns_desk import ReturnsDesk
from tests.scenarios.shop import Shop


@pytest.fixture
def desk(shop: Shop) -> ReturnsDesk:
    """The returns desk of the shop; the shop's tie-out speaks for both."""
    return ReturnsDesk(shop)


def test_nothing_comes(shop: Shop, desk: ReturnsDesk) -> None:
    """Fourteen days, then it is closed; what comes later is taken in all the same."""
    desk.declares(send_back_days=14)
    order = desk.sold()
    desk.asks(order)
    shop.waits(24 * 15)
    assert desk.state(order) == "CLOSED"
    assert desk.cancels(order).outcome == "ignored"
    desk.gets(order)
    assert desk.looks(order, (1, "resell")).outcome == "refunded"


def test_a_refund_before_the_goods_are_here(shop: Shop, desk: ReturnsDesk) -> None:
    """Paid at once, owed by the customer until the goods are here; then nothing more is paid."""
    desk.declares(advance_up_to=2000, fee_minor=200)
    order = desk.sold()
    answer = desk.asks(order)
    assert desk.told(answer, "refunded_ahead") == 1000
    shop.refunds(order)
    shop.book_shows("""
        return_claims:web       10.00  EUR
        receivable:web           0.00  EUR
        psp_clearing:stripe      2.00  EUR
    """)
    assert desk.cancels(order).outcome == "too_late"
    desk.gets(order)
    assert desk.told(desk.looks(order, (1, "resell")), "from_advance") == 1000
    assert len(shop.asks(PayRefund)) == 1
    shop.book_shows("""
        return_claims:web            0.00  EUR
        receivable:web               0.00  EUR
        sales_credits:web           10.00  EUR
        service_revenue:restocking  -1.67  EUR
        tax_payable:GB              -0.33  EUR
        psp_clearing:stripe          2.00  EUR
    """)


def test_refunded_ahead_and_nothing_comes(shop: Shop, desk: ReturnsDesk) -> None:
    """The customer has money and goods: it stands as a claim, somebody is told, and late goods end it."""
    desk.declares(advance_up_to=2000)
    order = desk.sold()
    desk.asks(order)
    shop.refunds(order)
    shop.waits(24 * 15)
    assert (desk.state(order), shop.told) == ("CLAIMED", ["advance_not_covered"])
    shop.book_shows("return_claims:web  12.00  EUR")
    desk.gets(order)
    assert desk.looks(order, (1, "resell")).outcome == "refunded"
    assert len(shop.asks(PayRefund)) == 1
    shop.book_shows("return_claims:web   0.00  EUR")


def test_refunded_ahead_and_charged_again(shop: Shop, desk: ReturnsDesk) -> None:
    """Or the sale stands, and the provider is asked for the money once more."""
    desk.declares(advance_up_to=2000, if_nothing_comes="charge")
    order = desk.sold()
    desk.asks(order)
    shop.refunds(order)
    shop.waits(24 * 15)
    assert desk.state(order) == "CLOSED"
    assert [c.amount for c in shop.asks(CapturePayment)][-1] == 1200
    shop.captures(order, "12.00 EUR", "again")
    shop.book_shows("""
        return_claims:web        0.00  EUR
        receivable:web           0.00  EUR
        psp_clearing:stripe     12.00  EUR
        revenue:web            -10.00  EUR
    """)


def test_refunded_ahead_and_not_taken(shop: Shop, desk: ReturnsDesk) -> None:
    """What came was not worth its refund: it goes again, and the customer owes the money."""
    desk.declares(advance_up_to=2000)
    order = desk.sold()
    desk.asks(order)
    shop.refunds(order)
    desk.gets(order)
    assert desk.looks(order, (1, "reject")).outcome == "claimed"
    assert shop.told == ["advance_not_covered"]


def test_a_large_refund_waits_for_another_person(shop: Shop, desk: ReturnsDesk) -> None:
    """Above the limit nothing is booked or paid until somebody else agrees; to less than it comes to is not enough."""
    desk.declares(approval_above=2000)
    order = desk.sold(2)
    desk.asks(order, 2)
    desk.gets(order, 2)
    answer = desk.looks(order, (2, "resell"))
    assert (answer.outcome, answer.detail) == ("awaiting", {"waits_for_approval": 2400})
    assert (shop.asks(PayRefund), shop.told) == ([], ["refund_needs_approval"])
    shop.book_shows("sales_credits:web   0.00  EUR")
    assert desk.is_approved(order, "23.99 EUR").outcome == "awaiting"
    assert desk.is_approved(order, "24.00 EUR", name="forged").outcome == "unproven"
    shop.waits(24 * 8)
    assert shop.told == ["refund_needs_approval", "approval_unproven", "refund_waits"]
    assert desk.is_approved(order, "24.00 EUR").outcome == "refunded"
    assert [c.amount for c in shop.asks(PayRefund)] == [2400]
    assert desk.is_approved(order, "24.00 EUR").outcome == "ignored"


def brought_under_another_number(shop: Shop) -> list[int]:
    """Goods paid ahead before they were paid for come under a number nobody knows; what was paid back after all that."""
    desk = ReturnsDesk(shop)
    desk.declares(advance_up_to=2000)
    shop.receives(1, "LAMP", "4.00 EUR")
    order = shop.sells(1, "LAMP", "12.00 EUR")
    shop.ships(order)
    assert desk.told(desk.asks(order), "refunded_ahead") == 1200
    desk.gets(order, rma="R9")
    shop.captures(order, "12.00 EUR", "c1")
    return [c.amount for c in shop.asks(PayRefund)]


def test_goods_refunded_ahead_come_under_another_number(shop: Shop) -> None:
    """Credited twice, paid back once: never more than was paid, and the claim is told when its day has passed."""
    assert brought_under_another_number(shop) == [1200]
    shop.waits(24 * 15)
    assert "advance_not_covered" in shop.told


def test_without_its_bound_the_payment_would_pay_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin that gives back all that nobody owes, taken or not, is found."""

    def all_of_it(self: PaymentData) -> int:
        return -self.missing if self.ended else min(-self.missing, self.credited + self.cut_open)

    monkeypatch.setattr(PaymentData, "surplus", property(all_of_it))
    shop = Shop()
    assert brought_under_another_number(shop) == [2400]
    assert "refunds_off" in {v.kind for v in shop.tie_out()}

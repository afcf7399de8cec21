"""Returns under a policy: allowed or not, labelled, received, inspected, credited less a fee, refunded; and what goes wrong."""

from datetime import timedelta
from typing import Any

import pytest

from tallystick.messages.payments import PayRefund
from tallystick.messages.returning.policies import ReturnPolicy
from tests.scenarios.returns_desk import ReturnsDesk
from tests.scenarios.shop import Shop


@pytest.fixture
def desk(shop: Shop) -> ReturnsDesk:
    """The returns desk of the shop; the shop's tie-out speaks for both."""
    return ReturnsDesk(shop)


def test_asked_labelled_received_inspected_refunded(shop: Shop, desk: ReturnsDesk) -> None:
    """The plain way: in quarantine until somebody has looked, and only then credited and refunded."""
    desk.declares()
    order = desk.sold(2)
    assert desk.asks(order, 2).outcome == "authorised"
    assert desk.labels(order).outcome == "labelled"
    assert desk.gets(order, 2).outcome == "received"
    shop.book_shows("""
        stock:quarantine:WH1      2  LAMP
        inventory:WH1          8.00  EUR
        cost_of_sales:web      0.00  EUR
        sales_credits:web      0.00  EUR
    """)
    assert shop.asks(PayRefund) == []
    answer = desk.looks(order, (2, "resell"))
    assert (answer.outcome, answer.state, desk.state(order)) == ("refunded", "REFUNDED", "REFUNDED")
    shop.refunds(order)
    shop.book_shows("""
        stock:quarantine:WH1      0  LAMP
        stock:sellable:WH1        2  LAMP
        outside:customer          0  LAMP
        revenue:web          -20.00  EUR
        sales_credits:web     20.00  EUR
        tax_payable:GB         0.00  EUR
        receivable:web         0.00  EUR
        psp_clearing:stripe    0.00  EUR
        inventory:WH1          8.00  EUR
        cost_of_sales:web      0.00  EUR
    """)
    assert shop.told == []


@pytest.mark.parametrize(
    ("terms", "why", "because"),
    [
        ({"window_days": 14}, {}, "window_closed"),
        ({"reasons": ("too small",)}, {"reason": "bored"}, "reason_not_accepted"),
        ({"conditions": ("unopened",)}, {"condition": "worn"}, "condition_not_accepted"),
    ],
)
def test_a_return_is_refused_and_told_why(
    desk: ReturnsDesk, terms: dict[str, object], why: dict[str, Any], because: str
) -> None:
    """Too late, for a reason that does not count, or worn: refused, with the reason named."""
    desk.declares(**terms)
    order = desk.sold()
    desk.shop.waits(24 * 15)
    answer = desk.asks(order, **why)
    assert (answer.outcome, desk.told(answer, "because")) == ("refused", because)


def test_the_window_counts_from_the_delivery(shop: Shop, desk: ReturnsDesk) -> None:
    """From the day the customer says he got it, if it can be; otherwise from when parcels usually arrive."""
    desk.declares(window_days=10, counts_from="delivery", delivery_days=4)
    order = desk.sold(3)
    sent = desk.today()
    shop.waits(24 * 13)
    assert desk.told(desk.asks(order, rma="R1", delivered_on=sent + timedelta(days=2)), "until") == str(
        sent + timedelta(days=12)
    )
    assert desk.asks(order, rma="R2").outcome == "authorised"
    assert desk.asks(order, rma="R3", delivered_on=sent + timedelta(days=9)).outcome == "authorised"


def test_no_more_is_allowed_than_left_and_nothing_twice(shop: Shop, desk: ReturnsDesk) -> None:
    """Two lamps are allowed back once, whatever number is asked under; what is cancelled can be asked again."""
    desk.declares()
    order = desk.sold(2)
    assert desk.told(desk.asks(order, 3, rma="R0"), "because") == "not_sent"
    assert desk.asks(order, 2, rma="R1").outcome == "authorised"
    assert desk.told(desk.asks(order, 1, rma="R2"), "because") == "not_sent"
    assert desk.cancels(order, "R1").outcome == "cancelled"
    assert desk.asks(order, 1, rma="R3").outcome == "authorised"


def test_each_channel_has_its_policy(shop: Shop, desk: ReturnsDesk) -> None:
    """A channel without a policy is served as ever: permitted, and refunded as soon as the goods are booked."""
    desk.declares_all(ReturnPolicy("outlet", channels=("outlet",), window_days=0))
    order = desk.sold()
    answer = desk.asks(order)
    assert (answer.outcome, shop.state(order, "return/R1")) == ("permitted", "OPEN")
    desk.gets(order)
    assert shop.state(order, "return/R1") == "SETTLED"
    assert [c.amount for c in shop.asks(PayRefund)] == [1200]


def test_a_fee_is_kept_with_its_tax(shop: Shop, desk: ReturnsDesk) -> None:
    """Fifteen per cent and the label are kept: fee and refund are what was paid, and the fee's tax stays owed."""
    desk.declares(fee_per_mille=150, label="customer", label_minor=120)
    order = desk.sold()
    desk.asks(order)
    desk.gets(order)
    answer = desk.looks(order, (1, "resell"))
    assert answer.detail == {"credited": 1200, "kept": 300, "refunded": 900, "from_advance": 0}
    shop.refunds(order)
    shop.book_shows("""
        sales_credits:web               10.00  EUR
        service_revenue:restocking      -1.50  EUR
        service_revenue:return_label    -1.00  EUR
        tax_payable:GB                  -0.50  EUR
        receivable:web                   0.00  EUR
        psp_clearing:stripe              3.00  EUR
    """)


def test_a_fixed_fee_is_kept_once_and_never_more_than_the_credit(shop: Shop, desk: ReturnsDesk) -> None:
    """Two parcels, one fee; a fee beyond the price takes all of it and asks for no more."""
    desk.declares(fee_minor=500)
    order = desk.sold(2)
    desk.asks(order, 2)
    desk.gets(order, 1)
    assert desk.told(desk.looks(order, (1, "resell")), "kept") == 500
    assert desk.state(order) == "PARTLY"
    desk.gets(order, 1)
    assert desk.looks(order, (1, "resell")).detail == {
        "credited": 2400, "kept": 500, "refunded": 1900, "from_advance": 0,
    }  # fmt: skip
    desk.declares(fee_minor=99_999)
    other = desk.sold()
    desk.asks(other)
    desk.gets(other)
    assert desk.told(desk.looks(other, (1, "resell")), "refunded") == 0
    assert desk.state(other) == "REFUNDED"


def test_nothing_is_kept_where_the_shop_is_at_fault(shop: Shop, desk: ReturnsDesk) -> None:
    """Broken on arrival: the whole price goes back."""
    desk.declares(fee_minor=500, reasons=("regret",), free_reasons=("broken",))
    order = desk.sold()
    desk.asks(order, reason="broken")
    desk.gets(order)
    assert desk.told(desk.looks(order, (1, "scrap")), "refunded") == 1200
    shop.book_shows("""
        stock:quarantine:WH1      0  LAMP
        outside:lost:WH1          1  LAMP
        stock_losses:WH1       4.00  EUR
        inventory:WH1          0.00  EUR
    """)


def test_what_is_refurbished_is_sold_again_or_not(shop: Shop, desk: ReturnsDesk) -> None:
    """Set aside, worked on, one good again and one not; one waits for its supplier."""
    desk.declares()
    order = desk.sold(4)
    desk.asks(order, 4)
    desk.gets(order, 4)
    desk.looks(order, (3, "refurbish"), (1, "supplier"))
    shop.book_shows("""
        stock:damaged:WH1         4  LAMP
        stock:quarantine:WH1      0  LAMP
    """)
    assert desk.works(order, (1, "resell"), (1, "scrap"), name="K").outcome == "worked"
    assert desk.works(order, (1, "resell"), (1, "scrap"), name="K").outcome == "repeated"
    assert desk.works(order, (2, "resell"), name="K").outcome == "conflicting"
    desk.works(order, (2, "resell"))
    assert shop.told == ["conflicting_report", "work_exceeds_set_aside"]
    shop.book_shows("""
        stock:sellable:WH1        2  LAMP
        stock:damaged:WH1         1  LAMP
        outside:lost:WH1          1  LAMP
        inventory:WH1         12.00  EUR
        stock_losses:WH1       4.00  EUR
    """)


def test_what_is_not_taken_goes_to_the_customer_again(shop: Shop, desk: ReturnsDesk) -> None:
    """Worn out: nothing is credited, the goods leave again at their cost, and may be asked for another time."""
    desk.declares()
    order = desk.sold(2)
    desk.asks(order, 2)
    desk.gets(order, 2)
    assert desk.looks(order, (1, "reject"), (1, "resell")).outcome == "refunded"
    shop.refunds(order)
    shop.book_shows("""
        outside:customer          1  LAMP
        cost_of_sales:web      4.00  EUR
        sales_credits:web     10.00  EUR
        receivable:web         0.00  EUR
    """)
    desk.asks(order, 1, rma="R2")
    desk.gets(order, 1, rma="R2")
    assert desk.looks(order, (1, "reject"), rma="R2").outcome == "rejected"


def test_a_shop_takes_a_web_order_back(shop: Shop, desk: ReturnsDesk) -> None:
    """Bought on the web, brought to a shop: the shop's quarantine, the shop's inventory."""
    desk.declares()
    order = desk.sold()
    desk.asks(order)
    desk.gets(order, at="S1")
    desk.looks(order, (1, "resell"), at="S1")
    shop.book_shows("""
        stock:sellable:S1         1  LAMP
        inventory:S1           4.00  EUR
        inventory:WH1          0.00  EUR
    """)


def test_the_wrong_thing_came(shop: Shop, desk: ReturnsDesk) -> None:
    """A vase in the lamp's box: it is here, told, credited nothing, and the lamp is still to come."""
    desk.declares()
    shop.receives(1, "VASE", "7.00 EUR")
    order = desk.sold()
    desk.asks(order)
    desk.gets(order, sku="VASE")
    assert shop.told == ["return_exceeds_sale"]
    assert desk.looks(order, (1, "resell"), sku="VASE").outcome == "partly"
    assert shop.asks(PayRefund) == []
    shop.book_shows("""
        stock:sellable:WH1        2  VASE
        inventory:WH1         14.00  EUR
        cost_of_sales:web     -3.00  EUR
    """)
    shop.waits(24 * 15)
    assert desk.state(order) == "CLOSED"


def test_more_came_than_was_sold(shop: Shop, desk: ReturnsDesk) -> None:
    """One sold, two in the box: one is credited, the other is only here, and goes again if nobody wants it."""
    desk.declares()
    order = desk.sold()
    desk.asks(order)
    desk.gets(order, 2)
    desk.looks(order, (1, "reject"), (1, "resell"))
    assert (desk.state(order), [c.amount for c in shop.asks(PayRefund)]) == ("REFUNDED", [1200])
    shop.refunds(order)
    shop.book_shows("""
        stock:sellable:WH1        1  LAMP
        outside:customer          0  LAMP
    """)


def test_goods_of_a_refused_return_are_here_all_the_same(shop: Shop, desk: ReturnsDesk) -> None:
    """What came is booked and told; a person decides, and may well take it."""
    desk.declares(reasons=("broken",))
    order = desk.sold()
    desk.asks(order, reason="bored")
    desk.gets(order)
    assert shop.told == ["return_not_allowed"]
    assert desk.looks(order, (1, "resell")).outcome == "refunded"


def test_nobody_looks(shop: Shop, desk: ReturnsDesk) -> None:
    """Goods stand in quarantine for a week: somebody is told."""
    desk.declares()
    order = desk.sold()
    desk.asks(order)
    desk.gets(order)
    shop.waits(24 * 8)
    assert (desk.state(order), shop.told) == ("RECEIVED", ["inspection_overdue"])


def test_everything_is_booked_once(shop: Shop, desk: ReturnsDesk) -> None:
    """The same parcel and the same inspection again change nothing; the same name with other content is told."""
    desk.declares()
    order = desk.sold(2)
    desk.asks(order, 2)
    assert desk.gets(order, 2, parcel="B").outcome == "received"
    assert desk.gets(order, 2, parcel="B").outcome == "repeated"
    assert desk.looks(order, (1, "resell"), name="I").outcome == "received"
    assert desk.looks(order, (1, "resell"), name="I").outcome == "repeated"
    assert desk.looks(order, (2, "resell"), name="I").outcome == "conflicting"
    assert desk.looks(order, (2, "resell"), name="J").outcome == "refunded"
    assert shop.told == ["conflicting_report", "inspection_exceeds_receipt"]


def test_units_that_somebody_moved_out_of_quarantine(shop: Shop, desk: ReturnsDesk) -> None:
    """A policy that forbids a disposal, and goods inspected at a place they are not at: told, and nothing is lost."""
    desk.declares(disposals=("resell",))
    order = desk.sold(2)
    desk.asks(order, 2)
    desk.gets(order, 1)
    desk.gets(order, 1, at="S1")
    assert desk.looks(order, (2, "scrap"), at="WH1").outcome == "received"
    assert shop.told == ["inspection_exceeds_receipt", "disposal_not_allowed"]
    assert desk.looks(order, (1, "resell"), at="S1").outcome == "refunded"


def test_a_changed_policy_does_not_reach_back(shop: Shop, desk: ReturnsDesk) -> None:
    """What was allowed goes by what it was allowed by; the next request goes by the new policy."""
    desk.declares(fee_minor=0)
    order = desk.sold(2)
    desk.asks(order, rma="R1")
    assert desk.told(desk.declares(fee_minor=100), "version") == 2
    desk.asks(order, rma="R2")
    for rma in ("R1", "R2"):
        desk.gets(order, rma=rma)
        desk.looks(order, (1, "resell"), rma=rma)
    assert [desk.knows(order, rma).kept for rma in ("R1", "R2")] == [0, 100]


def test_a_short_shelf_is_explained_by_what_is_resold(shop: Shop, desk: ReturnsDesk) -> None:
    """A lamp sold that the book did not have; one that comes back and is good explains it."""
    desk.declares()
    order = desk.sold()
    desk.asks(order)
    shop.counts(-1, "LAMP")
    desk.gets(order)
    desk.looks(order, (1, "resell"))
    shop.book_shows("""
        stock:sellable:WH1        0  LAMP
        outside:unexplained:WH1   0  LAMP
        inventory:WH1          0.00  EUR
    """)

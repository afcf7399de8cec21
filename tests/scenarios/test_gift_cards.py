"""Gift cards and several tenders: sold, held, had, given back, blocked and run out, and what the book makes of it."""

from datetime import date

import pytest
from msgspec.structs import replace

from tallystick.messages.payments import AuthorisePayment, PayRefund
from tallystick.messages.sales import OrderLineCancellationRequested
from tallystick.messages.selling.gift_cards import CardTender
from tests.scenarios.card_desk import CardDesk
from tests.scenarios.shop import Shop


@pytest.fixture
def cards(shop: Shop) -> CardDesk:
    """The desk for gift cards; the shop's tie-out speaks for both."""
    shop.receives(20, "LAMP", "4.00 EUR")
    return CardDesk(shop)


def test_a_card_pays_first_and_the_provider_the_rest(shop: Shop, cards: CardDesk) -> None:
    """What the card holds is owed to its holder until goods leave; then it has paid, and the provider is asked for the rest."""
    cards.sells("GC1", "50.00 EUR")
    order = cards.orders((4, "LAMP", "20.00 EUR"), cards={"GC1": ""})
    assert (cards.stands("GC1"), shop.state(order, "tenders")) == ((5000, 5000), "ASKED")
    assert [c.amount for c in shop.asks(AuthorisePayment)] == [3000]
    shop.book_shows("""
        tender_clearing:card       50.00 EUR
        gift_cards:web            -50.00 EUR
    """)
    shop.pays(order, "30.00 EUR")
    shop.ships(order)
    shop.captures(order, "30.00 EUR")
    assert (cards.stands("GC1"), shop.state(order)) == ((0, 0), "SHIPPED")
    shop.book_shows("""
        gift_cards:web              0.00 EUR
        revenue:web               -80.00 EUR
        receivable:web              0.00 EUR
        psp_clearing:stripe        30.00 EUR
    """)


def test_a_card_pays_all_of_it(shop: Shop, cards: CardDesk) -> None:
    """Nobody else is asked for money, and the goods may go at once."""
    cards.sells("GC1", "50.00 EUR")
    order = cards.orders((2, "LAMP", "20.00 EUR"), cards={"GC1": ""})
    assert (shop.state(order), shop.state(order, "payment/1")) == ("RELEASED", "VOIDED")
    assert shop.asks(AuthorisePayment) == []
    shop.ships(order, 1)
    assert cards.stands("GC1") == (3000, 2000)
    shop.ships(order, 1)
    assert cards.stands("GC1") == (1000, 0)


def test_two_cards_and_a_provider_in_their_order(shop: Shop, cards: CardDesk) -> None:
    """Each pays what it is named for, in the order in which they are named; a refund goes back in that order, within what each paid."""
    cards.sells("GC1", "15.00 EUR")
    cards.grants("SC1", "10.00 EUR")
    order = cards.orders((3, "LAMP", "20.00 EUR"), cards={"GC1": "12.00 EUR", "SC1": "10.00 EUR"})
    shop.pays(order, "38.00 EUR")
    shop.ships(order, 1)
    assert (cards.stands("GC1"), cards.stands("SC1")) == ((300, 0), (200, 200))
    shop.ships(order, 2)
    shop.captures(order, "38.00 EUR")
    shop.takes_back(order, 1)
    assert (cards.stands("GC1"), cards.stands("SC1")) == ((1500, 0), (800, 0))
    assert shop.asks(PayRefund) == []
    shop.takes_back(order, 1)
    assert (cards.stands("GC1"), cards.stands("SC1")) == ((1500, 0), (1000, 0))
    assert [c.amount for c in shop.asks(PayRefund)] == [1800]
    shop.refunds(order)
    shop.book_shows("""
        allowances:web             10.00 EUR
        gift_cards:web            -25.00 EUR
        sales_credits:web          40.00 EUR
        receivable:web              0.00 EUR
        psp_clearing:stripe        20.00 EUR
    """)


@pytest.mark.parametrize(
    ("held", "named"),
    [("20.00 EUR", "20.01 EUR"), ("", "1.00 EUR"), ("", "")],
    ids=["too little", "unknown", "nothing"],
)
def test_a_card_that_cannot_pay_refuses_the_order(shop: Shop, cards: CardDesk, held: str, named: str) -> None:
    """A promise can be refused: nothing is held of goods or of cards, and the answer says which card it was."""
    if held:
        cards.sells("GC1", held)
    order = cards.orders((3, "LAMP", "20.00 EUR"), cards={"GC1": named})
    assert shop.state(order) == "REFUSED"
    assert shop.book.answers["test", f"m{shop._count}"].detail == {"cards_refused": [1]}
    assert cards.row("GC1").held == 0
    shop.book_shows("stock:reserved:WH1  0 LAMP")


def test_a_card_is_not_spent_twice(shop: Shop, cards: CardDesk) -> None:
    """What one order holds, another cannot have."""
    cards.sells("GC1", "50.00 EUR")
    first = cards.orders((2, "LAMP", "20.00 EUR"), cards={"GC1": "40.00 EUR"})
    second = cards.orders((2, "LAMP", "20.00 EUR"), cards={"GC1": "40.00 EUR"})
    assert (shop.state(first), shop.state(second)) == ("RELEASED", "REFUSED")
    shop.ships(first)
    assert cards.stands("GC1") == (1000, 0)


def test_a_cancelled_order_frees_its_card(shop: Shop, cards: CardDesk) -> None:
    """Whoever stops it, and however: the customer, the provider, or time."""
    cards.sells("GC1", "50.00 EUR")
    for ends in (shop.cancels, shop.declines, lambda _: shop.waits(hours=1)):
        order = cards.orders((4, "LAMP", "20.00 EUR"), cards={"GC1": ""})
        assert cards.stands("GC1") == (5000, 5000)
        ends(order)
        assert (cards.stands("GC1"), shop.state(order)) == ((5000, 0), "CANCELLED")
    shop.book_shows("gift_cards:web  -50.00 EUR")


def test_a_failed_payment_after_the_release_keeps_what_left(shop: Shop, cards: CardDesk) -> None:
    """The provider lets its money go while the goods are on their way: the card still pays its part for what left."""
    cards.sells("GC1", "30.00 EUR")
    order = cards.orders((2, "LAMP", "20.00 EUR"), cards={"GC1": ""})
    shop.pays(order, "10.00 EUR")
    shop.voids(order)
    assert (shop.state(order), shop.state(order, "tenders"), cards.stands("GC1")) == (
        "CANCELLING",
        "FAILED",
        (3000, 3000),
    )
    shop.ships(order, 1)
    shop.will_not_ship(order)
    assert (shop.state(order), cards.stands("GC1")) == ("SHIPPED", (1000, 0))
    assert shop.told == []


def test_a_cancelled_line_lowers_the_provider_first(shop: Shop, cards: CardDesk) -> None:
    """What the customer's bank card would pay is lowered before the gift card; where it is nothing any more, the card covers it all."""
    cards.sells("GC1", "30.00 EUR")
    order = cards.orders(
        (1, "LAMP", "20.00 EUR"), (1, "LAMP", "10.00 EUR"), (1, "LAMP", "10.00 EUR"), cards={"GC1": ""}
    )
    shop.says(order, OrderLineCancellationRequested(order, 2))
    assert (shop.state(order), shop.state(order, "tenders"), cards.stands("GC1")) == (
        "RELEASED",
        "SECURED",
        (3000, 3000),
    )
    shop.will_not_ship(order)
    assert (shop.state(order), cards.stands("GC1")) == ("CANCELLED", (3000, 0))
    shop.voids(order)


def test_goods_without_money_behind_them_are_told(shop: Shop, cards: CardDesk) -> None:
    """A refused order's goods left: no card is taken for it, and somebody must collect."""
    order = cards.orders((1, "LAMP", "20.00 EUR"), cards={"GC9": ""})
    shop.ships(order)
    assert shop.told == ["unheld_dispatch", "unpaid_goods"]
    shop.book_shows("receivable:web  20.00 EUR")


def test_a_shop_that_sold_already_is_told_what_a_card_lacks(shop: Shop, cards: CardDesk) -> None:
    """It cannot be refused any more: the provider is asked for what the card does not pay."""
    cards.sells("GC1", "5.00 EUR")
    order = cards.orders((1, "LAMP", "20.00 EUR"), cards={"GC1": "15.00 EUR"}, already_sold=True)
    assert shop.told == ["gift_card_short"]
    assert [c.amount for c in shop.asks(AuthorisePayment)] == [1500]
    assert shop.state(order) == "RESERVED"


def test_a_single_purpose_voucher_is_taxed_once(shop: Shop, cards: CardDesk) -> None:
    """Its tax is owed when it is sold; the goods it buys bear their tax, of which the voucher's part was owed already."""
    cards.sells("GC1", "11.90 EUR", purpose="single", tax=190, jurisdiction="DE")
    shop.book_shows("""
        gift_cards:web            -10.00 EUR
        tax_payable:DE             -1.90 EUR
    """)
    order = shop.writes((2, "LAMP", "10.00 EUR"))
    placed = shop.placed[order]
    lines = tuple(replace(x, tax=380) for x in placed.lines)
    shop.placed[order] = replace(placed, lines=lines, jurisdiction="DE", cards=(CardTender("GC1"),))
    shop.says(order, shop.placed[order])
    shop.pays(order, "11.90 EUR")
    shop.ships(order)
    shop.captures(order, "11.90 EUR")
    shop.book_shows("""
        gift_cards:web              0.00 EUR
        tax_payable:DE             -3.80 EUR
        revenue:web               -20.00 EUR
        receivable:web              0.00 EUR
    """)
    shop.takes_back(order, 1)
    shop.book_shows("""
        gift_cards:web            -10.00 EUR
        tax_payable:DE             -3.80 EUR
        receivable:web              0.00 EUR
    """)


def test_breakage_is_earned_as_the_rest_is_used(shop: Shop, cards: CardDesk) -> None:
    """Of 100.00 a fifth is expected never to be asked for: earned by quarters with each 20.00 had; what is asked for after all is not."""
    cards.sells("GC1", "100.00 EUR", breakage_basis_points=2000)
    order = cards.orders((2, "LAMP", "20.00 EUR"), cards={"GC1": ""})
    shop.ships(order)
    shop.book_shows("""
        gift_cards:web            -50.00 EUR
        gift_card_breakage:web    -10.00 EUR
    """)
    shop.takes_back(order, 1)
    shop.book_shows("""
        gift_cards:web            -75.00 EUR
        gift_card_breakage:web     -5.00 EUR
    """)
    rest = cards.orders((4, "LAMP", "20.00 EUR"), cards={"GC1": ""})
    shop.ships(rest)
    assert cards.stands("GC1") == (0, 0)
    shop.book_shows("""
        gift_cards:web              0.00 EUR
        gift_card_breakage:web      0.00 EUR
    """)


def test_a_card_runs_out(shop: Shop, cards: CardDesk) -> None:
    """After its last day what no order holds is earned; what is held still pays; what comes back to it is somebody's case."""
    cards.sells("GC1", "50.00 EUR", expires_on=date(2026, 11, 24))
    order = cards.orders((1, "LAMP", "20.00 EUR"), cards={"GC1": ""})
    shop.waits(hours=40)
    shop.book_shows("""
        gift_cards:web            -20.00 EUR
        gift_card_breakage:web    -30.00 EUR
    """)
    shop.ships(order)
    assert (cards.stands("GC1"), cards.row("GC1").state) == ((0, 0), "expired")
    late = cards.orders((1, "LAMP", "20.00 EUR"), cards={"GC1": ""})
    assert shop.state(late) == "REFUSED"
    shop.takes_back(order, 1)
    assert (shop.told, cards.stands("GC1")) == (["credit_to_expired_card"], (2000, 0))
    shop.book_shows("gift_cards:web  -20.00 EUR")


def test_a_card_without_a_last_day_goes_on(shop: Shop, cards: CardDesk) -> None:
    """Ten years later it pays as it did, and nothing is set to end it."""
    cards.sells("GC1", "50.00 EUR")
    shop.waits(hours=3651 * 24)
    order = cards.orders((1, "LAMP", "20.00 EUR"), cards={"GC1": ""})
    assert shop.state(order) == "RELEASED"


def test_a_blocked_card_pays_nothing_new(shop: Shop, cards: CardDesk) -> None:
    """What an order holds of it, it still pays; when it is found again, all is as before."""
    cards.sells("GC1", "50.00 EUR")
    order = cards.orders((1, "LAMP", "20.00 EUR"), cards={"GC1": ""})
    cards.blocks("GC1")
    assert shop.state(cards.orders((1, "LAMP", "5.00 EUR"), cards={"GC1": ""})) == "REFUSED"
    shop.ships(order)
    cards.unblocks("GC1")
    assert shop.state(cards.orders((1, "LAMP", "5.00 EUR"), cards={"GC1": ""})) == "RELEASED"
    assert cards.stands("GC1") == (3000, 500)


def test_a_card_is_issued_once(shop: Shop, cards: CardDesk) -> None:
    """The same card sold again under another id changes nothing."""
    cards.sells("GC1", "50.00 EUR")
    assert cards.sells("GC1", "50.00 EUR").outcome == "ignored"
    shop.book_shows("gift_cards:web  -50.00 EUR")


def test_cheaper_afterwards_goes_back_in_order(shop: Shop, cards: CardDesk) -> None:
    """An allowance is given back as a return is: to the card first, within what it paid."""
    cards.sells("GC1", "5.00 EUR")
    order = cards.orders((1, "LAMP", "20.00 EUR"), cards={"GC1": ""})
    shop.pays(order, "15.00 EUR")
    shop.ships(order)
    shop.captures(order, "15.00 EUR")
    cards.refunds(order, "6.00 EUR")
    assert cards.stands("GC1") == (500, 0)
    assert [c.amount for c in shop.asks(PayRefund)] == [100]
    shop.refunds(order)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"tax": 10}, "tax: a multi-purpose voucher is taxed with the goods"),
        ({"purpose": "single", "tax": 5000}, "purpose: a single-purpose voucher"),
        ({"breakage_basis_points": 10_000}, "breakage_basis_points 10000"),
    ],
)
def test_a_card_that_makes_no_sense_is_refused(shop: Shop, cards: CardDesk, more: dict[str, object], said: str) -> None:
    """The field is named, and the message waits to be mended."""
    shop.leaves_waiting = True
    answer = cards.sells("GC1", "50.00 EUR", **more)
    assert said in answer.reason

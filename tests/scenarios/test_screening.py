"""Orders that are held until somebody has judged them: let go, looked at, refused; and what silence means."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from tallystick.decisions.screening import Known, opinion
from tallystick.messages.fulfilment import ShipOrder
from tallystick.messages.oversells import OversellRule
from tallystick.messages.partners.screening import (
    Check,
    OrderScreened,
    ScreeningRule,
    ScreeningRuled,
    ScreenOrder,
    Verdict,
)
from tallystick.messages.payments import VoidPayment
from tallystick.messages.sales import CancelOrder
from tallystick.processes.orders import order_steps, waiting
from tests.scenarios.desk import Desk
from tests.scenarios.shop import Shop


@pytest.fixture
def held(shop: Shop, desk: Desk) -> Iterator[Shop]:
    """A shop whose web orders are screened, with ten lamps; silence means that a person looks."""
    screens(desk)
    shop.receives(10, "LAMP", cost="4.00 EUR")
    yield shop
    assert not shop.tie_out()


def screens(desk: Desk, otherwise: Verdict = "review") -> None:
    """Orders of the web shop are held for a day at most."""
    desk.rules(screenings=(ScreeningRule("web", 24, otherwise),))


def judged(shop: Shop, order: str, verdict: Verdict, *reasons: str) -> Any:
    """Whoever judges orders says so."""
    return shop.says(order, OrderScreened(order, verdict, 70, reasons, "acme"))


def test_without_a_rule_nothing_is_held(shop: Shop) -> None:
    """A channel that says nothing of screening sells as it always did, and nobody is asked."""
    shop.receives(1, "LAMP", cost="4.00 EUR")
    order = shop.sells(1, "LAMP", "12.00 EUR")
    assert (shop.state(order), shop.asks(ScreenOrder)) == ("RELEASED", [])
    assert "screening" not in shop.book.loaded.families[f"order/{order}"]
    shop.says(order, OrderScreened(order, "reject"))
    assert shop.state(order) == "RELEASED"


def test_a_held_order_goes_when_it_is_cleared(held: Shop) -> None:
    """Paid and held: its goods are reserved, nobody is asked to send them; with the word, they go."""
    order = held.sells(2, "LAMP", "12.00 EUR")
    assert (held.state(order), held.state(order, "screening"), held.asks(ShipOrder)) == ("WAITING", "HELD", [])
    assert held.asks(ScreenOrder) == [ScreenOrder(order, "web", "EUR/2", 2400)]
    held.book_shows("stock:reserved:WH1  2  LAMP")

    judged(held, order, "accept")
    assert (held.state(order), len(held.asks(ShipOrder))) == ("RELEASED", 1)
    held.ships(order)
    held.book_shows("""
        stock:sellable:WH1     8  LAMP
        revenue:web       -24.00  EUR
    """)


def test_cleared_before_it_is_paid_it_waits_for_the_money_only(held: Shop) -> None:
    """The word came first: the money releases it at once."""
    order = held.orders((1, "LAMP", "12.00 EUR"))
    judged(held, order, "accept")
    assert held.state(order) == "RESERVED"
    held.pays(order)
    assert held.state(order) == "RELEASED"


def test_a_refused_order_frees_its_goods_and_its_money(held: Shop) -> None:
    """Nothing leaves, the lamps can be sold again, the authorisation is let go of, and the channel hears why."""
    order = held.sells(2, "LAMP", "12.00 EUR")
    judged(held, order, "reject", "card of another country")
    assert (held.state(order), held.asks(ShipOrder)) == ("CANCELLED", [])
    assert [c.reason for c in held.asks(CancelOrder)] == ["screening: card of another country"]
    assert len(held.asks(VoidPayment)) == 1
    held.voids(order)
    held.book_shows("""
        stock:sellable:WH1    10  LAMP
        stock:reserved:WH1     0  LAMP
    """)


def test_what_was_taken_for_a_refused_order_goes_back(held: Shop) -> None:
    """A shop that took the money at once pays it back."""
    order = held.orders((1, "LAMP", "12.00 EUR"))
    held.captures(order, "12.00 EUR", "p1")
    judged(held, order, "reject")
    held.refunds(order)
    held.book_shows("receivable:web  0.00  EUR")


def test_a_doubtful_order_is_looked_at_by_a_person(held: Shop) -> None:
    """A break names its worth and reasons; the ruling closes it, and cannot be given twice."""
    order = held.sells(1, "LAMP", "12.00 EUR")
    judged(held, order, "review", "first order of its customer")
    assert (held.told, held.state(order, "screening")) == (["screening_review"], "REVIEW")
    answer = held.says(order, ScreeningRuled(order, "accept", "called back"))
    assert (answer.outcome, held.state(order)) == ("accepted", "RELEASED")
    assert held.book.entries[-1].explained == ["screening_review", "screening_overdue"]
    assert held.says(order, ScreeningRuled(order, "reject")).outcome == "too_late"


@pytest.mark.parametrize(
    ("otherwise", "state"), [("accept", "RELEASED"), ("reject", "CANCELLED"), ("review", "WAITING")]
)
def test_silence_goes_by_the_rule(shop: Shop, desk: Desk, otherwise: Verdict, state: str) -> None:
    """Nobody judges within the day: it goes, it is refused, or a person must look."""
    screens(desk, otherwise)
    shop.receives(1, "LAMP", cost="4.00 EUR")
    order = shop.sells(1, "LAMP", "12.00 EUR")
    shop.waits(hours=25)
    assert shop.state(order) == state
    if state == "CANCELLED":
        shop.voids(order)
    assert not shop.tie_out()


def test_a_person_who_does_not_look_is_told_again(held: Shop) -> None:
    """Three days in the queue: somebody is told once more, and it stays where it is."""
    order = held.sells(1, "LAMP", "12.00 EUR")
    judged(held, order, "review")
    held.waits(hours=73)
    assert held.told == ["screening_review", "screening_overdue"]
    assert held.state(order) == "WAITING"


def test_a_refusal_after_it_was_let_go_is_told(held: Shop) -> None:
    """The goods may have left: a person must stop them."""
    order = held.sells(1, "LAMP", "12.00 EUR")
    judged(held, order, "accept")
    assert judged(held, order, "reject").outcome == "late"
    assert (held.told, held.state(order)) == (["screened_late"], "RELEASED")


def test_goods_that_leave_while_they_are_held_are_booked_and_told(held: Shop) -> None:
    """What has physically happened is never refused."""
    order = held.sells(1, "LAMP", "12.00 EUR")
    held.ships(order)
    assert held.told == ["sent_unscreened"]
    held.book_shows("revenue:web  -12.00  EUR")


def test_a_backorder_waits_for_both_goods_and_word(shop: Shop, desk: Desk) -> None:
    """Its goods come while it is held: it goes with the word, and not before."""
    desk.rules(screenings=(ScreeningRule("web"),), oversells=(OversellRule("web", "backorder"),))
    name = shop.writes((1, "LAMP", "12.00 EUR"))
    shop.says(name, replace(shop.placed[name], already_sold=True))
    shop.pays(name)
    desk.receives(1, "LAMP")
    assert (shop.state(name), shop.asks(ShipOrder)) == ("WAITING", [])
    judged(shop, name, "accept")
    assert shop.state(name) == "RELEASED"
    shop.ships(name)
    assert not shop.tie_out()


def test_an_order_that_ends_needs_nobody_to_look(held: Shop) -> None:
    """The customer cancels what is in the queue: its break is settled, and a later word tells nobody anything."""
    order = held.sells(1, "LAMP", "12.00 EUR")
    judged(held, order, "review")
    held.cancels(order)
    assert (held.state(order), held.book.entries[-1].explained) == (
        "CANCELLED",
        ["screening_review", "screening_overdue"],
    )
    held.says(order, ScreeningRuled(order, "reject"))
    assert held.told == ["screening_review"]
    held.voids(order)


def test_the_checks_add_up() -> None:
    """Each check that is so adds its score and its reason; the sum decides."""
    checks = (
        Check("amount", 40, over=50_000, currency="EUR/2"),
        Check("first_order", 20),
        Check("country", 30),
        Check("velocity", 50, orders=3, hours=24),
        Check("blocked", 100, references=("person:bad",)),
    )
    rule = ScreeningRule("web", checks=checks)
    asked = ScreenOrder("A", "web", "EUR/2", 50_000, "DE", customer="person:good")
    assert opinion(rule, Known(asked, "DE", before=1, lately={24: 2})).verdict == "accept"
    doubtful = opinion(rule, Known(asked, "FR", before=0, lately={24: 1}))
    assert (doubtful.verdict, doubtful.score) == ("review", 50)
    assert doubtful.reasons == ("first order of its customer", "goes to FR, taxed in DE")
    dear = ScreenOrder("A", "web", "EUR/2", 50_001, "US-CA", customer="person:bad")
    worst = opinion(rule, Known(dear, "US", before=1, lately={24: 3}))
    assert (worst.verdict, worst.score) == ("reject", 190)


def test_twin_a_held_order_is_released(held: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that forgets the hold would send the goods: this story tells the two apart."""
    monkeypatch.setattr(waiting.secured, "__code__", order_steps.payment_secured.__code__)
    order = held.sells(1, "LAMP", "12.00 EUR")
    assert held.asks(ShipOrder)
    held.ships(order)


def test_the_order_carries_what_it_is_judged_by(shop: Shop, desk: Desk) -> None:
    """References, the amount with postage, and where its tax is owed; nothing of a person."""
    screens(desk)
    shop.receives(1, "LAMP", cost="4.00 EUR")
    name = shop.writes((1, "LAMP", "12.00 EUR"))
    persons = {"customer": "person:1", "recipient": "person:2", "contact": "person:3"}
    full = replace(shop.placed[name], jurisdiction="DE", **persons)
    shop.says(name, full)
    assert shop.asks(ScreenOrder) == [ScreenOrder(name, "web", "EUR/2", 1200, "DE", "person:1", "person:2", "person:3")]

"""The door at a running localstripe; the shop speaks through Stripe's own client."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import stripe

from tallystick.connectors.stripe.connector import Stripe
from tallystick.messages.payments import (
    AuthorisePayment,
    CapturePayment,
    CaptureReported,
    PaymentDeclined,
    PayRefund,
    VoidPayment,
)
from tallystick.ports.connector import Acknowledgement, Connection, Delivery, Outcome, OutcomeAsked, Rejected
from tests.counterparts.localstripe.server import API_KEY, HOOK_SECRET, Ear, listening, localstripe, needs_localstripe

GOOD, DECLINED = "4242424242424242", "4000000000000341"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One for all tests here: each has orders of its own."""
    needs_localstripe()
    folder: Path = tmp_path_factory.mktemp("localstripe")
    with localstripe(folder) as served:
        yield served


@pytest.fixture
def door(url: str) -> Iterator[Stripe]:
    """The door under test."""
    secrets = {"api_key": API_KEY, "hook_secret": HOOK_SECRET}
    made = Stripe(Connection(name="stripe", url=url, secret=secrets.__getitem__))
    yield made
    made.close()


@pytest.fixture
def shop(url: str) -> stripe.StripeClient:
    """Stripe's own client, as a shop has it."""
    return stripe.StripeClient(API_KEY, base_addresses={"api": url}, max_network_retries=0)


def intends(shop: stripe.StripeClient, order: str, card: str = GOOD) -> str:
    """Let the shop make the payment of *order*: 19.90 EUR, to be confirmed and captured by us."""
    method = shop.v1.payment_methods.create(
        {"type": "card", "card": {"number": card, "exp_month": 12, "exp_year": 2030, "cvc": "123"}}
    )
    return shop.v1.payment_intents.create(
        {
            "amount": 1990,
            "currency": "eur",
            "payment_method": method.id,
            "capture_method": "manual",
            "metadata": {"order": order},
        }
    ).id


def authorise(order: str, amount: int = 1990) -> AuthorisePayment:
    """Command it."""
    return AuthorisePayment(order, "stripe", "EUR/2", amount)


def capture(order: str, amount: int) -> CapturePayment:
    """Command it."""
    return CapturePayment(order, "stripe", "EUR/2", amount)


def heard(door: Stripe, ear: Ear, subject: str) -> Delivery:
    """Wait for the webhook about *subject*; those of earlier tests may still be on their way."""
    while True:
        for delivery in door.received(ear.next()):
            if delivery.subject == subject:
                return delivery


def test_money_is_held_taken_in_part_and_paid_back(door: Stripe, shop: stripe.StripeClient) -> None:
    """What Stripe shows in the end is what was commanded, each thing once although each was commanded twice."""
    intent = intends(shop, "A-1")
    refund = PayRefund("A-1", 1, "stripe", "EUR/2", 300)
    for command, key in ((authorise("A-1"), "1.0"), (capture("A-1", 1500), "2.0"), (refund, "3.0")):
        assert door.push(command, key) == door.push(command, key)
    shown = shop.v1.payment_intents.retrieve(intent)
    assert (shown.status, shown.amount_received) == ("succeeded", 1500)
    refunds = shop.v1.refunds.list({"payment_intent": intent}).data
    assert [(r.amount, r.metadata and r.metadata["number"]) for r in refunds] == [(300, "1")]


def test_a_key_has_one_effect_although_stripe_forgets_it(door: Stripe, shop: stripe.StripeClient) -> None:
    """Idempotency keys are ignored there, and by Stripe after a day: the door looks first."""
    intent = intends(shop, "A-2")
    door.push(authorise("A-2"), "1.0")
    done = door.push(capture("A-2", 1000), "2.0")
    assert door.ask(OutcomeAsked(capture("A-2", 1000), "2.0")) == Outcome(done)
    assert door.ask(OutcomeAsked(capture("A-2", 1000), "2.1")) == Outcome(None)
    refund = PayRefund("A-2", 1, "stripe", "EUR/2", 10)
    assert door.push(refund, "3.0") == door.push(refund, "3.0")
    assert len(shop.v1.refunds.list({"payment_intent": intent}).data) == 1
    # The broken twin of this promise: the same twice without a look pays twice.
    for _ in range(2):
        shop.v1.refunds.create({"payment_intent": intent, "amount": 10}, {"idempotency_key": "k"})
    assert len(shop.v1.refunds.list({"payment_intent": intent}).data) == 3


def test_no_more_is_paid_back_than_was_taken(door: Stripe, shop: stripe.StripeClient) -> None:
    """It would be paid there; a refund number is paid once as well."""
    intent = intends(shop, "A-3")
    door.push(authorise("A-3"), "1.0")
    door.push(capture("A-3", 1000), "2.0")
    with pytest.raises(Rejected, match="1000 eur can be paid back"):
        door.push(PayRefund("A-3", 1, "stripe", "EUR/2", 1001), "3.0")
    door.push(PayRefund("A-3", 1, "stripe", "EUR/2", 600), "4.0")
    with pytest.raises(Rejected, match="another key"):
        door.push(PayRefund("A-3", 1, "stripe", "EUR/2", 600), "5.0")
    with pytest.raises(Rejected, match="400 eur can be paid back"):
        door.push(PayRefund("A-3", 2, "stripe", "EUR/2", 401), "6.0")
    assert sum(r.amount for r in shop.v1.refunds.list({"payment_intent": intent}).data) == 600


def test_a_hold_is_let_go_once_and_then_takes_nothing(door: Stripe, shop: stripe.StripeClient) -> None:
    """What is let go cannot be captured."""
    intent = intends(shop, "A-4")
    door.push(authorise("A-4"), "1.0")
    assert door.push(VoidPayment("A-4", "stripe"), "2.0") == Acknowledgement(intent)
    assert door.push(VoidPayment("A-4", "stripe"), "2.0") == Acknowledgement(intent)
    assert shop.v1.payment_intents.retrieve(intent).status == "canceled"
    with pytest.raises(Rejected, match="0 eur are held"):
        door.push(capture("A-4", 1), "3.0")


def test_an_order_cut_down_is_authorised_for_less_and_never_for_more(door: Stripe, shop: stripe.StripeClient) -> None:
    """The customer agreed to the amount of the shop's intent."""
    intent = intends(shop, "A-5")
    with pytest.raises(Rejected, match="agreed to 1990 eur only"):
        door.push(authorise("A-5", 1991), "1.0")
    door.push(authorise("A-5", 990), "2.0")
    assert shop.v1.payment_intents.retrieve(intent).amount_capturable == 990


def test_signed_webhooks_become_reports_and_the_events_are_the_same(
    door: Stripe, shop: stripe.StripeClient, url: str
) -> None:
    """A capture and a decline come by webhook; pulled from the list of events they are known as the same."""
    with listening(url) as ear:
        intent = intends(shop, "A-6")
        door.push(authorise("A-6"), "1.0")
        taken = door.push(capture("A-6", 1500), "2.0")
        intends(shop, "A-7", DECLINED)
        door.push(authorise("A-7"), "3.0")
        first, second = heard(door, ear, "order/A-6"), heard(door, ear, "order/A-7")
    told = [report.data for d in (first, second) for report in door.parse(d).reports]
    assert CaptureReported("A-6", "stripe", 1500, taken.foreign_id) in told
    assert PaymentDeclined("A-7", "card_declined") in told
    assert taken.foreign_id.startswith(intent)
    pulled = [*door.pull(CaptureReported, "").deliveries, *door.pull(PaymentDeclined, "").deliveries]
    assert {first.id: first.digest, second.id: second.digest}.items() <= {d.id: d.digest for d in pulled}.items()

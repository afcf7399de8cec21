"""The door at a running stripe-stateful-mock, which keeps idempotency keys, declines, and pays back no more than was taken."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from tallystick.connectors.stripe.client import Client
from tallystick.connectors.stripe.connector import Stripe
from tallystick.messages.payments import AuthorisePayment, CapturePayment, PayRefund, VoidPayment
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    InDoubt,
    Outcome,
    OutcomeAsked,
    Rejected,
    Retryable,
)
from tests.counterparts.stripe_stateful_mock.server import (
    API_KEY,
    needs_stripe_stateful_mock,
    stripe_stateful_mock,
)

HEADERS = {"authorization": f"Bearer {API_KEY}"}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One for all tests here: each has orders of its own."""
    needs_stripe_stateful_mock()
    with stripe_stateful_mock(tmp_path_factory.mktemp("stateful")) as served:
        yield served


@pytest.fixture
def opens(url: str) -> Iterator[Callable[[], Stripe]]:
    """Opens doors; a new one knows nothing of what the one before was told, such as to rest."""
    made: list[Stripe] = []

    def opened() -> Stripe:
        made.append(Stripe(Connection(name="stripe", url=url, secret=lambda _: API_KEY)))
        return made[-1]

    yield opened
    for door in made:
        door.close()


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    """The door's calls, without its looking before."""
    made = Client(Connection(name="stripe", url=url, secret=lambda _: API_KEY))
    yield made
    made.close()


def intends(url: str, order: str, token: str = "tok_visa") -> str:  # noqa: S107 - a made-up card
    """Let the shop make the payment of *order*: 19.90 EUR, to be confirmed and captured by us."""
    form = {"amount": "1990", "currency": "eur", "payment_method": token, "capture_method": "manual"}
    made = httpx.post(f"{url}/v1/payment_intents", data={**form, "metadata[order]": order}, headers=HEADERS)
    return str(made.raise_for_status().json()["id"])


def refunds(url: str, intent: str) -> list[int]:
    """What was paid back."""
    listed = httpx.get(f"{url}/v1/refunds", params={"payment_intent": intent}, headers=HEADERS)
    return [refund["amount"] for refund in listed.json()["data"]]


def authorise(order: str) -> AuthorisePayment:
    """Command it."""
    return AuthorisePayment(order, "stripe", "EUR/2", 1990)


def refund_form(intent: str, amount: int) -> dict[str, str]:
    """A refund as the door asks for it."""
    return {"payment_intent": intent, "amount": str(amount)}


def test_money_is_held_taken_in_part_and_paid_back(url: str, opens: Callable[[], Stripe]) -> None:
    """Each thing once, although each was commanded twice."""
    intent, door = intends(url, "B-1"), opens()
    commands = (
        authorise("B-1"),
        CapturePayment("B-1", "stripe", "EUR/2", 1500),
        PayRefund("B-1", 1, "stripe", "EUR/2", 300),
    )
    for n, command in enumerate(commands):
        assert door.push(command, f"{n}.0") == door.push(command, f"{n}.0")
    shown = httpx.get(f"{url}/v1/payment_intents/{intent}", headers=HEADERS).json()
    assert (shown["status"], shown["amount_received"], refunds(url, intent)) == ("succeeded", 1500, [300])


def test_a_hold_is_let_go(url: str, opens: Callable[[], Stripe]) -> None:
    """And takes nothing afterwards."""
    intent, door = intends(url, "B-2"), opens()
    door.push(authorise("B-2"), "1.0")
    assert door.push(VoidPayment("B-2", "stripe"), "2.0") == Acknowledgement(intent)
    with pytest.raises(Rejected, match="0 eur are held"):
        door.push(CapturePayment("B-2", "stripe", "EUR/2", 1), "3.0")


def test_a_key_that_is_kept_has_one_effect_there_too(url: str, opens: Callable[[], Stripe], client: Client) -> None:
    """Two workers who both looked before either wrote send the same key: one refund. Another body under it is refused."""
    intent, door = intends(url, "B-3"), opens()
    door.push(authorise("B-3"), "1.0")
    door.push(CapturePayment("B-3", "stripe", "EUR/2", 1000), "2.0")
    first, second = (client.change("/v1/refunds", "key-3", refund_form(intent, 400)) for _ in range(2))
    assert first is not None
    assert second is not None
    assert (first["id"], refunds(url, intent)) == (second["id"], [400])
    with pytest.raises(Rejected, match="Keys for idempotent requests"):
        client.change("/v1/refunds", "key-3", refund_form(intent, 401))
    # The broken twin: without one key for both, it is paid twice.
    client.change("/v1/refunds", "key-4", refund_form(intent, 400))
    assert refunds(url, intent) == [400, 400]


def test_more_than_was_taken_is_refused_by_both(url: str, opens: Callable[[], Stripe], client: Client) -> None:
    """By the door, which looks before; and by Stripe, should two have looked at once."""
    intent, door = intends(url, "B-4"), opens()
    door.push(authorise("B-4"), "1.0")
    door.push(CapturePayment("B-4", "stripe", "EUR/2", 1000), "2.0")
    with pytest.raises(Rejected, match="1000 eur can be paid back"):
        door.push(PayRefund("B-4", 1, "stripe", "EUR/2", 1001), "3.0")
    with pytest.raises(Rejected, match="greater than unrefunded amount"):
        client.change("/v1/refunds", "key-5", refund_form(intent, 1001))
    assert refunds(url, intent) == []


@pytest.mark.parametrize("token", ["tok_chargeDeclined", "tok_chargeDeclinedInsufficientFunds"])
def test_a_declined_card_is_a_word_and_no_doubt(url: str, opens: Callable[[], Stripe], token: str) -> None:
    """402: the confirmation took place, the bank said no, and asking finds that; nothing is held."""
    intent = intends(url, f"B-5-{token}", token)
    door, command = opens(), authorise(f"B-5-{token}")
    door.push(command, "1.0")
    assert door.ask(OutcomeAsked(command, "1.0")) == Outcome(Acknowledgement(intent))
    shown = httpx.get(f"{url}/v1/payment_intents/{intent}", headers=HEADERS).json()
    assert (shown["status"], shown["amount_capturable"]) == ("requires_payment_method", 0)


@pytest.mark.parametrize(("token", "error"), [("tok_429", Retryable), ("tok_500", InDoubt)])
def test_a_busy_or_broken_stripe_is_tried_again_and_has_one_effect(
    url: str, opens: Callable[[], Stripe], token: str, error: type[Exception]
) -> None:
    """429: nothing was done, later. 500: nobody knows, so it is asked before anything is repeated."""
    order = f"B-6-{token}"
    intent, command = intends(url, order, f"{token}|tok_visa|{order}"), authorise(order)
    with pytest.raises(error):
        opens().push(command, "1.0")
    assert opens().ask(OutcomeAsked(command, "1.0")) == Outcome(None)
    assert opens().push(command, "1.1") == Acknowledgement(intent)
    charges = httpx.get(f"{url}/v1/payment_intents/{intent}", headers=HEADERS).json()
    assert (charges["status"], charges["amount_capturable"]) == ("requires_capture", 1990)

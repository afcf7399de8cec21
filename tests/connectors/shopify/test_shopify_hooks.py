"""Webhooks of Shopify: only its own, only recent ones, and one told again is known."""

from datetime import timedelta
from typing import Any

import pytest

from tallystick.connectors.shopify.deliveries import SIGNATURE, TOPIC, hook_deliveries
from tallystick.connectors.shopify.setup import setup_of
from tallystick.connectors.shopify.twin.bench import NOW, hook_of
from tallystick.connectors.shopify.twin.samples import stamp
from tallystick.ports.connector import Delivery, Hook, HookRefused
from tests.connectors.shopify.shopfront import SECRETS, connection, order, parsed


def hook(said: Any, topic: str = "orders/updated", number: str = "w1", secret: str = SECRETS["hook"]) -> Hook:
    """Return a webhook that comes now."""
    return hook_of(topic, said, NOW, (secret, number))


def taken(said: Hook, secret: str = SECRETS["hook"]) -> Delivery:
    """Return what a webhook tells."""
    (found,) = hook_deliveries(said, secret, setup_of(connection()))
    return found


FRESH = order(updated_at=stamp(NOW))


def test_a_webhook_is_known_by_its_id_and_its_order_by_its_own() -> None:
    """Deduplicated by X-Shopify-Webhook-Id; parked, if need be, with all else of the order."""
    found = taken(hook(FRESH))
    assert (found.id, found.subject, found.person) == ("webhook/w1", "order/web-1000", "77")


def test_a_webhook_played_again_under_another_id_says_what_is_known() -> None:
    """Its id stands in no signature: whoever changes it gains nothing, for reports are known by what they say."""
    first, again = (parsed(taken(hook(FRESH, number=n)), connection()) for n in ("w1", "w2"))
    assert [r.id for r in first.reports] == [r.id for r in again.reports]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (hook(order(updated_at=stamp(NOW - timedelta(hours=6)))), "more than 18000 s"),
        (hook(order(updated_at=stamp(NOW + timedelta(hours=6)))), "more than 18000 s"),
        (hook(order(updated_at="yesterday")), "when it happened"),
        (hook(order(updated_at="2026-03-29T12:00:00")), "zone"),
        (hook({"id": 1}, "orders/delete"), "when it happened"),
        (hook(FRESH, number=""), "webhook-id"),
        (hook(FRESH, topic=""), "topic"),
        (hook([1]), "no JSON object"),
        (hook(FRESH, secret="another"), "signature"),
    ],
    ids=["old", "early", "no-moment", "no-zone", "deleted", "no-id", "no-topic", "a-list", "forged"],
)
def test_what_cannot_be_believed_is_refused(said: Hook, words: str) -> None:
    """With the reason; nothing of it is kept."""
    with pytest.raises(HookRefused, match=words):
        taken(said)


def test_no_secret_believes_nobody() -> None:
    """An empty secret would let anybody sign."""
    with pytest.raises(HookRefused):
        taken(hook(FRESH, secret=""), secret="")


@pytest.mark.parametrize("offered", ["", "ü", "AAAA", "not base64!"])
def test_no_nonsense_is_a_signature(offered: str) -> None:
    """Of another length, of other characters: refused, not a crash."""
    said = hook(FRESH)
    with pytest.raises(HookRefused):
        taken(Hook({**said.headers, SIGNATURE: offered}, said.body, NOW))


def test_the_repetition_of_a_webhook_is_taken_for_hours() -> None:
    """Shopify tries for four hours, with the body it had at first."""
    late = order(updated_at=stamp(NOW - timedelta(hours=4)))
    assert taken(hook(late)).subject == "order/web-1000"
    assert TOPIC in hook(late).headers

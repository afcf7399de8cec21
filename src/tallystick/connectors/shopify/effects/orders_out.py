"""What the book tells the shop of its orders. Each effect is looked for before it is made, and can be found afterwards."""

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.shopify import questions
from tallystick.connectors.shopify.client import Shopify
from tallystick.connectors.shopify.effects.found import NAMESPACE, Found, Noted, note_key, order_named
from tallystick.connectors.shopify.effects.lines import Lines, is_sent, takes_off
from tallystick.connectors.shopify.effects.money import Money, is_taken, paid_back
from tallystick.connectors.shopify.paid import Claim
from tallystick.connectors.shopify.setup import Setup
from tallystick.kit.marks import Mark, mark_of, one_bears
from tallystick.messages.channels import TellShipment
from tallystick.messages.payments import AuthorisePayment, CapturePayment, PayRefund, VoidPayment
from tallystick.messages.sales import CancelLines, CancelOrder, RefuseOrder
from tallystick.ports.connector import Acknowledgement, Rejected

STALE: Final = "STALE_OBJECT"


class OrdersOut:
    """Does to orders of the shop what the book decided."""

    def __init__(self, client: Shopify, setup: Setup, location: Callable[[], str]) -> None:
        """Speak over *client*; *location* gives the global id of the shop's location that shows our stock."""
        self._client, self._setup = client, setup
        money, lines = Money(client), Lines(client, setup, location)
        self._ways: dict[type[Struct], Callable[[Any, Found, Noted], None]] = {
            RefuseOrder: lines.cancel,
            CancelOrder: lines.cancel,
            CancelLines: lines.take_off,
            TellShipment: lines.send,
            AuthorisePayment: lambda *_: None,  # The buyer paid at the shop's till; what is held comes as a report.
            CapturePayment: money.capture,
            VoidPayment: money.let_go,
            PayRefund: money.pay_back,
        }
        self._shows: dict[type[Struct], Callable[[Any, Found, Noted], bool]] = {
            RefuseOrder: lambda _c, order, _n: bool(order.cancelled_at) or not order.open,
            CancelOrder: lambda _c, order, _n: bool(order.cancelled_at) or not order.open,
            CancelLines: lambda _c, order, noted: takes_off(order, noted.mark),
            TellShipment: lambda command, order, _n: is_sent(command, order),
            AuthorisePayment: lambda *_: True,
            CapturePayment: lambda command, order, noted: is_taken(command, order, noted.taken),
            VoidPayment: lambda _c, order, _n: not order.held(),
            PayRefund: lambda command, order, noted: paid_back(order, noted.mark, noted.refund) >= command.amount,
        }

    def takes(self, command: Struct) -> bool:
        """Say whether *command* is one of these."""
        return type(command) in self._ways

    def push(self, command: Any, key: str) -> Acknowledgement:
        """Make it so, once: leave a note first, then see whether it is so already, then do it."""
        order, mark = order_named(self._client, self._setup, command.order), _mark(command, key)
        noted = self._noted(order, key, mark) or self._note(command, order, (key, mark))
        if not self._shows[type(command)](command, order, noted):
            self._ways[type(command)](command, order, noted)
        return _acknowledged(command)

    def became(self, command: Any, key: str) -> Acknowledgement | None:
        """Say whether *command* took effect under *key*."""
        order = order_named(self._client, self._setup, command.order)
        noted = self._noted(order, key, _mark(command, key))
        done = noted is not None and self._shows[type(command)](command, order, noted)
        return _acknowledged(command) if done else None

    def _noted(self, order: Found, key: str, mark: Mark) -> Noted | None:
        """Return our note under *key*; raise `Rejected` where it is about another command."""
        value = order.note(key)
        if value is None:
            return None
        try:
            noted = msgspec.json.decode(value, type=Noted)
        except msgspec.DecodeError as wrong:
            raise Rejected(f"the metafield {NAMESPACE}.{note_key(key)} of the order is not ours: {wrong}") from wrong
        one_bears([noted.mark], mark)
        return noted

    def _note(self, command: Any, order: Found, who: tuple[str, Mark]) -> Noted:
        """Leave a note under a key. Only one may make it: a second is told that it is there."""
        key, mark = who
        noted = Noted(str(mark), _words(command), order.taken(), _clerks(command, order))
        told = self._client.tell(
            questions.NOTE,
            note={
                "ownerId": order.id,
                "namespace": NAMESPACE,
                "key": note_key(key),
                "type": "json",
                "value": msgspec.json.encode(noted).decode(),
                "compareDigest": None,
            },
        )
        if STALE in told.codes():
            raise Rejected(f"order {command.order}: key {key} is being used elsewhere: retry it later")
        told.so()
        return noted


def _mark(command: Any, key: str) -> Mark:
    return mark_of(command, key, command.number if isinstance(command, PayRefund) else None)


def _words(command: Any) -> str:
    """Say what a command asks, for whoever reads the note in Shopify."""
    if isinstance(command, AuthorisePayment):
        return f"asked to hold {command.amount} {command.currency}: the buyer paid at the till"
    return type(command).__name__


def _clerks(command: Any, order: Found) -> str:
    """Return the id of a refund of this amount that a clerk made and that counts for none of ours yet."""
    if not isinstance(command, PayRefund):
        return ""
    claimed = {claim.refund for claim in map(_claim, (n.value for n in order.metafields.nodes)) if claim}
    for refund in order.refunds:
        number = refund.id.rpartition("/")[2]
        is_ours = "[tally " in (refund.note or "") or number in claimed
        if order.refunded(refund) == command.amount and not is_ours:
            return number
    return ""


def _claim(value: str) -> Claim | None:
    try:
        return msgspec.json.decode(value, type=Claim)
    except msgspec.DecodeError:
        return None


def _acknowledged(command: Any) -> Acknowledgement:
    return Acknowledgement(f"order/{command.order}")

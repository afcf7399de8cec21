"""Commands at Stripe: look, refuse what cannot be right, act once, and find what was done.

Stripe's idempotency keys go after a day and its sandbox twins ignore them, so what was done is looked for before anything
is written: a capture and a refund carry our key in their metadata, a confirmation and a cancellation are states.
"""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct

from tallystick.connectors.stripe.client import Client
from tallystick.connectors.stripe.money import Digits
from tallystick.connectors.stripe.translate import mark_of
from tallystick.messages.payments import AuthorisePayment, CapturePayment, PayRefund, VoidPayment
from tallystick.model.amount import AmountError
from tallystick.ports.connector import Rejected

_HELD: Final = "requires_capture"
_CONFIRMED: Final = (_HELD, "succeeded", "processing", "requires_action")
_RANKS: Final = (*_CONFIRMED, "requires_confirmation", "requires_payment_method", "canceled")
_LOST: Final = ("failed", "canceled")


class Payments:
    """Payments of one account."""

    def __init__(self, client: Client, digits: Digits, *, multicapture: bool) -> None:
        """Act through *client*; *multicapture* says that an authorisation may be captured in parts."""
        self._client, self._digits, self._multicapture = client, digits, multicapture

    def make_so(self, command: Struct, key: str) -> str:
        """Do what *command* says, once for *key*, and return what Stripe calls it."""
        intent = self._intent(command)
        if intent is None:
            raise Rejected(
                f"Stripe has no payment of order {_order(command)}: the shop makes it, with metadata `order`, or search "
                "does not know it yet; then replay"
            )
        done = self._done(command, key, intent)
        return done or self._do(command, key, intent)

    def became(self, command: Struct, key: str) -> str | None:
        """Return what Stripe calls what *command* did under *key*; None where it did nothing."""
        intent = self._intent(command)
        return None if intent is None else self._done(command, key, intent)

    def _intent(self, command: Struct) -> Any | None:
        """Return the order's payment: of several, the one that came furthest, then the youngest."""
        found = self._client.intents_of(_order(command))
        return min(found, key=lambda i: (_rank(i), -i["created"]), default=None)

    def _done(self, command: Struct, key: str, intent: Any) -> str | None:
        match command:
            case AuthorisePayment():
                return self._authorised(command, intent)
            case CapturePayment():
                return self._captured(command, key, intent)
            case VoidPayment():
                return str(intent["id"]) if intent["status"] == "canceled" else None
            case PayRefund():
                return self._refunded(command, key, self._client.refunds_of(intent["id"]))
        raise Rejected(f"{type(command).__name__} is not pushed to Stripe: see `tally connector list`")

    def _do(self, command: Struct, key: str, intent: Any) -> str:
        match command:
            case AuthorisePayment():
                return self._authorise(command, key, intent)
            case CapturePayment():
                return self._capture(command, key, intent)
            case PayRefund():
                return self._refund(command, key, intent)
        if intent["status"] == "succeeded":
            raise Rejected(f"the payment of order {_order(command)} is taken: it can be paid back, not let go")
        return self._change(f"{_path(intent)}/cancel", key, {})

    def _authorised(self, command: AuthorisePayment, intent: Any) -> str | None:
        declined = intent["status"] == "requires_payment_method" and intent.get("last_payment_error")
        if not declined and intent["status"] not in _CONFIRMED:
            return None
        if (intent["amount"], intent["currency"]) != self._theirs(command):
            raise Rejected(
                f"order {command.order} is paid with another amount: {intent['amount']} {intent['currency']}"
            )
        return str(intent["id"])

    def _authorise(self, command: AuthorisePayment, key: str, intent: Any) -> str:
        """Confirm the shop's payment, for no more than it was made for: the customer agreed to that."""
        amount, currency = self._theirs(command)
        if intent["status"] != "requires_confirmation" or intent.get("capture_method") != "manual":
            raise Rejected(
                f"the payment of order {command.order} is {intent['status']}, capture {intent.get('capture_method')}: "
                "the shop must make it with a payment method and manual capture"
            )
        if currency != intent["currency"] or amount > intent["amount"]:
            raise Rejected(
                f"order {command.order}: the customer agreed to {intent['amount']} {intent['currency']} only"
            )
        if amount < intent["amount"]:
            self._client.change(_path(intent), f"{key}.amount", {"amount": str(amount)})
        self._client.change(f"{_path(intent)}/confirm", key, {})
        return str(intent["id"])

    def _captured(self, command: CapturePayment, key: str, intent: Any) -> str | None:
        amount, _ = self._theirs(command)
        mark = mark_of(key)
        said = (intent.get("metadata") or {}).get(mark)
        if said is None:
            return None
        if said != str(amount):
            raise Rejected(f"{said} was captured under the key {key}: see who used it")
        return f"{intent['id']}/{mark}"

    def _capture(self, command: CapturePayment, key: str, intent: Any) -> str:
        amount, currency = self._theirs(command)
        left = intent["amount_capturable"] if intent["status"] == _HELD else 0
        if currency != intent["currency"] or amount > left:
            raise Rejected(f"order {command.order}: {left} {intent['currency']} are held, not {amount} {currency}")
        form = {"amount_to_capture": str(amount), f"metadata[{mark_of(key)}]": str(amount)}
        if self._multicapture and amount < left:
            form["final_capture"] = "false"
        return f"{self._change(f'{_path(intent)}/capture', key, form)}/{mark_of(key)}"

    def _refunded(self, command: PayRefund, key: str, refunds: Sequence[Any]) -> str | None:
        amount, currency = self._theirs(command)
        for refund in refunds:
            said = refund.get("metadata") or {}
            if said.get("tally_key") == mark_of(key):
                if (refund["amount"], refund["currency"], said["number"]) != (amount, currency, str(command.number)):
                    raise Rejected(f"another refund was paid under the key {key}: see who used it")
                return str(refund["id"])
        return None

    def _refund(self, command: PayRefund, key: str, intent: Any) -> str:
        """Pay back no more than was taken, and each refund number once: not every sandbox refuses it."""
        amount, currency = self._theirs(command)
        paid = [r for r in self._client.refunds_of(intent["id"]) if r["status"] not in _LOST]
        if any((r.get("metadata") or {}).get("number") == str(command.number) for r in paid):
            raise Rejected(f"refund {command.number} of order {command.order} was paid under another key")
        left = intent["amount_received"] - sum(r["amount"] for r in paid)
        if currency != intent["currency"] or amount > left:
            raise Rejected(
                f"order {command.order}: {left} {intent['currency']} can be paid back, not {amount} {currency}"
            )
        form = {
            "payment_intent": str(intent["id"]),
            "amount": str(amount),
            "metadata[order]": command.order,
            "metadata[number]": str(command.number),
            "metadata[tally_key]": mark_of(key),
        }
        return self._change("/v1/refunds", key, form)

    def _change(self, path: str, key: str, form: dict[str, str]) -> str:
        made = self._client.change(path, key, form)
        if made is None:
            raise Rejected(f"the customer's bank declined {path}: see it in Stripe")
        return str(made["id"])

    def _theirs(self, command: AuthorisePayment | CapturePayment | PayRefund) -> tuple[int, str]:
        try:
            return self._digits.theirs(command.amount, command.currency)
        except AmountError as wrong:
            raise Rejected(str(wrong)) from wrong


def _order(command: Struct) -> str:
    return str(getattr(command, "order", ""))


def _path(intent: Any) -> str:
    return f"/v1/payment_intents/{intent['id']}"


def _rank(intent: Any) -> int:
    status = intent["status"]
    return _RANKS.index(status) if status in _RANKS else len(_RANKS)

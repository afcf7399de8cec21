"""The door: thin glue between Stripe's protocol and our four verbs."""

import json
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from tallystick.connectors.stripe.client import LIMITS, Client
from tallystick.connectors.stripe.manifest import MANIFEST
from tallystick.connectors.stripe.money import Digits
from tallystick.connectors.stripe.payments import Payments
from tallystick.connectors.stripe.payouts import payout_delivery
from tallystick.connectors.stripe.translate import PULLED, delivery_of, translation_of
from tallystick.kit.limits import Limits
from tallystick.kit.signatures import hex_is_right, moment_of, refuse_stale, refuse_unless
from tallystick.messages.payments import SettlementReported
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    Delivery,
    Hook,
    Misconfigured,
    Outcome,
    OutcomeAsked,
    Page,
    Translation,
)

SIGNATURE: Final = "stripe-signature"


class Stripe:
    """Implements `ports.connector.HookDoor` for one Stripe account."""

    manifest = MANIFEST

    def __init__(self, connection: Connection, limits: Limits = LIMITS) -> None:
        """Speak to the account of *connection*. Nothing is sent yet; raises `Misconfigured` for settings that cannot be."""
        self._connection, self._client = connection, Client(connection, limits)
        self._payments = Payments(self._client, _digits(connection), multicapture=_multicapture(connection))

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Return events that tell of *kind* after the cursor *since*, an event's id. Stripe keeps them for a month."""
        if kind not in PULLED:
            raise Misconfigured(f"{kind.__name__} is not pulled from Stripe: see `tally connector list`")
        events, more = self._client.events_after(since, PULLED[kind])
        cursor = str(events[-1]["id"]) if events else since
        return Page([self._delivery(kind, event) for event in events], cursor, more)

    def parse(self, delivery: Delivery) -> Translation:
        """Translate an event."""
        return translation_of(delivery, self._connection)

    def received(self, hook: Hook) -> tuple[Delivery, ...]:
        """Check a webhook, which is one event; where the secret is being changed it bears two signatures."""
        parts = [part.strip().partition("=")[::2] for part in hook.headers.get(SIGNATURE, "").split(",")]
        stamp = next((value for name, value in parts if name == "t"), "")
        offered = [value for name, value in parts if name == "v1"]
        signed = stamp.encode() + b"." + hook.body
        refuse_unless(hex_is_right(self._connection.secret("hook_secret"), signed, offered))
        refuse_stale(moment_of(stamp), hook.at)
        return (delivery_of(self._connection.name, json.loads(hook.body)),)

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Authorise, capture, void or refund, once for *key*."""
        self._refuse_unknown(command)
        return Acknowledgement(self._payments.make_so(command, key))

    def ask(self, question: Struct) -> Struct:
        """Say what became of a command."""
        if not isinstance(question, OutcomeAsked):
            raise Misconfigured(f"Stripe is not asked {type(question).__name__}: see `tally connector list`")
        self._refuse_unknown(question.command)
        found = self._payments.became(question.command, question.key)
        return Outcome(None if found is None else Acknowledgement(found))

    def _delivery(self, kind: type[Struct], event: Any) -> Delivery:
        """Keep an event; a payout's with the transactions it is made of, which never change afterwards."""
        if kind is not SettlementReported:
            return delivery_of(self._connection.name, event)
        payout = event["data"]["object"]["id"]
        return payout_delivery(self._connection.name, event, self._client.transactions_of(payout))

    def _refuse_unknown(self, command: Struct) -> None:
        if type(command) not in MANIFEST.pushes:
            raise Misconfigured(f"{type(command).__name__} is not pushed to Stripe: see `tally connector list`")


def _digits(connection: Connection) -> Digits:
    zone = connection.settings.get("zone", "UTC")
    try:
        ZoneInfo(zone)
        return Digits(connection.settings.get("digits", ""))
    except (ZoneInfoNotFoundError, ValueError) as wrong:
        raise Misconfigured(f"{connection.name}: setting `zone` or `digits`: {wrong}") from wrong


def _multicapture(connection: Connection) -> bool:
    said = connection.settings.get("multicapture", "no")
    if said not in ("yes", "no"):
        raise Misconfigured(f"{connection.name}: setting `multicapture` is {said!r}: give yes or no")
    return said == "yes"

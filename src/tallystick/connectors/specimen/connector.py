"""The door: thin glue between the shop's protocol and our four verbs."""

import json
from typing import Final

from msgspec import Struct

from tallystick.connectors.specimen.client import LIMITS, Client
from tallystick.connectors.specimen.manifest import MANIFEST
from tallystick.connectors.specimen.translate import delivery_of, request_of, translation_of
from tallystick.kit.limits import Limits
from tallystick.kit.signatures import hex_is_right, moment_of, refuse_stale, refuse_unless
from tallystick.messages.sales import OrderPlaced
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    Delivery,
    Hook,
    Misconfigured,
    Outcome,
    OutcomeAsked,
    Page,
    Rejected,
    Translation,
)

SIGNATURE: Final = "x-specimen-signature"


class Specimen:
    """Implements `ports.connector.HookDoor` for one shop."""

    manifest = MANIFEST

    def __init__(self, connection: Connection, limits: Limits = LIMITS) -> None:
        """Speak to the shop of *connection*. Nothing is sent yet."""
        self._connection, self._client = connection, Client(connection, limits)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Return orders that changed after the cursor *since*, a change number."""
        if kind is not OrderPlaced:
            raise Misconfigured(f"{kind.__name__} is not pulled from the shop: see `tally connector list`")
        if since and not since.isdecimal():
            raise Misconfigured(f"{since!r} is no cursor of this door: it is a number")
        page = self._client.changes(int(since or 0))
        orders = page["orders"]
        cursor = str(orders[-1]["change"]) if orders else since
        return Page([delivery_of(self._connection.name, order) for order in orders], cursor, page["more"])

    def parse(self, delivery: Delivery) -> Translation:
        """Translate an order."""
        return translation_of(delivery, self._connection)

    def received(self, hook: Hook) -> tuple[Delivery, ...]:
        """Check a webhook; it holds one order, just as a page does."""
        said = dict(part.partition("=")[::2] for part in hook.headers.get(SIGNATURE, "").split(","))
        stamp = said.get("t", "")
        signed = stamp.encode() + b"." + hook.body
        refuse_unless(hex_is_right(self._connection.secret("hook_secret"), signed, [said.get("v1", "")]))
        refuse_stale(moment_of(stamp), hook.at)
        return (delivery_of(self._connection.name, json.loads(hook.body)),)

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Capture or refund; the shop keeps our key and what came of it."""
        path, payment = request_of(command)
        return Acknowledgement(self._client.pay(path, key, payment)["id"])

    def ask(self, question: Struct) -> Struct:
        """Say what became of a command."""
        if not isinstance(question, OutcomeAsked):
            raise Misconfigured(f"the shop is not asked {type(question).__name__}: see `tally connector list`")
        found = self._client.payment(question.key)
        if found is None:
            return Outcome(None)
        _, payment = request_of(question.command)
        if any(found.get(name) != value for name, value in payment.items()):
            raise Rejected(f"the shop has other content under the key {question.key}: see who used it")
        return Outcome(Acknowledgement(found["id"]))

"""The door that all three are: requests out under their keys, signed events in."""

import base64
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from tallystick.connectors.partner.client import LIMITS, Client
from tallystick.connectors.partner.translate import delivery_of, is_same, request_of, translation_of
from tallystick.kit.limits import Limits
from tallystick.kit.signatures import base64_is_right, moment_of, refuse_stale, refuse_unless
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    Delivery,
    Hook,
    Manifest,
    Misconfigured,
    Outcome,
    OutcomeAsked,
    Page,
    Rejected,
    Translation,
)

PREFIX: Final = "whsec_"


class PartnerDoor:
    """Implements `ports.connector.HookDoor` for one partner; what it takes and sends is its kind's."""

    manifest: Manifest
    events: Mapping[str, type[Struct]]
    always_people = False

    def __init__(self, connection: Connection, limits: Limits = LIMITS) -> None:
        """Speak to the partner of *connection*. Nothing is sent yet."""
        said = connection.settings.get("people", "yes" if self.always_people else "no")
        if said not in {"yes", "no"}:
            raise Misconfigured(f"people is {said!r}: say yes or no")
        self._connection, self._people = connection, said == "yes"
        self._client = Client(connection, limits)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Raise: this partner sends what it has to say."""
        raise Misconfigured(f"{kind.__name__} is not pulled from this partner ({since!r}): it sends its events")

    def parse(self, delivery: Delivery) -> Translation:
        """Translate an event."""
        return translation_of(delivery, self._connection, self.events)

    def received(self, hook: Hook) -> tuple[Delivery, ...]:
        """Check a webhook by Standard Webhooks 1.0; it holds one event."""
        stamp = hook.headers.get("webhook-timestamp", "")
        signed = f"{hook.headers.get('webhook-id', '')}.{stamp}.".encode() + hook.body
        offered = [
            s.partition(",")[2] for s in hook.headers.get("webhook-signature", "").split() if s.startswith("v1,")
        ]
        secret = _plain(self._connection.secret("hook_secret"))
        refuse_unless(any(base64_is_right(secret, signed, one) for one in offered))
        refuse_stale(moment_of(stamp), hook.at)
        return (delivery_of(self._connection.name, hook.body, self.events),)

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Post a request; the partner keeps our key and what came of it."""
        path, said = request_of(command, self._connection, people=self._people)
        return Acknowledgement(self._client.post(path, key, said))

    def ask(self, question: Struct) -> Struct:
        """Say what became of a command."""
        if not isinstance(question, OutcomeAsked):
            raise Misconfigured(f"this partner is not asked {type(question).__name__}: see `tally connector list`")
        found = self._client.request(question.key)
        if found is None:
            return Outcome(None)
        if not is_same(found, question.command):
            raise Rejected(f"the partner has other content under the key {question.key}: see who used it")
        return Outcome(Acknowledgement(str(found.get("id", ""))))


def _plain(secret: str) -> str:
    """Return what is signed with: of `whsec_…` the bytes it stands for, where they are text; anything else as it is."""
    if not secret.startswith(PREFIX):
        return secret
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True).decode("latin-1")
    except ValueError:
        return secret

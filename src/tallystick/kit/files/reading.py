"""What came as a file or a message, read by its connector: unpacked before, and what was refused at the door is a fault."""

from contextlib import suppress
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.kit.files.complete import Rules
from tallystick.kit.files.unpacking import NotUnpacked, unpacked
from tallystick.kit.quarantine import fault_of
from tallystick.ports.connector import Acknowledgement, Connector, Delivery, Page, Translation
from tallystick.ports.identities import Unlinked

FILE: Final = "file/"
MESSAGE: Final = "message/"
REFUSED: Final = "refused/"
_REMEDY: Final = "see the file in quarantine, have it sent as it should be under a new name, and drop this letter"


class Reader:
    """A connector whose deliveries come as files or messages; all else is the connector's own."""

    def __init__(self, inner: Connector, rules: Rules) -> None:
        """Have *inner* translate."""
        self._inner, self._rules = inner, rules
        self.manifest = inner.manifest

    def __getattr__(self, name: str) -> Any:
        """Do what only this connector can: take webhooks, or many commands."""
        return getattr(self._inner, name)

    def parse(self, delivery: Delivery) -> Translation:
        """Translate a delivery. Pure."""
        if delivery.id.startswith(REFUSED):
            return Translation(faults=(fault_of(delivery, delivery.body.decode(), _REMEDY),))
        if delivery.id.startswith(FILE):
            try:
                body = unpacked(delivery.id.removeprefix(FILE), delivery.body, self._rules.bytes_max)
            except NotUnpacked as broken:
                return Translation(faults=(fault_of(delivery, str(broken), _REMEDY),))
            delivery = replace(delivery, body=body)
        return self._inner.parse(delivery)

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Leave it to the connector."""
        return self._inner.pull(kind, since)

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Leave it to the connector."""
        return self._inner.push(command, key)

    def ask(self, question: Struct) -> Struct:
        """Leave it to the connector."""
        return self._inner.ask(question)

    def named(self, delivery: Delivery) -> Delivery:
        """Return a delivery under the subject, and with the person, that its content names, if its connector finds any."""
        finding = getattr(self._inner, "named", None)
        if finding is not None:
            with suppress(Exception):  # what cannot be read is found out when it is translated
                body = unpacked(delivery.id.removeprefix(FILE), delivery.body, self._rules.bytes_max)
                found: Delivery = finding(replace(delivery, body=body))
                return replace(delivery, subject=found.subject, person=found.person)
        return delivery

    def is_readable(self, delivery: Delivery) -> bool:
        """Say whether anything of a delivery is understood; what only waits for an identity is."""
        try:
            found = self.parse(delivery)
        except Unlinked:
            return True
        except Exception:  # noqa: BLE001 - whatever it is, the worker tells it as a dead letter
            return False
        return bool(found.reports or found.links) or not found.faults

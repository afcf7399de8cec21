"""The door: commands placed as files, events of files read. How files are taken is around it, as around any connector."""

from collections.abc import Mapping
from functools import cached_property

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.files.manifest import MANIFEST
from tallystick.engine.envelopes import read_envelope
from tallystick.kit.files.addresses import LIMITS, Address, secrets_wanted, store_at
from tallystick.kit.files.placing import Commands
from tallystick.kit.files.store import Store
from tallystick.kit.limits import Limits
from tallystick.kit.quarantine import fault_of
from tallystick.messages.envelope import Envelope
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    Delivery,
    Misconfigured,
    OutcomeAsked,
    Page,
    Rejected,
    Translation,
)

REMEDY = "one CloudEvents event in JSON is wanted, see docs/reference/messages.md: have it sent anew under a new name"


class FilesDoor:
    """Implements `ports.connector.Connector` for one partner."""

    manifest = MANIFEST

    def __init__(self, connection: Connection, limits: Limits = LIMITS) -> None:
        """Write to the address of *connection*. Nothing is sent or touched yet."""
        self._connection, self._limits = connection, limits

    @staticmethod
    def wants(url: str, settings: Mapping[str, str]) -> Mapping[str, str]:
        """Return the secrets that an address takes."""
        return secrets_wanted(url, settings) if url else {}

    def close(self) -> None:
        """Hang up."""
        if "_store" in self.__dict__:
            self._store.close()

    def pull(self, kind: type[Struct], since: str) -> Page:  # noqa: ARG002 - there is nothing to read
        """Files are pulled around this door: raise `Misconfigured`."""
        raise Misconfigured(f"{kind.__name__} is not pulled from files: say where they come from by --from")

    def parse(self, delivery: Delivery) -> Translation:
        """Read an event; one that cannot be read is a fault."""
        try:
            return read_envelope(delivery)
        except (ValueError, LookupError) as wrong:
            return Translation(faults=(fault_of(delivery, f"{wrong}", REMEDY),))

    def named(self, delivery: Delivery) -> Delivery:
        """Return a delivery under the subject of its event, so that what concerns one subject keeps its order."""
        return replace(delivery, subject=msgspec.json.decode(delivery.body, type=Envelope).subject)

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Place a command."""
        if type(command) not in MANIFEST.pushes:
            raise Rejected(f"{type(command).__name__} is not written to files: see `tally connector list`")
        return Commands(self._store).push(command, key)

    def ask(self, question: Struct) -> Struct:
        """Say whether a command stands there."""
        if not isinstance(question, OutcomeAsked):
            raise Misconfigured(f"files are not asked {type(question).__name__}: see `tally connector list`")
        return Commands(self._store).became(question.command, question.key)

    @cached_property
    def _store(self) -> Store:
        told = self._connection
        if not told.url:
            raise Misconfigured(f"{told.name} has no address to write to: give it one by `tally connection add`")
        return store_at(Address(url=told.url, settings=told.settings, secret=told.secret), self._limits)

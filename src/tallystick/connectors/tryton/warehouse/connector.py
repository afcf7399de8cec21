"""The door to a Tryton warehouse: thin glue between its protocol and our four verbs."""

from msgspec import Struct

from tallystick.connectors.tryton.client import LIMITS, Access, Tryton
from tallystick.connectors.tryton.warehouse.addresses import Addresses
from tallystick.connectors.tryton.warehouse.changes import Changes
from tallystick.connectors.tryton.warehouse.desk import Desk, company_of, desk_of
from tallystick.connectors.tryton.warehouse.manifest import MANIFEST
from tallystick.connectors.tryton.warehouse.papers import KINDS, Papers
from tallystick.connectors.tryton.warehouse.shipments import Shipments
from tallystick.connectors.tryton.warehouse.translate import translation_of
from tallystick.kit.limits import Limits
from tallystick.messages.fulfilment import RecallLines, RecallShipment, RedirectShipment, ShipOrder
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    Delivery,
    Misconfigured,
    Outcome,
    OutcomeAsked,
    Page,
    Rejected,
    Translation,
)


class TrytonWarehouse:
    """Implements `ports.connector.Connector` for the warehouses of one company of one Tryton database."""

    manifest = MANIFEST

    def __init__(self, connection: Connection, limits: Limits = LIMITS) -> None:
        """Speak to the Tryton of *connection*. Nothing is sent yet."""
        settings = connection.settings
        self._source, self._company = connection.name, settings.get("company", "")
        self._customer = settings.get("customer", "")
        if settings.get("addresses", "no") not in {"yes", "no"}:
            raise Misconfigured("the setting `addresses` is `yes` or `no`: whether recipients are written into Tryton")
        self._look = connection.person if settings.get("addresses") == "yes" else None
        access = Access(
            connection.url,
            settings.get("database", ""),
            settings.get("user", ""),
            connection.secret("password"),
            self._company,
        )
        self._client = Tryton(access, limits)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Return papers of *kind* that were finished after *since*."""
        if kind not in KINDS:
            raise Misconfigured(f"{kind.__name__} is not pulled from a Tryton warehouse: see `tally connector list`")
        number, _, currency = company_of(self._client, self._company)
        return Papers(self._client, self._source, (number, currency)).page(KINDS[kind], since)

    def parse(self, delivery: Delivery) -> Translation:
        """Translate a paper."""
        return translation_of(delivery)

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Have an order's lines sent, kept, or sent elsewhere."""
        if isinstance(command, ShipOrder):
            return self._shipments().ship(command, key)
        if isinstance(command, RecallShipment):
            return self._shipments().recall(command, key)
        if isinstance(command, RecallLines):
            return self._changes().recall_lines(command, key)
        if isinstance(command, RedirectShipment):
            return self._changes().redirect(command, key)
        raise Rejected(f"{type(command).__name__} is not pushed to a Tryton warehouse: see `tally connector list`")

    def ask(self, question: Struct) -> Struct:
        """Say what became of a command."""
        if not isinstance(question, OutcomeAsked):
            raise Misconfigured(
                f"a Tryton warehouse is not asked {type(question).__name__}: see `tally connector list`"
            )
        return Outcome(self._became(question.command, question.key))

    def _became(self, command: Struct, key: str) -> Acknowledgement | None:
        if isinstance(command, ShipOrder):
            return self._shipments().standing(command, key)
        if isinstance(command, RecallShipment):
            return self._shipments().recalled(command, key)
        if isinstance(command, RecallLines):
            return self._changes().taken_out(command, key)
        if isinstance(command, RedirectShipment):
            return self._changes().redirected(command, key)
        raise Misconfigured(f"{type(command).__name__} is not pushed to a Tryton warehouse: see `tally connector list`")

    def _changes(self) -> Changes:
        desk = self._desk()
        return Changes(self._client, desk, Addresses(self._client, desk, self._look))

    def _shipments(self) -> Shipments:
        desk = self._desk()
        return Shipments(self._client, desk, Addresses(self._client, desk, self._look))

    def _desk(self) -> Desk:
        return desk_of(self._client, self._company, self._customer)

"""The door to Tryton's customer documents: thin glue between its protocol and our four verbs."""

from collections.abc import Sequence

from msgspec import Struct

from tallystick.connectors.tryton.client import LIMITS, Access, Tryton
from tallystick.connectors.tryton.documents.desk import desk_of
from tallystick.connectors.tryton.documents.manifest import MANIFEST
from tallystick.connectors.tryton.documents.sales import Keyed, Result, Sales
from tallystick.kit.limits import Limits
from tallystick.messages.books.documents import PostDocument, ReverseDocument
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    ConnectorError,
    Delivery,
    Misconfigured,
    Outcome,
    OutcomeAsked,
    Page,
    Rejected,
    Translation,
)


class TrytonDocuments:
    """Implements `ports.connector.BatchConnector` for one company of one Tryton database."""

    manifest = MANIFEST

    def __init__(self, connection: Connection, limits: Limits = LIMITS) -> None:
        """Speak to the Tryton of *connection*. Nothing is sent yet."""
        settings = connection.settings
        self._company, self._category = settings.get("company", ""), settings.get("category", "")
        database, user = settings.get("database", ""), settings.get("user", "")
        access = Access(connection.url, database, user, connection.secret("password"), self._company)
        self._client = Tryton(access, limits)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def pull(self, kind: type[Struct], since: str) -> Page:  # noqa: ARG002 - the port asks for it
        """Nothing is pulled by this door."""
        raise Misconfigured(f"{kind.__name__} is not pulled with Tryton's documents: see `tally connector list`")

    def parse(self, delivery: Delivery) -> Translation:  # noqa: ARG002 - the port asks for it
        """Nothing comes through this door."""
        return Translation()

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Post one document."""
        (result,) = self.push_many([(command, key)])
        if isinstance(result, ConnectorError):
            raise result
        return result

    def push_many(self, commands: Sequence[tuple[Struct, str]]) -> Sequence[Result]:
        """Post documents together; each gets its own answer."""
        mine = [_document(command, key) for command, key in commands]
        return self._sales().push(mine)

    def ask(self, question: Struct) -> Struct:
        """Say what became of a command."""
        if isinstance(question, OutcomeAsked):
            return Outcome(self._sales().standing(*_document(question.command, question.key)))
        raise Misconfigured(f"Tryton's documents are not asked {type(question).__name__}: see `tally connector list`")

    def _sales(self) -> Sales:
        return Sales(self._client, desk_of(self._client, self._company), self._category)


def _document(command: Struct, key: str) -> Keyed:
    if not isinstance(command, PostDocument | ReverseDocument):
        raise Rejected(f"{type(command).__name__} is no document for Tryton: see `tally connector list`")
    return command, key

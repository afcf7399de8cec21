"""Writes each command once, as a file named by its key: whole, durable, and never over another."""

from pathlib import Path

from msgspec import Struct

from tallystick.connectors.drop_folder.manifest import MANIFEST
from tallystick.kit.files.folder import Folder
from tallystick.kit.files.placing import Commands
from tallystick.kit.files.shelf import Shelf
from tallystick.messages.catalogue import CATALOGUE
from tallystick.ports.connector import (
    Acknowledgement,
    Delivery,
    Misconfigured,
    OutcomeAsked,
    Page,
    Rejected,
    Translation,
)


class DropFolder:
    """A partner who takes files out of a folder. Implements `ports.connector.Connector`."""

    manifest = MANIFEST

    def __init__(self, folder: Path) -> None:
        """Write into *folder*, which is made when it is first needed."""
        self._commands = Commands(Shelf(Folder(folder)))
        self.takes = tuple(CATALOGUE.of(struct).type for struct in MANIFEST.pushes)

    def pull(self, kind: type[Struct], since: str) -> Page:  # noqa: ARG002 - there is nothing to read
        """Nothing comes out of this folder: raise `Misconfigured`."""
        raise Misconfigured(f"{kind.__name__} is not pulled from a folder: see `tally connector list`")

    def parse(self, delivery: Delivery) -> Translation:
        """Nothing comes out of this folder: raise `Misconfigured`."""
        raise Misconfigured(f"{delivery.source} is no folder of ours: see `tally connector list`")

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Write *command*; raise `Rejected` where another stands under *key*, `Misconfigured` or `Retryable` for the folder."""
        if type(command) not in MANIFEST.pushes:
            raise Rejected(f"{type(command).__name__} is no command: see `tally connector list`")
        return self._commands.push(command, key)

    def ask(self, question: Struct) -> Struct:
        """Say whether a command stands in the folder."""
        if not isinstance(question, OutcomeAsked):
            raise Misconfigured(f"a folder is not asked {type(question).__name__}: see `tally connector list`")
        return self._commands.became(question.command, question.key)

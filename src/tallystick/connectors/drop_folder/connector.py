"""Writes each command once, as a file named by its key: whole, durable, and never over another."""

import os
import secrets
from pathlib import Path

import msgspec
from msgspec import Struct

from tallystick.connectors.drop_folder.manifest import MANIFEST
from tallystick.messages.catalogue import CATALOGUE
from tallystick.ports.connector import (
    Acknowledgement,
    Delivery,
    Misconfigured,
    Outcome,
    OutcomeAsked,
    Page,
    Rejected,
    Retryable,
    Translation,
)


class DropFolder:
    """A partner who takes files out of a folder. Implements `ports.connector.Connector`."""

    manifest = MANIFEST

    def __init__(self, folder: Path) -> None:
        """Write into *folder*, which is made when it is first needed."""
        self._folder = folder
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
        return self._write(key, _as_file(command, key))

    def ask(self, question: Struct) -> Struct:
        """Say whether a command stands in the folder."""
        if not isinstance(question, OutcomeAsked):
            raise Misconfigured(f"a folder is not asked {type(question).__name__}: see `tally connector list`")
        file = self._file(question.key)
        found = self._read(file) == _as_file(question.command, question.key)
        return Outcome(Acknowledgement(file.name) if found else None)

    def _file(self, key: str) -> Path:
        return self._folder / f"{key}.json"

    def _write(self, key: str, text: bytes) -> Acknowledgement:
        file = self._file(key)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._place(file, text)
        except (PermissionError, NotADirectoryError, FileExistsError) as wrong:
            raise Misconfigured(f"{self._folder} cannot be written: {wrong.strerror}") from wrong
        except OSError as trouble:
            raise Retryable(f"{self._folder}: {trouble.strerror}") from trouble
        return Acknowledgement(file.name)

    def _place(self, file: Path, text: bytes) -> None:
        fresh = self._folder / f".{file.name}.{secrets.token_hex(4)}"
        try:
            with fresh.open("xb") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            try:
                os.link(fresh, file)  # unlike a rename, never over what is there
            except FileExistsError:
                if self._read(file) not in (text, None):
                    raise Rejected(f"another command stands under {file.name}") from None
            _sync(self._folder)
        finally:
            fresh.unlink(missing_ok=True)

    def _read(self, file: Path) -> bytes | None:
        try:
            return file.read_bytes()
        except FileNotFoundError:
            return None


def _as_file(command: Struct, key: str) -> bytes:
    said = {"key": key, "type": CATALOGUE.of(type(command)).type, "data": command}
    return msgspec.json.format(msgspec.json.encode(said), indent=2) + b"\n"


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

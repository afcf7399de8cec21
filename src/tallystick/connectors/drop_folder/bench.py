"""How this connector is tried: `tally connector check drop-folder`, and in the tests."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.drop_folder.connector import DropFolder
from tallystick.connectors.drop_folder.manifest import MANIFEST
from tallystick.kit.contract.bench import Bench, Trial
from tallystick.kit.twins.faults import Fault
from tallystick.messages.catalogue import CATALOGUE

_TEXT: Final = "Lämpchen „1“ / W1"
_SAMPLES: Final[dict[type, Any]] = {str: _TEXT, int: 9_007_199_254_740_993, date: date(2024, 2, 29), bool: True}
"""A whole number that no float holds, a text in more than ASCII, a day that few years have."""


class Folder:
    """The folder as its partner sees it."""

    def __init__(self, folder: Path) -> None:
        """Look into *folder*."""
        self._folder, self._seen = folder, dict[str, Struct]()

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Nobody is called, so nothing can fail on the way."""

    def requests(self) -> int:
        """Nobody is called."""
        return 0

    def effects(self) -> Sequence[Struct]:
        """Read the files, in the order in which they were first seen."""
        for file in sorted(self._folder.glob("*.json")):
            said = json.loads(file.read_bytes())
            self._seen.setdefault(file.name, CATALOGUE.decode(said["type"], json.dumps(said["data"]).encode()))
        return list(self._seen.values())

    def stir(self, kind: type[Struct]) -> None:
        """Nothing comes out of this folder."""


def _trial(kind: type[Struct]) -> Trial:
    command = _sample(kind)
    field = msgspec.structs.fields(kind)[0]
    value = getattr(command, field.name)
    other = f"{value}, another" if isinstance(value, str) else _sample(type(value), "another")
    return Trial(command, msgspec.structs.replace(command, **{field.name: other}))


def _sample(kind: type[Struct], text: str = _TEXT) -> Struct:
    """Fill a message with awkward values by its types, so that a new command is tried without being named here."""
    return kind(**{f.name: _value(msgspec.inspect.type_info(f.type), text) for f in msgspec.structs.fields(kind)})


def _value(of: msgspec.inspect.Type, text: str) -> Any:
    match of:
        case msgspec.inspect.Metadata(type=inner):
            return _value(inner, text)
        case msgspec.inspect.StructType(cls=cls):
            return _sample(cls, text)
        case msgspec.inspect.VarTupleType(item_type=item):
            return (_value(item, text), _value(item, text))
        case msgspec.inspect.IntType(le=most, lt=less):
            limit = min(most or _SAMPLES[int], (less or _SAMPLES[int] + 1) - 1)
            return int(limit)
        case msgspec.inspect.DateType() | msgspec.inspect.BoolType():
            return _SAMPLES[bool if isinstance(of, msgspec.inspect.BoolType) else date]
        case _:
            return text


@contextmanager
def bench() -> Iterator[Bench]:
    """Lay a bench on a folder of its own."""
    with TemporaryDirectory(prefix="tally-bench-") as place:
        folder = Path(place) / "out"
        yield Bench(
            manifest=MANIFEST,
            door=lambda _: DropFolder(folder),
            partner=Folder(folder),
            trials=[_trial(kind) for kind in MANIFEST.pushes],
            limits=None,
        )

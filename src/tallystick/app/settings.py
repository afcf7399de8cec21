"""Settings: where the data lies, which database, which book. Each has a default that works."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import platformdirs
from msgspec import Struct

CONFIGURATION_FILE: Final = "tallystick.toml"
SECONDS_MAX: Final = 86_400
NOTICE_KINDS: Final = "confirmed,waiting,shipped,cancelled,refunded,returned,return_authorised,return_refused,return_credited,return_rejected"


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
    Setting("tryton.url", "TALLYSTICK_TRYTON_URL", "", "where Tryton answers, as https://…; empty: there is none"),
    Setting("tryton.database", "TALLYSTICK_TRYTON_DATABASE", "tryton", "its database"),
    Setting("tryton.user", "TALLYSTICK_TRYTON_USER", "tally", "who we are there"),
    Setting("tryton.company", "TALLYSTICK_TRYTON_COMPANY", "", "the company by name; needed where it has several"),
    Setting(
        "tryton.password_file",
        "TALLYSTICK_TRYTON_PASSWORD_FILE",
        "",
        "a file that holds the password and nothing else; readable by this user only",
    ),
    Setting(
        "tryton.journals",
        "TALLYSTICK_TRYTON_JOURNALS",
        "day_end",
        "when `tally worker` draws and pushes journals by itself: `day_end`, once a day has ended; `every`, again and "
        "again, today's too; `off`, never. Nothing is told where `tryton.url` is empty",
    ),
    Setting("tryton.book", "TALLYSTICK_TRYTON_BOOK", "", "the book it tells; empty: the one `book` names"),
    Setting("tryton.zone", "TALLYSTICK_TRYTON_ZONE", "UTC", "the zone that the book's days end in"),
    Setting(
        "tryton.grace_minutes",
        "TALLYSTICK_TRYTON_GRACE_MINUTES",
        "120",
        "for `day_end`: how long after the end of a day what still comes in is waited for",
    ),
    Setting(
        "tryton.every_minutes",
        "TALLYSTICK_TRYTON_EVERY_MINUTES",
        "60",
        "for `every`: how long between two draws; 0: whenever something has moved",
    ),
    Setting("tryton.password", "TALLYSTICK_TRYTON_PASSWORD", "", "the password, where no file holds it"),
    Setting(
        "tax.rates_file",
        "TALLYSTICK_TAX_RATES_FILE",
        "",
        "a file of rates of your own, laid over the built-in ones; docs/tax.md shows how it looks",
    ),
    Setting(
        "tax.channels_file",
        "TALLYSTICK_TAX_CHANNELS_FILE",
        "",
        "a file that says who sells on which channel, and where goods leave from; orders are taxed by it (docs/tax.md)",
    ),
    Setting(
        "notices.channels",
        "TALLYSTICK_NOTICES_CHANNELS",
        "",
        "the channels whose customers we write to, by commas; `*`: all; empty: none. A shop that writes to its customers "
        "itself does not belong here",
    ),
    Setting(
        "notices.kinds",
        "TALLYSTICK_NOTICES_KINDS",
        NOTICE_KINDS,
        "what customers are told of, by commas",
    ),
    Setting(
        "notices.book", "TALLYSTICK_NOTICES_BOOK", "", "the book whose customers they are; empty: the one `book` names"
    ),
    Setting("notices.sender", "TALLYSTICK_NOTICES_SENDER", "", "who writes, as Shop <orders@shop.example>"),
    Setting("notices.reply_to", "TALLYSTICK_NOTICES_REPLY_TO", "", "where answers go; empty: to the sender"),
    Setting("notices.smtp_host", "TALLYSTICK_NOTICES_SMTP_HOST", "", "the mail server; empty: there is none"),
    Setting("notices.smtp_port", "TALLYSTICK_NOTICES_SMTP_PORT", "587", "its port"),
    Setting(
        "notices.smtp_security",
        "TALLYSTICK_NOTICES_SMTP_SECURITY",
        "starttls",
        "how the way there is kept private: `starttls`, `tls` from the first byte (port 465), or `none`",
    ),
    Setting(
        "notices.smtp_ca_file",
        "TALLYSTICK_NOTICES_SMTP_CA_FILE",
        "",
        "who vouches for its certificate; empty: the system's",
    ),
    Setting(
        "notices.smtp_user",
        "TALLYSTICK_NOTICES_SMTP_USER",
        "",
        "who we are there; the password is given by `tally notice secret smtp_password`. Empty: nobody is asked",
    ),
    Setting(
        "notices.hook_url",
        "TALLYSTICK_NOTICES_HOOK_URL",
        "",
        "a service that sends letters for us, told by a signed webhook in place of a mail server; "
        "its secret is given by `tally notice secret hook`",
    ),
    Setting(
        "notices.hook_private", "TALLYSTICK_NOTICES_HOOK_PRIVATE", "no", "`yes` allows it an address inside, and http"
    ),
    Setting(
        "notices.templates",
        "TALLYSTICK_NOTICES_TEMPLATES",
        "",
        "a folder of templates of your own, before the built-in ones",
    ),
    Setting(
        "notices.language",
        "TALLYSTICK_NOTICES_LANGUAGE",
        "en",
        "for customers of whom no language is known, or none we write",
    ),
    Setting(
        "notices.at_most_once",
        "TALLYSTICK_NOTICES_AT_MOST_ONCE",
        "waiting,returned",
        "kinds that are rather not told than told twice, when nobody knows whether a letter went out; the others go "
        "again under the same Message-ID",
    ),
    Setting(
        "cases.channels",
        "TALLYSTICK_CASES_CHANNELS",
        "",
        "the channels, with commas between, whose orders get a case of customer service by themselves when something goes "
        "wrong; `*`: all; empty: nothing is followed for cases",
    ),
    Setting("notices.late_hours", "TALLYSTICK_NOTICES_LATE_HOURS", "72", "nothing older than this is told"),
    Setting("user", "TALLYSTICK_USER", "", "the user a command acts as when it is not told `--as`"),
)
ENVIRONMENT_ONLY: Final = frozenset({"home", "tryton.password"})
"""What the configuration file cannot hold: where it lies itself, and secrets."""


class TrytonSettings(Struct, frozen=True):
    """Where Tryton is, who we are there and when it is told; the password is read when needed and kept nowhere."""

    url: str = ""
    database: str = ""
    user: str = ""
    company: str = ""
    password_file: str = ""
    journals: str = "day_end"
    book: str = ""
    zone: str = "UTC"
    grace_minutes: str = "120"
    every_minutes: str = "60"

    def password(self, environment: Mapping[str, str] | None = None) -> str:
        """Return the password; raise `SettingError` where none is to be had."""
        environment = os.environ if environment is None else environment
        if not self.password_file:
            return environment.get("TALLYSTICK_TRYTON_PASSWORD", "")
        try:
            return Path(self.password_file).expanduser().read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as bad:
            raise SettingError(f"tryton.password_file {self.password_file} cannot be read: {bad}") from bad


class NoticeSettings(Struct, frozen=True):
    """What customers are told, and by whom; texts as they are configured, read in notices/arranging.py."""

    channels: str = ""
    kinds: str = NOTICE_KINDS
    book: str = ""
    sender: str = ""
    reply_to: str = ""
    smtp_host: str = ""
    smtp_port: str = "587"
    smtp_security: str = "starttls"
    smtp_ca_file: str = ""
    smtp_user: str = ""
    hook_url: str = ""
    hook_private: str = "no"
    templates: str = ""
    language: str = "en"
    at_most_once: str = "waiting,returned"
    late_hours: str = "72"


class Settings(Struct, frozen=True):
    """The settings in force."""

    home: Path
    database_url: str = ""
    book: str = "main"
    outbox_folder: str = ""
    outbox_lease_seconds: int = 60
    tryton: TrytonSettings = TrytonSettings()
    user: str = ""
    tax_rates_file: str = ""
    notices: NoticeSettings = NoticeSettings()
    case_channels: str = ""
    tax_channels_file: str = ""

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
    defaults = {s.key: s.default for s in SETTINGS}
    return Settings(
        home,
        values.get("database_url", ""),
        values.get("book", "main"),
        values.get("outbox_folder", ""),
        _seconds(values, "outbox_lease_seconds", 60),
        TrytonSettings(**{n: (defaults | values)[f"tryton.{n}"] for n in TrytonSettings.__struct_fields__}),
        values.get("user", ""),
        values.get("tax.rates_file", ""),
        NoticeSettings(**{n: (defaults | values)[f"notices.{n}"] for n in NoticeSettings.__struct_fields__}),
        values.get("cases.channels", ""),
        values.get("tax.channels_file", ""),
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
    known = {s.key for s in SETTINGS} - ENVIRONMENT_ONLY
    flat = dict(_flat(values))
    for key, value in flat.items():
        if key in ENVIRONMENT_ONLY:
            variable = next(s.variable for s in SETTINGS if s.key == key)
            raise SettingError(f"{file}: {key} does not belong in a file: set {variable} in the environment")
        if key not in known or not isinstance(value, str):
            raise SettingError(f"{file}: {key} is no setting, or not a text; settings are {', '.join(sorted(known))}")
    return flat


def _flat(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield `tryton.url` for `url` in the table `[tryton]`."""
    for key, value in values.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{name}", inner) for name, inner in value.items())
        else:
            yield key, value

"""Policies as files: `ledgers/NAME.toml` in the data folder, else the one that comes with the house."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Final

from tallystick.app.settings import SettingError
from tallystick.decisions.ledger_policy import LedgerPolicy, PolicyError, read_policy

LEDGER: Final = "tryton"
FOLDER: Final = "ledgers"


def default_text() -> str:
    """Return the policy for Tryton's universal chart, as it comes with the house."""
    return (files("tallystick.app.ledgers") / f"{LEDGER}.toml").read_text("utf-8")


def policy_file(home: Path, ledger: str) -> Path:
    """Return where the policy for *ledger* lies in a data folder."""
    return home / FOLDER / f"{ledger}.toml"


def load_policy(home: Path, ledger: str = LEDGER) -> LedgerPolicy:
    """Return the policy for *ledger*; raise `SettingError` naming the file and key that cannot be used."""
    file = policy_file(home, ledger)
    if not file.exists() and ledger != LEDGER:
        raise SettingError(f"there is no policy for {ledger}: write {file}, `tally journal policy` shows how one looks")
    try:
        text = file.read_text("utf-8") if file.exists() else default_text()
        policy = read_policy(tomllib.loads(text))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, PolicyError) as bad:
        raise SettingError(f"{file}: {bad}") from bad
    if policy.ledger != ledger:
        raise SettingError(f"{file}: ledger is {policy.ledger!r}: it must be called {ledger!r}, like its file")
    return policy

"""A file of policies of returns, read: every mistake is named by its place in the file."""

import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.app.exits import Code, Complaint
from tallystick.messages.returning.policies import ReturnPoliciesDeclared, ReturnPolicy
from tallystick.processes.soundness import flaw_of

_REMEDY: Final = "mend it there; docs/returns.md describes the format"


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in a file: the policies, and when they begin."""

    policies: tuple[ReturnPolicy, ...]
    effective_from: datetime | None = None


def read_policies(file: Path) -> ReturnPoliciesDeclared:
    """Read *file* (`.json`, anything else is TOML). Raises `Complaint` naming the field and the remedy."""
    try:
        text = file.read_text("utf-8")
        parsed: Any = json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
        found = msgspec.convert(parsed, _File)
    except (OSError, tomllib.TOMLDecodeError, json.JSONDecodeError, UnicodeDecodeError) as bad:
        raise Complaint(f"{file}: cannot be read: {bad}", _REMEDY, Code.BAD_FILE) from bad
    except msgspec.ValidationError as wrong:
        raise Complaint(f"{file}: {wrong}", _REMEDY, Code.BAD_FILE) from wrong
    declared = ReturnPoliciesDeclared(found.policies, found.effective_from)
    flaw = flaw_of(declared)
    if flaw:
        raise Complaint(f"{file}: {flaw}", _REMEDY, Code.BAD_FILE)
    return declared

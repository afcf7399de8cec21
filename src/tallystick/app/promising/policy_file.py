"""A file of sourcing policy, read: every mistake is named by its place in the file, with what to write instead."""

import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from tallystick.app.exits import Code, Complaint
from tallystick.decisions.sourcing.flaws import flaw_of_policy
from tallystick.messages.sourcing.policy import Policy, SourcingPolicyDeclared
from tallystick.model.location import LocationError, location

_REMEDY: Final = "mend it there; docs/sourcing.md describes the format"


class _File(Policy, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What stands in a file: the policy, and when it begins."""

    effective_from: datetime | None = None


def read_policy(file: Path) -> SourcingPolicyDeclared:
    """Read *file* (`.json`, anything else is TOML). Raises `Complaint` naming the field and the remedy."""
    try:
        found = msgspec.convert(_parsed(file), _File, strict=True)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, UnicodeDecodeError) as bad:
        raise _complaint(file, f"cannot be read: {bad}") from bad
    except msgspec.ValidationError as wrong:
        raise _complaint(file, str(wrong)) from wrong
    begins = found.effective_from
    if begins is not None and begins.tzinfo is None:
        raise _complaint(file, f"effective_from: {begins.isoformat()} names no time zone, add one such as Z or +01:00")
    policy = Policy(**{name: getattr(found, name) for name in Policy.__struct_fields__})
    try:
        for x in policy.locations:
            location(x.location)
    except LocationError as wrong:
        raise _complaint(file, f"locations: {wrong}") from wrong
    flaw = flaw_of_policy(policy)
    if flaw:
        raise _complaint(file, flaw)
    return SourcingPolicyDeclared(policy, begins)


def _parsed(file: Path) -> Any:
    text = file.read_text("utf-8")
    return json.loads(text) if file.suffix == ".json" else tomllib.loads(text)


def _complaint(file: Path, what: str) -> Complaint:
    return Complaint(f"{file}: {what}", _REMEDY, Code.BAD_FILE)

"""A file of rules, read: every mistake is named by its place in the file, with what to write instead."""

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from tallystick.app.exits import Code, Complaint
from tallystick.engine.zones import with_shifts
from tallystick.messages.availability import ANY, AvailabilityRulesDeclared, Rules
from tallystick.model.location import LocationError, location
from tallystick.model.product import ProductError, sku
from tallystick.processes.limits import flaw_of_declared

_REMEDY: Final = "mend it there; docs/availability.md describes the format"


class _File(Rules, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What stands in a file: the rules, and when they begin."""

    effective_from: datetime | None = None


def read_rules(file: Path) -> AvailabilityRulesDeclared:
    """Read *file* (`.json`, anything else is TOML). Raises `Complaint` naming the field and the remedy."""
    try:
        found = msgspec.convert(_parsed(file), _File)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, UnicodeDecodeError) as bad:
        raise _complaint(file, f"cannot be read: {bad}") from bad
    except msgspec.ValidationError as wrong:
        raise _complaint(file, str(wrong)) from wrong
    begins = found.effective_from
    if begins is not None and begins.tzinfo is None:
        raise _complaint(file, f"effective_from: {begins.isoformat()} names no time zone, add one such as Z or +01:00")
    try:
        report = with_shifts(AvailabilityRulesDeclared(_canonical(file, found), begins), datetime.now(UTC))
    except LookupError as unknown:
        raise _complaint(file, str(unknown.args[0])) from unknown
    flaw = flaw_of_declared(report.rules)
    if flaw:
        raise _complaint(file, flaw)
    return report


def _parsed(file: Path) -> Any:
    text = file.read_text("utf-8")
    return json.loads(text) if file.suffix == ".json" else tomllib.loads(text)


def _canonical(file: Path, found: _File) -> Rules:
    """Write products and locations as the book does; a name that can be none is named with its place."""
    lists: dict[str, Any] = {}
    for name in Rules.__struct_fields__:
        lists[name] = tuple(_named(rule, f"{name}[{place}]", file) for place, rule in enumerate(getattr(found, name)))
    return Rules(**lists)


def _named(rule: Any, place: str, file: Path) -> Any:
    try:
        if getattr(rule, "sku", ANY) != ANY:
            rule = replace(rule, sku=sku(rule.sku))
        for name in (getattr(rule, "location", ANY), *getattr(rule, "locations", ())):
            if name != ANY:
                location(name)
    except (ProductError, LocationError) as wrong:
        raise _complaint(file, f"{place}: {wrong}") from wrong
    return rule


def _complaint(file: Path, what: str) -> Complaint:
    return Complaint(f"{file}: {what}", _REMEDY, Code.BAD_FILE)

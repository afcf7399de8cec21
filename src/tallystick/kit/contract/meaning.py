"""Translating: exact, tolerant of more than we know, and never guessing what is missing."""

from datetime import datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Struct

from tallystick.kit.contract.bench import Bench, with_body
from tallystick.kit.contract.reading import everything, why_not_pulled
from tallystick.kit.contract.verdict import Broken, Check, held, opened
from tallystick.kit.files.store import ARRIVING
from tallystick.ports.connector import Delivery, Report, Translation


def _why_not_meant(bench: Bench) -> str:
    return "" if bench.manifest.pulls or bench.hooks else "nothing comes in"


def _why_not_kept(bench: Bench) -> str:
    return why_not_pulled(bench) or ("" if bench.unknown else "what it reads has no room for unknown fields")


def _exact(bench: Bench) -> None:
    meant = {type(r.data) for g in bench.goldens for r in g.reports}
    missing = [k.__name__ for k in bench.manifest.pulls if k not in meant and k not in ARRIVING]
    held(not missing, f"no golden pair shows what becomes a {', '.join(missing)}")
    for golden in bench.goldens:
        found = _parsed(bench, golden.delivery)
        held(not found.faults, f"{golden.delivery.id}: {found.faults[:1]}")
        expected = [msgspec.to_builtins(r) for r in golden.reports]
        told = [msgspec.to_builtins(r) for r in found.reports]
        held(told == expected, f"{golden.delivery.id}: expected {expected}, told {told}")
        for report in found.reports:
            _timed(report)
            _whole(report.data, report.id)
        held(found == _parsed(bench, golden.delivery), f"{golden.delivery.id}: parsed twice, told two things")


def _timed(report: Report) -> None:
    """Hold that a report's moment is UTC, and its day is the day it had in its zone or, by decision, of the source."""
    held(report.time.utcoffset() == timedelta(0), f"{report.id}: its time {report.time} is not in UTC")
    local = report.time.astimezone(_zone(report))
    held(report.on == local.date(), f"{report.id}: at {local} the day is said to be {report.on}")


def _zone(report: Report) -> tzinfo:
    """Read a zone by its IANA name, or as the bare offset that is all some sources say: `UTC+02:00`."""
    try:
        offset = datetime.strptime(report.zone, "UTC%z").tzinfo
    except ValueError:
        offset = None
    try:
        return offset or ZoneInfo(report.zone)
    except (ZoneInfoNotFoundError, ValueError) as none:
        raise Broken(f"{report.id}: {report.zone!r} is no time zone") from none


def _whole(value: Any, where: str) -> None:
    """Hold that no float stands anywhere: money and quantities are integers."""
    if isinstance(value, Struct):
        value = msgspec.structs.asdict(value)
    if isinstance(value, dict):
        for name, one in value.items():
            _whole(one, f"{where}.{name}")
    elif isinstance(value, list | tuple):
        for n, one in enumerate(value):
            _whole(one, f"{where}.{n}")
    else:
        held(not isinstance(value, float), f"{where} is the float {value}")


def _extended(bench: Bench) -> None:
    held(any(g.extended for g in bench.goldens), "no golden pair has something in it that nobody knows")
    for golden in bench.goldens:
        if golden.extended is None:
            continue
        found = _parsed(bench, with_body(golden.delivery, golden.extended))
        held(not found.faults, f"{golden.delivery.id} with an unknown field: {found.faults[:1]}")
        held(found.reports == golden.reports, f"{golden.delivery.id} with an unknown field says {found.reports}")


def _kept(bench: Bench) -> None:
    bodies = [d.body for kind in bench.manifest.pulls for d in everything(bench, kind)[0]]
    held(any(bench.unknown in body for body in bodies), f"{bench.unknown!r} was sent, and no body kept it")


def _lacking(bench: Bench) -> None:
    tried = [(golden, name, body) for golden in bench.goldens for name, body in golden.lacking.items()]
    held(bool(tried), "no golden pair says what it must have")
    for golden, name, body in tried:
        found = _parsed(bench, with_body(golden.delivery, body))
        held(bool(found.faults), f"{golden.delivery.id} without {name} was taken: {found.reports}")
        for fault in found.faults:
            held(bool(fault.remedy.strip()), f"{golden.delivery.id} without {name}: no remedy is named")
            held(bool(fault.body), f"{golden.delivery.id} without {name}: what came was not kept")
        said = " ".join(f"{f.where} {f.reason}" for f in found.faults)
        held(_last(name) in said, f"{golden.delivery.id} without {name}: the fault does not name it: {said}")


def _last(name: str) -> str:
    return name.rsplit("/", 1)[-1]


def _parsed(bench: Bench, delivery: Delivery) -> Translation:
    with opened(bench) as door:
        try:
            found: Translation = door.parse(delivery)
        except Exception as error:
            raise Broken(f"{delivery.id}: parse raised {type(error).__name__} ({error})") from error
        return found


CHECKS: Final = (
    Check("parse-exact", "Money, quantity, moment and time zone come out exactly; nothing is a float.", _why_not_meant, _exact),
    Check("parse-more", "An unknown field changes nothing.", _why_not_meant, _extended),
    Check("parse-keeps", "An unknown field stays in the body that is kept.", _why_not_kept, _kept),
    Check("parse-less", "A missing required field is a fault that names it and its remedy; what came is kept.", _why_not_meant, _lacking),
)  # fmt: skip

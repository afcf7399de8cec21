"""Manners: what the manifest says is true, the partner's rate is kept, and no secret is told."""

import contextlib
import io
import logging
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from msgspec.structs import fields

from tallystick.kit.contract.bench import Bench
from tallystick.kit.contract.hooking import MOMENT
from tallystick.kit.contract.verdict import Broken, Check, held, opened
from tallystick.kit.files.store import ARRIVING
from tallystick.kit.limits import Limits
from tallystick.kit.twins.faults import Fault
from tallystick.messages.catalogue import CATALOGUE, Role
from tallystick.ports.connector import ConnectorError, HookRefused, OutcomeAsked

PACE: Final = Limits(per_second=5, burst=3, deadline_seconds=10)
PACED_REQUESTS: Final = 8


def _always(_: Bench) -> str:
    return ""


def _manifest(bench: Bench) -> None:
    manifest = bench.manifest
    for kind in manifest.pulls:
        if kind in ARRIVING:
            continue
        held(CATALOGUE.of(kind).role is Role.REPORT, f"it pulls {kind.__name__}, which is no report")
    for kind in manifest.pushes:
        held(CATALOGUE.of(kind).role is Role.COMMAND, f"it pushes {kind.__name__}, which is no command")
    for kind, name in manifest.addressed_by.items():
        held(kind in manifest.pushes, f"addressed_by names {kind.__name__}, which it does not push")
        held(name in {f.name for f in fields(kind)}, f"{kind.__name__} has no field {name!r} that could address it")
    for name in ("name", "system", "role", "foreign_version", "auth", "proven_by"):
        held(bool(getattr(manifest, name)), f"the manifest leaves {name} empty")
    _use(bench)
    undeclared = sorted(bench.asked_for - manifest.secrets.keys())
    held(not undeclared, f"it asks for secrets that the manifest does not name: {', '.join(undeclared)}")
    if manifest.hooks:
        with opened(bench) as door:
            held(hasattr(door, "received"), "the manifest says that it takes webhooks, and the door has no `received`")


def _use(bench: Bench) -> None:
    """Do once what the door can do, so that every secret it needs is asked for."""
    with opened(bench) as door:
        for kind in bench.manifest.pulls:
            with contextlib.suppress(ConnectorError):
                door.pull(kind, "")
        for n, trial in enumerate(bench.trials):
            with contextlib.suppress(ConnectorError):
                door.push(trial.command, f"use.{n}")
        for hook in bench.hooks.honest(MOMENT) if bench.hooks else ():
            with contextlib.suppress(HookRefused):
                door.received(hook)


def _why_not_paced(bench: Bench) -> str:
    return "" if bench.limits and _call(bench, None) else "it calls nobody"


def _call(bench: Bench, door: Any) -> Callable[[], Any] | None:
    """Return the cheapest call there is to the partner."""
    if bench.manifest.pulls:
        return lambda: door.pull(bench.manifest.pulls[0], "")
    if bench.trials:
        return lambda: door.ask(OutcomeAsked(bench.trials[0].command, "nothing"))
    return None


def _paced(bench: Bench) -> None:
    """Count what arrives over the time that really passed: a slow machine cannot make this fail, no budget does."""
    partner = bench.partner
    if partner is None:
        raise Broken("the bench calls somebody, but has no partner to count")
    with opened(bench, PACE) as door:
        call = _call(bench, door) or (lambda: None)
        before, begin = partner.requests(), time.monotonic()
        while (heard := partner.requests()) - before < PACED_REQUESTS:
            call()
            held(partner.requests() > heard, "a call sent nothing: the rate cannot be tried")
        arrived, took = partner.requests() - before, time.monotonic() - begin
    allowed = PACE.burst + PACE.per_second * took
    held(arrived <= allowed + 1e-6, f"{arrived} requests in {took:.2f} s, where {allowed:.1f} were allowed")


def _why_not_secret(bench: Bench) -> str:
    return "" if bench.secrets else "it has no secrets"


def _silent(bench: Bench) -> None:
    """Make the partner quote what it was sent, in every failure there is, and look through all that was told."""
    told = io.StringIO()
    with _listening(told):
        for fault in Fault:
            for writing in (False, True):
                if fault is not Fault.DRIP:
                    _provoke(bench, fault, told, writing=writing)
        with opened(bench) as door:
            told.write(f"{door!r} {bench.manifest!r}")
            for hook in bench.hooks.forged(MOMENT) if bench.hooks else ():
                with _telling(told):
                    door.received(hook)
    text = told.getvalue()
    for number, secret in enumerate(bench.secrets, 1):
        held(bool(secret), f"secret {number} of the bench is empty: nothing was tried")
        where = text.find(secret)
        held(where < 0, f"secret {number} is told: …{text[max(0, where - 60) : max(where, 0)]}█")


def _provoke(bench: Bench, fault: Fault, told: io.StringIO, *, writing: bool) -> None:
    if bench.partner is None:
        return
    with opened(bench) as door, _telling(told):
        if writing and bench.trials:
            bench.partner.fail(fault, writing=True)
            door.push(bench.trials[0].number([*Fault].index(fault)).command, f"told.{fault.name}")
        elif not writing and (call := _call(bench, door)):
            bench.partner.fail(fault, writing=False)
            call()


@contextmanager
def _telling(told: io.StringIO) -> Iterator[None]:
    try:
        yield
    except (ConnectorError, HookRefused) as error:
        told.write("".join(traceback.format_exception(error)))


@contextmanager
def _listening(told: io.StringIO) -> Iterator[None]:
    """Hear every log record, at every level, and both outputs."""
    root, handler = logging.getLogger(), logging.StreamHandler(told)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            yield
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


CHECKS: Final = (
    Check("rate-kept", "The partner's rate limit is respected.", _why_not_paced, _paced),
    Check("secrets-kept", "No secret is in any log, output, error or trace, also where the partner quotes it.", _why_not_secret, _silent),
    Check("manifest-true", "The manifest names messages there are, the secrets it asks for, and leaves nothing empty.", _always, _manifest),
)  # fmt: skip

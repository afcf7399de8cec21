"""Cutting a push in the middle: its process is killed at a write, before or after the write took effect."""

import threading
from dataclasses import dataclass

from tests.counterparts.tryton.proxy import Fault, Proxy
from tests.counterparts.tryton.told import WAIT_SECONDS_MAX, Ledger

CUTS = 10
PUSHES_MAX = 40
WRITES = ("model.account.move.create", "model.account.move.post")


@dataclass(frozen=True)
class Cut:
    """Where to cut: at which kind of write, with the effect or without it, in which batch (0: the first)."""

    method: str
    fault: Fault
    batch: int = 0


def pushed(ledger: Ledger) -> int:
    """Push, and return the exit code: 0 when everything has arrived."""
    with ledger.start("journal", "push") as process:
        process.communicate(timeout=WAIT_SECONDS_MAX)
    return process.returncode


def cut(ledger: Ledger, proxy: Proxy, where: Cut) -> bool:
    """Push, and kill the push there; say whether it came so far."""
    process, reached, seen = ledger.start("journal", "push"), threading.Event(), []

    def plan(called: str, _before: int) -> Fault:
        if called != where.method or reached.is_set():
            return Fault.NONE
        seen.append(called)
        if len(seen) <= where.batch:
            return Fault.NONE
        reached.set()
        return where.fault

    proxy.plan = plan
    with process:
        while process.poll() is None and not reached.wait(0.05):
            pass
        process.kill()
        process.communicate()
    return reached.is_set()

"""Pulling: repeatable, complete while things change, and unclear outcomes are tried again."""

from typing import Any, Final

from msgspec import Struct

from tallystick.kit.contract.bench import Bench
from tallystick.kit.contract.verdict import Broken, Check, held, opened, raising
from tallystick.kit.twins.faults import BUSY_SECONDS, OF_READS, Fault
from tallystick.ports.connector import Delivery, Misconfigured, Retryable

PAGES_MAX: Final = 1000
DEADLINE_SECONDS_MAX: Final = 1.5


class Nobody(Struct, frozen=True):
    """A kind of message that no door knows."""


def why_not_pulled(bench: Bench) -> str:
    """A door without pulls is not read from."""
    return "" if bench.manifest.pulls else "it pulls nothing"


def _why_not_stirred(bench: Bench) -> str:
    return why_not_pulled(bench) or ("" if bench.partner else "its bench has no partner that could change")


def _why_not_slow(bench: Bench) -> str:
    if bench.limits and bench.limits.deadline_seconds > DEADLINE_SECONDS_MAX:
        raise Broken(f"the bench's deadline must be at most {DEADLINE_SECONDS_MAX} s, so that it can be tried")
    return _why_not_called(bench)


def _why_not_called(bench: Bench) -> str:
    return why_not_pulled(bench) or ("" if bench.limits else "it calls nobody")


def everything(bench: Bench, kind: type[Struct], stirred_after: int = 0) -> tuple[list[Delivery], str]:
    """Pull *kind* from the beginning to the end, changing things after so many pages; return deliveries and cursor."""
    found: list[Delivery] = []
    cursor = ""
    with opened(bench) as door:
        for number in range(1, PAGES_MAX):
            page = door.pull(kind, cursor)
            found += page.deliveries
            if number == stirred_after and bench.partner:
                bench.partner.stir(kind)
            held(not page.more or page.cursor != cursor, f"{kind.__name__}: there is more, but the cursor stands still")
            cursor = page.cursor
            if not page.more:
                return found, cursor
    raise Broken(f"{kind.__name__}: no end after {PAGES_MAX} pages")


def _repeatable(bench: Bench) -> None:
    for kind in bench.manifest.pulls:
        first, second = (_meant(bench, everything(bench, kind)[0]) for _ in range(2))
        held(bool(first), f"{kind.__name__}: the twin holds none: nothing was tried")
        held(first == second, f"{kind.__name__}: pulled twice from one cursor, other reports came")


def _meant(bench: Bench, deliveries: list[Delivery]) -> list[Any]:
    with opened(bench) as door:
        return [(d.source, d.id, d.subject, d.digest, door.parse(d)) for d in deliveries]


def _empty(bench: Bench) -> None:
    for kind in bench.manifest.pulls:
        _, cursor = everything(bench, kind)
        with opened(bench) as door:
            for _ in range(2):
                page = door.pull(kind, cursor)
                held(not page.more, f"{kind.__name__}: after the end there is said to be more")
                if not page.deliveries:
                    held(page.cursor == cursor, f"{kind.__name__}: an empty page moved the cursor")
                cursor = page.cursor


def _overlapping(bench: Bench) -> None:
    for kind in bench.manifest.pulls:
        disturbed, cursor = everything(bench, kind, stirred_after=1)
        with opened(bench) as door:
            disturbed += door.pull(kind, cursor).deliveries
        quiet, _ = everything(bench, kind)
        missing = [d.id for d in quiet if d.id not in {seen.id for seen in disturbed}]
        held(not missing, f"{kind.__name__}: what changed while it was read was never seen: {missing[:3]}")
        digests: dict[tuple[str, str], bytes] = {}
        for d in [*disturbed, *quiet]:
            known = digests.setdefault((d.source, d.id), d.digest)
            held(known == d.digest, f"{kind.__name__}: {d.id} came twice with different content under one id")


def _unclear(bench: Bench) -> None:
    kind = bench.manifest.pulls[0]
    for fault, error in OF_READS.items():
        with opened(bench) as door:
            _fail(bench, fault)
            with raising(error, f"pulling met “{fault.value}”"):
                door.pull(kind, "")
        with opened(bench) as door:
            held(bool(door.pull(kind, "").deliveries), f"after “{fault.value}” nothing could be pulled any more")


def _fail(bench: Bench, fault: Fault) -> None:
    if bench.partner:
        bench.partner.fail(fault, writing=False)


def _slow(bench: Bench) -> None:
    with opened(bench) as door:
        _fail(bench, Fault.DRIP)
        with raising(Retryable, f"pulling met “{Fault.DRIP.value}”"):
            door.pull(bench.manifest.pulls[0], "")


def _busy(bench: Bench) -> None:
    kind = bench.manifest.pulls[0]
    with opened(bench) as door:
        _fail(bench, Fault.BUSY)
        with raising(Retryable, "pulling met “too many requests”") as caught:
            door.pull(kind, "")
        after = getattr(caught[0], "after_seconds", 0)
        held(after >= BUSY_SECONDS - 1, f"asked to wait {BUSY_SECONDS} s, it would come back after {after:.0f} s")
        before = bench.partner.requests() if bench.partner else 0
        with raising(Retryable, "pulling while the partner wants rest"):
            door.pull(kind, "")
        held(not bench.partner or bench.partner.requests() == before, "it called again while the partner wanted rest")


def _unknown_kind(bench: Bench) -> None:
    with opened(bench) as door, raising(Misconfigured, "pulling a kind that the manifest does not name"):
        door.pull(Nobody, "")


CHECKS: Final = (
    Check("pull-repeats", "Pulling twice from a cursor gives the same reports.", why_not_pulled, _repeatable),
    Check("pull-rests", "A pull that finds nothing keeps the cursor and says that there is no more.", why_not_pulled, _empty),
    Check(
        "pull-overlaps",
        "What changes while pages are read is seen, and what is seen twice is known as the same.",
        _why_not_stirred,
        _overlapping,
    ),
    Check("pull-fails", "Each failure while reading is the error whose remedy helps.", _why_not_called, _unclear),
    Check("pull-in-time", "An answer that drips does not hold the door beyond its deadline.", _why_not_slow, _slow),
    Check("pull-waits", "A partner that asks for rest gets it: nothing is sent until then.", _why_not_called, _busy),
    Check("pull-named", "A kind that the manifest does not name is not pulled.", why_not_pulled, _unknown_kind),
)  # fmt: skip

"""Webhooks: only the partner's own, only fresh, and the same one twice is the same."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from msgspec.structs import replace

from tallystick.kit.contract.bench import Bench
from tallystick.kit.contract.verdict import Broken, Check, held, opened, raising
from tallystick.ports.connector import Delivery, Hook, HookRefused

MOMENT: Final = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)
_LATER: Final = timedelta(days=1)


def _why_not(bench: Bench) -> str:
    if bench.manifest.hooks:
        return ""
    return "it sends no webhooks that this door takes"


def _honest(bench: Bench) -> Sequence[Hook]:
    held(bench.hooks is not None, "the manifest says that it takes webhooks, and the bench has none")
    found = bench.hooks.honest(MOMENT) if bench.hooks else ()
    held(len(found) > 1, "the bench needs at least two webhooks")
    return found


def _taken(door: Any, hook: Hook) -> tuple[Delivery, ...]:
    try:
        found: tuple[Delivery, ...] = door.received(hook)
    except HookRefused as refused:
        raise Broken(f"an honest webhook was refused: {refused}") from refused
    return found


def _signed(bench: Bench) -> None:
    hooks = _honest(bench)
    with opened(bench) as door:
        for hook in hooks:
            held(bool(_taken(door, hook)), "an honest webhook gave no delivery")
            for what, spoilt in _spoilt(hook).items():
                with raising(HookRefused, f"a webhook {what}"):
                    door.received(spoilt)
        for forged in bench.hooks.forged(MOMENT) if bench.hooks else ():
            with raising(HookRefused, "a webhook signed by somebody else"):
                door.received(forged)


def _spoilt(hook: Hook) -> dict[str, Hook]:
    middle = len(hook.body) // 2
    flipped = hook.body[:middle] + bytes([hook.body[middle] ^ 1]) + hook.body[middle + 1 :]
    return {
        "without headers": replace(hook, headers={}),
        "with a changed body": replace(hook, body=flipped),
        "with an empty body": replace(hook, body=b""),
        "with more behind its body": replace(hook, body=hook.body + b" "),
        "with empty headers": replace(hook, headers=dict.fromkeys(hook.headers, "")),
        "with nonsense for headers": replace(hook, headers=dict.fromkeys(hook.headers, "t=ü,v1=\x00;zz")),
    }


def _fresh(bench: Bench) -> None:
    with opened(bench) as door:
        for hook in _honest(bench):
            for at in (hook.at + _LATER, hook.at - _LATER):
                with raising(HookRefused, f"a webhook of {hook.at} that arrives at {at}"):
                    door.received(replace(hook, at=at))


def _again(bench: Bench) -> None:
    hooks = _honest(bench)
    with opened(bench) as door:
        first = [_taken(door, hook) for hook in hooks]
        doubled = [_taken(door, hook) for hook in hooks]
    with opened(bench) as door:
        turned = [_taken(door, hook) for hook in reversed(hooks)]
    held(first == doubled, "a webhook that came twice gave two different deliveries")
    held(first == turned[::-1], "webhooks in another order gave other deliveries")
    ids = [(d.source, d.id) for deliveries in first for d in deliveries]
    held(len(set(ids)) == len(ids), f"different webhooks gave deliveries of one id: {ids}")


CHECKS: Final = (
    Check("hook-signed", "A webhook with a wrong, missing or foreign signature is refused.", _why_not, _signed),
    Check("hook-fresh", "A webhook that was signed long ago, or in the future, is refused.", _why_not, _fresh),
    Check("hook-again", "A webhook doubled or out of order is the same delivery.", _why_not, _again),
)

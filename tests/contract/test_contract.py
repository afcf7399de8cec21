"""The contract catches every connector that breaks a promise, and blames no honest one."""

import pytest

from tallystick.connectors.specimen.bench import SECRETS
from tallystick.kit.contract.suite import CHECKS, NAMES, check
from tallystick.kit.contract.verdict import Standing
from tests.contract import broken as b
from tests.contract.broken import Make, broken

BY_NAME = {promise.name: promise for promise in CHECKS}
CAUGHT: list[tuple[str, Make]] = [
    ("pull-repeats", broken(b.Forgetful)),
    ("pull-rests", broken(b.Restless)),
    ("pull-overlaps", broken(b.Skipping)),
    ("pull-overlaps", broken(b.Nameless)),
    ("pull-fails", broken(b.Hasty)),
    ("pull-in-time", broken(b.Patient)),
    ("pull-waits", broken(b.Pushy)),
    ("pull-named", broken(b.Indifferent)),
    ("push-once", broken(b.Doubling)),
    ("push-once", broken(b.Rounding)),
    ("push-same-key", broken(b.Lenient)),
    ("push-same-key", broken(b.Doubling)),
    ("push-in-doubt", broken(b.Certain)),
    ("push-in-doubt", broken(b.Blind)),
    ("push-in-doubt", broken(b.Doubling)),
    ("push-fails", broken(b.Hasty)),
    ("push-fails", broken(b.Doubling)),
    ("push-in-time", broken(b.Patient)),
    ("push-in-time", broken(b.Certain)),
    ("push-waits", broken(b.Pushy)),
    ("push-refused", broken(b.Excusing)),
    ("push-many", broken(b.AllOrNothing)),
    ("push-named", broken(b.Indifferent)),
    ("parse-exact", broken(b.Floating)),
    ("parse-exact", broken(b.Yesterday)),
    ("parse-more", broken(b.Strict)),
    ("parse-keeps", broken(b.Pruning)),
    ("parse-less", broken(b.Guessing)),
    ("parse-less", broken(b.Dropping)),
    ("hook-signed", broken(b.Trusting)),
    ("hook-fresh", broken(b.Timeless)),
    ("hook-again", broken(b.Counting)),
    ("rate-kept", broken(b.Pushy)),
    ("secrets-kept", broken(b.Talkative)),
    ("secrets-kept", broken(b.Quoting)),
    ("manifest-true", broken(b.Secretive)),
]


@pytest.mark.parametrize(("name", "make"), CAUGHT, ids=lambda one: one if isinstance(one, str) else "")
def test_a_broken_connector_is_caught(name: str, make: Make) -> None:
    """By the promise it breaks, with a reason that can be read."""
    verdict = check(BY_NAME[name], make)
    assert verdict.standing is Standing.BROKEN, verdict
    assert verdict.reason


def test_every_promise_has_a_connector_that_breaks_it() -> None:
    """No check is there that nothing could fail."""
    assert {name for name, _ in CAUGHT} == NAMES


def test_many_commands_each_for_itself_are_no_fault() -> None:
    """One that is refused among others is answered for itself."""
    assert check(BY_NAME["push-many"], broken(b.Careful)).standing is Standing.KEPT


def test_the_reason_tells_no_secret() -> None:
    """Not even where the promise broken is to keep it."""
    for make in (broken(b.Talkative), broken(b.Quoting)):
        reason = check(BY_NAME["secrets-kept"], make).reason
        assert not any(secret in reason for secret in SECRETS.values())

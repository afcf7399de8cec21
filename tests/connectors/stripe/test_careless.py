"""A Stripe that has forgotten every key, as it does after a day: the door keeps the contract, and a careless one is caught."""

from itertools import count
from typing import Any

import pytest

from tallystick.connectors.stripe import payments, twin
from tallystick.connectors.stripe.bench import bench
from tallystick.kit.contract.suite import CHECKS, check
from tallystick.kit.contract.verdict import Standing

ONCE = [c for c in CHECKS if c.name in ("push-once", "push-same-key", "push-in-doubt", "push-fails")]


class Nothing(dict[str, Any]):
    """Keeps nothing."""

    def __setitem__(self, _name: str, _value: Any) -> None:
        """Forget it."""


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every account forget idempotency keys at once."""
    opens = twin.StripeTwin.__init__

    def opened(self: twin.StripeTwin, api_key: str) -> None:
        opens(self, api_key)
        self._keys = Nothing()

    monkeypatch.setattr(twin.StripeTwin, "__init__", opened)


@pytest.mark.parametrize("promise", [c for c in ONCE if c.name != "push-same-key"], ids=lambda c: c.name)
def test_each_key_has_one_effect_without_stripes_help(promise: Any) -> None:
    """What was done is found in metadata and states."""
    verdict = check(promise, bench)
    assert verdict.standing is Standing.KEPT, verdict.reason


@pytest.mark.parametrize("promise", ["push-once", "push-in-doubt"])
def test_a_door_that_does_not_look_is_caught(promise: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin of the door: it trusts keys alone."""
    monkeypatch.setattr(payments.Payments, "_done", lambda *_: None)
    (one,) = [c for c in ONCE if c.name == promise]
    assert check(one, bench).standing is Standing.BROKEN


def test_a_door_that_leaves_no_mark_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot find its own capture after an answer was lost."""
    numbers = count()
    monkeypatch.setattr(payments, "mark_of", lambda _: f"tally_{next(numbers)}")
    (one,) = [c for c in ONCE if c.name == "push-in-doubt"]
    assert check(one, bench).standing is Standing.BROKEN

"""Budgets and breakers, with the clock in our hands."""

from hypothesis import given
from hypothesis import strategies as st

from tallystick.kit.breaker import Breaker, Circuit
from tallystick.kit.budget import Budget


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@given(st.floats(0.5, 50), st.integers(1, 20), st.lists(st.floats(0, 2), max_size=200))
def test_no_second_gets_more_than_its_share(per_second: float, burst: int, pauses: list[float]) -> None:
    """In any stretch of time: the burst, and the rate times its length."""
    clock = Clock()
    budget, taken = Budget(per_second, burst, clock), list[float]()
    for pause in pauses:
        clock.now += pause
        if not budget.take():
            taken.append(clock.now)
    for i, begin in enumerate(taken):
        for j in range(i, len(taken)):
            assert j - i + 1 <= burst + (taken[j] - begin) * per_second + 1e-6


def test_the_wait_that_is_told_is_enough() -> None:
    """Who waits as long as he is told gets his turn."""
    clock = Clock()
    budget = Budget(3, 1, clock)
    assert budget.take() == 0
    for _ in range(50):
        clock.now += budget.take()
        assert budget.take() == 0


def test_a_partner_that_asks_for_rest_gets_it() -> None:
    """No token before its time, however many there were."""
    clock = Clock()
    budget = Budget(100, 100, clock)
    budget.rest(30)
    assert budget.take() == 30
    clock.now += 30
    assert budget.take() == 0


def test_one_call_tries_and_decides_for_all() -> None:
    """Open after failures; then one call at a time, until one succeeds."""
    clock = Clock()
    breaker = Breaker(2, 10, clock)
    for _ in range(2):
        assert breaker.enter() == 0
        breaker.failed()
    assert _stands(breaker) is Circuit.OPEN
    assert breaker.enter() == 10
    clock.now += 10
    assert _stands(breaker) is Circuit.HALF_OPEN
    assert breaker.enter() == 0
    assert breaker.enter() > 0, "the others wait for the one that tries"
    breaker.failed()
    assert _stands(breaker) is Circuit.OPEN
    clock.now += 10
    assert breaker.enter() == 0
    breaker.succeeded()
    assert _stands(breaker) is Circuit.CLOSED
    assert breaker.enter() == breaker.enter() == 0


def _stands(breaker: Breaker) -> Circuit:
    return breaker.circuit

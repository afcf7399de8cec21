"""A count and the book of its moment: what moves near it may lie on either side, what lies far may not."""

from datetime import UTC, datetime, timedelta

import pytest

from tallystick.reconciliation.levels import MOVES_MAX, Moved, levels

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
NEAR = timedelta(hours=2)


def moved(units: int, hours: float) -> Moved:
    """Lamps that came or went, so many hours after noon."""
    return Moved("WH1", "LAMP", units, NOON + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("moves", "counted", "explained"),
    [
        ([moved(10, -9)], 10, True),
        ([moved(10, -9)], 9, False),
        ([moved(10, -9), moved(-2, -1)], 10, True),
        ([moved(10, -9), moved(-2, 1)], 8, True),
        ([moved(10, -9), moved(-2, 3)], 8, False),
        ([moved(10, -9), moved(-2, -3)], 10, False),
        ([moved(10, -9), moved(-2, 1), moved(-3, -1)], 5, True),
        ([moved(10, -9), moved(-2, 1), moved(-3, -1)], 8, True),
        ([moved(10, -9), moved(-2, 1), moved(-3, -1)], 9, False),
        ([moved(10, -9), moved(2, 1), moved(-2, 1)], 8, True),
    ],
)
def test_movements_near_a_count_are_in_question(moves: list[Moved], counted: int, explained: bool) -> None:  # noqa: FBT001
    """A dispatch an hour before or after the count may be in it or not; any of them together, and none that is far."""
    assert levels(moves, NOON, NEAR)["LAMP"].explains(counted) is explained


def test_a_moment_without_rest_is_left_to_a_quieter_one() -> None:
    """Where more moves than can be weighed, nothing is judged; without that many, a theft is seen."""
    busy = [moved(3, 0.5)] * (MOVES_MAX + 1)
    assert levels(busy, NOON, NEAR)["LAMP"].explains(1)
    assert not levels(busy[:20], NOON, NEAR)["LAMP"].explains(1)


def test_a_loss_is_seen_as_soon_as_all_is_quiet() -> None:
    """What a movement hid at noon, it no longer hides a day later."""
    moves = [moved(10, -9), moved(-1, 1)]
    assert levels(moves, NOON, NEAR)["LAMP"].explains(9)
    assert not levels(moves, NOON + timedelta(days=1), NEAR)["LAMP"].explains(8)

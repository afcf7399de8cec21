"""Great-circle distance in whole metres, in integers only.

The haversine formula on a sphere of the earth's mean radius (IUGG 1980: 6,371,008.8 m). Angles are radians in units of
10^-15; sine and cosine are Taylor series, which end when a term is nothing. Off by less than a metre in ten thousand km.
"""

from functools import lru_cache
from math import isqrt
from typing import Final, NamedTuple

ONE: Final = 10**15
PI: Final = 3_141_592_653_589_793
HALF_TURN_MICRODEGREES: Final = 180_000_000
EARTH_RADIUS_METRES: Final = 6_371_009
_STEPS_MAX: Final = 12


class Point(NamedTuple):
    """A place on the earth, in millionths of a degree."""

    latitude: int
    longitude: int


@lru_cache(maxsize=65_536)
def metres_between(one: Point, other: Point) -> int:
    """Return how far two places lie from each other, in whole metres."""
    north, east = _radians(one.latitude - other.latitude), _radians(one.longitude - other.longitude)
    cosines = _cos(_radians(one.latitude)) * _cos(_radians(other.latitude)) // ONE
    half = _sin(north // 2) ** 2 // ONE + cosines * (_sin(east // 2) ** 2 // ONE) // ONE
    half = min(max(half, 0), ONE)
    near, far = isqrt(half * ONE), isqrt((ONE - half) * ONE)
    angle = _arcsine(near) if near <= far else PI // 2 - _arcsine(far)
    return (2 * EARTH_RADIUS_METRES * angle + ONE // 2) // ONE


def _radians(microdegrees: int) -> int:
    return microdegrees * PI // HALF_TURN_MICRODEGREES


def _sin(angle: int) -> int:
    """Return the sine of an angle between minus and plus pi."""
    total = term = angle
    n = 1
    while term:
        term = -(term * angle // ONE * angle // ONE) // ((n + 1) * (n + 2))
        if term == -1:  # floor division never gets from -1 to 0
            break
        total, n = total + term, n + 2
    return total


def _cos(angle: int) -> int:
    return _sin(PI // 2 - abs(angle))


def _arcsine(sine: int) -> int:
    """Return the angle, up to an eighth of a turn, with this sine: Newton's method."""
    angle = sine
    for _ in range(_STEPS_MAX):
        step = (sine - _sin(angle)) * ONE // _cos(angle)
        if abs(step) <= 1:
            break
        angle += step
    return angle

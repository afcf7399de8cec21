"""Weather: what happens to messages on their way, and where the process dies. All of it drawn from one seeded source."""

from random import Random

from msgspec import Struct

from tallystick.simulator.memory_book import CrashPoint

MINUTE, HOUR, DAY = 60, 3600, 86_400
DELIVERY_CRASHES = (CrashPoint.BEFORE_FOLD, CrashPoint.BEFORE_COMMIT, CrashPoint.BEFORE_ANSWER)


class Profile(Struct, frozen=True):
    """How bad the weather is, as shares of all deliveries, and how long a sender waits before it repeats.

    Of the estate alone: *clocks* that are off, partners *slow* to answer, *outages* of a partner in a history, and
    *lying*, the share of chances to lie that are taken.
    """

    lost: float = 0.10
    doubled: float = 0.10
    reordered: float = 0.10
    delayed: float = 0.10
    crashing: float = 0.04
    backfilled: float = 0.08
    retry_seconds: int = 5 * MINUTE
    messages_min: int = 50
    clocks: float = 0
    slow: float = 0
    outages: float = 0
    lying: float = 0


FAIR = Profile(lost=0, doubled=0, reordered=0, delayed=0, crashing=0, backfilled=0)
USUAL = Profile()
STORM = Profile(lost=0.3, doubled=0.3, reordered=0.3, delayed=0.3, crashing=0.15, backfilled=0.2)
PROFILES = {"fair": FAIR, "usual": USUAL, "storm": STORM}
"""Weather by name, for `tally simulate --faults`."""


class Weather:
    """Draws the fate of each delivery."""

    def __init__(self, chance: Random, profile: Profile) -> None:
        """Draw from *chance* as *profile* says."""
        self._chance, self._profile = chance, profile

    def deliveries(self) -> list[int]:
        """Return in how many seconds a message arrives, once or twice; a lost one is repeated by its sender."""
        draw, profile = self._chance.random, self._profile
        seconds = 1 + int(draw() * 20)
        while draw() < profile.lost:
            seconds += profile.retry_seconds
        if draw() < profile.reordered:
            seconds += int(draw() * 20 * MINUTE)
        if draw() < profile.delayed:
            seconds += HOUR + int(draw() * DAY)
        if draw() < profile.doubled:
            return [seconds, seconds + int(draw() * HOUR)]
        return [seconds]

    def is_lost(self) -> bool:
        """Say whether a push to a partner gets lost."""
        return self._chance.random() < self._profile.lost

    def crash(self) -> CrashPoint | None:
        """Say where the process dies during a delivery, if it does."""
        draw = self._chance.random
        if draw() >= self._profile.crashing:
            return None
        return DELIVERY_CRASHES[int(draw() * len(DELIVERY_CRASHES))]

    def crashes_in_push(self) -> bool:
        """Say whether the process dies between a push and marking it as done."""
        return self._chance.random() < self._profile.crashing

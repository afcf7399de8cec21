"""A rush over HTTP: thousands of buyers on four channels want a hundred lamps, and near a third of the payments come to nothing."""

import asyncio
import time
from random import Random
from typing import Any, Final

from msgspec import Struct

from tests.door.asking import Answer, Asking

CHANNELS: Final = ("web", "market", "app", "phone")
FAILING: Final = 0.3
AT_ONCE: Final = 64
BASKET_SECONDS: Final = 1
REST_SECONDS_MAX: Final = 60
LOOK_SECONDS: Final = 0.05
WAVES_MAX: Final = 60


class Outcome(Struct):
    """What became of a rush: units sent to buyers, units still on the shelf, how often anybody tried.

    A buyer is *falsely refused* if they went away with nothing although, when all was quiet, a unit was left that they had
    asked for: everything that payments and baskets had given back was offered to everybody who had been refused, and yet
    somebody who still wants one and a unit nobody has are left at the end.
    """

    sent: int
    left: int
    unserved: int
    tries: int

    @property
    def falsely_refused(self) -> int:
        """How many of those who went away with nothing could have been served."""
        return min(self.left, self.unserved)


class Rush:
    """One rush on one shop."""

    def __init__(self, asking: Asking, seed: int) -> None:
        """Let buyers in by *asking*; *seed* decides what each of them does."""
        self.asking, self.dice, self.seed = asking, Random(seed), seed
        self.sent = self.tries = 0

    async def runs(self, buyers: int) -> Outcome:
        """Let everybody try at once; whoever was refused comes again when something was given back, until all is sold."""
        waiting, left = list(range(buyers)), 0
        for _ in range(WAVES_MAX):
            served = await asyncio.gather(*(self.buys(n) for n in waiting))
            waiting = [n for n, is_served in zip(waiting, served, strict=True) if not is_served]
            left = await self.rested()
            if not left or not waiting:
                break
        return Outcome(self.sent, left, len(waiting), self.tries)

    async def rested(self) -> int:
        """Wait until nothing is held for anybody, baskets that ran out among it; return what is left to be had."""
        until = time.monotonic() + REST_SECONDS_MAX
        while True:
            found = (await self.asking.get("/stock/LAMP")).body["product"]
            if not found["committed"] or time.monotonic() > until:
                return int(found["available"])
            await asyncio.sleep(LOOK_SECONDS)  # between two looks at the condition

    async def buys(self, buyer: int) -> bool:
        """One buyer tries, and is served or refused; who is served and does not pay has had their lamp, and gives it back."""
        self.tries += 1
        name, channel, draw = f"R{self.seed}-{self.tries}", CHANNELS[buyer % 4], self.dice.random()
        basket: dict[str, Any] = {}
        if draw < FAILING / 2 or buyer % 3 == 0:
            if not await self._holds(name, channel):
                return False
            if draw < FAILING / 2:
                return True  # thinks better of it and says nothing: the basket runs out
            basket = {"reservation": "basket"}
        if not _is_taken(await self.asking.post("/orders", order(name, channel, **basket), f"{name}-placed")):
            # A basket that ran out before its order came has been somebody's for its time, and is gone: they try again.
            return False
        if draw < FAILING:
            declined = await self.asking.post(f"/orders/{name}/payment/declines", {"reason": "no funds"})
            assert declined.status == 200, declined
            return True
        await self._pays(name)
        return True

    async def _holds(self, name: str, channel: str) -> bool:
        wanted: dict[str, Any] = {"channel": channel, "location": "WH1", "lines": [{"sku": "LAMP", "quantity": 1}]}
        wanted["seconds"] = BASKET_SECONDS
        return _is_taken(await self.asking.post(f"/orders/{name}/reservations/basket", wanted))

    async def _pays(self, name: str) -> None:
        paid = {"provider": "stripe", "amount": 1440, "reference": f"pi-{name}"}
        for path, body in (
            ("payment/authorisations", paid),
            ("dispatches", {"shipment": f"S-{name}", "lines": [{"line": 1, "sku": "LAMP", "quantity": 1}]}),
        ):
            done = await self.asking.post(f"/orders/{name}/{path}", body)
            assert done.status == 200, done
        self.sent += 1


def order(name: str, channel: str = "web", quantity: int = 1, **more: Any) -> dict[str, Any]:
    """An order of one line of lamps."""
    line = {"sku": "LAMP", "quantity": quantity, "net": 1200 * quantity, "tax": 240 * quantity}
    return {"order": name, "channel": channel, "location": "WH1", "provider": "stripe", "lines": [line], **more}


def _is_taken(answer: Answer) -> bool:
    assert answer.status in {201, 409}, answer
    return answer.status == 201

"""The attacks of ACIDRain (Warszawski and Bailis, SIGMOD 2017) on stock and cart, as concurrent requests over HTTP.

Two of its three kinds: the inventory is overdrawn or an update of it lost, and the cart changes between its total being
looked at and its being bought. The third, a voucher spent twice, does not apply: there are no vouchers in this house.
"""

import asyncio

import pytest
from msgspec import Struct

from tallystick.app.running import run
from tests.door.asking import Asking
from tests.door.conftest import Shop
from tests.door.rush import order

ROUNDS = 40
ATTACKERS = 24
CHEAP, DEAR = 1, 5
PRICE = 1440


class Loot(Struct):
    """What attackers got away with: units beyond the shelf, units lost from it, orders let go for less than they cost.

    And orders that were let go at all, for a shop that refuses everybody cannot be robbed.
    """

    overdrawn: int = 0
    lost: int = 0
    underpaid: int = 0
    released: int = 0


async def _stock(asking: Asking) -> int:
    return int((await asking.get("/stock/LAMP")).body["product"]["available"])


async def overdraw(asking: Asking, shelf: int) -> Loot:
    """Everybody wants the last units at the same moment."""
    wanted = [asking.post("/orders", order(f"O{n}", quantity=2)) for n in range(ATTACKERS)]
    taken = sum(2 for answer in await asyncio.gather(*wanted) if answer.status == 201)
    return Loot(overdrawn=max(0, taken - shelf))


async def lose_updates(asking: Asking, shelf: int) -> Loot:
    """Orders are placed while others are cancelled: whoever writes back what they read a moment ago loses the others' work."""
    loot, held = Loot(), 0
    for round_ in range(ROUNDS):
        first = [asking.post("/orders", order(f"L{round_}-{n}")) for n in range(4)]
        assert {a.status for a in await asyncio.gather(*first)} == {201}
        ends = [asking.post(f"/orders/L{round_}-{n}/cancellation") for n in range(4)]
        begins = [asking.post("/orders", order(f"M{round_}-{n}")) for n in range(4)]
        done = await asyncio.gather(*ends, *begins)
        held += sum(a.status == 201 for a in done[4:])
        assert all(a.status == 200 for a in done[:4])
    loot.lost = abs(shelf - held - await _stock(asking))
    return loot


async def change_the_cart(asking: Asking, prefix: str) -> Loot:
    """A cheap order is paid while it is being made a dear one under the same number: what is let go must have been paid."""
    loot = Loot()
    for round_ in range(ROUNDS):
        name = f"{prefix}{round_}"
        paid = {"provider": "stripe", "amount": CHEAP * PRICE, "reference": "pi"}
        cheap = [asking.post("/orders", order(name, quantity=CHEAP), f"{name}-cheap")]
        if round_ % 2:  # the total has been shown before the cart changes, or it is all one race
            assert (await cheap.pop()).status == 201
        await asyncio.gather(
            *cheap,
            *(asking.post("/orders", order(name, quantity=DEAR), f"{name}-dear-{n}") for n in range(3)),
            *(asking.post(f"/orders/{name}/payment/authorisations", paid, f"{name}-paid-{n}") for n in range(3)),
        )
        shown = (await asking.get(f"/orders/{name}")).body
        worth = sum(line["open_net"] + line["open_tax"] for line in shown["lines"])
        loot.released += shown["state"] == "RELEASED"
        loot.underpaid += shown["state"] == "RELEASED" and worth > CHEAP * PRICE
    return loot


def attacked(shop: Shop) -> Loot:
    """Attack a shop in every way and return what was got."""
    shelf = 2 * ROUNDS * (CHEAP + DEAR) * 2
    shop.stocks(shelf)

    async def all_attacks() -> Loot:
        asking = Asking(shop.url, shop.token, ATTACKERS)
        try:
            lost = (await lose_updates(asking, shelf)).lost
            carts = await change_the_cart(asking, "C")
            left = await _stock(asking)
            # All but seven are somebody's: what is wanted is more than what is there.
            await asking.post("/orders", order("rest", quantity=max(1, left - 7)))
            overdrawn = (await overdraw(asking, await _stock(asking))).overdrawn
        finally:
            await asking.close()
        return Loot(overdrawn, lost, carts.underpaid, carts.released)

    return run(all_attacks())


def test_attackers_get_nothing(ours: Shop) -> None:
    """No unit beyond the shelf, none lost from it, nothing let go that was not paid; and the book ties out."""
    loot = attacked(ours)
    assert (loot.overdrawn, loot.lost, loot.underpaid) == (0, 0, 0)
    assert loot.released >= ROUNDS / 2
    ours.ties_out()


@pytest.mark.parametrize("kind", ["overdrawn", "lost", "underpaid"])
def test_the_naive_shop_falls_to_each(twin: Shop, kind: str) -> None:
    """The twin: the very same requests get something out of a shop that reads, decides and writes apart."""
    assert getattr(attacked(twin), kind) > 0

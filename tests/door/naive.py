"""The naive twin: a shop as it is often written, over a real database. It reads, decides, and writes, each in its own transaction.

It speaks as much of the same HTTP as the buyers and attackers of these tests do, so that the very same requests can be
made of both. Run by `python -m granian --interface asgi --factory tests.door.naive:shop`.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any, Final

import asyncpg
import msgspec

DATABASE: Final = "NAIVE_SHOP_DATABASE_URL"
SCHEMA: Final = (
    "create table shelf (sku text primary key, units int not null);"
    "create table cart (name text primary key, state text not null, units int not null, worth int not null, "
    "ends timestamptz)"
)
GONE: Final = (404, {"type": "urn:naive:not-found"})
NO_STOCK: Final = (409, {"type": "urn:tallystick:problem:out-of-stock"})
Told = tuple[int, Any]


class NaiveShop:
    """An ASGI application. Each statement below is a transaction of its own, as under a framework that commits by itself."""

    def __init__(self, url: str) -> None:
        """Sell from the database at *url*."""
        self._url = url
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(self._url, min_size=0, max_size=16)
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        said = msgspec.json.decode(body) if body else {}
        status, told = await self._route(scope["path"].split("/")[2:], said)
        sent = msgspec.json.encode(told)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(sent)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": sent})

    async def _route(self, path: list[str], said: Any) -> Told:
        told = GONE
        match path:
            case ["stock", sku]:
                told = await self._stock(sku)
            case ["orders"]:
                told = await self._placed(said["order"], said)
            case ["orders", order]:
                told = await self._shown(order)
            case ["orders", order, "reservations", _]:
                told = await self._held(order, said)
            case ["orders", order, "payment", "declines"] | ["orders", order, "cancellation"]:
                told = await self._let_go(order)
            case ["orders", order, "payment", "authorisations"]:
                told = await self._paid(order, said["amount"])
            case ["orders", order, "dispatches"]:
                told = await self._moved(order, "SHIPPED")
        return told

    async def _sql(self, statement: str, *values: Any) -> Any:
        assert self._pool is not None
        return await self._pool.fetchrow(statement, *values)

    async def _take(self, units: int) -> bool:
        """The race: what is there is read, and what is left of it is written a moment later."""
        found = await self._sql("select units from shelf where sku = 'LAMP'")
        if found is None or found["units"] < units:
            return False
        await self._sql("update shelf set units = $1 where sku = 'LAMP' returning units", found["units"] - units)
        return True

    async def _stock(self, sku: str) -> Told:
        over = "delete from cart where state = 'HELD' and ends < now() returning units"
        while (ended := await self._sql(f"with g as ({over}) select sum(units)::int units from g")) and ended["units"]:
            await self._sql("update shelf set units = units + $1 where sku = 'LAMP' returning units", ended["units"])
        found = await self._sql("select units from shelf where sku = $1", sku)
        held = await self._sql("select coalesce(sum(units), 0)::int n from cart where state in ('HELD', 'RESERVED')")
        return (200, {"product": {"available": found["units"], "committed": held["n"]}}) if found else GONE

    async def _held(self, order: str, said: Any) -> Told:
        units = sum(x["quantity"] for x in said["lines"])
        if not await self._take(units):
            return NO_STOCK
        ends = f"now() + {int(said['seconds'])} * interval '1 s'"
        await self._sql(f"insert into cart values ($1, 'HELD', $2, 0, {ends}) returning name", order, units)
        return 201, {"outcome": "held"}

    async def _placed(self, order: str, said: Any) -> Told:
        units = sum(x["quantity"] for x in said["lines"])
        worth = sum(x["net"] + x["tax"] for x in said["lines"])
        cart = await self._sql("select * from cart where name = $1", order)
        # Until it is paid, a customer may still change the cart.
        if cart is not None and cart["state"] not in {"HELD", "RESERVED"}:
            return 409, {"type": "urn:tallystick:problem:known"}
        more = units - (cart["units"] if cart else 0)
        if more > 0 and not await self._take(more):
            return NO_STOCK
        keep = "insert into cart values ($1, 'RESERVED', $2, $3, null) on conflict (name) do update "
        keep += "set state = case cart.state when 'HELD' then 'RESERVED' else cart.state end, units = $2, worth = $3, "
        await self._sql(keep + "ends = null returning name", order, units, worth)
        return 201, {"order": order, "outcome": "reserved", "state": "RESERVED"}

    async def _let_go(self, order: str) -> Told:
        gone = await self._sql("update cart set state = 'CANCELLED' where name = $1 returning units", order)
        if gone is None:
            return GONE
        found = await self._sql("select units from shelf where sku = 'LAMP'")
        await self._sql(
            "update shelf set units = $1 where sku = 'LAMP' returning units", found["units"] + gone["units"]
        )
        return 200, {"state": "CANCELLED"}

    async def _paid(self, order: str, amount: int) -> Told:
        cart = await self._sql("select * from cart where name = $1", order)
        if cart is None:
            return GONE
        if cart["worth"] > amount:
            return 200, {"outcome": "short", "state": cart["state"]}
        return await self._moved(order, "RELEASED")

    async def _moved(self, order: str, state: str) -> Told:
        found = await self._sql("update cart set state = $2 where name = $1 returning name", order, state)
        return (200, {"outcome": "enough", "state": state}) if found else GONE

    async def _shown(self, order: str) -> Told:
        cart = await self._sql("select * from cart where name = $1", order)
        if cart is None:
            return GONE
        lines = [{"open": cart["units"], "open_net": cart["worth"], "open_tax": 0}]
        return 200, {"order": order, "state": cart["state"], "lines": lines}


def shop() -> Callable[[Any, Any, Any], Awaitable[None]]:
    """Return the application, for a server to run."""
    return NaiveShop(os.environ[DATABASE])

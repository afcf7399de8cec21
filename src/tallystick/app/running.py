"""Running a command inside the house: database up, book open, loop running, everything closed again."""

import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from tallystick.app.house import House, database, open_house
from tallystick.app.settings import read_settings

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run *work* on the fastest loop there is."""
    if sys.platform == "win32":
        import asyncio

        return asyncio.run(work)
    import uvloop

    return uvloop.run(work)


def at_database(work: Callable[[str], Awaitable[T]]) -> T:
    """Run *work* with the URL of the database, brought up for as long as it takes."""

    async def awaited(url: str) -> T:
        return await work(url)

    with database(read_settings()) as url:
        return run(awaited(url))


def in_house(book: str | None, work: Callable[[House], Awaitable[T]]) -> T:
    """Run *work* in an open book: the one named, or the configured one."""
    settings = read_settings()

    async def inside(url: str) -> T:
        async with open_house(url, settings, book) as house:
            return await work(house)

    return at_database(inside)

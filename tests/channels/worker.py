"""A worker process of a house that has a connector to shop windows: `python -m tests.channels.worker URL HOME`."""

import asyncio
import sys
from pathlib import Path

from tallystick.app.connectors import CONNECTORS
from tallystick.app.house import open_house
from tallystick.app.settings import Settings
from tallystick.app.working.shifts import Way
from tallystick.app.working.work import work
from tests.channels.window import WindowDoor


async def main(url: str, home: Path) -> None:
    """Work until killed."""
    async with open_house(url, Settings(home), "main") as house:
        await work(house, Way({}), asyncio.Event())


if __name__ == "__main__":
    CONNECTORS["window"] = WindowDoor
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))

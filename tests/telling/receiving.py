"""A subscriber: a small web server on this machine that keeps what it is told, and can be in a bad mood."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec


class Receiver:
    """Keeps (headers, body) of each delivery it took; answers with the next of `moods`, then with 204."""

    def __init__(self) -> None:
        """Be in a good mood."""
        self.url = ""
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.refused = 0
        self.moods: list[int] = []
        self.extra = ""
        self.arrived = asyncio.Event()

    def events(self) -> list[dict[str, Any]]:
        """What was told, in order."""
        return [msgspec.json.decode(body) for _, body in self.taken]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                lines = head.split("\r\n")[1:]
                pairs = [line.split(": ", 1) for line in lines if ": " in line]
                headers = {name.lower(): value for name, value in pairs}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                status = self.moods.pop(0) if self.moods else 204
                if status < 300:
                    self.taken.append((headers, body))
                    self.arrived.set()
                else:
                    self.refused += 1
                writer.write(f"HTTP/1.1 {status} x\r\ncontent-length: 0\r\n{self.extra}\r\n".encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A subscriber for as long as the block lasts."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.answer, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks"
    try:
        yield receiver
    finally:
        server.close()

"""A thrifty HTTP client: kept-alive connections lent out one request at a time, so that thousands of buyers fit on one core."""

import asyncio
from collections import deque
from typing import Any, Final

import msgspec
from msgspec import Struct

_BLANK: Final = b"\r\n\r\n"
ANSWER_SECONDS_MAX: Final = 60


class Answer(Struct, frozen=True):
    """What came back: the status, the headers by their names in small letters, the body read as JSON."""

    status: int
    headers: dict[str, str]
    body: Any


class Asking:
    """Asks one server of this machine. A connection that breaks fails its request with `ConnectionError`, and is replaced."""

    def __init__(self, url: str, token: str, connections: int = 64) -> None:
        """Ask the server at *url* with a key, over so many connections."""
        self._port, self._token = int(url.rpartition(":")[2]), token
        self._turn = asyncio.Semaphore(connections)
        self._free = deque[tuple[asyncio.StreamReader, asyncio.StreamWriter]]()

    async def get(self, path: str) -> Answer:
        """Read something."""
        return await self.ask("GET", path, None, "")

    async def post(self, path: str, body: Any = None, key: str = "") -> Answer:
        """Send something as JSON, under an idempotency key if one is given."""
        return await self.ask("POST", path, {} if body is None else body, key)

    async def ask(self, method: str, path: str, body: Any, key: str) -> Answer:
        """Send a request and return what was answered."""
        async with self._turn:
            reader, writer = await self._connection()
            try:
                async with asyncio.timeout(ANSWER_SECONDS_MAX):
                    writer.write(self._request(method, path, body, key))
                    found = await _answer(reader)
            except (OSError, asyncio.IncompleteReadError) as broken:
                writer.close()
                raise ConnectionError("the server hung up") from broken
            except BaseException:
                writer.close()
                raise
            self._free.append((reader, writer))
            return found

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Return a connection that is free, the one that rested longest; a server hangs up on those that rest too long."""
        while self._free:
            reader, writer = self._free.popleft()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self._port)

    async def close(self) -> None:
        """Hang up."""
        for _, writer in self._free:
            writer.close()
        self._free.clear()

    def _request(self, method: str, path: str, body: Any, key: str) -> bytes:
        sent = b"" if body is None else msgspec.json.encode(body)
        lines = [f"{method} /v1{path} HTTP/1.1", "host: localhost", f"authorization: Bearer {self._token}"]
        if body is not None:
            lines += ["content-type: application/json", f"content-length: {len(sent)}"]
        if key:
            lines.append(f"idempotency-key: {key}")
        return "\r\n".join(lines).encode() + _BLANK + sent


async def _answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(_BLANK)).decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers["content-length"]))
    return Answer(int(head[0].split(" ", 2)[1]), headers, msgspec.json.decode(body) if body else None)

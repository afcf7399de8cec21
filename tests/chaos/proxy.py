"""A proxy between us and PostgreSQL, on the loopback address, that cuts the line at the worst moment: around a COMMIT."""

import asyncio
import random
from urllib.parse import parse_qs, urlsplit

READ_BYTES_MAX = 65536
COMMIT = b"COMMIT;\x00"
WAYS = ("before", "sent", "done")
"""Cut before the server gets the COMMIT, when it has got it, or when it has answered and we have not heard."""


class Proxy:
    """Passes bytes on; where the dice say so, cuts at a COMMIT. Counts its cuts by kind."""

    def __init__(self, url: str, seed: int, share: float) -> None:
        """Stand before the server at *url*, which listens on a socket; cut a *share* of the commits."""
        parts = urlsplit(url)
        asked = parse_qs(parts.query)
        self._socket = f"{asked['host'][0]}/.s.PGSQL.{asked['port'][0]}"
        self._path, self._user = parts.path, parts.username
        self._dice, self.share = random.Random(seed), share
        self.cuts = dict.fromkeys(WAYS, 0)
        self._lines: set[asyncio.Task[None]] = set()

    async def start(self) -> str:
        """Listen, and return the URL that leads through this proxy."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return f"postgresql://{self._user}@127.0.0.1:{port}{self._path}?sslmode=disable"

    def leave_alone(self) -> None:
        """Cut no more."""
        self.share = 0

    async def stop(self) -> None:
        """Hang up on everybody."""
        self._server.close()
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.create_task(self._carry(reader, writer))
        self._lines.add(line)
        line.add_done_callback(self._lines.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_server: asyncio.StreamWriter | None = None
        try:
            from_server, to_server = await asyncio.open_unix_connection(self._socket)
            cut = _Cut()
            ways = (self._forward(reader, to_server, cut), _pass_on(from_server, writer, cut))
            both = [asyncio.create_task(way) for way in ways]
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if cut.waits_for_word:
                await cut.heard.wait()
            for way in both:
                way.cancel()
            await asyncio.gather(*both, return_exceptions=True)
        except OSError:
            pass  # a line that breaks by itself is cut as well
        finally:
            for end in (writer, to_server):
                if end is not None:
                    end.transport.abort()

    async def _forward(self, reader: asyncio.StreamReader, to_server: asyncio.StreamWriter, cut: "_Cut") -> None:
        """Pass on what we say to the server, until the end or a cut."""
        while said := await reader.read(READ_BYTES_MAX):
            way = self._dice.choice(WAYS) if COMMIT in said and self._dice.random() < self.share else None
            if way is not None:
                self.cuts[way] += 1
                cut.armed = True
            if way == "before":
                return
            to_server.write(said)
            await to_server.drain()
            if way is not None:
                cut.waits_for_word = way == "done"
                return


class _Cut:
    """Whether a line is as good as cut, and whether the server has answered since."""

    def __init__(self) -> None:
        self.armed, self.waits_for_word, self.heard = False, False, asyncio.Event()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cut: _Cut) -> None:
    """Pass on what the server says, until the line is as good as cut: then its answer is heard here, and by nobody else."""
    try:
        while said := await reader.read(READ_BYTES_MAX):
            if cut.armed:
                return
            writer.write(said)
            await writer.drain()
    finally:
        cut.heard.set()

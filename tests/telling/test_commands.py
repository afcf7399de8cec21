"""`tally webhook` and the server that tells: from adding a subscriber to what it hears."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tallystick.app.running import run
from tallystick.publishing.signing import is_ours
from tests.api.conftest import order
from tests.api.serving import Server, serving
from tests.app.conftest import Tally, home, tally
from tests.telling.receiving import receiving

__all__ = ["home", "tally"]
PLACED = "tallystick.sales.order_placed.v1"


def test_a_subscriber_by_command(tally: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    """Added, listed, paused, resumed and rotated; what could not be told is refused while somebody is there to hear it."""
    tally.fine("book", "create", "main", "--currency", "EUR/2")
    added = tally.json("webhook", "add", "shop", "http://127.0.0.1:9/h", "--private", "--type", PLACED)
    assert added["secret"].startswith("whsec_")
    (shown,) = tally.json("webhook", "list")["subscribers"]
    assert (shown["name"], shown["types"], shown["paused_because"]) == ("shop", [PLACED], None)
    assert added["secret"] not in tally.fine("webhook", "list")
    tally.fine("webhook", "pause", "shop", "--because", "their release")
    assert "paused: their release" in tally.fine("webhook", "list")
    tally.fine("webhook", "resume", "shop")
    assert tally.json("webhook", "rotate", "shop")["secret"] != added["secret"]
    tally.complains(2, "webhook", "add", "inner", "https://127.0.0.1/h")
    tally.complains(2, "webhook", "add", "plain", "http://example.com/h")
    tally.complains(2, "webhook", "add", "other", "https://example.com/h", "--type", "tallystick.no.such.v1")
    tally.complains(4, "webhook", "add", "shop", "http://127.0.0.1:9/h", "--private")
    tally.complains(4, "webhook", "pause", "nobody")


def test_the_server_tells(tally: Tally, database_url: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An order placed over the API is heard of by a subscriber, signed with the secret that was shown once."""
    tally.fine("book", "create", "main", "--currency", "EUR/2")

    async def heard(server: Server) -> None:
        async with receiving() as receiver:
            words = ("webhook", "add", "shop", receiver.url, "--private", "--type", PLACED)
            added = await asyncio.to_thread(tally.json, *words)
            async with httpx.AsyncClient(base_url=server.url, headers=server.by()) as client:
                assert (await client.post("/v1/orders", json=order("W1"))).status_code == 409
                await asyncio.wait_for(receiver.arrived.wait(), 60)
            headers, body = receiver.taken[0]
            assert is_ours(headers, body, added["secret"], datetime.now(UTC))
            assert receiver.events()[0]["subject"] == "order/W1"
            event = receiver.events()[0]["id"].partition(".")[0]
            assert "1 message" in await asyncio.to_thread(tally.fine, "webhook", "resend", "shop", event)
            assert len(receiver.taken) == 2

    with serving(database_url, home) as server:
        monkeypatch.setenv("TALLYSTICK_USER", "administrator")
        run(heard(server))

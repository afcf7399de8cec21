"""Reservations over HTTP: held for a while, confirmed, moved, let go, expired, taken over by an order without a gap."""

import asyncio
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tallystick.app.working import work as working
from tallystick.app.working.shifts import Crew, Way
from tallystick.engine.timers import Deadlines
from tallystick.storage.timers import Timers
from tests.api.conftest import Api, order

AT = "/orders/W1/reservations/basket"


def wanted(quantity: int = 4, **more: Any) -> dict[str, Any]:
    """Lamps to be held."""
    return {"channel": "web", "location": "WH1", "lines": [{"sku": "LAMP", "quantity": quantity}], **more}


async def test_units_are_held_and_let_go(api: Api) -> None:
    """Held units are nobody else's; released, they are free at once."""
    await api.receives(10)
    done = await api.post(AT, wanted(seconds=600))
    assert done.status_code == 201, done.text
    held = done.json()
    assert (held["outcome"], held["state"], held["held"]) == ("held", "HELD", {"1": 4})
    assert datetime.fromisoformat(held["expires_at"]) > datetime.now(UTC) + timedelta(seconds=500)
    assert (await api.stock("LAMP"))["available"] == 6
    shown = (await api.get(AT)).json()
    assert (shown["state"], shown["lines"][0]["held"]) == ("HELD", 4)
    assert datetime.fromisoformat(shown["expires_at"]) == datetime.fromisoformat(held["expires_at"])
    assert (await api.post(f"{AT}/release", {"reason": "closed"})).json()["state"] == "RELEASED"
    assert (await api.stock("LAMP"))["available"] == 10
    assert (await api.get("/orders/W1/reservations/other")).status_code == 404
    await api.ties_out()


async def test_an_order_takes_over_what_is_held(api: Api) -> None:
    """Nobody can come between: an order that names its reservation is promised what was held for it."""
    await api.receives(4)
    await api.post(AT, wanted(4))
    assert (await api.post("/orders", order("W2", 1))).status_code == 409
    done = await api.post("/orders", order("W1", 4, reservation="basket"))
    assert done.json()["state"] == "RESERVED", done.text
    assert (await api.get(AT)).json()["state"] == "USED"
    await api.ties_out()


async def test_nothing_is_held_beyond_what_is_there(api: Api) -> None:
    """All lines or none, or what is there on request; the answer says to what it was cut down."""
    await api.receives(3)
    refused = await api.post(AT, wanted(4))
    assert (refused.status_code, refused.json()["lines_without_stock"]) == (409, [1])
    part = await api.post("/orders/W2/reservations/basket", wanted(4, partial=True))
    assert (part.status_code, part.json()["held"], part.json()["lines_without_stock"]) == (201, {"1": 3}, [1])


async def test_an_order_may_be_cut_down(api: Api) -> None:
    """On request, an order takes what is there, and says which lines were cut."""
    await api.receives(3)
    done = await api.post("/orders", order("W1", 4, partial=True))
    assert (done.status_code, done.json()["lines_without_stock"]) == (201, [1])
    assert (await api.get("/orders/W1")).json()["lines"][0]["open"] == 3


async def test_what_is_held_too_long_is_free_again(api: Api) -> None:
    """When its time is over the clock says so, and the units can be promised; confirmed or extended, it stays."""
    await api.receives(10)
    for name in ("short", "long", "firm"):
        await api.post(f"/orders/W1/reservations/{name}", wanted(2, seconds=60))
    extended = await api.post("/orders/W1/reservations/long/extension", {"seconds": 6000})
    assert extended.json()["outcome"] == "extended"
    assert (await api.post("/orders/W1/reservations/firm/confirmation")).json()["state"] == "CONFIRMED"
    deadlines = Deadlines(Timers(await api.house.connection()), await api.house.gate(number=0))
    await deadlines.run_once(datetime.now(UTC) + timedelta(seconds=61))
    assert (await api.stock("LAMP"))["available"] == 6
    ended = await api.post("/orders/W1/reservations/short/extension", {"seconds": 60})
    assert (ended.status_code, ended.json()["type"]) == (409, "urn:tallystick:problem:ended")
    await api.ties_out()


async def test_what_is_held_can_move(api: Api) -> None:
    """The same units elsewhere in one step; where they are not there, all stays as it is."""
    await api.receives(4)
    await api.receives(2, location="WH2")
    await api.post(AT, wanted(2))
    moved = await api.post(f"{AT}/transfer", {"location": "WH2"})
    assert moved.json()["outcome"] == "transferred"
    assert (await api.stock("LAMP", location="WH2"))["available"] == 0
    assert (await api.post(f"{AT}/transfer", {"location": "WH3"})).status_code == 409
    assert (await api.get(AT)).json()["location"] == "WH2"


async def test_a_reservation_is_placed_once(api: Api) -> None:
    """Repeated, it is told what it was told; another content under its name is refused."""
    await api.receives(10)
    first = await api.post(AT, wanted(2), {"idempotency-key": "k"})
    again = await api.post(AT, wanted(2), {"idempotency-key": "k"})
    assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")
    assert (await api.post(AT, wanted(3), {"idempotency-key": "k-2"})).json()["type"].endswith(":known")
    assert (await api.stock("LAMP"))["committed"] == 2


@pytest.mark.parametrize("looks_ahead", [True, False])
async def test_a_worker_at_rest_wakes_for_a_deadline(
    api: Api, monkeypatch: pytest.MonkeyPatch, *, looks_ahead: bool
) -> None:
    """A worker that would rest for an hour rests until the next deadline; the broken twin, that does not look, would not."""
    monkeypatch.setattr(working, "POLL_SECONDS_MIN", 3600.0)
    if not looks_ahead:
        monkeypatch.setattr(Crew, "seconds_to_deadline", _never)
    await api.receives(4)
    await api.post(AT, wanted(4, seconds=60))
    stop, rests = asyncio.Event(), list[float]()

    async def noted(_stop: asyncio.Event, _wake: asyncio.Event, seconds: float) -> None:
        rests.append(seconds)
        stop.set()

    monkeypatch.setattr(working, "_rest", noted)
    await working.work(api.house, Way({}), stop)
    assert all(0 <= seconds <= 60 for seconds in rests) is looks_ahead
    assert rests


async def test_a_basket_is_let_go_by_the_worker_that_rests(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same to the end: nobody wakes the worker, and what ran out is free."""
    monkeypatch.setattr(working, "POLL_SECONDS_MIN", 3600.0)
    await api.receives(4)
    await api.post(AT, wanted(4, seconds=1))
    stop = asyncio.Event()
    work = asyncio.create_task(working.work(api.house, Way({}), stop))
    async with asyncio.timeout(60):
        while (await api.stock("LAMP"))["available"] != 4:  # noqa: ASYNC110 - the book tells nobody
            await asyncio.sleep(0.02)
    stop.set()
    await work
    await api.ties_out()


async def _never(_: Crew) -> float:
    return math.inf

"""Kits over HTTP: declared, counted by their scarcest component, and ordered as one."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from tallystick.api.kits import exploding
from tests.api.conftest import Api

KIT = {
    "components": [
        {"sku": "LAMP", "quantity": 1, "stand_alone": 1200},
        {"sku": "SHADE", "quantity": 2, "stand_alone": 300},
    ]
}


async def _shelved(api: Api) -> None:
    await api.receives(10)
    await api.receives(5, "SHADE")
    assert (await _define(api)).json() == {"sku": "SET", "outcome": "set"}


async def _define(api: Api, **more: Any) -> Any:
    return await api.client.put("/v1/kits/SET", json=KIT | more)


def _order(number: str, quantity: int = 1, **more: Any) -> dict[str, Any]:
    line = {"sku": "SET", "quantity": quantity, "net": 1501 * quantity, "tax": 285 * quantity, "kit": True}
    return {"order": number, "channel": "web", "location": "WH1", "provider": "stripe", "lines": [line], **more}


async def test_a_kit_is_taken_apart(api: Api) -> None:
    """Two kits of five shades; what is ordered stands as components, each with its share of price and tax, and ties out."""
    await _shelved(api)
    assert (await api.get("/kits/set?location=WH1")).json()["available_to_promise"] == 2
    done = await api.post("/orders", _order("W1"))
    assert done.status_code == 201, done.text
    assert done.json()["kits"] == [
        {"number": 1, "sku": "SET", "quantity": 1, "parts": [{"line": 1, "quantity": 1}, {"line": 2, "quantity": 2}]}
    ]
    lines = (await api.get("/orders/W1")).json()["lines"]
    assert [(x["sku"], x["open"], x["open_net"], x["open_tax"]) for x in lines] == [
        ("LAMP", 1, 1001, 190),
        ("SHADE", 2, 500, 95),
    ]
    assert (await api.get("/kits/SET")).json()["available_to_promise"] == 1
    await api.ties_out()


async def _left(api: Api) -> int:
    """Let six customers want a kit at once where there are two; return how many shades are left beyond what was sold."""
    await _shelved(api)
    told = await asyncio.gather(*(api.post("/orders", _order(f"W{n}")) for n in range(6)))
    sold = [t.status_code for t in told].count(201)
    return 5 - 2 * sold - int((await api.stock("SHADE"))["available"])


async def test_the_scarcest_component_is_not_oversold(api: Api) -> None:
    """Two of six customers have a kit; one shade is left, for no kit."""
    assert await _left(api) == 0
    assert (await api.get("/kits/SET")).json()["available_to_promise"] == 0
    assert (await api.stock("SHADE"))["available"] == 1


async def test_the_twin_that_forgets_the_units_is_found(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """One shade a kit where two are in it: five are sold of two, and the shelf says so."""
    real = exploding._components

    def forgetful(x: Any, kit: Any) -> Any:
        return [replace(c, quantity=x.quantity) for c in real(x, kit)]

    monkeypatch.setattr(exploding, "_components", forgetful)
    assert await _left(api) != 0


async def test_declared_again(api: Api) -> None:
    """The same again is nothing new; other components are for orders from now on."""
    await _shelved(api)
    assert (await _define(api)).json()["outcome"] == "unchanged"
    assert (await _define(api, components=KIT["components"][:1])).json()["outcome"] == "set"
    assert (await api.get("/kits/SET")).json()["available_to_promise"] == 10


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"partial": True}, "/partial"),
        ({"lines": [{"sku": "LAMP", "quantity": 1, "net": 1, "kit": True}]}, "/lines/0/sku"),
    ],
)
async def test_what_is_no_kit_is_refused_by_its_field(api: Api, more: dict[str, Any], pointer: str) -> None:
    """Half an order of kits, and a product that nobody declared as one."""
    await _shelved(api)
    done = await api.post("/orders", _order("W1", **more))
    assert (done.status_code, done.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_no_kit_in_a_kit(api: Api) -> None:
    """Itself, or another: named by its place."""
    await _shelved(api)
    for sku in ("SET", "BIG"):
        done = await api.client.put(
            f"/v1/kits/{sku}", json={"components": [{"sku": "SET", "quantity": 1, "stand_alone": 1}]}
        )
        assert (done.status_code, done.json()["errors"][0]["pointer"]) == (422, "/components/0/sku")
    assert (await api.get("/kits/BIG")).status_code == 404

"""Gift cards over HTTP, on the real engine: a code is never kept, and no card is spent twice, whoever asks at once."""

import asyncio
from typing import Any

import asyncpg
import pytest

from tests.api.conftest import Api, order

CODE = "7KQ2-M9XW-4T8R"


async def issued(api: Api, amount: int = 5000, **more: Any) -> str:
    """Sell a card, and return the name it is known by."""
    done = await api.post("/gift-cards", {"code": CODE, "channel": "web", "amount": amount, "tender": "card", **more})
    assert done.status_code == 201, done.text
    return str(done.json()["card"])


async def test_a_card_pays_an_order(api: Api) -> None:
    """Sold, looked up by its code however it is typed, held, and shown with the order's payment; the code stands nowhere."""
    await api.receives(9)
    card = await issued(api)
    looked_up = await api.post("/gift-cards/lookup", {"code": "7kq2 m9xw 4t8r"})
    assert (looked_up.json()["card"], looked_up.json()["available"]) == (card, 5000)
    done = await api.post("/orders", order("W1", 4, gift_cards=[{"code": CODE}]))
    assert done.status_code == 201, done.text
    shown = (await api.get(f"/gift-cards/{card}")).json()
    assert (shown["balance"], shown["held"], shown["available"]) == (5000, 5000, 0)
    payment = (await api.get("/orders/W1/payment")).json()
    assert payment["gift_cards"] == [{"card": card, "wanted": 5000, "paid": 0, "given_back": 0}]
    assert payment["requested"] == 4 * 1440 - 5000
    await api.ties_out()
    connection = await api.house.connection()
    for table in ("event", "process", "gift_card", "outbox", "delivery"):
        rows = await connection.fetch(f"select t::text from {table} t")
        assert not any(CODE.replace("-", "").encode().hex() in r[0] or CODE in r[0] for r in rows)
        assert not any(CODE.encode().hex() in r[0] for r in rows)


async def test_two_orders_at_once_have_it_once(api: Api) -> None:
    """Ten orders want all of a card at the same moment: one has it, nine are refused, and the rest of the book ties out."""
    await api.receives(99)
    await issued(api)
    wanted = [order(f"W{n}", 3, gift_cards=[{"code": CODE, "amount": 4000}]) for n in range(10)]
    told = await asyncio.gather(*(api.post("/orders", w) for w in wanted))
    assert sorted(t.status_code for t in told) == [201, *[409] * 9]
    refused = next(t.json() for t in told if t.status_code == 409)
    assert (refused["type"], refused["cards_refused"]) == ("urn:tallystick:problem:not-covered", [1])
    await api.ties_out()


async def test_the_database_itself_refuses_more_than_there_is(api: Api) -> None:
    """Whoever writes past the gate: no row of a card gives more than it is good for, and nothing of it below zero."""
    card = await issued(api)
    connection = await api.house.connection()
    for change in ("held = face + 1", "redeemed = -1", "expired = face, held = 1", "face = 0"):
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute(f"update gift_card set {change} where card = $1", card)


async def test_a_row_changed_by_hand_is_found(api: Api) -> None:
    """The proof of gift cards names the card, and the account that does not fit any more."""
    card = await issued(api)
    connection = await api.house.connection()
    await connection.execute("update gift_card set redeemed = 100")
    from tallystick.storage.reading.proofs import check_book

    found = {p.name: p.detail for p in await check_book(api.house.url, api.house.info) if not p.ok}
    assert set(found) == {"gift_cards"}
    assert card in found["gift_cards"]


async def test_a_card_is_issued_once(api: Api) -> None:
    """The same again is told the same; the same code with another amount is refused."""
    first = await issued(api)
    assert await issued(api) == first
    other = await api.post("/gift-cards", {"code": CODE, "channel": "web", "amount": 7000, "tender": "card"})
    assert (other.status_code, other.json()["type"]) == (422, "urn:tallystick:problem:key-reused")
    elsewhere = {"code": CODE, "channel": "web", "amount": 7000, "tender": "card"}
    other = await api.post("/gift-cards", elsewhere, {"idempotency-key": "k"})
    assert (other.status_code, other.json()["type"]) == (409, "urn:tallystick:problem:known")


async def test_a_blocked_card_pays_nothing(api: Api) -> None:
    """Blocked, an order is refused; unblocked, it is not. A card nobody issued can be neither."""
    await api.receives(9)
    card = await issued(api)
    assert (await api.post(f"/gift-cards/{card}/block", {"reason": "lost"})).json()["state"] == "BLOCKED"
    assert (await api.post("/orders", order("W1", 1, gift_cards=[{"code": CODE}]))).status_code == 409
    assert (await api.post(f"/gift-cards/{card}/unblock")).json()["state"] == "ACTIVE"
    assert (await api.post("/orders", order("W2", 1, gift_cards=[{"code": CODE}]))).status_code == 201
    assert (await api.post(f"/gift-cards/gc_{'0' * 32}/block")).status_code == 404
    assert (await api.get(f"/gift-cards/gc_{'0' * 32}")).status_code == 404


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"tax": 1}, "/tax"),
        ({"purpose": "single", "tax": 5000}, "/tax"),
        ({"purpose": "single", "tender": None}, "/tender"),
        ({"purpose": "single", "breakage_basis_points": 1}, "/breakage_basis_points"),
        ({"code": "short"}, "/code"),
    ],
)
async def test_a_card_that_makes_no_sense_is_refused_by_its_field(api: Api, more: dict[str, Any], pointer: str) -> None:
    """Nothing is issued."""
    wanted = {"code": CODE, "channel": "web", "amount": 5000, "tender": "card", **more}
    done = await api.post("/gift-cards", wanted)
    assert (done.status_code, {e["pointer"] for e in done.json()["errors"]}) == (422, {pointer}), done.text


async def test_a_card_named_twice_is_refused(api: Api) -> None:
    """However it is typed."""
    await api.receives(9)
    await issued(api)
    done = await api.post("/orders", order("W1", 1, gift_cards=[{"code": CODE}, {"code": CODE.lower()}]))
    assert done.status_code == 422
    assert done.json()["errors"][0]["pointer"] == "/gift_cards"

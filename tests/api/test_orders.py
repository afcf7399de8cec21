"""Orders over HTTP: reserved or refused while the customer waits, and never twice."""

import asyncio

from tests.api.conftest import Api, order


async def test_an_order_is_reserved_while_the_customer_waits(api: Api) -> None:
    """Units that are there are held at once, and the answer says where the order stands from now on."""
    await api.receives(10)
    done = await api.post("/orders", order("W1", 4))
    assert done.status_code == 201, done.text
    assert done.json() == {"order": "W1", "outcome": "reserved", "state": "RESERVED"}
    shown = await api.get(done.headers["location"].removeprefix("/v1"))
    assert shown.status_code == 200
    found = shown.json()
    assert (found["state"], found["processes"]["payment/1"]) == ("RESERVED", "REQUESTED")
    assert [(x["sku"], x["open"], x["open_net"]) for x in found["lines"]] == [("LAMP", 4, 4800)]
    assert [c["type"] for c in found["commands"]] == ["tallystick.payments.authorise_payment.v1"]
    assert [d["process"] for d in found["deadlines"]] == ["order"]
    await api.ties_out()


async def test_an_order_beyond_the_stock_is_refused_by_line(api: Api) -> None:
    """Two lines of one product count together; the answer names the lines that lack stock, and nothing is held."""
    await api.receives(5)
    await api.receives(5, "SHADE")
    wanted = order("W1", 3)
    wanted["lines"] += [{"sku": "SHADE", "quantity": 1, "net": 100}, {"sku": "lamp", "quantity": 3, "net": 3600}]
    done = await api.post("/orders", wanted)
    assert done.status_code == 409
    problem = done.json()
    assert problem["type"] == "urn:tallystick:problem:out-of-stock"
    assert problem["lines_without_stock"] == [1, 3]
    assert problem["state"] == "REFUSED"
    stock = await api.stock("LAMP")
    assert (stock["available"], stock["committed"]) == (5, 0)


async def test_the_same_key_has_one_effect_and_one_answer(api: Api) -> None:
    """A request repeated under its key is told what it was told first, also when the stock has gone meanwhile."""
    await api.receives(4)
    key = {"idempotency-key": '"k-1"'}
    first = await api.post("/orders", order("W1", 4), key)
    again = await api.post("/orders", order("W1", 4), key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert (await api.stock("LAMP"))["committed"] == 4


async def test_a_refusal_is_repeated_as_it_was(api: Api) -> None:
    """A refused order stays refused under its key, with the same lines, after stock has come in."""
    first = await api.post("/orders", order("W1"), {"idempotency-key": "k"})
    await api.receives(10)
    again = await api.post("/orders", order("W1"), {"idempotency-key": "k"})
    assert (first.status_code, again.status_code) == (409, 409)
    told = ("lines_without_stock", "state", "type")
    assert [first.json()[name] for name in told] == [again.json()[name] for name in told]


async def test_a_key_stands_for_one_content(api: Api) -> None:
    """The same key with another body, or for another operation, is refused and changes nothing."""
    await api.receives(10)
    key = {"idempotency-key": "k-1"}
    assert (await api.post("/orders", order("W1"), key)).status_code == 201
    for path, body in [
        ("/orders", order("W1", 2)),
        ("/orders", order("W2")),
        ("/orders/W1/cancellation", {"reason": ""}),
    ]:
        other = await api.post(path, body, key)
        assert other.status_code == 422, other.text
        assert other.json()["type"] == "urn:tallystick:problem:key-reused"
    assert (await api.stock("LAMP"))["committed"] == 1


async def test_keys_of_two_clients_do_not_meet(api: Api) -> None:
    """A key belongs to the client that chose it."""
    await api.receives(10)
    key = {"idempotency-key": "k-1"}
    assert (await api.post("/orders", order("W1"), key)).status_code == 201
    other = await api.post("/orders", order("W2"), {**key, **api.by("other")})
    assert other.status_code == 201, other.text


async def test_duplicates_at_the_same_moment_get_one_answer(api: Api) -> None:
    """Twenty copies sent at once have one effect, and all are told the same."""
    await api.receives(100)
    copies = await asyncio.gather(*(api.post("/orders", order("W1", 5), {"idempotency-key": "k"}) for _ in range(20)))
    assert {c.status_code for c in copies} == {201}
    assert len({c.text for c in copies}) == 1
    assert sum("idempotent-replayed" in c.headers for c in copies) == 19
    assert (await api.stock("LAMP"))["committed"] == 5


async def test_the_business_key_decides_when_the_other_one_is_lost(api: Api) -> None:
    """An order sent anew under another key, or under none, is known by its number."""
    await api.receives(10)
    first = await api.post("/orders", order("W1"), {"idempotency-key": "k-1"})
    for headers in ({"idempotency-key": "k-2"}, {}, api.by("other")):
        again = await api.post("/orders", order("W1"), headers)
        assert (again.status_code, again.json()) == (201, first.json())
        assert again.headers["idempotent-replayed"] == "true"
    other = await api.post("/orders", order("W1", 2), {"idempotency-key": "k-3"})
    assert other.status_code == 409
    assert other.json()["type"] == "urn:tallystick:problem:known"
    assert (await api.stock("LAMP"))["committed"] == 1


async def test_an_order_is_cancelled(api: Api) -> None:
    """What was held is free again at once."""
    await api.receives(10)
    await api.post("/orders", order("W1", 4))
    done = await api.post("/orders/W1/cancellation", {"reason": "changed my mind"})
    assert done.json() == {"order": "W1", "outcome": "cancelled", "state": "CANCELLED"}
    assert (await api.stock("LAMP"))["available"] == 10
    again = await api.post("/orders/W1/cancellation", {"reason": "changed my mind"})
    assert again.headers["idempotent-replayed"] == "true"
    await api.ties_out()


async def test_a_cancellation_of_nothing(api: Api) -> None:
    """An order nobody placed cannot be cancelled, and nothing is remembered of the attempt."""
    missing = await api.post("/orders/W1/cancellation", {"reason": ""})
    assert missing.status_code == 404
    await api.receives(1)
    await api.post("/orders", order("W1"))
    assert (await api.post("/orders/W1/cancellation", {"reason": ""})).status_code == 200


async def test_who_decides_on_what_he_saw_is_told_when_it_changed(api: Api) -> None:
    """With If-Match, an order that has moved since is left alone; who looks again may go on."""
    await api.receives(10)
    await api.post("/orders", order("W1"))
    seen = (await api.get("/orders/W1")).headers["etag"]
    await api.post("/orders/W1/payment/authorisations", {"provider": "stripe", "amount": 1440, "reference": "a"})
    late = await api.post("/orders/W1/cancellation", {"reason": ""}, {"if-match": seen})
    assert late.status_code == 412, late.text
    assert (await api.get("/orders/W1")).json()["state"] == "RELEASED"
    seen = (await api.get("/orders/W1")).headers["etag"]
    done = await api.post("/orders/W1/cancellation", {"reason": ""}, {"if-match": seen})
    assert (done.status_code, done.json()["state"]) == (200, "CANCELLING")


async def test_another_currency_is_refused_by_name(api: Api) -> None:
    """A book has one currency; left out, it is the book's own."""
    await api.receives(10)
    done = await api.post("/orders", order("W1", currency="USD/2"))
    assert done.status_code == 422
    assert "USD/2" in done.json()["detail"]
    assert (await api.post("/orders", order("W1", currency="EUR/2"))).status_code == 201

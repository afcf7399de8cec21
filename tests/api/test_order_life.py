"""An order's whole life over HTTP: paid, sent, captured, refunded; and the book ties out."""

from tests.api.conftest import Api, order

AMOUNT = 2 * (1200 + 240)


async def _placed(api: Api) -> None:
    await api.receives(10)
    assert (await api.post("/orders", order("W1", 2))).status_code == 201


async def test_a_life_from_order_to_money(api: Api) -> None:
    """Authorised money releases the goods; goods that left are captured; every step is seen where it belongs."""
    await _placed(api)
    paid = {"provider": "stripe", "amount": AMOUNT, "reference": "pi_1"}
    done = await api.post("/orders/W1/payment/authorisations", paid)
    assert done.json() == {"order": "W1", "outcome": "enough", "state": "AUTHORISED"}
    asked = (await api.get("/orders/W1/fulfilment")).json()
    assert (asked["state"], asked["waiting"]) == ("REQUESTED", [{"line": 1, "sku": "LAMP", "quantity": 2}])
    assert [c["type"] for c in asked["commands"]] == ["tallystick.fulfilment.ship_order.v1"]
    sent = {"shipment": "S1", "lines": [{"line": 1, "sku": "lamp", "quantity": 2}]}
    assert (await api.post("/orders/W1/dispatches", sent)).json()["state"] == "DISPATCHED"
    taken = {"provider": "stripe", "amount": AMOUNT, "reference": "ch_1"}
    assert (await api.post("/orders/W1/payment/captures", taken)).json()["state"] == "CAPTURED"
    payment = (await api.get("/orders/W1/payment")).json()
    assert (payment["requested"], payment["owed"], payment["captured"]) == (AMOUNT, AMOUNT, AMOUNT)
    assert (await api.get("/orders/W1")).json()["state"] == "SHIPPED"
    assert (await api.post("/orders/W1/cancellation", {})).json()["type"].endswith(":too-late")
    await api.ties_out()


async def test_the_same_parcel_is_booked_once(api: Api) -> None:
    """A shipment told twice under different keys leaves once."""
    await _placed(api)
    sent = {"shipment": "S1", "lines": [{"line": 1, "sku": "LAMP", "quantity": 1}]}
    for key in ("a", "b"):
        done = await api.post("/orders/W1/dispatches", sent, {"idempotency-key": key})
        assert done.status_code == 200, done.text
    assert (await api.get("/orders/W1")).json()["lines"][0]["sent"] == 1
    await api.ties_out()


async def test_money_that_is_not_there(api: Api) -> None:
    """A declined payment ends the order and frees its goods."""
    await _placed(api)
    done = await api.post("/orders/W1/payment/declines", {"reason": "no funds"})
    assert (done.status_code, done.json()["state"]) == (200, "DECLINED")
    assert (await api.stock("LAMP"))["available"] == 10


async def test_money_taken_after_the_end_goes_back(api: Api) -> None:
    """A capture after a cancellation is booked, refunded, and the refund is seen."""
    await _placed(api)
    await api.post("/orders/W1/cancellation", {"reason": ""})
    taken = {"provider": "stripe", "amount": AMOUNT, "reference": "ch_1"}
    assert (await api.post("/orders/W1/payment/captures", taken)).json()["outcome"] == "refund"
    (refund,) = (await api.get("/orders/W1/payment")).json()["refunds"]
    assert (refund["state"], refund["amount"]) == ("REQUESTED", AMOUNT)
    back = {"provider": "stripe", "amount": AMOUNT, "reference": "re_1"}
    done = await api.post(f"/orders/W1/payment/refunds/{refund['number']}", back)
    assert done.json()["state"] == "PAID"
    await api.ties_out()


async def test_a_provider_lets_go(api: Api) -> None:
    """A void confirms that nothing is held any more."""
    await _placed(api)
    await api.post("/orders/W1/cancellation", {"reason": ""})
    assert (await api.post("/orders/W1/payment/voids", {})).json()["state"] == "VOIDED"


async def test_a_location_that_will_not_send(api: Api) -> None:
    """The order ends without shipment, and its goods are free."""
    await _placed(api)
    await api.post("/orders/W1/payment/authorisations", {"provider": "stripe", "amount": AMOUNT, "reference": "pi_1"})
    done = await api.post("/orders/W1/dispatch-refusals", {"reason": "broken shelf"})
    assert done.status_code == 200, done.text
    assert (await api.get("/orders/W1")).json()["state"] == "CANCELLED"
    await api.ties_out()


async def test_what_comes_too_early(api: Api) -> None:
    """Money for an order nobody knows is not found; a refund nobody asked for is early; neither is remembered."""
    told = {"provider": "stripe", "amount": 5, "reference": "x"}
    assert (await api.post("/orders/W9/payment/captures", told)).status_code == 404
    await _placed(api)
    early = await api.post("/orders/W1/payment/refunds/7", told)
    assert (early.status_code, early.json()["type"]) == (409, "urn:tallystick:problem:too-early")

"""An order changed on its way over HTTP: lines cancelled, goods redirected, money asked for, taken early and given back."""

import json
from datetime import datetime
from typing import Any

import msgspec

from tallystick.messages.masters import PriceDeclared
from tests.api.conftest import Api, order

PRICE = 1200 + 240
ADDRESS = {"name": "Ada Canary", "lines": ["1 Mill Lane"], "city": "Leeds", "country": "GB", "phone": "555-canary"}


async def _placed(api: Api, quantity: int = 3, **more: Any) -> None:
    await api.receives(10)
    assert (await api.post("/orders", order("W1", quantity, **more))).status_code == 201


async def _pays(api: Api, amount: int) -> None:
    told = {"provider": "stripe", "amount": amount, "reference": "pi_1"}
    assert (await api.post("/orders/W1/payment/authorisations", told)).status_code == 200


async def _commands(api: Api, name: str) -> list[dict[str, Any]]:
    connection = await api.house.connection()
    rows = await connection.fetch(
        "select o.body from outbox o join kind k on k.id = o.kind where k.name like $1 order by o.event, o.n",
        f"%.{name}.%",
    )
    return [json.loads(r["body"]) for r in rows]


async def test_units_not_wanted_are_free_at_once(api: Api) -> None:
    """Before anybody is asked to send them: the stock is free, less is asked for, and the channel is told."""
    await _placed(api)
    done = await api.post("/orders/W1/lines/1/cancellation", {"quantity": 1, "reason": "one too many"})
    assert (done.status_code, done.json()["outcome"], done.json()["state"]) == (200, "trimmed", "RESERVED")
    assert (await api.stock("LAMP"))["available"] == 8
    assert (await api.get("/orders/W1/payment")).json()["requested"] == 2 * PRICE
    assert (await _commands(api, "cancel_lines"))[0]["lines"] == [{"line": 1, "sku": "LAMP", "quantity": 1}]
    await _pays(api, 2 * PRICE)
    assert (await api.get("/orders/W1")).json()["state"] == "RELEASED"
    await api.ties_out()


async def test_the_same_cancellation_counts_once(api: Api) -> None:
    """Sent again it is answered again; two of one size are told apart by their reference."""
    await _placed(api)
    for _ in range(2):
        await api.post("/orders/W1/lines/1/cancellation", {"quantity": 1})
    assert (await api.stock("LAMP"))["available"] == 8
    await api.post("/orders/W1/lines/1/cancellation", {"quantity": 1, "reference": "again"})
    assert (await api.stock("LAMP"))["available"] == 9


async def test_the_last_line_ends_the_order(api: Api) -> None:
    """Nothing is left of it: it is cancelled, and the money let go."""
    await _placed(api)
    done = await api.post("/orders/W1/lines/1/cancellation", {})
    assert done.json()["state"] == "CANCELLED"
    assert len(await _commands(api, "void_payment")) == 1


async def test_released_units_are_asked_back(api: Api) -> None:
    """The location says whether it kept them; what it sends all the same is booked."""
    await _placed(api)
    await _pays(api, 3 * PRICE)
    done = await api.post("/orders/W1/lines/1/cancellation", {"quantity": 1})
    assert (done.json()["outcome"], done.json()["state"]) == ("asked", "RELEASED")
    assert (await _commands(api, "recall_lines"))[0]["lines"] == [{"line": 1, "sku": "LAMP", "quantity": 1}]
    kept = {"reason": "taken out", "lines": [{"line": 1, "sku": "LAMP", "quantity": 1}]}
    assert (await api.post("/orders/W1/dispatch-refusals", kept)).json()["outcome"] == "part"
    shown = (await api.get("/orders/W1")).json()
    assert (shown["state"], shown["lines"][0]["open"]) == ("RELEASED", 2)
    sent = {"shipment": "S1", "lines": [{"line": 1, "sku": "LAMP", "quantity": 2}]}
    await api.post("/orders/W1/dispatches", sent)
    late = await api.post("/orders/W1/lines/1/cancellation", {"quantity": 1, "reference": "late"})
    assert late.json()["type"].endswith(":too-late")
    assert [c["amount"] for c in await _commands(api, "capture_payment")] == [2 * PRICE]
    await api.ties_out()


async def test_an_address_lies_in_the_vault_only(api: Api) -> None:
    """The location is told a reference; what it stands for is nowhere in the book."""
    await _placed(api, delivery=ADDRESS)
    await _pays(api, 3 * PRICE)
    (ship,) = await _commands(api, "ship_order")
    moved = await api.client.put("/v1/orders/W1/address", json=ADDRESS | {"lines": ["2 Canary Wharf"]})
    assert moved.json()["outcome"] == "asked"
    (redirect,) = await _commands(api, "redirect_shipment")
    assert ship["recipient"].startswith("person:")
    assert redirect["recipient"] not in {"", ship["recipient"]}
    connection = await api.house.connection()
    for table in ("event", "process", "outbox", "person"):
        rows = await connection.fetch(f"select {table}::text as row from {table}")
        assert not [r for r in rows if "anary" in r["row"]], table
    from tallystick.storage.vault import who_is

    known: Any = await who_is(connection, api.house.keyring, ship["recipient"])
    assert known["phone"] == "555-canary"


async def test_how_a_customer_is_written_to_lies_in_the_vault_only(api: Api) -> None:
    """The order carries a reference; without a contact it is the mail address of the delivery, if there is one."""
    from tallystick.storage.vault import who_is

    contact = {"email": "ada@canary.test", "name": "Ada Canary", "language": "de-AT"}
    await _placed(api, contact=contact, delivery=ADDRESS | {"email": "other@canary.test"})
    connection = await api.house.connection()
    for table in ("event", "process", "outbox", "person"):
        rows = await connection.fetch(f"select {table}::text as row from {table}")
        assert not [r for r in rows if "anary" in r["row"]], table
    (body,) = [r["body"] for r in await connection.fetch("select body from event where subject = 'order/W1'")]
    placed = json.loads(body)
    assert await who_is(connection, api.house.keyring, placed["contact"]) == contact
    assert placed["contact"] != placed["recipient"]
    refused = await api.post("/orders", {**order("W2", 1), "contact": {"email": "nobody"}})
    assert refused.status_code == 422


async def test_money_is_taken_early_within_what_is_held(api: Api) -> None:
    """A deposit now, the rest when goods leave; more than the order is for is refused, and nobody is asked."""
    await _placed(api, 2)
    early = await api.post("/orders/W1/payment/requests/capture", {"reference": "d0"})
    assert (early.status_code, early.json()["at_most"]) == (409, 0)
    await _pays(api, 2 * PRICE)
    more = await api.post("/orders/W1/payment/requests/capture", {"reference": "d1", "amount": 2 * PRICE + 1})
    assert (more.json()["type"].rpartition(":")[2], more.json()["at_most"]) == ("beyond", 2 * PRICE)
    for _ in range(2):
        done = await api.post("/orders/W1/payment/requests/capture", {"reference": "d2", "amount": 1000})
        assert done.json()["state"] == "CAPTURING"
    await api.post("/orders/W1/payment/captures", {"provider": "stripe", "amount": 1000, "reference": "ch_1"})
    await api.post("/orders/W1/dispatches", {"shipment": "S1", "lines": [{"line": 1, "sku": "LAMP", "quantity": 2}]})
    assert [c["amount"] for c in await _commands(api, "capture_payment")] == [1000, 2 * PRICE - 1000]
    await api.ties_out()


async def test_money_that_is_let_go_ends_the_order(api: Api) -> None:
    """No money, no goods; once taken it can only be given back."""
    await _placed(api, 1)
    done = await api.post("/orders/W1/payment/requests/void")
    assert (done.status_code, done.json()["state"]) == (200, "VOIDING")
    assert (await api.get("/orders/W1")).json()["state"] == "CANCELLED"
    assert (await api.stock("LAMP"))["available"] == 10


async def test_the_customer_tries_another_card(api: Api) -> None:
    """The provider is asked once more, for what is wanted, by what the customer pays with now."""
    await _placed(api, 1, payment_method="pm_1")
    await api.post("/orders/W1/payment/requests/authorisation", {"reference": "2", "method": "pm_2"})
    asked = await _commands(api, "authorise_payment")
    assert [(c["amount"], c["method"]) for c in asked] == [(PRICE, "pm_1"), (PRICE, "pm_2")]


async def test_a_refund_without_goods_lowers_the_price(api: Api) -> None:
    """Within what was sold; revenue and tax go down by their shares; a return afterwards brings what is left of the price."""
    await _placed(api, 2)
    await _pays(api, 2 * PRICE)
    nothing = await api.post("/orders/W1/payment/requests/refund", {"reference": "r0", "amount": 1})
    assert nothing.json()["at_most"] == 0
    sent = {"shipment": "S1", "lines": [{"line": 1, "sku": "LAMP", "quantity": 2}]}
    await api.post("/orders/W1/dispatches", sent)
    await api.post("/orders/W1/payment/captures", {"provider": "stripe", "amount": 2 * PRICE, "reference": "ch_1"})
    wanted = {"reference": "scratch", "amount": 600, "reason": "a scratch"}
    for _ in range(2):
        done = await api.post("/orders/W1/payment/requests/refund", wanted)
        assert (done.json()["outcome"], done.json()["number"]) == ("granted", 1)
    line = (await api.get("/orders/W1")).json()["lines"][0]
    assert (line["sent_net"], line["sent_tax"]) == (2400 - 500, 480 - 100)
    assert [c["amount"] for c in await _commands(api, "pay_refund")] == [600]
    beyond = await api.post("/orders/W1/payment/requests/refund", {"reference": "all", "amount": 2 * PRICE})
    assert beyond.json()["at_most"] == 2 * PRICE - 600
    await api.post("/orders/W1/payment/refunds/1", {"provider": "stripe", "amount": 600, "reference": "re_1"})
    await api.ties_out()


async def test_a_partial_order_paid_in_full_is_refunded_by_itself(api: Api) -> None:
    """A marketplace takes the whole price before we cut the order down: what is not wanted of it goes back at once."""
    await api.receives(2)
    placed = await api.post("/orders", order("W1", 3, partial=True))
    assert placed.json()["lines_without_stock"] == [1]
    taken = {"provider": "stripe", "amount": 3 * PRICE, "reference": "ch_1"}
    assert (await api.post("/orders/W1/payment/captures", taken)).json()["state"] == "CAPTURED"
    assert [c["amount"] for c in await _commands(api, "pay_refund")] == [PRICE]
    await api.ties_out()


async def test_a_price_in_force(api: Api) -> None:
    """The one that began last; those to come are shown; of one moment the newest declaration counts."""
    declared = [
        ("2026-01-01T00:00:00Z", 1500, "1"),
        ("2026-06-01T00:00:00Z", 1400, "2"),
        ("2026-06-01T00:00:00Z", 1300, "1"),
        ("2099-01-01T00:00:00Z", 1900, "1"),
    ]
    for n, (begins, amount, version) in enumerate(declared):
        data = PriceDeclared("web", "LAMP", "EUR/2", amount, msgspec.convert(begins, type=datetime), version=version)
        event = {
            "specversion": "1.0", "id": f"p{n}", "source": "erp", "type": "tallystick.masters.price_declared.v1",
            "time": "2026-11-24T07:00:00Z", "zone": "UTC", "data": msgspec.to_builtins(data),
        }  # fmt: skip
        assert (await api.post("/reports", [event])).status_code == 202
    await api.works()
    shown = (await api.get("/prices/lamp?channel=web")).json()
    assert (shown["price"]["amount"], [p["amount"] for p in shown["later"]]) == (1400, [1900])
    past = (await api.get("/prices/LAMP?channel=web&at=2026-02-01T00:00:00Z")).json()
    assert past["price"]["amount"] == 1500
    before = (await api.get("/prices/LAMP?channel=web&at=2025-02-01T00:00:00Z")).json()
    assert before["price"] is None
    assert (await api.get("/prices/LAMP?channel=shop")).status_code == 404

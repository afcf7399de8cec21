"""What other systems report over HTTP is kept first, then worked off; one that is wrong never keeps others out."""

from typing import Any

from tests.api.conftest import Api, order


def event(number: str, kind: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A CloudEvents event."""
    return {
        "specversion": "1.0",
        "id": number,
        "source": "wms",
        "type": f"tallystick.{kind}.v1",
        "time": "2026-11-23T23:30:00+01:00",
        "data": data,
        **more,
    }


def receipt(number: str, units: int = 10) -> dict[str, Any]:
    """Ten lamps that came in."""
    line = {"line": 1, "sku": "LAMP", "quantity": units, "value": 400 * units}
    body = {"receipt": number, "location": "WH1", "currency": "EUR/2", "origin": "supplier", "lines": [line]}
    return event(number, "stock.receipt_reported", body)


async def test_reports_are_kept_and_worked_off(api: Api) -> None:
    """What is counted as kept is durable, and becomes part of the book when the worker comes by."""
    done = await api.post("/reports", [receipt("R1"), receipt("R2")])
    assert (done.status_code, done.json()["kept"]) == (202, 2)
    await api.works()
    assert (await api.stock("LAMP"))["on_hand"] == 20
    await api.ties_out()


async def test_a_report_keeps_its_zone_and_its_story(api: Api) -> None:
    """Half past eleven in Berlin is that day there, and still the day before midnight in UTC; correlation goes along."""
    sent = {**receipt("R1"), "zone": "Europe/Berlin"}
    assert (await api.post("/reports", [sent], {"x-correlation-id": "night-shift"})).json()["kept"] == 1
    await api.works()
    (entry,) = (await api.get("/journal/entries")).json()["entries"]
    assert (entry["effective_on"], entry["correlation"]) == ("2026-11-23", "night-shift")


async def test_one_wrong_report_does_not_keep_its_neighbours_out(api: Api) -> None:
    """Every fault of every wrong report is named with its place in the batch; the others are kept."""
    wrong = receipt("R2")
    del wrong["data"]["location"]
    wrong["data"]["lines"][0]["quantity"] = 0
    done = await api.post("/reports", [receipt("R1"), wrong, event("X", "stock.no_such_thing", {}), receipt("R3")])
    assert done.status_code == 202
    found = done.json()
    assert found["kept"] == 2
    assert [(n["place"], n["id"]) for n in found["not_kept"]] == [(1, "R2"), (2, "X")]
    assert [e["pointer"] for e in found["not_kept"][0]["errors"]] == ["/1/data", "/1/data/lines/0/quantity"]
    assert found["not_kept"][1]["errors"][0]["pointer"] == "/2/type"


async def test_a_report_is_kept_once(api: Api) -> None:
    """The same event again is known; the same id with other content waits for a person."""
    await api.post("/reports", [receipt("R1")])
    assert (await api.post("/reports", [receipt("R1")])).json() == {
        "kept": 0,
        "known": 1,
        "conflicting": 0,
        "not_kept": [],
    }
    assert (await api.post("/reports", [receipt("R1", 11)])).json()["conflicting"] == 1


async def test_a_report_is_about_what_it_is_about(api: Api) -> None:
    """A subject that is not the report's own is refused: nobody's message may move another order's family."""
    data = {"order": "W1", "provider": "stripe", "amount": 1440, "reference": "p"}
    done = await api.post("/reports", [event("1", "payments.payment_authorised", data, subject="order/W2")])
    assert done.json()["not_kept"][0]["errors"][0]["pointer"] == "/0/subject"


async def test_facts_and_deadlines_are_not_for_others_to_say(api: Api) -> None:
    """Only reports come in: a fact is decided by the house, a deadline by its own clock."""
    for kind in (
        "stock.goods_received",
        "sales.deadline_passed",
        "payments.capture_payment",
        "entries.manual_entry_approved",
    ):
        done = await api.post("/reports", [event("1", kind, {})])
        assert done.json()["not_kept"][0]["errors"][0]["pointer"] == "/0/type"


async def test_an_integrators_report_moves_an_order(api: Api) -> None:
    """The warehouse's word over the inbox and the shop's over the order's door meet in one family."""
    await api.receives(10)
    await api.post("/orders", order("W1"))
    data = {"order": "W1", "provider": "stripe", "amount": 1440, "reference": "p"}
    await api.post("/reports", [event("1", "payments.payment_authorised", data)])
    await api.works()
    assert (await api.get("/orders/W1")).json()["state"] == "RELEASED"


async def test_a_time_without_a_zone_is_no_moment(api: Api) -> None:
    """A report must say when, to the zone; a zone must be one."""
    no_moment = await api.post("/reports", [{**receipt("R1"), "time": "2026-11-23T23:30:00"}])
    assert no_moment.status_code == 422
    no_zone = await api.post("/reports", [{**receipt("R1"), "zone": "Mars/Base"}])
    assert no_zone.json()["not_kept"][0]["errors"][0]["pointer"] == "/0/zone"


async def test_rules_are_not_for_every_integrator(api: Api) -> None:
    """Who may report goods may not change what may be promised."""
    said = [event("1", "availability.availability_rules_declared", {"rules": {}}), receipt("R1")]
    done = (await api.post("/reports", said, api.by("integrator"))).json()
    assert (done["kept"], done["not_kept"][0]["place"]) == (1, 0)
    assert "availability:write" in done["not_kept"][0]["errors"][0]["detail"]
    assert (await api.post("/reports", said, api.by("operator"))).json()["kept"] == 2

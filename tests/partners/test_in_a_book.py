"""Screening, carriers and a help desk from end to end: the worker, the gate on PostgreSQL, partners over HTTP."""

from collections.abc import Callable

from tallystick.connectors.partner.twin import PartnerSystem
from tallystick.messages.fulfilment import DispatchRefused, DispatchReported
from tallystick.messages.partners.parcels import LabelRequested, Size
from tallystick.messages.partners.screening import Check, ScreeningRuled
from tallystick.messages.payments import CaptureReported, PaymentAuthorised, RefundReported
from tallystick.messages.stock import HeldLine
from tallystick.storage.attention.breaks import Wanted, breaks
from tallystick.storage.partners.cases import cases
from tallystick.storage.partners.held import held_orders
from tallystick.storage.reading.proofs import check_book
from tests.partners.conftest import Office

Make = Callable[[], tuple[PartnerSystem, str]]
CANARY = "Nothing has come to 7 Canary Row"


async def ties_out(office: Office) -> None:
    """The book is proved."""
    assert [p for p in await check_book(office.house.url, office.house.info) if not p.ok] == []


async def paid(office: Office, order: str, units: int = 1) -> None:
    """The money is held."""
    await office.says(f"order/{order}", PaymentAuthorised(order, "stripe", 1440 * units))
    await office.works()


async def test_the_built_in_judge_lets_go_and_doubts(office: Office) -> None:
    """A small order goes by itself; a dear one waits for a person, who sees why, and lets it go."""
    await office.screens(Check("amount", 60, over=3000, currency="EUR/2"))
    await office.orders("A")
    await paid(office, "A")
    assert (await office.state("A"), await office.state("A", "screening")) == ("RELEASED", "PASSED")

    await office.orders("B", 3)
    await paid(office, "B", 3)
    assert (await office.state("B"), await office.state("B", "screening")) == ("WAITING", "REVIEW")
    (held,) = await held_orders(await office.house.connection())
    assert (held.order, held.score, held.by, held.amount) == ("B", 60, "checks", 4320)
    assert held.reasons == ("amount above 3000 EUR/2",)
    await office.says("order/B", ScreeningRuled("B", "accept", "called back"))
    await office.works()
    assert await office.state("B") == "RELEASED"
    connection = await office.house.connection()
    assert (await held_orders(connection), await breaks(connection, Wanted(subject="order/B"))) == ([], [])
    await ties_out(office)


async def test_the_judge_knows_a_customer_again_and_where_goods_go(office: Office) -> None:
    """The first order of a customer scores, the third within a day is refused, and so counts another country."""
    checks = (Check("first_order", 10), Check("velocity", 100, orders=3), Check("country", 50))
    await office.screens(*checks)
    mia = await office.knows("mia", name="Mia")
    away = await office.knows("parcel", name="Mia", country="FR")
    scores = []
    for name in "ABC":
        await office.orders(name, customer=mia)
        scores.append((await office.state(name, "screening"), await office.state(name)))
    assert scores == [("PASSED", "RESERVED"), ("PASSED", "RESERVED"), ("FAILED", "CANCELLED")]
    await office.orders("D", recipient=away)
    assert await office.state("D", "screening") == "REVIEW"
    await ties_out(office)


async def test_a_service_judges_over_the_wire(office: Office, partners: Make) -> None:
    """The order goes to the service with whom it names; its signed word refuses it, and the goods are free again."""
    service, url = partners()
    await office.connects("acme", "partner-screening", (url, {"people": "yes"}, "channel=web"))
    await office.screens()
    mia = await office.knows("mia", name="Mia", email="mia@example.test")
    await office.orders("A", 2, customer=mia)
    await paid(office, "A", 2)
    (asked,) = service.requests.values()
    assert (asked["order"], asked["amount"], asked["people"][mia]["email"]) == ("A", 2880, "mia@example.test")
    assert await office.state("A", "screening") == "HELD"

    said = {"order": "A", "verdict": "reject", "score": 97, "reasons": ["stolen card"], "by": "acme"}
    await office.hears("acme", {"id": "evt_1", "type": "order.screened", "data": said})
    assert (await office.state("A"), await office.state("A", "payment/1")) == ("CANCELLED", "VOIDING")
    sellable = await (await office.house.connection()).fetchval("select sum(sellable) from stock")
    assert int(sellable) == 10
    await ties_out(office)


async def test_a_carrier_books_a_label_and_delivers(office: Office, partners: Make) -> None:
    """The address goes to the carrier only; its number comes back, and with its word the order is complete."""
    carrier, url = partners()
    await office.connects("postman", "partner-carrier", (url, {}, "carrier=postman"))
    where = await office.knows("where", name="Mia", city="Leeds", country="GB")
    await office.orders("A", recipient=where)
    await paid(office, "A")
    await office.says("order/A", LabelRequested("A", "S-1", "postman", Size(900), recipient=where))
    await office.works()
    (asked,) = carrier.requests.values()
    assert (asked["parcel"], asked["size"], asked["people"][where]["city"]) == ("S-1", {"weight_grams": 900}, "Leeds")
    booked = {"order": "A", "parcel": "S-1", "carrier": "postman", "label": "L-1", "tracking": "0034"}
    await office.hears("postman", {"id": "evt_1", "type": "label.booked", "data": booked})
    await office.says("order/A", DispatchReported("A", "S-1", (HeldLine(1, "LAMP", 1),)))
    await office.says("order/A", CaptureReported("A", "stripe", 1440, "ch_1"))
    there = {"order": "A", "parcel": "S-1", "status": "delivered"}
    await office.hears("postman", {"id": "evt_2", "type": "parcel.tracked", "data": there})
    assert (await office.state("A"), await office.state("A", "parcel/S-1")) == ("COMPLETED", "DELIVERED")
    await ties_out(office)


async def test_what_goes_wrong_opens_a_case_and_the_desk_hears_each_step(office: Office, partners: Make) -> None:
    """A parcel is stuck: a case is opened by itself; the desk is told of it and of the arrival; the customer's words stay out of the book."""
    desk, url = partners()
    await office.connects("desk", "partner-helpdesk", (url, {}, "channel=web"))
    await office.orders("A")
    await paid(office, "A")
    await office.says("order/A", DispatchReported("A", "S-1", (HeldLine(1, "LAMP", 1),)))
    await office.works()
    stuck = {"order": "A", "parcel": "S-1", "status": "exception", "reason": "no such street"}
    await office.connects("postman", "partner-carrier", (url, {}, "carrier=postman"))
    await office.hears("postman", {"id": "evt_1", "type": "parcel.tracked", "data": stuck})
    (case,) = await cases(await office.house.connection())
    assert (case.topic, case.order, case.because) == ("parcel", "A", "parcel exception S-1")

    told = {"case": case.case, "from": "mia", "text": CANARY}
    await office.hears("desk", {"id": "evt_2", "type": "case.message", "data": told})
    there = {"order": "A", "parcel": "S-1", "status": "delivered"}
    await office.hears("postman", {"id": "evt_3", "type": "parcel.tracked", "data": there})
    await office.hears("desk", {"id": "evt_4", "type": "case.closed", "data": {"case": case.case, "reason": "arrived"}})
    assert [r["step"] for r in desk.requests.values()] == ["opened", "message", "delivered", "closed"]
    assert await cases(await office.house.connection()) == []
    kept = await (await office.house.connection()).fetch("select body, facts, answer from event")
    assert not any(CANARY.encode() in bytes(value) for row in kept for value in row.values())
    await ties_out(office)


async def test_a_case_of_a_customer_hears_of_its_refund(office: Office, partners: Make) -> None:
    """The customer asks at the desk about an order; the money that goes back is told there, with its amount."""
    desk, url = partners()
    await office.connects("desk", "partner-helpdesk", (url, {"channel": "web"}, "channel=web"))
    await office.orders("A")
    await office.says("order/A", CaptureReported("A", "stripe", 1440, "ch_1"))
    await office.hears(
        "desk", {"id": "evt_1", "type": "case.opened", "data": {"case": "C1", "topic": "payment", "order": "A"}}
    )
    await office.works()
    await office.says("order/A", DispatchRefused("A", "nothing there"))
    await office.works()
    await office.says("order/A", RefundReported("A", 0, "stripe", 1440, "re_1"))
    await office.works()
    steps = [(r["step"], r.get("amount", 0)) for r in desk.requests.values()]
    assert ("refunded", 1440) in steps, steps
    await ties_out(office)

"""Orders of a real Vendure: all of them come in, once, whatever its stamps say."""

import json
from collections.abc import Iterable
from typing import Any

import msgspec
import pytest

from tallystick.connectors.vendure.pages import PLACED, UPDATED, Place, _orders
from tallystick.messages.payments import CaptureReported, PaymentAuthorised, RefundReported, VoidReported
from tallystick.messages.sales import OrderCancellationRequested, OrderLine, OrderPlaced, ServiceLine
from tallystick.ports.connector import Delivery, Report
from tests.counterparts.vendure.buyer import Buyer, buys, variants
from tests.shops.conftest import Web


def all_of(web: Web, since: str = "") -> tuple[list[Delivery], str]:
    """Pull until there is no more."""
    found: list[Delivery] = []
    while True:
        page = web.door.pull(OrderPlaced, since)
        found += page.deliveries
        since = page.cursor
        if not page.more:
            return found, since


def reports(web: Web, deliveries: Iterable[Delivery]) -> list[Report]:
    """Translate, and expect no faults."""
    found = [web.door.parse(d) for d in deliveries]
    assert [f for t in found for f in t.faults] == []
    return [r for t in found for r in t.reports]


def said(web: Web, code: str, kind: type[Any] = object) -> list[Any]:
    """Return what is reported of an order, after pulling everything anew."""
    told = reports(web, [d for d in all_of(web)[0] if d.subject == f"order/{code}"])
    return [r.data for r in told if isinstance(r.data, kind)]


@pytest.fixture(scope="module")
def ids(web: Web) -> dict[str, str]:
    """The shop's variant ids by SKU."""
    return variants(web.admin)


def test_an_order_comes_in_to_the_cent(web: Web, ids: dict[str, str]) -> None:
    """Two lamps and a mug, paid by card: net, tax and what was taken are what the shop says."""
    order = buys(web.shop.url, {ids["LAMP"]: 2, ids["MUG"]: 1})
    placed, taken = said(web, order["code"])
    assert placed == OrderPlaced(
        order=order["code"],
        channel="web",
        location="WH1",
        currency="USD/2",
        provider="web",
        lines=(OrderLine(1, "LAMP", 2, 3980, 398), OrderLine(2, "MUG", 1, 1990, 199)),
        jurisdiction="US",
        services=(ServiceLine(3, "parcel", "shipping", 1, 500, 50),),
        follows_parcels=True,
        already_sold=True,
    )
    assert isinstance(taken, CaptureReported)
    assert taken.amount == order["totalWithTax"] == 3980 + 398 + 1990 + 199 + 550


def test_pulling_twice_from_a_cursor_gives_the_same(web: Web, ids: dict[str, str]) -> None:
    """A pull is repeatable, and an order that has not changed is the same delivery."""
    buys(web.shop.url, {ids["LAMP"]: 1})
    first, cursor = all_of(web)
    again, _ = all_of(web)
    assert {d.id: d.digest for d in first} == {d.id: d.digest for d in again}
    later, _ = all_of(web, cursor)
    assert {d.id for d in later} <= {d.id for d in first}


def test_what_no_stamp_of_the_shop_shows_is_found(web: Web, ids: dict[str, str]) -> None:
    """A payment taken after the last pull moves no stamp of the order: it comes in all the same.

    The broken twin, a cursor over updatedAt alone, misses the order even when it is placed.
    """
    late = Buyer(web.shop.url, "late@example.test").fills({ids["FAN"]: 1})
    _, cursor = all_of(web)
    seen = _newest_stamp(web)
    order = late.pays("card-later")
    twin = {o["code"] for o in _orders(web.door._client, UPDATED, Place(seen))}
    assert order["code"] not in twin
    placed = [d for d in all_of(web, cursor)[0] if d.subject == f"order/{order['code']}"]
    assert {type(r.data) for r in reports(web, placed)} == {OrderPlaced, PaymentAuthorised}

    _, cursor = all_of(web, cursor)
    payment = web.admin("query($i:ID!){order(id:$i){payments{id}}}", i=order["id"])["order"]["payments"][0]["id"]
    web.admin.one("mutation($i:ID!){settlePayment(id:$i){__typename ... on ErrorResult{errorCode message}}}", i=payment)
    settled = [d for d in all_of(web, cursor)[0] if d.subject == f"order/{order['code']}"]
    assert CaptureReported in {type(r.data) for r in reports(web, settled)}


def _newest_stamp(web: Web) -> str:
    """Return the newest updatedAt of anything in the shop, baskets too."""
    asked = "{orders(options:{sort:{updatedAt:DESC},take:1}){items{updatedAt}}}"
    return str(web.admin(asked)["orders"]["items"][0]["updatedAt"])


def test_a_held_payment_is_let_go(web: Web, ids: dict[str, str]) -> None:
    """What the shop cancels at its provider is no longer held."""
    order = buys(web.shop.url, {ids["VASE"]: 1}, "card-later")
    payment = web.admin("query($i:ID!){order(id:$i){payments{id}}}", i=order["id"])["order"]["payments"][0]["id"]
    web.admin.one("mutation($i:ID!){cancelPayment(id:$i){__typename ... on ErrorResult{errorCode message}}}", i=payment)
    assert said(web, order["code"], VoidReported) == [VoidReported(order["code"])]


def test_a_cancelled_order_keeps_what_it_was(web: Web, ids: dict[str, str]) -> None:
    """Vendure empties a cancelled order; the report still says what was ordered, and that it ended."""
    order = buys(web.shop.url, {ids["MUG"]: 3})
    before = said(web, order["code"], OrderPlaced)
    cancel = "mutation($i:CancelOrderInput!){cancelOrder(input:$i){__typename ... on ErrorResult{errorCode message}}}"
    web.admin.one(cancel, i={"orderId": order["id"], "reason": "by phone", "cancelShipping": True})
    (after,) = said(web, order["code"], OrderPlaced)
    assert [after.lines] == [b.lines for b in before]
    assert len(said(web, order["code"], OrderCancellationRequested)) == 1


def test_a_clerks_refund_is_not_taken_for_one_of_ours(web: Web, ids: dict[str, str]) -> None:
    """A refund that the book did not ask for has no number here, so it is not reported as one of the book's."""
    order = buys(web.shop.url, {ids["MUG"]: 1})
    payment = web.admin("query($i:ID!){order(id:$i){payments{id}}}", i=order["id"])["order"]["payments"][0]["id"]
    refund = "mutation($i:RefundOrderInput!){refundOrder(input:$i){__typename ... on ErrorResult{errorCode message}}}"
    told = {"paymentId": payment, "amount": 100, "reason": "goodwill", "lines": [], "shipping": 0, "adjustment": 0}
    web.admin.one(refund, i=told)
    assert said(web, order["code"], RefundReported) == []


def test_many_pages_lose_and_double_nothing(web: Web, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Read three at a time, every order comes, also those of one millisecond."""
    monkeypatch.setattr("tallystick.connectors.vendure.pages.PAGE_SIZE_MAX", 3)
    codes = {buys(web.shop.url, {ids["LAMP"]: 1})["code"] for _ in range(5)}
    found = [d.subject.removeprefix("order/") for d in all_of(web)[0]]
    assert codes <= set(found)
    everything = web.admin("{orders(options:{filter:{orderPlacedAt:{isNull:false}}}){totalItems}}")["orders"][
        "totalItems"
    ]
    assert len(set(found)) == everything


def test_a_field_we_do_not_know_changes_nothing_and_a_missing_one_is_kept(web: Web, ids: dict[str, str]) -> None:
    """Unknown fields stay in the body; an order without what is needed is a fault that names the field."""
    buys(web.shop.url, {ids["LAMP"]: 1})
    delivery = all_of(web)[0][-1]
    body = json.loads(delivery.body)
    body["order"]["loyaltyTier"] = "gold"
    more = msgspec.structs.replace(delivery, body=json.dumps(body).encode())
    assert web.door.parse(more) == web.door.parse(delivery)
    del body["order"]["lines"][0]["orderPlacedQuantity"]
    less = web.door.parse(msgspec.structs.replace(delivery, body=json.dumps(body).encode()))
    assert less.reports == ()
    assert "orderPlacedQuantity" in less.faults[0].reason


def test_only_placed_orders_are_asked_for(web: Web, ids: dict[str, str]) -> None:
    """A basket is nobody's promise: none is pulled."""
    Buyer(web.shop.url, "undecided@example.test").fills({ids["LAMP"]: 1}).leaves()
    assert all(o[PLACED] for o in _orders(web.door._client, UPDATED, Place()))

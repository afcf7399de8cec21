"""What the book decides takes effect in a real Vendure, once, and can be found afterwards."""

from typing import Any

import pytest
from msgspec import Struct

from tallystick.messages.channels import PublishProduct, SetStock, StockAsked, TellShipment
from tallystick.messages.payments import CapturePayment, PayRefund, RefundReported, VoidPayment
from tallystick.messages.sales import CancelOrder, RefuseOrder
from tallystick.messages.statements import CountedUnits
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import Outcome, OutcomeAsked, Rejected
from tests.counterparts.vendure.buyer import buys, counters, variants
from tests.shops.conftest import Web
from tests.shops.test_vendure_orders import all_of, reports

LOOK = (
    "query($i:ID!){order(id:$i){state totalWithTax lines{quantity} payments{id amount state refunds{id total state}}"
    " fulfillments{state trackingCode lines{quantity}}}}"
)
REFUND = "mutation($i:RefundOrderInput!){refundOrder(input:$i){__typename ... on Refund{id} ... on ErrorResult{errorCode message}}}"
SETTLE = "mutation($i:SettleRefundInput!){settleRefund(input:$i){__typename ... on ErrorResult{errorCode message}}}"


@pytest.fixture(scope="module")
def ids(web: Web) -> dict[str, str]:
    """The shop's variant ids by SKU."""
    return variants(web.admin)


def look(web: Web, order: Any) -> Any:
    """Return an order as its clerk sees it."""
    return web.admin(LOOK, i=order["id"])["order"]


def became(web: Web, command: Struct, key: str) -> bool:
    """Ask whether a command took effect."""
    found = web.door.ask(OutcomeAsked(command, key))
    assert isinstance(found, Outcome)
    return found.acknowledgement is not None


def test_a_refused_order_is_cancelled_once(web: Web, ids: dict[str, str]) -> None:
    """The shop ends an order that cannot be kept, shipping too; saying it again changes nothing."""
    order = buys(web.shop.url, {ids["LAMP"]: 2})
    command = RefuseOrder(order["code"], "no stock", (1,))
    assert not became(web, command, "a.0")
    first = web.door.push(command, "a.0")
    assert look(web, order)["state"] == "Cancelled"
    assert look(web, order)["totalWithTax"] == 0
    assert became(web, command, "a.0")
    assert web.door.push(command, "a.0") == first


def test_what_has_left_of_a_cancelled_order_stays(web: Web, ids: dict[str, str]) -> None:
    """One of three has left: the other two are cancelled, and a second push does not cancel the one on its way."""
    order = buys(web.shop.url, {ids["MUG"]: 3})
    shipped = TellShipment("web", order["code"], "S1", (HeldLine(1, "MUG", 1),), "UPS", "1Z-9")
    web.door.push(shipped, "b.0")
    command = CancelOrder(order["code"], "by the customer")
    for _ in range(2):
        web.door.push(command, "b.1")
        assert look(web, order)["lines"] == [{"quantity": 1}]
    assert became(web, command, "b.1")
    assert look(web, order)["fulfillments"] == [
        {"state": "Shipped", "trackingCode": "1Z-9", "lines": [{"quantity": 1}]}
    ]


def test_what_left_untold_is_not_cancelled(web: Web, ids: dict[str, str]) -> None:
    """Two of three left and the shop was told of no parcel: only the one that will not come is taken off, once."""
    order = buys(web.shop.url, {ids["MUG"]: 3})
    command = CancelOrder(order["code"], "a unit was missing", "web", (HeldLine(1, "MUG", 1),))
    for _ in range(2):
        web.door.push(command, "b.2")
        assert look(web, order)["lines"] == [{"quantity": 2}]
    assert look(web, order)["state"] == "PaymentSettled"
    assert became(web, command, "b.2")


def test_a_parcel_is_told_once_and_arrives(web: Web, ids: dict[str, str]) -> None:
    """A parcel is known by its tracking code: told twice it is one, told with other lines it is refused."""
    order = buys(web.shop.url, {ids["FAN"]: 2})
    sent = TellShipment("web", order["code"], "S2", (HeldLine(1, "FAN", 2),), "UPS", "1Z-2")
    assert not became(web, sent, "c.0")
    assert web.door.push(sent, "c.0") == web.door.push(sent, "c.0")
    assert became(web, sent, "c.0")
    arrived = TellShipment("web", order["code"], "S2", (HeldLine(1, "FAN", 2),), "UPS", "1Z-2", is_delivered=True)
    web.door.push(arrived, "c.1")
    assert look(web, order)["state"] == "Delivered"
    with pytest.raises(Rejected, match="other lines"):
        web.door.push(TellShipment("web", order["code"], "S2", (HeldLine(1, "FAN", 1),), "UPS", "1Z-2"), "c.2")


def test_a_refund_is_paid_once_and_comes_back_as_ours(web: Web, ids: dict[str, str]) -> None:
    """The same key pays once; another sum under it is refused; the settled refund bears the book's number."""
    order = buys(web.shop.url, {ids["VASE"]: 1})
    command = PayRefund(order["code"], -1, "web", "USD/2", 900)
    web.door.push(command, "d.0")
    web.door.push(command, "d.0")
    (payment,) = look(web, order)["payments"]
    assert [r["total"] for r in payment["refunds"]] == [900]
    with pytest.raises(Rejected, match="another command"):
        web.door.push(PayRefund(order["code"], -1, "web", "USD/2", 901), "d.0")
    web.admin.one(SETTLE, i={"id": payment["refunds"][0]["id"], "transactionId": "bank-1"})
    told = [r.data for r in reports(web, [d for d in all_of(web)[0] if order["code"] in d.subject])]
    paid = [r for r in told if isinstance(r, RefundReported)]
    assert [(r.number, r.amount) for r in paid] == [(-1, 900)]


def test_a_clerks_refund_counts_for_the_one_we_ask(web: Web, ids: dict[str, str]) -> None:
    """A clerk paid back what the book now asks for: no money moves twice, and the next refund is a new one."""
    order = buys(web.shop.url, {ids["VASE"]: 2})
    (payment,) = look(web, order)["payments"]
    told = {"paymentId": payment["id"], "amount": 700, "reason": "by hand", "lines": [], "shipping": 0, "adjustment": 0}
    made = web.admin.one(REFUND, i=told)
    web.door.push(PayRefund(order["code"], 1, "web", "USD/2", 700), "e.0")
    web.door.push(PayRefund(order["code"], 1, "web", "USD/2", 700), "e.0")
    assert len(look(web, order)["payments"][0]["refunds"]) == 1
    web.door.push(PayRefund(order["code"], 2, "web", "USD/2", 700), "e.1")
    assert len(look(web, order)["payments"][0]["refunds"]) == 2
    web.admin.one(SETTLE, i={"id": made["id"], "transactionId": "bank-2"})
    told_of = [r.data for r in reports(web, [d for d in all_of(web)[0] if order["code"] in d.subject])]
    assert [(r.number, r.amount) for r in told_of if isinstance(r, RefundReported)] == [(1, 700)]


def test_more_than_was_paid_is_never_paid_back(web: Web, ids: dict[str, str]) -> None:
    """Vendure would be asked for no more than its payments have left."""
    order = buys(web.shop.url, {ids["VASE"]: 1})
    with pytest.raises(Rejected, match="cannot be paid back"):
        web.door.push(PayRefund(order["code"], 1, "web", "USD/2", order["totalWithTax"] + 1), "f.0")


def test_held_money_is_taken_whole_or_let_go(web: Web, ids: dict[str, str]) -> None:
    """Vendure takes a payment as a whole: a part is refused, the whole taken once, and what is held can be let go."""
    order = buys(web.shop.url, {ids["MUG"]: 1}, "card-later")
    whole = CapturePayment(order["code"], "web", "USD/2", order["totalWithTax"])
    with pytest.raises(Rejected, match="as a whole"):
        web.door.push(CapturePayment(order["code"], "web", "USD/2", 1), "g.0")
    web.door.push(whole, "g.1")
    web.door.push(whole, "g.1")
    assert became(web, whole, "g.1")
    assert look(web, order)["state"] == "PaymentSettled"
    other = buys(web.shop.url, {ids["MUG"]: 1}, "card-later")
    web.door.push(VoidPayment(other["code"], "web"), "g.2")
    assert look(web, other)["payments"][0]["state"] == "Cancelled"


def test_the_shop_sells_what_it_is_told(web: Web, ids: dict[str, str]) -> None:
    """Whatever the shop counts as allocated, what it may sell is what the book says; an older word changes nothing."""
    buys(web.shop.url, {ids["LAMP"]: 2})
    told = [
        (SetStock("web", "LAMP", 7, 2), "h.0"),
        (SetStock("web", "NEVER", 1, 1), "h.1"),
        (SetStock("web", "MUG", 0, 1), "h.2"),
    ]
    lamp, never, mug = web.door.push_many(told)
    assert isinstance(never, Rejected)
    assert not isinstance(lamp, Exception)
    assert not isinstance(mug, Exception)
    assert free(web, "LAMP") == 7
    assert free(web, "MUG") == 0
    web.door.push(SetStock("web", "LAMP", 3, 1), "h.3")
    shown = web.door.ask(StockAsked("web", ("LAMP", "MUG")))
    assert shown.lines == (CountedUnits("LAMP", 7), CountedUnits("MUG", 0))  # type: ignore[attr-defined]
    web.door.push_many([(SetStock("web", sku, 100, 3), f"h.{sku}") for sku in ("LAMP", "MUG")])


def test_a_product_is_published_once(web: Web) -> None:
    """A new product stands in the shop under its SKU, and a new name or price is taken over."""
    for price in (1200, 1200, 1300):
        command = PublishProduct("web", "TRAY-7", "Tray", "USD/2", price)
        web.door.push(command, f"i.{price}")
        assert became(web, command, f"i.{price}")
    asked = '{productVariants(options:{filter:{sku:{eq:"TRAY-7"}}}){items{price name}}}'
    assert web.admin(asked)["productVariants"]["items"] == [{"price": 1300, "name": "Tray"}]


def free(web: Web, sku: str) -> int:
    """Return what the shop would sell."""
    there, allocated = counters(web.admin, sku)
    return there - allocated

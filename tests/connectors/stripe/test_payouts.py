"""Payouts: each order's part, all of it or nothing, and what belongs to no order waits for a person."""

from typing import Any

import msgspec
import pytest

from tallystick.connectors.stripe.bench import movement
from tallystick.connectors.stripe.connector import Stripe
from tallystick.connectors.stripe.payouts import payout_delivery
from tallystick.connectors.stripe.twin import StripeTwin
from tallystick.kit.twins.server import Twin
from tallystick.messages.payments import SettlementReported
from tallystick.ports.connector import Connection, Translation

KEY = "sk_test"
FEE: dict[str, Any] = {**movement("fee", -25, 0, ""), "type": "stripe_fee", "source": None}


def connection(url: str = "http://127.0.0.1:1", **settings: str) -> Connection:
    """Return one whose payouts reach the account `main`."""
    return Connection(name="stripe", url=url, secret=lambda _: KEY, settings={"bank": "main", **settings})


def translated(movements: list[dict[str, Any]], **payout: Any) -> Translation:
    """Translate a payout of *movements*, with something about it changed."""
    account = StripeTwin(KEY)
    event = account.pay_out("po_1", movements)
    event["data"]["object"].update(payout)
    door = Stripe(connection())
    try:
        return door.parse(payout_delivery("stripe", event, account.transactions["po_1"]))
    finally:
        door.close()


def test_each_order_has_one_part_whatever_it_is_made_of() -> None:
    """Sold and paid back within one payout is one part, net of what went back; a part may be below zero."""
    told = translated(
        [
            movement("1", 1000, 39, "A"),
            movement("2", 500, 25, "B"),
            movement("3", -700, 0, "A"),
            movement("4", -80, 0, "C"),
        ]
    )
    assert [r.data for r in told.reports] == [
        SettlementReported("A", "stripe", "po_1", "main", 300, 39),
        SettlementReported("B", "stripe", "po_1", "main", 500, 25),
        SettlementReported("C", "stripe", "po_1", "main", -80, 0),
    ]
    assert {r.subject for r in told.reports} == {"order/A", "order/B", "order/C"}
    assert len({r.id for r in told.reports}) == 3


def test_what_names_no_order_is_a_letter_of_its_own_and_hides_nothing() -> None:
    """Stripe's own fee is kept with what it said; the orders beside it are settled."""
    told = translated([movement("1", 1000, 39, "A"), FEE])
    assert [r.data for r in told.reports] == [SettlementReported("A", "stripe", "po_1", "main", 1000, 39)]
    (fault,) = told.faults
    assert fault.where == "txn_fee"
    assert b"stripe_fee" in fault.body


@pytest.mark.parametrize("change", [{"exchange_rate": 0.9}, {"currency": "usd"}, {"fee": 38}])
def test_what_cannot_be_believed_of_a_movement_is_not(change: dict[str, Any]) -> None:
    """Exchanged money, another currency, a fee that does not fit the net: a person looks."""
    told = translated([movement("2", 500, 25, "B"), {**movement("1", 1000, 39, "A"), **change}])
    assert [f.where for f in told.faults] == ["txn_1"]
    assert [getattr(r.data, "order", "") for r in told.reports] == ["B"]


def test_a_payout_whose_parts_do_not_come_to_it_is_taken_in_no_part() -> None:
    """A lost page of transactions would settle orders short for ever: the whole waits."""
    told = translated([movement("1", 1000, 39, "A")], amount=960)
    assert told.reports == ()
    assert "961" in told.faults[0].reason


def test_a_payout_is_read_with_all_its_pages() -> None:
    """However many transactions it has; pulled twice it is the same delivery."""
    account = StripeTwin(KEY)
    account.pay_out("po_1", [movement(str(n), 100 + n, 1, f"O-{n}") for n in range(7)])
    with Twin(account.answer) as twin:
        door = Stripe(connection(twin.url))
        (first,), (again,) = (door.pull(SettlementReported, "").deliveries for _ in range(2))
        reports = door.parse(first).reports
        door.close()
    assert first == again
    assert sorted(getattr(r.data, "order", "") for r in reports) == [f"O-{n}" for n in range(7)]
    assert len(msgspec.json.decode(first.body)["transactions"]) == 8

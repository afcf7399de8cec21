"""Money of Shopify's orders: held, taken, paid back and paid out, each once, whoever tells it."""

import json
from typing import Any

import pytest

from tallystick.connectors.shopify.twin.bench import hook_of
from tallystick.connectors.shopify.twin.samples import deal_of, movement, payout_of
from tallystick.messages.payments import (
    CaptureReported,
    PaymentAuthorised,
    RefundFailed,
    RefundReported,
    SettlementReported,
    VoidReported,
)
from tests.connectors.shopify.shopfront import SECRETS, connection, order, paid_out, parsed, said_of, told

MONEY = (PaymentAuthorised, CaptureReported, VoidReported, RefundReported, RefundFailed)


def money(*deals: Any, **more: Any) -> list[Any]:
    """Return what is said of money."""
    found = told(more.pop("said", order()), *deals, **more)
    assert found.faults == ()
    return [r.data for r in found.reports if isinstance(r.data, MONEY)]


def test_what_is_held_is_one_sum() -> None:
    """Two authorisations hold an order together; one let go is no part of it."""
    both = money(deal_of(1, "AUTHORIZATION", "30.00"), deal_of(2, "AUTHORIZATION", "19.38"))
    assert both == [PaymentAuthorised("web-1000", "web", 4938, "1")]
    one = money(
        deal_of(1, "AUTHORIZATION", "30.00"), deal_of(2, "AUTHORIZATION", "19.38"), deal_of(3, "VOID", "0", parent=2)
    )
    assert one == [PaymentAuthorised("web-1000", "web", 3000, "1")]


def test_nothing_held_any_more_is_said() -> None:
    """All that was held was let go."""
    assert money(deal_of(1, "AUTHORIZATION", "49.38"), deal_of(3, "VOID", "0", parent=1)) == [VoidReported("web-1000")]


def test_what_did_not_succeed_says_nothing() -> None:
    """A declined or pending payment is no money."""
    assert (
        money({**deal_of(1, "SALE", "49.38"), "status": "FAILURE"}, {**deal_of(2, "SALE", "1.00"), "status": "PENDING"})
        == []
    )


def test_a_capture_is_the_same_by_webhook_and_by_poll() -> None:
    """Told twice it is one report: it bears the transaction's id."""
    polled = next(r for r in told(order(), deal_of(71, "SALE", "49.38")).reports if isinstance(r.data, CaptureReported))
    said = {"id": 71, "order_id": 1000, "kind": "sale", "status": "success", "amount": "49.38", "currency": "EUR"}
    body = {**said, "gateway": "shopify_payments", "created_at": "2026-03-28T23:30:00+00:00"}
    wired = connection()
    hook = hook_of("order_transactions/create", body, polled.time, (SECRETS["hook"], "w1"))
    from tallystick.connectors.shopify.deliveries import hook_deliveries
    from tallystick.connectors.shopify.setup import setup_of

    (delivery,) = hook_deliveries(hook, SECRETS["hook"], setup_of(wired))
    assert parsed(delivery, wired).reports == (polled,)


def refund(note: str | None, *statuses: str) -> Any:
    """Return a refund of 9.00 for each status."""
    made = [
        {"id": n, "kind": "refund", "status": s, "amount": "9.00", "currency": "EUR", "gateway": "shopify_payments"}
        for n, s in enumerate(statuses)
    ]
    return {"id": 5, "order_id": 1000, "created_at": "2026-04-01T10:00:00Z", "note": note, "transactions": made}


MARK = "[tally 7.0 0123abcd 2]"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (refund(MARK, "success"), [RefundReported("web-1000", 2, "web", 900, "refund-5")]),
        (refund(MARK, "success", "success"), [RefundReported("web-1000", 2, "web", 1800, "refund-5")]),
        (refund(MARK, "success", "pending"), []),
        (refund(MARK, "failure"), [RefundFailed("web-1000", 2, "the provider could not pay it back")]),
        (refund("a gesture", "success"), []),
        (refund(None, "success"), []),
        (refund(MARK), []),
    ],
    ids=["paid", "in-two-parts", "under-way", "failed", "a-clerks", "a-clerks-without-words", "of-no-money"],
)
def test_a_refund_of_ours_is_known_by_its_mark(said: Any, expected: list[Any]) -> None:
    """It is told when all of its parts are done; a clerk's has no number and says nothing."""
    assert money(said=order(refunds=[said])) == expected


def test_a_clerks_refund_counts_as_the_one_it_was_claimed_for() -> None:
    """The claim stands in our note on the order; what somebody else writes there claims nothing."""
    claim = {"key": "k1", "value": json.dumps({"mark": MARK, "what": "PayRefund", "refund": "5"})}
    strange = {"key": "k2", "value": "no note of ours"}
    found = money(said=order(refunds=[refund("a gesture", "success")]), notes=(claim, strange))
    assert found == [RefundReported("web-1000", 2, "web", 900, "refund-5")]


def parts(amount: str, *movements: Any, **currencies: str) -> Any:
    """Return a payout with its movements; orders are paid in euros, unless it is said."""
    known = {"1": "EUR", "2": "EUR", **{name.removeprefix("n"): value for name, value in currencies.items()}}
    return {"payout": payout_of(501, "2026-03-29", amount), "transactions": list(movements), "currencies": known}


def test_each_order_has_one_part_of_a_payout() -> None:
    """Sold and paid back within one payout is one part; a part may be below zero; the payout's own line is none."""
    found = paid_out(
        parts(
            "14.00",
            movement(1, 1, ("20.00", "1.00", "19.00")),
            movement(2, 1, ("-2.00", "0.00", "-2.00")),
            movement(3, 2, ("-3.00", "0.00", "-3.00")),
            movement(9, None, ("-14.00", "0.00", "-14.00"), type="payout"),
        )
    )
    assert said_of(found, SettlementReported) == [
        SettlementReported("web-1", "web", "501", "main", 1800, 100),
        SettlementReported("web-2", "web", "501", "main", -300, 0),
    ]


def test_what_belongs_to_no_order_is_a_letter_of_its_own_and_hides_nothing() -> None:
    """A dispute's fee waits for a person; the order beside it is settled."""
    found = paid_out(
        parts(
            "4.00", movement(1, 1, ("20.00", "1.00", "19.00")), movement(2, None, ("-15", "0", "-15"), type="dispute")
        )
    )
    assert [f.where for f in found.faults] == ["2"]
    assert [getattr(r.data, "order", "") for r in found.reports] == ["web-1"]

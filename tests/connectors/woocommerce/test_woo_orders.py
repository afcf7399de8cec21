"""WooCommerce's orders as the book takes them: to the cent, once they are orders, or not at all."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tallystick.connectors.woocommerce import faults as names
from tallystick.connectors.woocommerce import translate
from tallystick.connectors.woocommerce.connector import WooShop
from tallystick.connectors.woocommerce.deliveries import SIGNATURE, hook_deliveries
from tallystick.connectors.woocommerce.faults import QUARANTINED
from tallystick.connectors.woocommerce.setup import setup_of
from tallystick.connectors.woocommerce.twin.bench import NOW, hook_of
from tallystick.connectors.woocommerce.twin.samples import refund_of, stamp
from tallystick.messages.payments import CaptureReported, RefundReported, VoidReported
from tallystick.messages.sales import (
    OrderCancellationRequested,
    OrderLineCancellationRequested,
    OrderPlaced,
    ServiceLine,
)
from tallystick.ports.connector import Hook, HookRefused, Translation
from tests.conftest import shared_data
from tests.connectors.woocommerce.woofront import SECRETS, connection, order, parsed, said_of, told, with_line

MARK = "[tally 7.0 0123abcd 2]"


def one_placed(said: Any, **settings: Any) -> OrderPlaced:
    """Return the one order that is placed."""
    (found,) = said_of(told(said, **settings), OrderPlaced)
    assert isinstance(found, OrderPlaced)
    return found


@pytest.mark.parametrize("status", ["pending", "failed", "checkout-draft", "trash"])
def test_a_basket_is_no_order(status: str) -> None:
    """Nobody has paid, and the shop lets it go by itself; once it was paid, it is an order whatever it is called."""
    assert told(order(status=status, date_paid_gmt=None)) == Translation()
    assert one_placed(order(status=status)).order == "web-100"


@pytest.mark.parametrize("status", ["on-hold", "processing", "completed", "a-plugins-own"])
def test_what_a_buyer_has_ordered_is_placed(status: str) -> None:
    """Also what waits for a bank transfer, and in a status that a plugin has made."""
    found = told(order(status=status, date_paid_gmt=None))
    assert len(said_of(found, OrderPlaced)) == 1
    assert said_of(found, CaptureReported) == []


def test_it_is_paid_its_total_once() -> None:
    """By who takes the money of its method, under the gateway's own number."""
    found = said_of(told(order(), providers="stripe=cards,bacs=bank"), CaptureReported)
    assert found == [CaptureReported("web-100", "cards", 4928, "tx-100")]


@pytest.mark.parametrize(
    ("changed", "ends", "voids"),
    [
        ({"status": "cancelled"}, 1, 0),
        ({"status": "cancelled", "date_paid_gmt": None}, 1, 1),
        ({"status": "refunded"}, 1, 0),
        ({"status": "refunded", "date_completed_gmt": "2026-03-30T10:00:00"}, 0, 0),
        ({"status": "completed"}, 0, 0),
    ],
    ids=["cancelled", "never-paid", "paid-back-unsent", "paid-back-sent", "sent"],
)
def test_an_order_ends_where_nothing_will_leave_any_more(changed: Any, ends: int, voids: int) -> None:
    """One that was sent and paid back has left; one that was never paid holds no money."""
    found = told(order(**changed))
    assert len(said_of(found, OrderCancellationRequested)) == ends
    assert len(said_of(found, VoidReported)) == voids


@pytest.mark.parametrize(
    ("refund", "changed", "expected"),
    [
        (refund_of(5, 1001, 2), {}, [(1, 2)]),
        (refund_of(5, 1001, 0), {}, []),
        (refund_of(5, 1001, 1, MARK), {}, []),
        (refund_of(5, 1001, 1), {"date_completed_gmt": "2026-04-01T09:59:59"}, []),
        (refund_of(5, 1001, 1), {"date_completed_gmt": "2026-04-01T10:00:01"}, [(1, 1)]),
    ],
    ids=["before", "money-only", "ours", "after", "then-sent"],
)
def test_units_paid_back_before_they_left_are_not_wanted(refund: Any, changed: Any, expected: list[Any]) -> None:
    """What is paid back after the order was completed comes back by the warehouse's word, if at all."""
    found = said_of(told(order(**changed), refund), OrderLineCancellationRequested)
    assert [(x.line, x.quantity) for x in found] == expected


def test_a_webhook_says_nothing_of_lines_taken_off() -> None:
    """It tells refunds in short; their lines come with the poll, and nothing is guessed from a missing list."""
    short = [{"id": 5, "reason": "", "total": "-9.00"}]
    assert said_of(told(order(refunds=short)), OrderLineCancellationRequested) == []


def test_a_refund_of_ours_is_known_by_its_mark_and_a_clerks_by_our_claim() -> None:
    """WooCommerce keeps no refund that its gateway has refused: what is there is paid."""
    assert said_of(told(order(), refund_of(5, 0, 0, MARK)), RefundReported) == [
        RefundReported("web-100", 2, "web", 900, "refund-5")
    ]
    assert said_of(told(order(), refund_of(5, 0, 0, "a gesture")), RefundReported) == []
    claim = {"key": "_tally_refund_1", "value": json.dumps({"refund": "5", "mark": MARK})}
    strange = {"key": "_tally_refund_2", "value": "nobody's"}
    claimed = told(order(meta_data=[claim, strange]), refund_of(5, 0, 0, "a gesture"))
    assert said_of(claimed, RefundReported) == [RefundReported("web-100", 2, "web", 900, "refund-5")]


def test_rounding_of_a_cent_a_line_is_a_service_of_its_own() -> None:
    """A shop that rounds taxes once for an order is off its lines; the customer owes what the total says."""
    found = one_placed(order(total="49.30"))
    assert found.services[-1] == ServiceLine(4, "rounding", "rounding", 1, 2)


def test_store_credit_is_a_fee_below_zero() -> None:
    """It lowers what is owed."""
    credit = {"id": 7, "name": "Store credit", "total": "-10.00", "total_tax": "0.00"}
    assert one_placed(order(total="39.28", fee_lines=[credit])).services[-1] == ServiceLine(4, "fee", "fees", 1, -1000)


def test_an_order_with_more_missing_is_taken_only_by_a_careless_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: without the bound on rounding, a plugin's fee would be called rounding."""
    said = order(total="59.28")
    assert told(said).faults
    monkeypatch.setattr(translate, "abs", lambda _: 0, raising=False)
    assert one_placed(said).services[-1].net == 1000


def hooked(topic: str, said: Any) -> Translation:
    """Translate what a webhook says."""
    wired = connection()
    hook = hook_of(topic, {**said, "date_modified_gmt": stamp(NOW)}, NOW, (SECRETS["hook"], "d1"))
    (delivery,) = hook_deliveries(hook, SECRETS["hook"], setup_of(wired))
    return parsed(delivery, wired)


CASES: list[tuple[str, Callable[[], Translation]]] = [
    (names.UNREADABLE, lambda: told(with_line(order(), total="10.001"))),
    (names.UNREADABLE, lambda: told(order(currency="euro"))),
    (names.UNREADABLE, lambda: told(with_line(order(), quantity=1.5))),
    (names.NO_SKU, lambda: told(with_line(order(), sku=""))),
    (names.NO_SKU, lambda: told(with_line(order(), sku=None))),
    (names.NO_GOODS, lambda: told(order(line_items=[], total="5.50"))),
    (names.OTHER_TOTAL, lambda: told(order(total="49.32"))),
    (names.STRANGE_LINE, lambda: told(with_line(order(), quantity=0))),
    (names.STRANGE_LINE, lambda: told(with_line(order(), total="-1.00"))),
    (names.STRANGE_REFUND, lambda: told(order(), refund_of(5, 404, 1))),
    (names.TOO_MANY, lambda: told(order(), *[refund_of(n, 0, 0) for n in range(100)])),
    (names.TOPIC, lambda: hooked("product.updated", {"id": 1})),
]


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{n}-{name}" for n, (name, _) in enumerate(CASES)])
def test_it_waits_under_its_name(name: str, case: Callable[[], Translation]) -> None:
    """Nothing of it is guessed: no report, one letter with a remedy, and what came is in it."""
    found = case()
    assert found.reports == ()
    (fault,) = found.faults
    assert fault.reason.startswith(f"{name}: ")
    assert fault.remedy
    assert fault.body


def test_every_name_has_a_case_and_every_case_a_name() -> None:
    """A kind of letter that nobody tried, or that the list does not have, is a defect."""
    assert {name for name, _ in CASES} == set(QUARANTINED)
    assert WooShop.manifest.quarantined == QUARANTINED


def fresh(topic: str = "order.updated", number: str = "d1", **changed: Any) -> Hook:
    """Return a webhook that comes now."""
    return hook_of(topic, order(**{"date_modified_gmt": stamp(NOW), **changed}), NOW, (SECRETS["hook"], number))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (fresh(date_modified_gmt=stamp(NOW - timedelta(hours=2))), "more than 3600 s"),
        (fresh(date_modified_gmt=stamp(NOW + timedelta(hours=2))), "more than 3600 s"),
        (fresh(date_modified_gmt=None), "when it happened"),
        (fresh(topic=""), "topic"),
        (fresh(number=""), "delivery-id"),
        (Hook({}, b"webhook_id=3", NOW), "signature"),
        (Hook({**fresh().headers, SIGNATURE: "ü"}, fresh().body, NOW), "signature"),
    ],
    ids=["old", "early", "no-moment", "no-topic", "no-id", "the-first-ping", "nonsense"],
)
def test_what_cannot_be_believed_is_refused(said: Hook, words: str) -> None:
    """With the reason; nothing of it is kept. The ping of a new webhook bears no signature."""
    with pytest.raises(HookRefused, match=words):
        hook_deliveries(said, SECRETS["hook"], setup_of(connection()))


def test_a_guest_is_known_by_his_address_and_told_by_a_reference() -> None:
    """The delivery can be found and erased by person; the report has the pseudonym alone."""
    hook = hook_of("order.updated", order(customer_id=0, date_modified_gmt=stamp(NOW)), NOW, (SECRETS["hook"], "d1"))
    (delivery,) = hook_deliveries(hook, SECRETS["hook"], setup_of(connection()))
    assert delivery.person == "ada@example.test"
    assert "ada@" not in str(parsed(delivery, connection()).reports)


def _published() -> list[tuple[str, Any]]:
    """Every JSON answer in the published pages of the REST API, with the resource its page is about."""
    folder = shared_data().parent / "samples" / "woocommerce-docs"
    pages = sorted(folder.glob("*.md"))
    if not pages:
        pytest.skip("needs the published pages woocommerce-docs, which lie beside a full checkout")
    return [(page.stem, one) for page in pages for one in _answers(page)]


def _answers(page: Path) -> list[Any]:
    found = []
    for block in re.findall(r"```json\n(.*?)```", page.read_text(), re.DOTALL):
        try:
            told_there = json.loads(block)
        except ValueError:
            continue  # The pages shorten some answers with an ellipsis.
        found += told_there if isinstance(told_there, list) else [told_there]
    return [one for one in found if isinstance(one, dict)]


def test_every_published_answer_is_taken_or_waits_under_a_name() -> None:
    """As webhooks of their resource: refunds beside an order are read, and everything else waits under a name."""
    found = _published()
    assert len(found) > 20
    refunds = [one for page, one in found if page == "_order-refunds" and "amount" in one]
    assert refunds
    for refund in refunds:
        lines = [with_id(line) for line in refund["line_items"]]
        said = told(order(line_items=lines, total="0.00", shipping_lines=[]), refund)
        assert {f.reason.partition(": ")[0] for f in said.faults} <= set(QUARANTINED), said.faults
    for page, one in found:
        waits = hooked(f"{page.strip('_')}.updated", one)
        assert {f.reason.partition(": ")[0] for f in waits.faults} == {names.TOPIC}, page


def with_id(line: Any) -> Any:
    """Return the order's line that a refunded one stands for."""
    return {**line, "quantity": 1, "total": "0.00", "total_tax": "0.00", "sku": line.get("sku") or "SKU"}

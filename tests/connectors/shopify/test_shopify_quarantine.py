"""What waits for a person: each by a name on the list, each name with a case, and every published sample on one side."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tallystick.connectors.shopify import faults as names
from tallystick.connectors.shopify.connector import ShopifyShop
from tallystick.connectors.shopify.deliveries import hook_deliveries, order_delivery, payout_delivery
from tallystick.connectors.shopify.faults import QUARANTINED
from tallystick.connectors.shopify.setup import setup_of
from tallystick.connectors.shopify.twin.bench import NOW, hook_of
from tallystick.connectors.shopify.twin.samples import deal_of, movement, payout_of, stamp
from tallystick.messages.sales import OrderPlaced
from tallystick.ports.connector import Translation
from tests.conftest import shared_data
from tests.connectors.shopify.shopfront import SECRETS, connection, order, paid_out, parsed, plain, told, with_line

CHARGE = ("20.00", "1.00", "19.00")


def hooked(topic: str, said: Any) -> Translation:
    """Translate what a webhook says."""
    wired = connection()
    hook = hook_of(topic, {**said, "updated_at": stamp(NOW)}, NOW, (SECRETS["hook"], "w1"))
    (delivery,) = hook_deliveries(hook, SECRETS["hook"], setup_of(wired))
    return parsed(delivery, wired)


def edited(*additions: Any) -> Translation:
    """Translate an edit."""
    made = {"id": 1, "order_id": 1000, "created_at": stamp(NOW), "line_items": {"additions": list(additions)}}
    return hooked("orders/edited", {"order_edit": made})


def moved(one: Any, currency: str = "EUR", amount: str = "19.00") -> Translation:
    """Translate a payout of one movement, for an order paid in a currency."""
    return paid_out(
        {"payout": payout_of(5, "2026-03-29", amount), "transactions": [one], "currencies": {"1": currency}}
    )


CASES: list[tuple[str, Callable[[], Translation]]] = [
    (names.UNREADABLE, lambda: told(with_line(plain(), price="10.001"))),
    (names.UNREADABLE, lambda: told(with_line(plain(), price="ten"))),
    (names.UNREADABLE, lambda: told(plain(presentment_currency="dollars", currency="dollars"))),
    (names.NO_SKU, lambda: told(with_line(plain(), sku=None))),
    (names.NO_SKU, lambda: told(with_line(plain(), sku=""))),
    (names.GIFT_CARD, lambda: told(with_line(plain(), gift_card=True))),
    (names.NO_GOODS, lambda: told(with_line(plain(), requires_shipping=False))),
    (names.TWO_PROVIDERS, lambda: told(plain(payment_gateway_names=["a", "b"]), providers="a=x,b=y")),
    (names.OTHER_TOTAL, lambda: told(plain(total_price="11.00"))),
    (names.POS, lambda: told(plain(source_name="pos"))),
    (names.ADDED, lambda: edited({"id": 7, "delta": 1})),
    (names.NO_CURRENCY, lambda: told(order(total_price_set=None))),
    (names.NO_CURRENCY, lambda: told(plain(presentment_currency="EUR"))),
    (names.STRANGE_LINE, lambda: told(with_line(plain(), discount_allocations=[{"amount": "11.00"}]))),
    (names.STRANGE_LINE, lambda: told(with_line(plain(), quantity=-1))),
    (names.STRANGE_PARCEL, lambda: told(plain(fulfillments=[{"id": 1, "status": "success", "created_at": stamp(NOW), "line_items": [{"id": 404, "quantity": 1}]}]))),
    (names.TOO_MANY, lambda: told(plain(), *[deal_of(n, "SALE", "0.10") for n in range(100)])),
    (names.TOPIC, lambda: hooked("disputes/create", {"id": 1})),
    (names.OTHER_PAYOUT, lambda: moved(movement(1, 1, CHARGE), amount="18.00")),
    (names.NO_ORDER, lambda: moved(movement(1, None, CHARGE))),
    (names.CONVERTED, lambda: moved(movement(1, 1, CHARGE), currency="USD")),
    (names.CONVERTED, lambda: moved(movement(1, 404, CHARGE))),
    (names.STRANGE_MOVEMENT, lambda: moved(movement(1, 1, CHARGE, test=True))),
    (names.STRANGE_MOVEMENT, lambda: moved(movement(1, 1, ("20.00", "2.00", "19.00")))),
]  # fmt: skip


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
    assert ShopifyShop.manifest.quarantined == QUARANTINED


def test_an_edit_that_only_takes_off_says_nothing_of_its_own() -> None:
    """What it left is told with the order."""
    assert edited() == Translation()


@pytest.mark.parametrize("topic", ["fulfillments/create", "inventory_levels/update"])
def test_what_is_told_otherwise_is_kept_and_says_nothing(topic: str) -> None:
    """A parcel is read with its order; stock is asked for."""
    assert hooked(topic, {"id": 1, "order_id": 1000}) == Translation()


HELD_ONLY = ("shopify-py/transactions.json", "shopify-go/transaction.json")
"""Samples that are taken and say nothing: money that is held is told by the order's own list."""


def samples() -> list[Path]:
    """The published messages, where they are; else the test is left out."""
    folder = shared_data().parent / "samples"
    found = sorted(p for name in ("shopify-go", "shopify-py") for p in (folder / name).glob("*.json"))
    if not found:
        pytest.skip("needs the published messages shopify-go and shopify-py, which lie beside a full checkout")
    return found


def _pieces(sample: Path) -> list[Translation]:
    """Feed a sample in as Shopify would: by the door of its kind, which is the name it was published under."""
    said, what = json.loads(sample.read_text()), sample.stem
    if isinstance(said, dict) and len(said) == 1:
        ((what, said),) = said.items()
    return [_piece(what.rstrip("s"), one) for one in (said if isinstance(said, list) else [said])]


def _piece(kind: str, one: Any) -> Translation:
    wired = connection(test_orders="yes")
    setup = setup_of(wired)
    if kind == "payout":
        return parsed(payout_delivery({"payout": one, "transactions": [], "currencies": {}}, setup), wired)
    if kind == "order":
        return parsed(order_delivery(one, {}, setup), wired)
    topic = {"transaction": "order_transactions"}.get(kind, f"{kind}s")
    return hooked(f"{topic}/create", one if isinstance(one, dict) else {"value": one})


def test_every_published_sample_is_taken_or_waits_under_a_name() -> None:
    """Messages others published (MIT), none of them committed: what is quarantined is on the list, the rest is known."""
    silent = [f"{name}.json" for name in ("fulfillment", "inventory_level", "inventory_levels")]
    for sample in samples():
        name = f"{sample.parent.name}/{sample.name}"
        for piece in _pieces(sample):
            waits = {f.reason.partition(": ")[0] for f in piece.faults}
            assert waits <= set(QUARANTINED), (name, piece.faults)
            assert waits or piece.reports or name in HELD_ONLY or sample.name in silent, name


def test_a_published_order_is_taken_once_its_lines_have_skus() -> None:
    """An order as it was published: its total is what we read of it, discounts and shipping included."""
    (sample,) = [s for s in samples() if s.parent.name == "shopify-go" and s.name == "order.json"]
    said = json.loads(sample.read_text())["order"]
    assert _piece("order", said).faults[0].reason.startswith(names.NO_SKU)
    for number, line in enumerate(said["line_items"]):
        line["sku"] = f"SKU-{number}"
    found = _piece("order", said)
    (placed,) = [r.data for r in found.reports if isinstance(r.data, OrderPlaced)]
    goods, beside = (sum(x.net + x.tax for x in lines) for lines in (placed.lines, placed.services))
    assert (goods, beside) == (0, 1000)
    assert found.faults == ()

"""A payout of Shopify Payments, to each order's part in it. Pure; what belongs to no order waits for a person."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.shopify.faults import (
    CONVERTED,
    NO_ORDER,
    OTHER_PAYOUT,
    STRANGE_MOVEMENT,
    UNREADABLE,
    Unclear,
)
from tallystick.connectors.shopify.setup import Setup
from tallystick.connectors.shopify.wire import BalanceTransaction, Payout, encode
from tallystick.kit.currencies import minor_of
from tallystick.kit.quarantine import fault_of, within_limits
from tallystick.messages.payments import SettlementReported
from tallystick.model.amount import AmountError
from tallystick.ports.connector import Delivery, Fault, Report, Translation

PAYOUT: Final = "payout"
SHOPIFY_PAYMENTS: Final = "shopify_payments"
_REMEDY: Final = "book it by hand (`tally entry`), or by a statement; then drop this letter"
_NOON: Final = time(12)
"""A payout names its day only."""


class Parts(Struct, frozen=True):
    """A payout, all that moved the balance for it, and in what each order of it was paid, by its id."""

    payout: Payout
    transactions: tuple[BalanceTransaction, ...]
    currencies: Mapping[str, str]


def settled(delivery: Delivery, body: Any, setup: Setup) -> Translation:
    """Return each order's part of a payout, and a fault for each movement that is no order's.

    Raises `Unclear` or `msgspec.ValidationError` where the payout as a whole cannot be believed.
    """
    told = msgspec.convert(body.said, Parts)
    movements = [t for t in told.transactions if t.type != PAYOUT]
    _refuse_other_total(told.payout, movements)
    sums: dict[str, tuple[int, int]] = {}
    faults = []
    for one in movements:
        try:
            order, gross, fee = _part(one, told, setup)
        except AmountError as wrong:
            faults.append(_fault(delivery, one, f"{UNREADABLE}: {wrong}"))
            continue
        except Unclear as unclear:
            faults.append(_fault(delivery, one, str(unclear)))
            continue
        before = sums.get(order, (0, 0))
        sums[order] = (before[0] + gross, before[1] + fee)
    return Translation(tuple(_report(name, part, told.payout, setup) for name, part in sums.items()), tuple(faults))


def _refuse_other_total(payout: Payout, movements: Sequence[BalanceTransaction]) -> None:
    total = sum(minor_of(t.net, payout.currency) for t in movements)
    wanted = minor_of(payout.amount, payout.currency)
    if total != wanted:
        raise Unclear(OTHER_PAYOUT, f"amount of {payout.id} is {wanted}, and its transactions come to {total}")


def _part(one: BalanceTransaction, told: Parts, setup: Setup) -> tuple[str, int, int]:
    """Return a movement's order, gross and fee."""
    currency = told.payout.currency
    if one.source_order_id is None:
        raise Unclear(NO_ORDER, one.type)
    if one.test:
        raise Unclear(STRANGE_MOVEMENT, "test")
    paid_in = told.currencies.get(str(one.source_order_id), "")
    if one.currency != currency or paid_in != currency:
        detail = f"order {one.source_order_id} in {paid_in or 'no known currency'}, paid out in {currency}"
        raise Unclear(CONVERTED, detail)
    gross, fee, net = (minor_of(x, currency) for x in (one.amount, one.fee, one.net))
    if gross - fee != net:
        raise Unclear(STRANGE_MOVEMENT, f"amount {gross} less fee {fee} is not net {net}")
    return setup.order(one.source_order_id), gross, fee


def _report(order: str, part: tuple[int, int], payout: Payout, setup: Setup) -> Report:
    data = SettlementReported(order, setup.provider(SHOPIFY_PAYMENTS), str(payout.id), setup.bank, *part)
    at = datetime.combine(payout.date, _NOON, setup.zone)
    name = f"payout/{payout.id}/{order}"
    zone = str(setup.zone)
    return Report(
        id=name, subject=f"order/{order}", data=within_limits(data), time=at.astimezone(UTC), on=payout.date, zone=zone
    )


def _fault(delivery: Delivery, one: BalanceTransaction, reason: str) -> Fault:
    whole = fault_of(delivery, reason, _REMEDY)
    return replace(whole, id=f"{delivery.id}/{one.id}", where=str(one.id), body=encode(one))

"""Financial events: what Amazon took from a buyer for a shipment, and what it paid back. Pure."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct

from tallystick.connectors.amazon.faults import OTHER_CURRENCY, STRANGE_LINE, Unclear
from tallystick.connectors.amazon.setup import Setup
from tallystick.connectors.amazon.wire import PAID_BACK, SHIPMENTS, Currency, Event, encode
from tallystick.kit.currencies import minor_of
from tallystick.messages.marketplaces.reports import MarketplaceRefundReported
from tallystick.messages.payments import CaptureReported

Said = tuple[str, Struct, datetime]
"""What a report is known as within its order, what it says, and when that was."""
_DIGEST_LENGTH: Final = 12


def moved(event: Event, name: str, setup: Setup) -> Iterator[Said]:
    """Say what an event of the list *name* moved, tax included: fees and withheld tax are told by the settlement."""
    amount = sum(_amounts(event))
    order, mark = setup.order(event.amazon_order_id), hashlib.sha256(encode(event)).hexdigest()[:_DIGEST_LENGTH]
    if name == SHIPMENTS and amount > 0:
        yield f"taken/{mark}", CaptureReported(order, setup.name, amount, f"shipment-{mark}"), event.posted_date
    elif name in PAID_BACK and amount < 0:
        reference = f"{PAID_BACK[name]}-{mark}"
        yield f"paid-back/{mark}", MarketplaceRefundReported(order, setup.name, -amount, reference), event.posted_date
    elif amount:
        raise Unclear(STRANGE_LINE, f"{name} of {event.amazon_order_id} comes to {amount}")


def _amounts(event: Event) -> Iterator[int]:
    said = [c.charge_amount for c in (*(event.order_charge_list or ()), *(event.order_charge_adjustment_list or ()))]
    for x in (*(event.shipment_item_list or ()), *(event.shipment_item_adjustment_list or ())):
        said += [c.charge_amount for c in (*(x.item_charge_list or ()), *(x.item_charge_adjustment_list or ()))]
        said += [p.promotion_amount for p in (*(x.promotion_list or ()), *(x.promotion_adjustment_list or ()))]
    yield from _minor(s for s in said if s is not None)


def _minor(said: Iterable[Currency]) -> Iterator[int]:
    currency = ""
    for one in said:
        currency = currency or one.currency_code
        if one.currency_code != currency:
            raise Unclear(OTHER_CURRENCY, f"{one.currency_code} beside {currency}")
        yield minor_of(one.currency_amount, currency)

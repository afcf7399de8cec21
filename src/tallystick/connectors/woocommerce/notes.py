"""Our notes on an order, in its meta data, which customers do not see. WooCommerce keeps one note under a name: each has its own."""

import hashlib
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from tallystick.connectors.woocommerce.wire import Order

NOTE, PARCEL, CLAIM = "_tally_key_", "_tally_parcel_", "_tally_refund_"
"""How the names of notes begin: about a command's key, a parcel, and a clerk's refund that counts as ours."""
_LENGTH: Final = 16


def note_of(begin: str, name: str, value: Any) -> dict[str, str]:
    """Return a note under a name of its own: text as it is, anything else as JSON."""
    said = value if isinstance(value, str) else msgspec.json.encode(value, order="sorted").decode()
    return {"key": begin + hashlib.sha256(name.encode()).hexdigest()[:_LENGTH], "value": said}


def texts_in(order: Order, begin: str) -> list[str]:
    """Return what our notes of one kind say."""
    return [str(m.value) for m in order.meta_data if m.key.startswith(begin)]


def told_in(order: Order, begin: str) -> Iterator[dict[str, Any]]:
    """Return what our notes of one kind say as JSON; what somebody else wrote under our names is none."""
    for said in texts_in(order, begin):
        try:
            yield msgspec.json.decode(said, type=dict[str, Any])
        except msgspec.DecodeError:
            continue


def claims_in(order: Order) -> dict[str, str]:
    """Return the marks of ours that clerks' refunds count for, by the refund's id."""
    return {str(told.get("refund")): str(told.get("mark")) for told in told_in(order, CLAIM)}

"""What the processes of a family hold: stock, the other side of what the stock rows say; and the rules of promises."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from tallystick.decisions.promises.turns import Claim
from tallystick.decisions.rulebook import EMPTY, Rulebook
from tallystick.processes.family import Family, data_of
from tallystick.processes.members import RULES, SOURCING, TRANSFER
from tallystick.processes.orders.order_data import OrderData
from tallystick.processes.promises.reservation_steps import ReservationData
from tallystick.processes.stocking.transfer_data import TransferData

WAITS: Final = frozenset({"RANKED", "RESERVED", "WAITING", "SHIPPED_AHEAD"})
"""States of an order in which goods that come may be its turn."""

LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""The place of an order that has waited since before places were kept."""


class Held(NamedTuple):
    """Units of a product at a location: `held` ones are reserved, `owed` ones are promised without being there."""

    sku: str
    location: str
    held: int
    owed: int


def held_by(family: Family) -> Iterator[Held]:
    """Say what the order and the reservations of *family* hold, or its transfer, line by line."""
    if TRANSFER in family:
        transfer: TransferData = data_of(family, TRANSFER)
        yield from (Held(x.sku, transfer.source, x.held, 0) for x in transfer.lines)
    for name in family:
        if name != "order" and not name.startswith("reservation/"):
            continue
        data = data_of(family, name)
        if isinstance(data, OrderData | ReservationData):
            if isinstance(data, OrderData) and data.places:
                for place in data.places:
                    yield from (Held(x.sku, place.location, x.held, x.owed) for x in place.lines)
                continue
            location = data.location
            lines = data.kept_lines() if isinstance(data, OrderData) else data.lines
            for x in lines:
                yield Held(x.sku, location, x.held, x.owed)


def claims_of(subject: str, family: Family) -> list[Claim]:
    """Say what the order of *family* waits for, product by product; nothing where it is owed nothing, or is sent already."""
    member = family.get("order")
    data = data_of(family, "order") if member is not None and member.state in WAITS else None
    if not isinstance(data, OrderData) or not data.owed:
        return []
    units: dict[str, int] = {}
    for x in data.lines:
        if x.owed:
            units[x.sku] = units.get(x.sku, 0) + x.owed
    place, since = data.location, data.since or LONG_AGO
    return [Claim(subject, (sku, place), n, data.channel, since, data.turn_at) for sku, n in units.items()]


def rulebook_of(family: Family) -> Rulebook:
    """Return the rules of what may be promised, and from where, as their family keeps them; none where it is not born."""
    data = data_of(family, RULES) if RULES in family else None
    policy = data_of(family, SOURCING) if SOURCING in family else None
    if data is None and policy is None:
        return EMPTY
    return Rulebook(data.versions if data else (), policy.versions if policy else ())

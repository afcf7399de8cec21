"""What the processes of a family hold: stock, the other side of what the stock rows say; and the rules of promises."""

from collections.abc import Iterator
from typing import NamedTuple

from tallystick.decisions.rulebook import EMPTY, Rulebook
from tallystick.processes.family import Family, data_of
from tallystick.processes.members import RULES
from tallystick.processes.orders.order_data import OrderData
from tallystick.processes.promises.reservation_steps import ReservationData


class Held(NamedTuple):
    """Units of a product at a location: `held` ones are reserved, `owed` ones are promised without being there."""

    sku: str
    location: str
    held: int
    owed: int


def held_by(family: Family) -> Iterator[Held]:
    """Say what the order and the reservations of *family* hold, line by line."""
    for name in family:
        if name != "order" and not name.startswith("reservation/"):
            continue
        data = data_of(family, name)
        if isinstance(data, OrderData | ReservationData):
            location = data.location
            lines = data.kept_lines() if isinstance(data, OrderData) else data.lines
            for x in lines:
                yield Held(x.sku, location, x.held, x.owed)


def rulebook_of(family: Family) -> Rulebook:
    """Return the rules of what may be promised as their family keeps them; none were ever set where it is not born."""
    data = data_of(family, RULES) if RULES in family else None
    return Rulebook(data.versions) if data is not None else EMPTY

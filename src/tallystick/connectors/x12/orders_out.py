"""A warehouse shipping order (940) out of the command to ship."""

from collections.abc import Iterator

from tallystick.connectors.x12.elements import Partner
from tallystick.connectors.x12.writing import Elements
from tallystick.messages.fulfilment import ShipOrder

FUNCTIONAL = "OW"


def order_940(command: ShipOrder, partner: Partner) -> tuple[str, list[Elements]]:
    """Return the set. Each line says in LX and in N9*LI which line of the order it is: the 945 names it again."""
    return "940", list(_segments(command, partner))


def _segments(command: ShipOrder, partner: Partner) -> Iterator[Elements]:
    yield ("W05", "N", command.order)
    yield ("N1", "WH", "", "92", command.location)
    if command.recipient:
        yield ("N1", "ST", "", "92", command.recipient)
    for line in command.lines:
        yield ("LX", str(line.line))
        yield ("W01", str(line.quantity), "EA", "", partner.product, line.sku)
        yield ("N9", "LI", str(line.line))
    yield ("W76", str(sum(line.quantity for line in command.lines)))

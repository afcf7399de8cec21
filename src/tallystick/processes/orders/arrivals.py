"""The decisions of an order whose parcels arrive: its channel hears of each, and with the last one it is complete.

Arriving moves nothing in the book: control passes, and revenue is earned, when the goods leave (IFRS 15.38).
"""

from tallystick.decisions.view import View
from tallystick.messages.channels import TellShipment
from tallystick.messages.partners.parcels import GoodsArrived
from tallystick.processes.orders.order_data import OrderData
from tallystick.processes.table import Decision, Ignored, Row, Step, Unexpected


def arrived(data: OrderData, step: Step, view: View) -> Decision:
    """A parcel arrived; more of the order is still under way."""
    told: GoodsArrived = step.data
    if not data.follows_parcels:
        return Decision("some", data)
    command = TellShipment(
        data.channel, data.order, told.shipment, told.lines, told.carrier, told.tracking, is_delivered=True
    )
    return Decision("some", data, commands=(command,))


def arrived_of_all(data: OrderData, step: Step, view: View) -> Decision:
    """A parcel of an order arrived of which nothing is open any more; of several locations, one does not know of the others'."""
    decision = arrived(data, step, view)
    if not step.data.is_all or data.places:
        return decision
    return Decision("all", data, commands=decision.commands)


def rows(under_way: tuple[str, ...], ends: tuple[str, str]) -> tuple[Row, ...]:
    """Return the rows of the states in which something is open, and of those in which nothing is."""
    shipped, completed = ends
    return (
        *(Row(s, GoodsArrived, arrived, "some", s, (TellShipment,), moves=False) for s in under_way),
        Row(shipped, GoodsArrived, arrived_of_all, "some", shipped, (TellShipment,), moves=False),
        Row(shipped, GoodsArrived, arrived_of_all, "all", completed, (TellShipment,)),
    )


def others(never: tuple[str, ...], ended: tuple[str, ...]) -> tuple[Ignored | Unexpected, ...]:
    """Say what an arrival means where nothing should have left, and where an order has seen nothing leave that could arrive."""
    defect = "something arrived that the order never saw leave: report this as a defect"
    return (
        Ignored(ended, GoodsArrived, "nothing of it should have left: its breaks say so already"),
        Unexpected(never, GoodsArrived, defect),
    )

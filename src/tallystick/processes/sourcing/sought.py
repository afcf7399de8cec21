"""What is sought for an order: when it is placed, and of what is left of it."""

from collections.abc import Mapping

from tallystick.decisions.availability import Question
from tallystick.decisions.reservation import Place as Wanting
from tallystick.decisions.reservation import Room, room_now
from tallystick.decisions.sourcing.atlas import NO_PRODUCT
from tallystick.decisions.view import View
from tallystick.messages.sales import OrderPlaced
from tallystick.messages.sourcing.decided import Sought
from tallystick.messages.stock import HeldLine
from tallystick.processes.orders.order_data import OrderData


def sought_of(placed: OrderPlaced) -> Sought:
    """Return what a new order seeks: all of it."""
    lines = tuple([HeldLine(x.line, x.sku, x.quantity) for x in placed.lines])
    return Sought(placed.channel, lines, sum([x.net + x.tax for x in placed.lines]), placed.area)


def sought_again(data: OrderData) -> Sought:
    """Return what a parked order seeks: all that is open of it."""
    value = sum(x.net + x.tax for x in data.lines if x.open)
    return Sought(data.channel, data.open_lines(), value, data.area, "placing", data.refused)


class Shelves:
    """What may be promised to a channel now, location by location, by all rules of promises."""

    def __init__(self, wanting: Wanting, view: View) -> None:
        """Look at *view* for who is *wanting*, and change nothing in it."""
        self._wanting, self._view = wanting, view

    def room(self, sku: str, location: str) -> Room:
        """Return what may be reserved of a product at a location."""
        channel, at = self._wanting.channel, self._wanting.at
        terms = self._view.rules(at).terms(channel, sku, location)
        return room_now(self._view.layer(sku, location), terms, Question(channel, at.date()))

    def units(self, sku: str, location: str) -> int:
        """See `decisions.sourcing.choice.Shelves`."""
        return self.room(sku, location).hold

    def work(self, location: str) -> Mapping[str, int]:
        """See `decisions.sourcing.choice.Shelves`."""
        return self._view.layer(NO_PRODUCT, location).plans.work

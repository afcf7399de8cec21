"""Carriers and the packers who ask them for labels; parcels on their way, late, stuck, lost, there, and back."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.partners.parcels import (
    BookLabel,
    LabelBooked,
    LabelCancellationRequested,
    LabelRefused,
    LabelRequested,
    LabelVoided,
    ParcelStatus,
    ParcelTracked,
    VoidLabel,
)
from tallystick.messages.returns import LossClaimed
from tallystick.processes.family import data_of
from tallystick.simulator.invariants import StepCheck
from tallystick.simulator.weather import DAY, HOUR, MINUTE
from tallystick.simulator.world import World

_BEGINS: Final[tuple[tuple[ParcelStatus, ...], ...]] = ((), ("collected",), ("collected", "in_transit"))
_GOES_ON: Final[tuple[tuple[ParcelStatus, ...], ...]] = ((), (), ("in_transit",), ("exception",))
STATES: dict[str, str] = {"collected": "ON_ITS_WAY", "in_transit": "ON_ITS_WAY", "exception": "STUCK"}


class Carrier:
    """All carriers; `true` is what they did with each parcel (order and name): when, and which status."""

    def __init__(self, world: World) -> None:
        """Live in *world*."""
        self.world = world
        self.done: dict[str, Struct] = {}
        self.true: dict[tuple[str, str], list[tuple[datetime, ParcelStatus]]] = {}
        self.made = 0

    def take(self, key: str, command: Struct) -> None:
        """Book or cancel a label, once."""
        if key in self.done:
            return
        self.done[key] = command
        if isinstance(command, BookLabel):
            self._books(command)
        elif isinstance(command, VoidLabel):
            self._voids(command)

    def _books(self, command: BookLabel) -> None:
        """Book, refuse, refuse and book all the same, or say nothing; now and then cancel it unasked."""
        order, parcel, draw = command.order, command.parcel, self.world.chance.random()
        self.made += 1
        booked = LabelBooked(order, parcel, command.carrier, f"L{self.made}", f"T{self.made}")
        if draw < 0.80:
            self._say_later(order, booked, (MINUTE, HOUR)[int(draw * 1000) % 2])
            if self.world.happens(0.2):
                self._say_later(order, booked, 5 * HOUR)
        elif draw < 0.92:
            self._say(order, LabelRefused(order, parcel, "too heavy"))
            if self.world.happens(0.4):
                self._say_later(order, LabelRequested(order, parcel, "haulier"), 2 * HOUR)
            if self.world.happens(0.2):
                self._say_later(order, booked, 3 * HOUR)
        if self.world.happens(0.05):
            self._say_later(order, LabelVoided(order, parcel), 4 * HOUR)

    def _voids(self, command: VoidLabel) -> None:
        """Cancel, refuse to, or say nothing."""
        order, parcel, draw = command.order, command.parcel, self.world.chance.random()
        if draw < 0.6:
            self._say_later(order, LabelVoided(order, parcel), 2 * HOUR)
        elif draw < 0.85:
            self._say(order, LabelRefused(order, parcel, "collected"))
        if self.world.happens(0.3):
            self._say_later(order, LabelRequested(order, parcel, "haulier"), 2 * DAY)

    def leaves(self, left: DispatchReported) -> None:
        """A parcel is packed: with a label of ours or not; then it is on its way."""
        if self.world.happens(0.6):
            self._labelled(left.order, left.shipment)
        if self.world.happens(0.15):
            self._labelled(left.order, f"{left.shipment}x")
            if self.world.happens(0.3):
                self._travels(left.order, f"{left.shipment}x")  # the label was torn off, and stuck on another box
            elif self.world.happens(0.3):
                seconds = self.world.between(MINUTE, (5 * MINUTE, 5 * HOUR)[self.world.happens(0.5)])
                self.world.after(seconds, partial(self._is, left.order, f"{left.shipment}x", "returned"))
        if self.world.happens(0.08):
            booked = LabelBooked(left.order, f"{left.shipment}y", "other", "L", "T")
            self._say(left.order, booked)
        if self.world.happens(0.85):
            self._travels(left.order, left.shipment)
        if self.world.happens(0.08):
            self.world.after(self.world.between(DAY, 9 * DAY), partial(self._is_missed, left))
        if self.world.happens(0.08):
            self._say(left.order, LabelRequested(left.order, f"{left.shipment}r", "postman", rma="R"))
            self._travels(left.order, f"{left.shipment}r")

    def _is_missed(self, left: DispatchReported) -> None:
        """Whatever the carrier says: the customer has nothing, and customer service accepts it."""
        if self.world.book.loaded.families[f"order/{left.order}"]["order"].state in {"SHIPPED", "COMPLETED"}:
            lines = (replace(left.lines[0], quantity=1),)
            self._say(left.order, LossClaimed(left.order, f"L-{left.shipment}", lines))

    def _labelled(self, order: str, parcel: str) -> None:
        self._say(order, LabelRequested(order, parcel, "postman"))
        if self.world.happens(0.5):
            unwanted = LabelCancellationRequested(order, parcel, "packed anew")
            self._say_later(order, unwanted, (MINUTE, 5 * HOUR, 4 * DAY)[int(self.world.chance.random() * 3)])

    def _travels(self, order: str, parcel: str) -> None:
        """Say where it is, one thing after another, each at its own time."""
        happens, chance = self.world.happens, self.world.chance
        way: list[ParcelStatus] = [*_BEGINS[int(chance.random() * len(_BEGINS))]]
        if happens(0.3):
            way.append("exception")
            way.extend(_GOES_ON[int(chance.random() * len(_GOES_ON))])
        if happens(0.7):
            way.append("delivered")
        if happens(0.18):
            way.append("returned")
        seconds = self.world.between(0, 2 * MINUTE if happens(0.4) else 3 * HOUR)
        for status in way:
            self.world.after(seconds, partial(self._is, order, parcel, status))
            seconds += self.world.between(2 * MINUTE, (HOUR, DAY)[int(chance.random() * 2)])

    def _is(self, order: str, parcel: str, status: ParcelStatus) -> None:
        now = self.world.moment()
        self.true.setdefault((order, parcel), []).append((now, status))
        self._say(order, ParcelTracked(order, parcel, status, "postman", "T", "as it is"))

    def _say(self, order: str, data: Struct) -> None:
        self.world.send("carrier", f"order/{order}", data)

    def _say_later(self, order: str, data: Struct, most: float) -> None:
        say: Callable[[], None] = partial(self._say, order, data)
        self.world.after(self.world.between(MINUTE, MINUTE + most), say)


def check_parcels(check: StepCheck, carrier: Carrier) -> None:
    """Each parcel is where its carrier has it, and an order is complete only where all that left of it has arrived."""
    families = check.book.loaded.families
    for (order, parcel), way in carrier.true.items():
        member = families[f"order/{order}"].get(f"parcel/{parcel}")
        state = member.state if member else "none"
        if state != _expected(way):
            check.found("parcel_off", f"{order}: parcel {parcel} is {state}, truly {way[-1][1]}")
    for subject, family in families.items():
        if "order" in family and family["order"].state == "COMPLETED":
            left = data_of(family, "fulfilment/1").shipments
            order = subject.partition("/")[2]
            missing = [s for s in left if not _arrived(carrier.true.get((order, s), []))]
            if missing:
                check.found("complete_off", f"{order} is complete, and {missing} have not arrived")


def _expected(way: list[tuple[datetime, ParcelStatus]]) -> str:
    statuses = [status for _, status in way]
    if "returned" in statuses:
        return "RETURNED"
    return "DELIVERED" if "delivered" in statuses else STATES[statuses[-1]]


def _arrived(way: list[tuple[datetime, ParcelStatus]]) -> bool:
    return any(status == "delivered" for _, status in way)

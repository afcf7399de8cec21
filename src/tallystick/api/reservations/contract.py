"""The contract of reservations."""

from typing import Any

from msgspec import Struct

from tallystick.api.contract import BUSY, Capability, Given, Handler, Operation
from tallystick.api.orders.contract import ENTERING
from tallystick.api.problems import CHANGED, ENDED, KNOWN, OUT_OF_STOCK, TOO_EARLY, Kind
from tallystick.api.reservations import handlers as do
from tallystick.api.reservations.shapes import (
    ConfirmationWanted,
    ExtensionWanted,
    ReleaseWanted,
    ReservationMoved,
    ReservationShown,
    ReservationWanted,
    ReservationWhere,
    TransferWanted,
)
from tallystick.messages.catalogue import Lifecycle

_AT = "/orders/{order}/reservations/{reservation}"


class _Moving(Struct):
    """What differs between the operations that move a reservation."""

    id: str
    about: str
    does: Handler
    takes: Any
    problems: tuple[Kind, ...] = ()


def _moving(path: str, what: _Moving) -> Operation:
    return Operation(
        id=what.id,
        method="POST",
        path=_AT + path,
        about=what.about,
        scope="reservations:write",
        does=what.does,
        where=ReservationWhere,
        takes=what.takes,
        gives=(Given(200, "done", ReservationMoved, ("Idempotent-Replayed",)),),
        problems=(*ENTERING, TOO_EARLY, ENDED, CHANGED, *what.problems),
        has_key=True,
        has_precondition=True,
    )


RESERVATIONS = Capability(
    name="reservations",
    owner="inventory control",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="Units held for a while for an order that may follow under the same number.",
    quota=BUSY,
    operations=(
        Operation(
            id="place_reservation",
            method="POST",
            path=_AT,
            about="Hold units: all lines or none, or what is there on request. They are free again when the time is over.",
            scope="reservations:write",
            does=do.place_reservation,
            where=ReservationWhere,
            takes=ReservationWanted,
            gives=(Given(201, "held", ReservationMoved, ("Idempotent-Replayed",)),),
            problems=(*ENTERING, OUT_OF_STOCK, KNOWN, ENDED),
            has_key=True,
        ),
        Operation(
            id="show_reservation",
            method="GET",
            path=_AT,
            about="What is held, where, and until when.",
            scope="reservations:read",
            does=do.show_reservation,
            where=ReservationWhere,
            gives=(Given(200, "as it stands now", ReservationShown, ("ETag",)),),
        ),
        _moving(
            "/confirmation",
            _Moving(
                "confirm_reservation", "Make it firm: it no longer expires.", do.confirm_reservation, ConfirmationWanted
            ),
        ),
        _moving(
            "/extension", _Moving("extend_reservation", "Hold it for longer.", do.extend_reservation, ExtensionWanted)
        ),
        _moving("/release", _Moving("release_reservation", "Let the units go.", do.release_reservation, ReleaseWanted)),
        _moving(
            "/transfer",
            _Moving(
                "transfer_reservation",
                "Hold the same units elsewhere or for another channel; where that cannot be, all stays as it is.",
                do.transfer_reservation,
                TransferWanted,
                (OUT_OF_STOCK,),
            ),
        ),
    ),
)

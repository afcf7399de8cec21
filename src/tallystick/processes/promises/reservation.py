"""The reservation: units held for a while, confirmed, moved, let go, or taken over by the order of the same family."""

from tallystick.messages.reservations import (
    HeldTaken,
    OfferHeld,
    ReservationConfirmed,
    ReservationExtended,
    ReservationReleased,
    ReservationRequested,
    ReservationTransferRequested,
)
from tallystick.messages.sales import DeadlinePassed, OrderPlaced
from tallystick.processes.promises import reservation_steps as steps
from tallystick.processes.promises.reservation_steps import ReservationData
from tallystick.processes.table import NEW, Early, Ignored, Process, Row, Unexpected

HELD, CONFIRMED, USED = "HELD", "CONFIRMED", "USED"
REFUSED, RELEASED, EXPIRED = "REFUSED", "RELEASED", "EXPIRED"
_LIMIT = "reservation_days_max"


def _offers(*states: str) -> tuple[Row, ...]:
    """An order that names a reservation is placed through it, whatever became of it; the order takes what is held."""
    return tuple(Row(s, OrderPlaced, steps.offer, "offered", s, (OfferHeld,), moves=False) for s in states)


# fmt: off
ROWS = (
    #   in state   on message                    decide             outcome        to state   within
    Row(NEW,       ReservationRequested,         steps.hold,        "held",        HELD,      within=_LIMIT),
    Row(NEW,       ReservationRequested,         steps.hold,        "refused",     REFUSED),

    Row(HELD,      ReservationConfirmed,         steps.confirm,     "confirmed",   CONFIRMED),
    Row(HELD,      ReservationExtended,          steps.extend,      "extended",    HELD,      within=_LIMIT),
    Row(HELD,      ReservationReleased,          steps.let_go,      "released",    RELEASED),
    Row(HELD,      ReservationTransferRequested, steps.transfer,    "transferred", HELD,      moves=False),
    Row(HELD,      ReservationTransferRequested, steps.transfer,    "refused",     HELD,      moves=False),
    Row(HELD,      DeadlinePassed,               steps.expire,      "expired",     EXPIRED),
    Row(HELD,      HeldTaken,                    steps.handed_over, "used",        USED),

    Row(CONFIRMED, ReservationReleased,          steps.let_go,      "released",    RELEASED),
    Row(CONFIRMED, ReservationTransferRequested, steps.transfer,    "transferred", CONFIRMED),
    Row(CONFIRMED, ReservationTransferRequested, steps.transfer,    "refused",     CONFIRMED, moves=False),
    Row(CONFIRMED, HeldTaken,                    steps.handed_over, "used",        USED),

    *_offers(NEW, HELD, CONFIRMED, USED, REFUSED, RELEASED, EXPIRED),
)
_ENDED = (USED, REFUSED, RELEASED, EXPIRED)
OTHERS = (
    Ignored((HELD, CONFIRMED, *_ENDED), ReservationRequested, "the reservation is known; another one needs another name"),
    Early((NEW,), ReservationConfirmed, "the reservation itself has not come yet"),
    Early((NEW,), ReservationExtended, "the reservation itself has not come yet"),
    Early((NEW,), ReservationReleased, "the reservation itself has not come yet"),
    Early((NEW,), ReservationTransferRequested, "the reservation itself has not come yet"),
    Ignored((CONFIRMED, *_ENDED), ReservationConfirmed, "it is firm already, or holds nothing any more"),
    Ignored((CONFIRMED, *_ENDED), ReservationExtended, "it does not expire, or holds nothing any more"),
    Ignored(_ENDED, ReservationReleased, "it holds nothing any more"),
    Ignored(_ENDED, ReservationTransferRequested, "it holds nothing any more"),
    Ignored((CONFIRMED, *_ENDED), DeadlinePassed, "it does not expire any more"),
    Unexpected((NEW, *_ENDED), HeldTaken, "an order takes what is not held: report this as a defect"),
    Unexpected((NEW,), DeadlinePassed, "a deadline of a reservation that does not exist: report this as a defect"),
)
# fmt: on
RESERVATION = Process("reservation", ReservationData, ROWS, OTHERS)

"""The transfer: requested, released, on its way, closed."""

from typing import Final

from msgspec import Struct

from tallystick.messages.availability import InboundAnnounced
from tallystick.messages.sales import DeadlinePassed
from tallystick.messages.stocking.transfers import (
    ExpectTransfer,
    RecallTransfer,
    ShipTransfer,
    TransferCancelled,
    TransferClosed,
    TransferDispatchReported,
    TransferLossReported,
    TransferReceiptReported,
    TransferReleased,
    TransferRequested,
)
from tallystick.processes.members import TRANSFER as MEMBER
from tallystick.processes.repeats import again
from tallystick.processes.stocking.transfer_data import TransferData
from tallystick.processes.stocking.transfer_moves import dispatch, lose, receive
from tallystick.processes.stocking.transfer_steps import cancel, close, overdue, release, request
from tallystick.processes.table import NEW, Decide, Early, Ignored, Other, Process, Row

REQUESTED, RELEASED, IN_TRANSIT = "REQUESTED", "RELEASED", "IN_TRANSIT"
CLOSED, CANCELLED = "CLOSED", "CANCELLED"
STANDING = (REQUESTED, RELEASED, IN_TRANSIT, CLOSED, CANCELLED)
_STATE: Final = {
    "planned": REQUESTED, "waits": RELEASED, "moving": IN_TRANSIT, "closed": CLOSED, "cancelled": CANCELLED,
}  # fmt: skip
_EXPECTS = (InboundAnnounced,)
_TELLS: Final[dict[type[Struct], tuple[type[Struct], ...]]] = {
    TransferDispatchReported: (*_EXPECTS, ExpectTransfer),
    TransferReceiptReported: _EXPECTS,
    TransferLossReported: _EXPECTS,
}
_UNTIL = "transfer_hours_max"


def _rows(state: str, message: type[Struct], decide: Decide, *stages: str) -> tuple[Row, ...]:
    """Return the rows of what happened to goods: to which state it leads is how far the transfer is then.

    A dispatch in part gives the source new time for the rest; an arrival does not.
    """
    sends = message is TransferDispatchReported
    return tuple(
        Row(
            state,
            message,
            decide,
            stage,
            _STATE[stage],
            _TELLS[message],
            _UNTIL if sends and stage == "waits" else None,
            moves=sends or _STATE[stage] != state,
        )
        for stage in stages
    )


# fmt: off
ROWS = (
    #   in state    on message         decide   outcome      to state    tells                       within
    Row(NEW,        TransferRequested, request, "requested", REQUESTED),
    *again(TransferRequested, request, *STANDING),
    Row(REQUESTED,  TransferReleased,  release, "released",  RELEASED,   (*_EXPECTS, ShipTransfer),  _UNTIL),
    Row(REQUESTED,  TransferReleased,  release, "short",     REQUESTED),
    # Goods had begun to leave before anybody said so.
    Row(RELEASED,   TransferReleased,  release, "released",  RELEASED,   (*_EXPECTS, ShipTransfer),  _UNTIL),
    Row(RELEASED,   TransferReleased,  release, "short",     RELEASED,   moves=False),
    Row(RELEASED,   TransferReleased,  release, "repeated",  RELEASED,   moves=False),
    Row(REQUESTED,  TransferCancelled, cancel,  "cancelled", CANCELLED),
    Row(REQUESTED,  TransferCancelled, cancel,  "closed",    CLOSED),
    Row(RELEASED,   TransferCancelled, cancel,  "cancelled", CANCELLED,  (*_EXPECTS, RecallTransfer)),
    Row(RELEASED,   TransferCancelled, cancel,  "moving",    IN_TRANSIT, (*_EXPECTS, RecallTransfer)),
    Row(RELEASED,   TransferCancelled, cancel,  "closed",    CLOSED,     (*_EXPECTS, RecallTransfer)),
    Row(RELEASED,   DeadlinePassed,    overdue, "told",      RELEASED),

    *_rows(REQUESTED,  TransferDispatchReported, dispatch, "waits", "moving", "closed", "cancelled"),
    *_rows(RELEASED,   TransferDispatchReported, dispatch, "waits", "moving", "closed", "cancelled"),
    *_rows(IN_TRANSIT, TransferDispatchReported, dispatch, "moving"),
    # What leaves after all has left.
    *_rows(CLOSED,     TransferDispatchReported, dispatch, "moving", "closed"),
    *_rows(CANCELLED,  TransferDispatchReported, dispatch, "moving", "cancelled"),
    *again(TransferDispatchReported, dispatch, *STANDING[1:]),

    *_rows(REQUESTED,  TransferReceiptReported, receive, "planned"),
    *_rows(RELEASED,   TransferReceiptReported, receive, "waits"),
    *_rows(IN_TRANSIT, TransferReceiptReported, receive, "moving", "closed"),
    *_rows(CLOSED,     TransferReceiptReported, receive, "closed"),
    *_rows(CANCELLED,  TransferReceiptReported, receive, "closed", "cancelled"),
    *again(TransferReceiptReported, receive, *STANDING),

    *_rows(REQUESTED,  TransferLossReported, lose, "planned"),
    *_rows(RELEASED,   TransferLossReported, lose, "waits"),
    *_rows(IN_TRANSIT, TransferLossReported, lose, "moving", "closed"),
    *_rows(CLOSED,     TransferLossReported, lose, "closed"),
    *_rows(CANCELLED,  TransferLossReported, lose, "cancelled"),
    *again(TransferLossReported, lose, *STANDING),

    Row(REQUESTED,  TransferClosed, close, "cancelled", CANCELLED),
    Row(REQUESTED,  TransferClosed, close, "closed",    CLOSED),
    Row(RELEASED,   TransferClosed, close, "cancelled", CANCELLED, (*_EXPECTS, RecallTransfer)),
    Row(RELEASED,   TransferClosed, close, "closed",    CLOSED,    (*_EXPECTS, RecallTransfer)),
    Row(IN_TRANSIT, TransferClosed, close, "closed",    CLOSED,    _EXPECTS),
)
OTHERS: tuple[Other, ...] = (
    *(
        Early((NEW,), message, "the request has not come yet")
        for message in (
            TransferReleased, TransferCancelled, TransferDispatchReported, TransferReceiptReported,
            TransferLossReported, TransferClosed,
        )
    ),
    Ignored((IN_TRANSIT, CLOSED, CANCELLED), TransferReleased, "it has left, or is not wanted any more"),
    Ignored((IN_TRANSIT, CLOSED, CANCELLED), TransferCancelled, "it has left, or is not wanted any more"),
    Ignored((CLOSED, CANCELLED), TransferClosed, "nothing of it is in transit"),
    Ignored((NEW, REQUESTED, IN_TRANSIT, CLOSED, CANCELLED), DeadlinePassed, "it has left, or is not to leave"),
)
# fmt: on
TRANSFER = Process(MEMBER, TransferData, ROWS, OTHERS)

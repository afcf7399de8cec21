"""The return under a policy: authorised, labelled, received, inspected and refunded; or closed, for nothing came or was taken."""

from tallystick.messages.returning.reports import (
    ReturnCancelled,
    ReturnInspected,
    ReturnLabelled,
    ReturnRefundApproved,
    ReturnRefurbished,
)
from tallystick.messages.returning.tells import (
    HoldReturned,
    LapseReturn,
    ParcelArrived,
    ReturnAllowed,
    ReturnedHeld,
    ReturnRefused,
    ReturnSettledUp,
    SettleReturn,
)
from tallystick.messages.sales import DeadlinePassed
from tallystick.processes.repeats import again
from tallystick.processes.returning import rma_steps as do
from tallystick.processes.returning.rma_data import RmaData
from tallystick.processes.table import NEW, Early, Ignored, Process, Row, Unexpected

REFUSED, AUTHORISED, LABELLED = "REFUSED", "AUTHORISED", "LABELLED"
RECEIVED, AWAITING, PARTLY = "RECEIVED", "AWAITING", "PARTLY"
REFUNDED, CLOSED, CLAIMED = "REFUNDED", "CLOSED", "CLAIMED"
BORN = (REFUSED, AUTHORISED, LABELLED, RECEIVED, AWAITING, PARTLY, REFUNDED, CLOSED, CLAIMED)
MOVED = (RECEIVED, AWAITING, PARTLY, REFUNDED, CLAIMED)
"""States in which it is too late for the customer to keep the goods."""
SEEN = (*MOVED, CLOSED, REFUSED)
"""States in which goods may have been looked at, or somebody says so."""
UNSEEN = (AUTHORISED, LABELLED)
WAITS_FOR_GOODS, TO_INSPECT, TO_APPROVE = "send_back_days_max", "inspection_days_max", "approval_days_max"

# fmt: off
ROWS = (
    #   in state    on message            decide            outcome       to state    tells           within
    Row(NEW,        ReturnAllowed,        do.allow,         "authorised", AUTHORISED, (),             WAITS_FOR_GOODS),
    Row(NEW,        ReturnRefused,        do.refuse,        "refused",    REFUSED),

    Row(AUTHORISED, ReturnLabelled,       do.label,         "labelled",   LABELLED,   (),             WAITS_FOR_GOODS),
    Row(LABELLED,   ReturnLabelled,       do.label,         "labelled",   LABELLED,   (),             WAITS_FOR_GOODS),
    Row(AUTHORISED, ReturnCancelled,      do.cancel,        "cancelled",  CLOSED,     (LapseReturn,)),
    Row(AUTHORISED, ReturnCancelled,      do.cancel,        "too_late",   AUTHORISED, moves=False),
    Row(LABELLED,   ReturnCancelled,      do.cancel,        "cancelled",  CLOSED,     (LapseReturn,)),
    Row(LABELLED,   ReturnCancelled,      do.cancel,        "too_late",   LABELLED,   moves=False),
    *(Row(s, ReturnCancelled, do.too_late, "too_late", s, moves=False) for s in MOVED),

    # Goods that are here are here, whatever was said of them.
    *(Row(s, ParcelArrived, do.arrive, "arrived", RECEIVED, (HoldReturned,), moves=s != RECEIVED) for s in BORN),
    Row(RECEIVED,   ReturnedHeld,         do.held,          "received",   RECEIVED,   (),             TO_INSPECT),
    Row(RECEIVED,   ReturnedHeld,         do.held,          "awaiting",   AWAITING,   (),             TO_APPROVE),

    Row(RECEIVED,   ReturnInspected,      do.inspect,       "sorted",     RECEIVED,   (SettleReturn,), moves=False),
    Row(AWAITING,   ReturnInspected,      do.inspect,       "sorted",     RECEIVED,   (SettleReturn,)),
    *(Row(s, ReturnInspected, do.inspect, "nothing_there", s, moves=False) for s in SEEN),
    *again(ReturnInspected, do.inspect, *SEEN),
    Row(RECEIVED,   ReturnSettledUp,      do.settled_up,    "received",   RECEIVED,   (),             TO_INSPECT),
    Row(RECEIVED,   ReturnSettledUp,      do.settled_up,    "awaiting",   AWAITING,   (),             TO_APPROVE),
    Row(RECEIVED,   ReturnSettledUp,      do.settled_up,    "partly",     PARTLY,     (),             WAITS_FOR_GOODS),
    Row(RECEIVED,   ReturnSettledUp,      do.settled_up,    "refunded",   REFUNDED),
    Row(RECEIVED,   ReturnSettledUp,      do.settled_up,    "rejected",   CLOSED),
    Row(RECEIVED,   ReturnSettledUp,      do.settled_up,    "charged",    CLOSED,     (LapseReturn,)),
    Row(RECEIVED,   ReturnSettledUp,      do.settled_up,    "claimed",    CLAIMED),
    Row(AWAITING,   ReturnRefundApproved, do.approve,       "approved",   RECEIVED,   (SettleReturn,)),
    Row(AWAITING,   ReturnRefundApproved, do.approve,       "unproven",   AWAITING,   moves=False),

    *(Row(s, ReturnRefurbished, do.refurbish, "worked", s, moves=False) for s in (*MOVED, CLOSED)),
    *again(ReturnRefurbished, do.refurbish, *MOVED, CLOSED),

    Row(AUTHORISED, DeadlinePassed,       do.lapse,         "closed",     CLOSED,     (LapseReturn,)),
    Row(AUTHORISED, DeadlinePassed,       do.lapse,         "charged",    CLOSED,     (LapseReturn,)),
    Row(AUTHORISED, DeadlinePassed,       do.lapse,         "claimed",    CLAIMED,    (LapseReturn,)),
    Row(LABELLED,   DeadlinePassed,       do.lapse,         "closed",     CLOSED,     (LapseReturn,)),
    Row(LABELLED,   DeadlinePassed,       do.lapse,         "charged",    CLOSED,     (LapseReturn,)),
    Row(LABELLED,   DeadlinePassed,       do.lapse,         "claimed",    CLAIMED,    (LapseReturn,)),
    Row(PARTLY,     DeadlinePassed,       do.lapse,         "refunded",   REFUNDED,   (LapseReturn,)),
    Row(PARTLY,     DeadlinePassed,       do.lapse,         "rejected",   CLOSED,     (LapseReturn,)),
    Row(PARTLY,     DeadlinePassed,       do.lapse,         "charged",    CLOSED,     (LapseReturn,)),
    Row(PARTLY,     DeadlinePassed,       do.lapse,         "claimed",    CLAIMED,    (LapseReturn,)),
    Row(RECEIVED,   DeadlinePassed,       do.not_inspected, "told",       RECEIVED),
    Row(AWAITING,   DeadlinePassed,       do.not_approved,  "told",       AWAITING),
)

OTHERS = (
    Ignored(BORN, ReturnAllowed, "weighed already"),
    Ignored(BORN, ReturnRefused, "weighed already"),
    Early((NEW,), ReturnLabelled, "the return itself has not come yet"),
    Ignored(SEEN, ReturnLabelled, "nothing is to be sent, or it is here already"),
    Early((NEW,), ReturnCancelled, "the return itself has not come yet"),
    Ignored((REFUSED, CLOSED), ReturnCancelled, "nothing is expected any more"),
    Unexpected((NEW,), ParcelArrived, "a parcel of a return that nobody weighed: report this as a defect"),
    Unexpected((NEW, *(s for s in BORN if s != RECEIVED)), ReturnedHeld, "an order held what no return brought: report this as a defect"),
    Early((NEW, *UNSEEN), ReturnInspected, "the goods it looks at have not come yet"),
    Unexpected((NEW, *(s for s in BORN if s != RECEIVED)), ReturnSettledUp, "an order settled what no return asked: report this as a defect"),
    Ignored((REFUSED,), ReturnRefurbished, "nothing of it was set aside"),
    Early((NEW, *UNSEEN), ReturnRefurbished, "the goods it is about have not come yet"),
    Early((NEW,), ReturnRefundApproved, "the return itself has not come yet"),
    Ignored(tuple(s for s in BORN if s != AWAITING), ReturnRefundApproved, "nothing waits for approval any more"),
    Ignored((REFUSED, REFUNDED, CLOSED, CLAIMED), DeadlinePassed, "it has ended, or waits for nothing"),
    Unexpected((NEW,), DeadlinePassed, "a deadline of a return that does not exist: report this as a defect"),
)
# fmt: on
RMA = Process("rma", RmaData, ROWS, OTHERS)

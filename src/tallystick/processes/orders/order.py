"""The order: promised, paid, released, shipped; ranked, waiting, refused, or cancelled. It alone holds stock and knows prices."""

from msgspec import Struct

from tallystick.messages.fulfilment import (
    ChangeRecipient,
    GoodsLeft,
    ReleaseMore,
    ReleaseShipment,
    ShipmentStopped,
    ShowParcel,
    StopShipment,
    TrimShipment,
)
from tallystick.messages.golive.reports import OrderTakenOver
from tallystick.messages.golive.tells import PaymentTakenOver, ShipmentTakenOver
from tallystick.messages.oversells import TurnCame
from tallystick.messages.partners.screening import BeginScreening
from tallystick.messages.payments import (
    CollectPayment,
    CreditPayment,
    ForgoPayment,
    LowerPayment,
    PaymentFailed,
    PaymentSecured,
    ReleasePayment,
    RequestPayment,
)
from tallystick.messages.reservations import HeldTaken, OfferHeld
from tallystick.messages.returning.tells import (
    HoldReturned,
    LapseReturn,
    ReturnAllowed,
    ReturnedHeld,
    ReturnRefused,
    ReturnSettledUp,
    ReturnUnruled,
    SettleReturn,
    WeighReturn,
)
from tallystick.messages.returns import CreditLoss, LossCredited, ReturnSettled, TakeBack
from tallystick.messages.sales import (
    CancelLines,
    CancelOrder,
    DeadlinePassed,
    DeliveryChangeRequested,
    OrderCancellationRequested,
    OrderLineCancellationRequested,
    OrderPlaced,
    RefundRequested,
    RefuseOrder,
)
from tallystick.messages.sourcing.decided import SourcingRequested
from tallystick.processes.golive.orders_taken import take_over
from tallystick.processes.orders import (
    arrivals,
    order_changes,
    order_dispatch,
    order_steps,
    oversold,
    screened,
    waiting,
)
from tallystick.processes.orders.order_data import OrderData
from tallystick.processes.orders.returns import order_returns, ruled_returns
from tallystick.processes.sourcing import placing, resourcing
from tallystick.processes.table import NEW, Decide, Early, Ignored, Process, Row, Unexpected, also

RANKED, WAITING = "RANKED", "WAITING"
PARKED = "PARKED"
REFUSED, RESERVED, RELEASED = "REFUSED", "RESERVED", "RELEASED"
SHIPPED_AHEAD, PARTLY_SHIPPED, SHIPPED = "SHIPPED_AHEAD", "PARTLY_SHIPPED", "SHIPPED"
CANCELLING, CANCELLED, COMPLETED = "CANCELLING", "CANCELLED", "COMPLETED"

_place, _secure, _fail = screened.place, waiting.secured, order_steps.fail
_left, _stopped, _cancel = order_dispatch.goods_left, order_changes.lines_stopped, order_steps.cancel
_refused = resourcing.stopped
_trim, _recall, _allow = order_changes.cancel_line, order_changes.recall_line, order_changes.allow
_end = order_changes.cancel_line_of_the_rest
_late, _redirect = order_changes.too_late, order_changes.redirect
_back, _lost, _offered = order_returns.take_back, order_returns.credit_loss, screened.place_offered
_settle, _serve, _still, _end_stopped = (
    oversold.settle,
    waiting.serve,
    waiting.serve_secured,
    order_steps.shipment_stopped,
)


def _allowing(*states: str) -> tuple[Row, ...]:
    """What has left may be made cheaper afterwards, whatever is still under way."""
    granted = [Row(s, RefundRequested, _allow, "granted", s, (CreditPayment,), moves=False) for s in states]
    return (*granted, *_refusing(*states))


def _refusing(*states: str) -> tuple[Row, ...]:
    return tuple(Row(s, RefundRequested, _allow, "refused", s, moves=False) for s in states)


def _sourcing(message: type[Struct]) -> tuple[Row, ...]:
    """An order that no location could send is tried again."""
    again = placing.place_parked
    return (
        Row(PARKED, message, again, "reserved", RESERVED, (PaymentSecured,), "authorisation_minutes_max"),
        Row(PARKED, message, again, "parked", PARKED, (), "sourcing_hours_max"),
        Row(PARKED, message, again, "cancelled", CANCELLED, (CancelOrder, ReleasePayment)),
    )


_WEIGHED = (ReturnUnruled, ReturnRefused, ReturnAllowed, CreditPayment)
_UNSENT = (PARKED, RANKED, WAITING, RESERVED, RELEASED)
_LEFT = (SHIPPED_AHEAD, PARTLY_SHIPPED, CANCELLING, SHIPPED, CANCELLED, REFUSED)


def _returning(*states: str) -> tuple[Row, ...]:
    """Whatever is under way, what has left may come back under a policy; a return leaves the order's state alone."""
    weighed = [
        Row(s, WeighReturn, ruled_returns.weigh, o, s, _WEIGHED, moves=False)
        for s in states
        for o in ("weighed", "unruled")
    ]
    return (
        *weighed,
        *(Row(s, LapseReturn, ruled_returns.lapse, "lapsed", s, (CollectPayment,), moves=False) for s in states),
    )


def _received(*states: str) -> tuple[Row, ...]:
    held = [Row(s, HoldReturned, ruled_returns.hold, "held", s, (ReturnedHeld,), moves=False) for s in states]
    tells = (CreditPayment, ReturnSettledUp)
    settled = [
        Row(s, SettleReturn, ruled_returns.settle, o, s, tells, moves=False)
        for s in states
        for o in ("settled", "waits")
    ]
    return (*held, *settled)


def _trimming(state: str, decide: Decide) -> tuple[Row, ...]:
    """Units are taken off an order that nobody was asked to send: it goes on with the rest, or ends."""
    message = OrderLineCancellationRequested
    return (
        Row(state, message, decide, "trimmed", state, (CancelLines, LowerPayment), moves=False),
        Row(state, message, decide, "none_left", CANCELLED, (CancelOrder, ReleasePayment)),
        Row(state, message, decide, "some_left", SHIPPED, (CancelOrder, ReleasePayment)),
        Row(state, message, decide, "too_late", state, moves=False),
    )


# fmt: off
ROWS = (
    #   in state         on message                  decide                   outcome      to state        tells                                within
    Row(NEW,             OrderPlaced,                _place,                  "reserved",  RESERVED,       (RequestPayment, BeginScreening),    "authorisation_minutes_max"),
    Row(NEW,             OrderPlaced,                _place,                  "refused",   REFUSED,        (RefuseOrder, ForgoPayment)),
    # A shop has sold it already: what lacks goes by the shop's rule, at once or when its rank among others is known.
    Row(NEW,             OrderPlaced,                _place,                  "cut",       RESERVED,       (RequestPayment, CancelLines, BeginScreening), "authorisation_minutes_max"),
    Row(NEW,             OrderPlaced,                _place,                  "cancelled", CANCELLED,      (CancelOrder, ForgoPayment)),
    Row(NEW,             OrderPlaced,                _place,                  "ranked",    RANKED,         (RequestPayment, BeginScreening)),
    Row(NEW,             OrderPlaced,                _place,                  "parked",    PARKED,         (RequestPayment, BeginScreening),    "sourcing_hours_max"),
    Row(NEW,             OfferHeld,                  _offered,                "reserved",  RESERVED,       (RequestPayment, HeldTaken, BeginScreening), "authorisation_minutes_max"),
    Row(NEW,             OfferHeld,                  _offered,                "refused",   REFUSED,        (RefuseOrder, ForgoPayment)),

    # No location can send it now: it holds nothing, and is sourced again later or when somebody asks.
    *_sourcing(DeadlinePassed),
    *_sourcing(SourcingRequested),
    Row(PARKED,          PaymentSecured,             waiting.secured_early,   "secured",   PARKED,         moves=False),
    Row(PARKED,          PaymentFailed,              waiting.fail,            "cancelled", CANCELLED,      (CancelOrder, ReleasePayment)),
    Row(PARKED,          OrderCancellationRequested, _cancel,                 "cancelled", CANCELLED,      (CancelOrder, ReleasePayment)),
    Row(PARKED,          DeliveryChangeRequested,    order_changes.change_recipient, "changed", PARKED,     moves=False),

    Row(RANKED,          TurnCame,                   _settle,                 "reserved",  RESERVED,       (PaymentSecured,),                   "authorisation_minutes_max"),
    Row(RANKED,          TurnCame,                   _settle,                 "cut",       RESERVED,       (CancelLines, LowerPayment, PaymentSecured), "authorisation_minutes_max"),
    Row(RANKED,          TurnCame,                   _settle,                 "refused",   REFUSED,        (RefuseOrder, ReleasePayment)),
    Row(RANKED,          TurnCame,                   _settle,                 "cancelled", CANCELLED,      (CancelOrder, ReleasePayment)),
    Row(RANKED,          TurnCame,                   _settle,                 "reserved_ahead", SHIPPED_AHEAD, (PaymentSecured,),               "authorisation_minutes_max"),
    Row(RANKED,          TurnCame,                   _settle,                 "cut_ahead", SHIPPED_AHEAD,  (CancelLines, LowerPayment, PaymentSecured), "authorisation_minutes_max"),
    Row(RANKED,          TurnCame,                   _settle,                 "some_left", SHIPPED,        (CancelOrder, ReleasePayment)),
    Row(RANKED,          PaymentSecured,             waiting.secured_early,   "secured",   RANKED,         moves=False),
    Row(RANKED,          PaymentFailed,              waiting.fail,            "cancelled", CANCELLED,      (CancelOrder, ReleasePayment)),
    Row(RANKED,          PaymentFailed,              waiting.fail,            "some_left", SHIPPED,        (CancelOrder, ReleasePayment)),
    Row(RANKED,          OrderCancellationRequested, _end_stopped,            "none_left", CANCELLED,      (CancelOrder, ReleasePayment)),
    Row(RANKED,          OrderCancellationRequested, _end_stopped,            "some_left", SHIPPED,        (CancelOrder, ReleasePayment)),
    Row(RANKED,          GoodsLeft,                  _left,                   "all_left",  SHIPPED,        (CollectPayment, ShowParcel, TrimShipment)),
    Row(RANKED,          GoodsLeft,                  _left,                   "some_left", RANKED,         (CollectPayment, ShowParcel, TrimShipment),       moves=False),

    Row(RESERVED,        PaymentSecured,             _secure,                 "released",  RELEASED,       (ReleaseShipment,)),
    Row(RESERVED,        PaymentSecured,             _secure,                 "waiting",   WAITING,        within="backorder_days_max"),
    Row(RESERVED,        TurnCame,                   _serve,                  "held",      RESERVED,       moves=False),
    Row(RESERVED,        PaymentFailed,              _fail,                   "cancelled", CANCELLED,      (CancelOrder, ReleasePayment)),
    Row(RESERVED,        DeadlinePassed,             order_steps.expire,      "expired",   CANCELLED,      (CancelOrder, ReleasePayment)),
    Row(RESERVED,        OrderCancellationRequested, _cancel,                 "cancelled", CANCELLED,      (CancelOrder, ReleasePayment)),
    Row(RESERVED,        GoodsLeft,                  _left,                   "all_left",  SHIPPED,        (CollectPayment, ShowParcel, TrimShipment)),
    Row(RESERVED,        GoodsLeft,                  _left,                   "some_left", SHIPPED_AHEAD,  (CollectPayment, ShowParcel, TrimShipment),         "authorisation_minutes_max"),

    # Paid, but not all of it is there: nothing is asked of the location until it is.
    Row(WAITING,         TurnCame,                   _still,                  "released",  RELEASED,       (ReleaseShipment,)),
    Row(WAITING,         TurnCame,                   _still,                  "rest",      PARTLY_SHIPPED, (ReleaseShipment,)),
    Row(WAITING,         TurnCame,                   _still,                  "held",      WAITING,        moves=False),
    Row(WAITING,         PaymentFailed,              waiting.fail,            "cancelled", CANCELLED,      (CancelOrder, ReleasePayment)),
    Row(WAITING,         PaymentFailed,              waiting.fail,            "some_left", SHIPPED,        (CancelOrder, ReleasePayment)),
    Row(WAITING,         DeadlinePassed,             waiting.overdue,         "told",      WAITING),
    Row(WAITING,         OrderCancellationRequested, _end_stopped,            "none_left", CANCELLED,      (CancelOrder, ReleasePayment)),
    Row(WAITING,         OrderCancellationRequested, _end_stopped,            "some_left", SHIPPED,        (CancelOrder, ReleasePayment)),
    Row(WAITING,         GoodsLeft,                  waiting.goods_left,      "all_left",  SHIPPED,        (CollectPayment, ShowParcel, TrimShipment)),
    Row(WAITING,         GoodsLeft,                  waiting.goods_left,      "some_left", WAITING,        (CollectPayment, ShowParcel, TrimShipment),       moves=False),
    Row(WAITING,         GoodsLeft,                  waiting.goods_left,      "rest",      PARTLY_SHIPPED, (CollectPayment, ShowParcel, TrimShipment, ReleaseShipment)),

    # Part has left ahead of the money: the rest waits for it as long as any order does.
    Row(SHIPPED_AHEAD,   PaymentSecured,             _secure,                 "released",  PARTLY_SHIPPED, (ReleaseShipment,)),
    Row(SHIPPED_AHEAD,   PaymentSecured,             _secure,                 "waiting",   WAITING,        within="backorder_days_max"),
    Row(SHIPPED_AHEAD,   TurnCame,                   _serve,                  "held",      SHIPPED_AHEAD,  moves=False),
    Row(SHIPPED_AHEAD,   PaymentFailed,              order_steps.unpaid,      "stopping",  CANCELLING,     (StopShipment,)),
    Row(SHIPPED_AHEAD,   DeadlinePassed,             order_steps.stop,        "stopping",  CANCELLING,     (StopShipment,)),
    Row(SHIPPED_AHEAD,   OrderCancellationRequested, order_steps.stop,        "stopping",  CANCELLING,     (StopShipment,)),
    Row(SHIPPED_AHEAD,   GoodsLeft,                  _left,                   "all_left",  SHIPPED,        (CollectPayment, ShowParcel, TrimShipment)),
    Row(SHIPPED_AHEAD,   GoodsLeft,                  _left,                   "some_left", SHIPPED_AHEAD,  (CollectPayment, ShowParcel, TrimShipment),         "authorisation_minutes_max"),

    Row(RELEASED,        PaymentFailed,              order_steps.stop,        "stopping",  CANCELLING,     (StopShipment,)),
    Row(RELEASED,        GoodsLeft,                  _left,                   "all_left",  SHIPPED,        (CollectPayment, ShowParcel, TrimShipment)),
    Row(RELEASED,        GoodsLeft,                  _left,                   "some_left", PARTLY_SHIPPED, (CollectPayment, ShowParcel, TrimShipment)),
    Row(RELEASED,        ShipmentStopped,            _refused,                "none_left", CANCELLED,      (CancelOrder, ReleasePayment)),
    Row(RELEASED,        OrderCancellationRequested, order_steps.stop,        "stopping",  CANCELLING,     (StopShipment,)),

    Row(PARTLY_SHIPPED,  GoodsLeft,                  _left,                   "all_left",  SHIPPED,        (CollectPayment, ShowParcel, TrimShipment)),
    Row(PARTLY_SHIPPED,  GoodsLeft,                  _left,                   "some_left", PARTLY_SHIPPED, (CollectPayment, ShowParcel, TrimShipment)),
    Row(PARTLY_SHIPPED,  ShipmentStopped,            _refused,                "some_left", SHIPPED,        (CancelOrder, ReleasePayment)),
    Row(PARTLY_SHIPPED,  ShipmentStopped,            _refused,                "none_left", CANCELLED,      (CancelOrder, ReleasePayment)),
    Row(PARTLY_SHIPPED,  OrderCancellationRequested, order_steps.stop,        "stopping",  CANCELLING,     (StopShipment,)),
    Row(PARTLY_SHIPPED,  PaymentFailed,              order_steps.unpaid,      "stopping",  CANCELLING,     (StopShipment,)),

    Row(CANCELLING,      GoodsLeft,                  _left,                   "all_left",  SHIPPED,        (CollectPayment, ShowParcel, TrimShipment)),
    Row(CANCELLING,      GoodsLeft,                  _left,                   "some_left", CANCELLING,     (CollectPayment, ShowParcel, TrimShipment)),
    Row(CANCELLING,      ShipmentStopped,            _stopped,                "none_left", CANCELLED,      (CancelOrder, ReleasePayment)),
    Row(CANCELLING,      ShipmentStopped,            _stopped,                "some_left", SHIPPED,        (CancelOrder, ReleasePayment)),

    # Goods that left although nothing held them are posted all the same, and somebody is told.
    Row(SHIPPED,         GoodsLeft,                  _left,                   "all_left",  SHIPPED,        (CollectPayment,)),
    Row(SHIPPED,         GoodsLeft,                  _left,                   "some_left", SHIPPED,        (CollectPayment,)),
    Row(CANCELLED,       GoodsLeft,                  _left,                   "all_left",  SHIPPED,        (CollectPayment,)),
    Row(CANCELLED,       GoodsLeft,                  _left,                   "some_left", CANCELLED,      (CollectPayment,)),
    Row(REFUSED,         GoodsLeft,                  _left,                   "all_left",  SHIPPED,        (CollectPayment,)),
    Row(REFUSED,         GoodsLeft,                  _left,                   "some_left", REFUSED,        (CollectPayment,)),

    Row(SHIPPED,         PaymentSecured,             order_steps.ended,       "ended",     SHIPPED,        (ReleasePayment,)),
    Row(SHIPPED,         PaymentFailed,              order_steps.unpaid,      "shipped",   SHIPPED),
    Row(SHIPPED,         OrderCancellationRequested, order_steps.too_late,    "too_late",  SHIPPED),

    Row(SHIPPED,         TakeBack,                   _back,                   "taken",     SHIPPED,        (CreditPayment, ReturnSettled)),
    Row(SHIPPED_AHEAD,   TakeBack,                   _back,                   "taken",     SHIPPED_AHEAD,  (CreditPayment, ReturnSettled),      "authorisation_minutes_max"),
    Row(PARTLY_SHIPPED,  TakeBack,                   _back,                   "taken",     PARTLY_SHIPPED, (CreditPayment, ReturnSettled)),
    Row(CANCELLING,      TakeBack,                   _back,                   "taken",     CANCELLING,     (CreditPayment, ReturnSettled)),
    Row(CANCELLED,       TakeBack,                   _back,                   "taken",     CANCELLED,      (CreditPayment, ReturnSettled)),
    Row(REFUSED,         TakeBack,                   _back,                   "taken",     REFUSED,        (CreditPayment, ReturnSettled)),

    Row(SHIPPED,         CreditLoss,                 _lost,                   "credited",  SHIPPED,        (CreditPayment, LossCredited)),

    # A line that is not wanted: let go of at once while nobody was asked to send it, otherwise asked back.
    Row(RESERVED,        OrderLineCancellationRequested, _trim,               "trimmed",   RESERVED,       (CancelLines, LowerPayment),         moves=False),
    Row(RESERVED,        OrderLineCancellationRequested, _trim,               "none_left", CANCELLED,      (CancelOrder, ReleasePayment)),
    Row(RESERVED,        OrderLineCancellationRequested, _trim,               "too_late",  RESERVED,       moves=False),
    *_trimming(RANKED, _trim),
    *_trimming(WAITING, waiting.cancel_line),
    Row(WAITING,         OrderLineCancellationRequested, waiting.cancel_line, "released",  RELEASED,       (CancelLines, LowerPayment, ReleaseShipment)),
    Row(WAITING,         OrderLineCancellationRequested, waiting.cancel_line, "rest",      PARTLY_SHIPPED, (CancelLines, LowerPayment, ReleaseShipment)),
    Row(SHIPPED_AHEAD,   OrderLineCancellationRequested, _end,                "trimmed",   SHIPPED_AHEAD,  (CancelLines, LowerPayment),         moves=False),
    Row(SHIPPED_AHEAD,   OrderLineCancellationRequested, _end,                "some_left", SHIPPED,        (CancelOrder, ReleasePayment)),
    Row(SHIPPED_AHEAD,   OrderLineCancellationRequested, _end,                "too_late",  SHIPPED_AHEAD,  moves=False),
    Row(RELEASED,        OrderLineCancellationRequested, _recall,             "asked",     RELEASED,       (TrimShipment,),                     moves=False),
    Row(RELEASED,        OrderLineCancellationRequested, _recall,             "too_late",  RELEASED,       moves=False),
    Row(PARTLY_SHIPPED,  OrderLineCancellationRequested, _recall,             "asked",     PARTLY_SHIPPED, (TrimShipment,),                     moves=False),
    Row(PARTLY_SHIPPED,  OrderLineCancellationRequested, _recall,             "too_late",  PARTLY_SHIPPED, moves=False),
    Row(SHIPPED,         OrderLineCancellationRequested, _late,               "too_late",  SHIPPED,        moves=False),

    # A location that lacks a part says so; the rest of the order goes on.
    Row(RELEASED,        ShipmentStopped,            _refused,                "part",      RELEASED,       (CancelLines, LowerPayment),         moves=False),
    Row(PARTLY_SHIPPED,  ShipmentStopped,            _refused,                "part",      PARTLY_SHIPPED, (CancelLines, LowerPayment),         moves=False),
    Row(RELEASED,        ShipmentStopped,            _refused,                "moved",     RELEASED,       (ReleaseMore, CancelLines, LowerPayment), moves=False),
    Row(PARTLY_SHIPPED,  ShipmentStopped,            _refused,                "moved",     PARTLY_SHIPPED, (ReleaseMore, CancelLines, LowerPayment), moves=False),
    Row(CANCELLING,      ShipmentStopped,            _stopped,                "part",      CANCELLING,     (CancelLines, LowerPayment),         moves=False),

    Row(RESERVED,        DeliveryChangeRequested,    order_changes.change_recipient, "changed", RESERVED,                                           moves=False),
    Row(RANKED,          DeliveryChangeRequested,    order_changes.change_recipient, "changed", RANKED,                                             moves=False),
    Row(WAITING,         DeliveryChangeRequested,    order_changes.change_recipient, "changed", WAITING,                                            moves=False),
    Row(SHIPPED_AHEAD,   DeliveryChangeRequested,    order_changes.change_recipient, "changed", SHIPPED_AHEAD,                                      moves=False),
    Row(RELEASED,        DeliveryChangeRequested,    _redirect,               "asked",     RELEASED,       (ChangeRecipient,),                  moves=False),
    Row(PARTLY_SHIPPED,  DeliveryChangeRequested,    _redirect,               "asked",     PARTLY_SHIPPED, (ChangeRecipient,),                  moves=False),
    Row(SHIPPED,         DeliveryChangeRequested,    _late,                   "too_late",  SHIPPED,        moves=False),

    *_returning(*_UNSENT, *_LEFT),
    *_received(*_LEFT),

    *_allowing(RANKED, WAITING, SHIPPED_AHEAD, PARTLY_SHIPPED, CANCELLING, SHIPPED, CANCELLED, REFUSED),
    *_refusing(PARKED, RESERVED, RELEASED),

    # Taken over from an old system, which gave its promise: its payment says how it stands, and there is no deadline for its money.
    Row(NEW,             OrderTakenOver,             take_over,               "reserved",  RESERVED,       (PaymentTakenOver, ShipmentTakenOver)),
    Row(NEW,             OrderTakenOver,             take_over,               "ahead",     SHIPPED_AHEAD,  (PaymentTakenOver, ShipmentTakenOver)),
    Row(NEW,             OrderTakenOver,             take_over,               "ended",     SHIPPED,        (PaymentTakenOver, ShipmentTakenOver)),

    # What carriers say: with all of it there, the order is complete, and in all else as one that is shipped.
    *arrivals.rows((RANKED, WAITING, SHIPPED_AHEAD, PARTLY_SHIPPED, CANCELLING), (SHIPPED, COMPLETED)),
    Row(COMPLETED,       GoodsLeft,                  _left,                   "all_left",  SHIPPED,        (CollectPayment,)),
    Row(COMPLETED,       GoodsLeft,                  _left,                   "some_left", SHIPPED,        (CollectPayment,)),

    # Held until it is screened, whatever else it waits for.
    *screened.rows((RANKED, RESERVED, WAITING, SHIPPED_AHEAD), (RELEASED, PARTLY_SHIPPED, CANCELLING, CANCELLED, SHIPPED), PARKED),
)

_KNOWN = (PARKED, RANKED, WAITING, RESERVED, RELEASED, SHIPPED_AHEAD, PARTLY_SHIPPED, CANCELLING, SHIPPED, CANCELLED, REFUSED)
OTHERS = (
    *arrivals.others((NEW, PARKED, RESERVED, RELEASED, COMPLETED), (CANCELLED, REFUSED)),
    *screened.others(NEW, (RELEASED, PARTLY_SHIPPED, CANCELLING, SHIPPED, CANCELLED, REFUSED)),
    Ignored(_KNOWN, OrderPlaced, "the order is known; another id for the same order changes nothing"),
    Ignored(_KNOWN, OrderTakenOver, "the order is known; what the old system says of it does not count any more"),
    Ignored(_KNOWN, OfferHeld, "the order is known; the reservation keeps what it holds until it ends"),
    Early((NEW,), OrderCancellationRequested, "the order itself has not come yet"),
    Early((NEW,), OrderLineCancellationRequested, "the order itself has not come yet"),
    Early((NEW,), DeliveryChangeRequested, "the order itself has not come yet"),
    Early((NEW,), RefundRequested, "the order itself has not come yet"),
    Ignored((CANCELLING, CANCELLED, REFUSED), OrderLineCancellationRequested, "it ends, or has ended, already"),
    Ignored((CANCELLING, CANCELLED, REFUSED), DeliveryChangeRequested, "it ends, or has ended, already"),
    Early((NEW,), GoodsLeft, "the order itself has not come yet"),
    Early((NEW,), SourcingRequested, "the order itself has not come yet"),
    Ignored(_KNOWN[1:], SourcingRequested, "it has its location, or has ended"),
    Early((PARKED,), OrderLineCancellationRequested, "nothing is held for it yet: its lines are cut once they are"),
    Early((PARKED,), GoodsLeft, "no location was asked for it yet"),
    Early((PARKED,), TakeBack, "no location was asked for it yet"),
    Early((PARKED,), CreditLoss, "no location was asked for it yet"),
    Ignored((PARKED,), TurnCame, "it waits for a location, and for no shelf"),
    Early((NEW,), TakeBack, "the order itself has not come yet"),
    Early((NEW,), CreditLoss, "the order itself has not come yet"),
    Early((NEW,), WeighReturn, "the order itself has not come yet"),
    Early((NEW, *_UNSENT), HoldReturned, "goods cannot come back before they left: the dispatch is on its way"),
    Unexpected((NEW, *_UNSENT), SettleReturn, "a return settles what never came: report this as a defect"),
    Unexpected((NEW,), LapseReturn, "a return of an order that does not exist: report this as a defect"),
    Ignored((RELEASED, PARTLY_SHIPPED, CANCELLING, SHIPPED, CANCELLED, REFUSED), TurnCame, "it waits for nothing any more"),
    Unexpected((NEW,), TurnCame, "a turn of an order that does not exist: report this as a defect"),
    Ignored((RANKED,), DeadlinePassed, "its turn comes by itself"),
    Early((RANKED, RESERVED, RELEASED), CreditLoss, "goods cannot be lost before they left: the dispatch is on its way"),
    Early((WAITING, SHIPPED_AHEAD, PARTLY_SHIPPED, CANCELLING), CreditLoss, "the rest of the order is still under way"),
    Unexpected((CANCELLED, REFUSED), CreditLoss, "nothing of it should have left: see its breaks, then report a credit"),
    Early((RANKED, WAITING), TakeBack, "nothing was asked of the location: what left all the same is told on its way"),
    Early((RESERVED, RELEASED), TakeBack, "goods cannot come back before they left: the dispatch is on its way"),
    Ignored((CANCELLING, CANCELLED, REFUSED), OrderCancellationRequested, "it ends, or has ended, already"),
    Ignored((WAITING, RELEASED, PARTLY_SHIPPED, CANCELLING, CANCELLED), PaymentSecured, "the order has moved on; payment settles itself"),
    Ignored((CANCELLING, CANCELLED), PaymentFailed, "the order has moved on; payment settles itself"),
    Ignored((SHIPPED, CANCELLED, REFUSED), ShipmentStopped, "nothing is open any more"),
    Ignored((RELEASED, PARTLY_SHIPPED, CANCELLING, SHIPPED, CANCELLED, REFUSED), DeadlinePassed, "the shipment has its own"),
    Unexpected((NEW,), PaymentSecured, "a payment told an order that does not exist: report this as a defect"),
    Unexpected((NEW,), PaymentFailed, "a payment told an order that does not exist: report this as a defect"),
    Unexpected((NEW,), DeadlinePassed, "a deadline of an order that does not exist: report this as a defect"),
    Unexpected((NEW,), ShipmentStopped, "a shipment told an order that does not exist: report this as a defect"),
    Unexpected((PARKED, RANKED, WAITING, RESERVED, SHIPPED_AHEAD), ShipmentStopped, "nothing was released yet: ask the location what it stopped"),
    Unexpected((REFUSED,), PaymentSecured, "a refused order asks for no payment: refund it with the provider"),
    Unexpected((REFUSED,), PaymentFailed, "a refused order asks for no payment: report this as a defect"),
)
# fmt: on
ORDER = Process("order", OrderData, *also(COMPLETED, SHIPPED, ROWS, OTHERS))

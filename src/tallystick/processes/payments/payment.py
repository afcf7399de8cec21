"""The payment: held, taken for what has left, settled by the provider; or declined, or let go."""

from msgspec import Struct

from tallystick.messages.golive.tells import PaymentTakenOver
from tallystick.messages.payments import (
    AuthorisationRequested,
    AuthorisePayment,
    CapturePayment,
    CaptureReported,
    CaptureRequested,
    ChargebackReported,
    CollectPayment,
    CreditPayment,
    ForgoPayment,
    LowerPayment,
    PaymentAuthorised,
    PaymentDeclined,
    PaymentFailed,
    PaymentSecured,
    ReleasePayment,
    RequestPayment,
    RequestRefund,
    SettlementReported,
    VoidPayment,
    VoidReported,
    VoidRequested,
)
from tallystick.messages.sales import DeadlinePassed
from tallystick.processes.golive.money_taken import take_payment
from tallystick.processes.payments import marketplace
from tallystick.processes.payments import payment_money as money
from tallystick.processes.payments import payment_requests as requests
from tallystick.processes.payments import payment_steps as do
from tallystick.processes.payments.marketplace_money import entrust, entrust_nothing
from tallystick.processes.payments.payment_data import PaymentData
from tallystick.processes.repeats import again
from tallystick.processes.table import NEW, Decide, Early, Ignored, Other, Process, Row, Unexpected

REQUESTED, AUTHORISED, CAPTURING, CAPTURED = "REQUESTED", "AUTHORISED", "CAPTURING", "CAPTURED"
SETTLED, DECLINED, VOIDING, VOIDED = "SETTLED", "DECLINED", "VOIDING", "VOIDED"


def _refusing(message: type[Struct], decide: Decide, *states: str) -> tuple[Row, ...]:
    return tuple(Row(s, message, decide, "refused", s, moves=False) for s in states)


def _lowering(*states: str) -> tuple[Row, ...]:
    lowered = [Row(s, LowerPayment, requests.lower, "lowered", s, moves=False) for s in states]
    back = [Row(s, LowerPayment, requests.lower, "refund", s, (RequestRefund,), moves=False) for s in states]
    return (*lowered, *back)


# fmt: off
ROWS = (
    #   in state    on message          decide              outcome     to state    tells                                         within
    Row(NEW,        RequestPayment,     entrust,            "asked",    REQUESTED,  (AuthorisePayment,)),

    Row(NEW,        ForgoPayment,       entrust_nothing,    "forgone",  VOIDED),

    # Taken over from an old system: it stands where it stood there.
    Row(NEW,        PaymentTakenOver,   take_payment,       "requested", REQUESTED),
    Row(NEW,        PaymentTakenOver,   take_payment,       "authorised", AUTHORISED, (PaymentSecured,)),
    Row(NEW,        PaymentTakenOver,   take_payment,       "capturing", CAPTURING, (PaymentSecured,),                            "capture_hours_max"),
    Row(NEW,        PaymentTakenOver,   take_payment,       "captured", CAPTURED, (PaymentSecured,)),
    Row(NEW,        PaymentTakenOver,   take_payment,       "settled",  SETTLED,    (PaymentSecured,)),

    Row(REQUESTED,  PaymentAuthorised,  do.authorised,      "enough",   AUTHORISED, (PaymentSecured,)),
    Row(REQUESTED,  PaymentAuthorised,  do.authorised,      "covered",  CAPTURED,   (PaymentSecured,)),
    Row(REQUESTED,  PaymentAuthorised,  do.authorised,      "owed",     CAPTURING,  (PaymentSecured, CapturePayment),             "capture_hours_max"),
    Row(REQUESTED,  PaymentAuthorised,  do.authorised,      "short",    VOIDING,    (PaymentFailed, VoidPayment),                 "void_hours_max"),
    Row(REQUESTED,  PaymentAuthorised,  do.authorised,      "part",     CAPTURED,   (PaymentFailed, VoidPayment, RequestRefund)),
    Row(REQUESTED,  PaymentDeclined,    do.declined,        "declined", DECLINED,   (PaymentFailed,)),
    Row(REQUESTED,  PaymentDeclined,    do.declined,        "part",     CAPTURED,   (PaymentFailed, RequestRefund)),
    Row(REQUESTED,  CaptureReported,    money.taken_early,  "taken",    CAPTURED,   (PaymentSecured, RequestRefund)),
    Row(REQUESTED,  CaptureReported,    money.taken_early,  "part",     REQUESTED,  (RequestRefund,),                             "authorisation_minutes_max"),
    Row(REQUESTED,  CollectPayment,     do.remember,        "owed",     REQUESTED,  (),                                           "authorisation_minutes_max"),
    Row(REQUESTED,  CreditPayment,      money.credit,       "credited", REQUESTED,  (RequestRefund,),                             "authorisation_minutes_max"),
    Row(REQUESTED,  ReleasePayment,     do.release,         "voiding",  VOIDING,    (VoidPayment,),                               "void_hours_max"),
    Row(REQUESTED,  ReleasePayment,     do.release,         "owed",     REQUESTED,  (),                                           "authorisation_minutes_max"),
    Row(REQUESTED,  ReleasePayment,     do.release,         "part",     CAPTURED,   (VoidPayment, RequestRefund)),
    Row(REQUESTED,  DeadlinePassed,     do.overdue,         "told",     REQUESTED),
    Row(REQUESTED,  DeadlinePassed,     do.overdue,         "part",     CAPTURED),
    Row(REQUESTED,  DeadlinePassed,     do.overdue,         "voiding",  VOIDING,    (VoidPayment,),                               "void_hours_max"),

    Row(AUTHORISED, CollectPayment,     do.collect,         "asked",    CAPTURING,  (CapturePayment,),                            "capture_hours_max"),
    Row(AUTHORISED, CaptureReported,    money.captured,     "all",      CAPTURED,   (RequestRefund,)),
    Row(AUTHORISED, ReleasePayment,     do.let_go,          "voiding",  VOIDING,    (VoidPayment,),                               "void_hours_max"),
    Row(AUTHORISED, VoidReported,       do.expired,         "expired",  VOIDED,     (PaymentFailed,)),

    # Goods left and there is no money for them: somebody must collect. When they come back, nobody must.
    Row(DECLINED,   CollectPayment,     do.unpaid,          "told",     DECLINED),
    Row(VOIDING,    CollectPayment,     do.unpaid,          "told",     VOIDING,    (),                                           "void_hours_max"),
    Row(VOIDED,     CollectPayment,     do.unpaid,          "told",     VOIDED),
    Row(DECLINED,   CreditPayment,      money.credit,       "credited", DECLINED),
    Row(VOIDING,    CreditPayment,      money.credit,       "credited", VOIDING,    (),                                           "void_hours_max"),
    Row(VOIDED,     CreditPayment,      money.credit,       "credited", VOIDED),

    Row(VOIDING,    VoidReported,       do.voided,          "voided",   VOIDED),
    Row(VOIDING,    PaymentDeclined,    do.voided,          "voided",   VOIDED),
    Row(VOIDING,    DeadlinePassed,     do.void_overdue,    "told",     VOIDING),

    # Money held after all is let go, but for what goods were sent for.
    Row(VOIDING,    PaymentAuthorised,  do.authorised_late, "voiding",  VOIDING,    (VoidPayment,),                               "void_hours_max"),
    Row(VOIDED,     PaymentAuthorised,  do.authorised_late, "voiding",  VOIDING,    (VoidPayment,),                               "void_hours_max"),
    Row(DECLINED,   PaymentAuthorised,  do.authorised_late, "voiding",  VOIDING,    (VoidPayment,),                               "void_hours_max"),
    Row(VOIDING,    PaymentAuthorised,  do.authorised_late, "owed",     CAPTURING,  (CapturePayment,),                            "capture_hours_max"),
    Row(VOIDED,     PaymentAuthorised,  do.authorised_late, "owed",     CAPTURING,  (CapturePayment,),                            "capture_hours_max"),
    Row(DECLINED,   PaymentAuthorised,  do.authorised_late, "owed",     CAPTURING,  (CapturePayment,),                            "capture_hours_max"),

    # Money taken although nobody wants it any more is booked, and given back.
    Row(VOIDING,    CaptureReported,    money.taken_late,   "refund",   CAPTURED,   (RequestRefund,)),
    Row(VOIDED,     CaptureReported,    money.taken_late,   "refund",   CAPTURED,   (RequestRefund,)),
    Row(DECLINED,   CaptureReported,    money.taken_late,   "refund",   CAPTURED,   (RequestRefund,)),

    Row(CAPTURING,  CaptureReported,    money.captured,     "all",      CAPTURED,   (RequestRefund,)),
    Row(CAPTURING,  CaptureReported,    money.captured,     "some",     CAPTURING,  (),                                           "capture_hours_max"),
    Row(CAPTURING,  CollectPayment,     do.collect,         "asked",    CAPTURING,  (CapturePayment,),                            "capture_hours_max"),
    Row(CAPTURING,  CollectPayment,     do.collect,         "covered",  CAPTURING,  (),                                           "capture_hours_max"),
    Row(CAPTURING,  CreditPayment,      money.credit,       "credited", CAPTURING,  (RequestRefund,),                             "capture_hours_max"),
    Row(CAPTURING,  ReleasePayment,     do.end,             "kept",     CAPTURING,  (),                                           "capture_hours_max"),
    Row(CAPTURING,  DeadlinePassed,     do.capture_overdue, "told",     CAPTURING),
    Row(CAPTURING,  DeadlinePassed,     do.capture_overdue, "part",     CAPTURED),

    Row(CAPTURED,   CollectPayment,     do.collect,         "asked",    CAPTURING,  (CapturePayment,),                            "capture_hours_max"),
    Row(CAPTURED,   CollectPayment,     do.collect,         "covered",  CAPTURED),
    Row(CAPTURED,   CaptureReported,    money.captured,     "all",      CAPTURED,   (RequestRefund,)),
    Row(CAPTURED,   CaptureReported,    money.captured,     "some",     CAPTURED),
    Row(CAPTURED,   SettlementReported, money.settled,      "all",      SETTLED),
    Row(CAPTURED,   SettlementReported, money.settled,      "some",     CAPTURED),
    Row(CAPTURED,   CreditPayment,      money.credit,       "credited", CAPTURED,   (RequestRefund,)),
    Row(CAPTURED,   ReleasePayment,     do.give_back,       "refund",   CAPTURED,   (RequestRefund,)),
    Row(CAPTURED,   ReleasePayment,     do.give_back,       "kept",     CAPTURED),

    Row(SETTLED,    CollectPayment,     do.collect,         "asked",    CAPTURING,  (CapturePayment,),                            "capture_hours_max"),
    Row(SETTLED,    CollectPayment,     do.collect,         "covered",  SETTLED),
    Row(SETTLED,    CaptureReported,    money.captured,     "all",      CAPTURED,   (RequestRefund,)),
    Row(SETTLED,    CaptureReported,    money.captured,     "some",     CAPTURED),
    Row(SETTLED,    SettlementReported, money.settled,      "all",      SETTLED),
    Row(SETTLED,    SettlementReported, money.settled,      "some",     SETTLED),
    Row(SETTLED,    CreditPayment,      money.credit,       "credited", SETTLED,    (RequestRefund,)),
    Row(SETTLED,    ReleasePayment,     do.give_back,       "refund",   SETTLED,    (RequestRefund,)),
    Row(SETTLED,    ReleasePayment,     do.give_back,       "kept",     SETTLED),

    # Money taken back by the customer's bank: the provider's debt to us shrinks, whatever else is under way.
    Row(CAPTURED,   ChargebackReported, money.charged_back, "posted",   CAPTURED,   moves=False),
    Row(SETTLED,    ChargebackReported, money.charged_back, "posted",   SETTLED,    moves=False),

    # Asked for by a person or a shop, beside the order's own way; what cannot be done is refused, and nothing moves.
    Row(REQUESTED,  AuthorisationRequested, requests.authorise_again, "asked", REQUESTED, (AuthorisePayment,), moves=False),
    Row(AUTHORISED, CaptureRequested,   requests.capture_now, "asked",  CAPTURING,  (CapturePayment,),                            "capture_hours_max"),
    Row(CAPTURING,  CaptureRequested,   requests.capture_now, "asked",  CAPTURING,  (CapturePayment,),                            "capture_hours_max"),
    Row(CAPTURED,   CaptureRequested,   requests.capture_now, "asked",  CAPTURING,  (CapturePayment,),                            "capture_hours_max"),
    Row(SETTLED,    CaptureRequested,   requests.capture_now, "asked",  CAPTURING,  (CapturePayment,),                            "capture_hours_max"),
    Row(REQUESTED,  VoidRequested,      requests.void_now,  "voiding",  VOIDING,    (VoidPayment, PaymentFailed),                 "void_hours_max"),
    Row(AUTHORISED, VoidRequested,      requests.void_now,  "voiding",  VOIDING,    (VoidPayment, PaymentFailed),                 "void_hours_max"),
    *_refusing(AuthorisationRequested, requests.cannot, AUTHORISED, CAPTURING, CAPTURED, SETTLED, DECLINED, VOIDING, VOIDED),
    *_refusing(CaptureRequested, requests.capture_now, AUTHORISED, CAPTURING, CAPTURED, SETTLED),
    *_refusing(CaptureRequested, requests.cannot, REQUESTED, DECLINED, VOIDING, VOIDED),
    *_refusing(VoidRequested, requests.void_now, REQUESTED),
    *_refusing(VoidRequested, requests.cannot, CAPTURING, CAPTURED, SETTLED, DECLINED, VOIDING, VOIDED),

    Row(REQUESTED,  LowerPayment,       requests.lower_what_is_asked, "lowered", REQUESTED, moves=False),
    Row(REQUESTED,  LowerPayment,       requests.lower_what_is_asked, "covered", CAPTURED, (PaymentSecured, RequestRefund)),
    Row(AUTHORISED, LowerPayment,       requests.lower,     "lowered",  AUTHORISED, moves=False),
    *_lowering(CAPTURING, CAPTURED, SETTLED),

    # A capture and a part of a payout are booked once, whatever message says it again.
    *again(CaptureReported, money.taken_early, REQUESTED),
    *again(CaptureReported, money.captured, CAPTURING, CAPTURED, SETTLED),
    *again(SettlementReported, money.settled, CAPTURED, SETTLED),
    *again(ChargebackReported, money.charged_back, CAPTURED, SETTLED),
    *marketplace.ROWS,
)

OTHERS: tuple[Other, ...] = (
    Early((NEW,), PaymentAuthorised, "the order itself has not come yet"),
    Early((NEW,), AuthorisationRequested, "the order itself has not come yet"),
    Early((NEW,), CaptureRequested, "the order itself has not come yet"),
    Early((NEW,), VoidRequested, "the order itself has not come yet"),
    Ignored((DECLINED, VOIDING, VOIDED), LowerPayment, "no money is wanted any more"),
    Unexpected((NEW,), LowerPayment, "an order wants less of a payment it never asked for: report this as a defect"),
    Early((NEW,), PaymentDeclined, "the order itself has not come yet"),
    Early((NEW,), CaptureReported, "the order itself has not come yet"),
    Early((NEW, REQUESTED, AUTHORISED, CAPTURING), SettlementReported, "the capture it settles has not come yet"),
    Early((DECLINED, VOIDING, VOIDED), SettlementReported, "the late capture it settles has not come yet"),
    Early((NEW, REQUESTED, AUTHORISED, CAPTURING), ChargebackReported, "the capture it takes back has not come yet"),
    Early((DECLINED, VOIDING, VOIDED), ChargebackReported, "the late capture it takes back has not come yet"),
    Early((NEW, REQUESTED), VoidReported, "what it ends has not come yet"),
    Ignored((AUTHORISED, CAPTURING, CAPTURED, SETTLED, DECLINED, VOIDING, VOIDED), RequestPayment, "asked for already"),
    Ignored((REQUESTED,), RequestPayment, "asked for already"),
    Ignored((*marketplace.HELD, REQUESTED, AUTHORISED, CAPTURING, CAPTURED, SETTLED, DECLINED, VOIDING, VOIDED), PaymentTakenOver, "known already"),
    Ignored((REQUESTED, AUTHORISED, CAPTURING, CAPTURED, SETTLED, DECLINED, VOIDING, VOIDED), ForgoPayment, "asked for already"),
    Unexpected((NEW,), CollectPayment, "goods left under an order that told its payment nothing: report this as a defect"),
    Ignored((AUTHORISED, CAPTURING, CAPTURED, SETTLED), PaymentAuthorised, "held, or taken, already"),
    Ignored((AUTHORISED, CAPTURING, CAPTURED, SETTLED, DECLINED, VOIDED), PaymentDeclined, "decided already"),
    Ignored((NEW, DECLINED, VOIDING, VOIDED), ReleasePayment, "no money is held, or it is being let go already"),
    Ignored((CAPTURING, CAPTURED, SETTLED, DECLINED, VOIDED), VoidReported, "nothing was to be let go, or it has been"),
    Ignored((AUTHORISED, CAPTURED, SETTLED, DECLINED, VOIDED), DeadlinePassed, "it has moved on"),
    Unexpected((NEW, AUTHORISED), CreditPayment, "goods came back that nobody was asked to pay: report this as a defect"),
    *marketplace.OTHERS,
    *marketplace.others_of((REQUESTED, AUTHORISED, CAPTURING, CAPTURED, SETTLED, DECLINED, VOIDING, VOIDED)),
    Unexpected((NEW,), DeadlinePassed, "a deadline of a payment that does not exist: report this as a defect"),
)
# fmt: on
PAYMENT = Process("payment", PaymentData, ROWS, OTHERS)

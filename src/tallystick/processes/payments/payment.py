"""The payment: held, taken for what has left, settled by the provider; or declined, or let go."""

from tallystick.messages.payments import (
    AuthorisePayment,
    CapturePayment,
    CaptureReported,
    CollectPayment,
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
)
from tallystick.messages.sales import DeadlinePassed
from tallystick.processes.payments import payment_steps as do
from tallystick.processes.payments.payment_steps import PaymentData
from tallystick.processes.table import NEW, Early, Ignored, Process, Row, Unexpected

REQUESTED, AUTHORISED, CAPTURING, CAPTURED = "REQUESTED", "AUTHORISED", "CAPTURING", "CAPTURED"
SETTLED, DECLINED, VOIDING, VOIDED = "SETTLED", "DECLINED", "VOIDING", "VOIDED"

# fmt: off
ROWS = (
    #   in state    on message          decide           outcome      to state    tells                            within
    Row(NEW,        RequestPayment,     do.ask,          "asked",     REQUESTED,  (AuthorisePayment,)),

    Row(REQUESTED,  PaymentAuthorised,  do.authorised,   "enough",    AUTHORISED, (PaymentSecured,)),
    Row(REQUESTED,  PaymentAuthorised,  do.authorised,   "owed",      CAPTURING,  (PaymentSecured, CapturePayment)),
    Row(REQUESTED,  PaymentAuthorised,  do.authorised,   "short",     VOIDING,    (PaymentFailed, VoidPayment),    "void_hours_max"),
    Row(REQUESTED,  PaymentDeclined,    do.declined,     "declined",  DECLINED,   (PaymentFailed,)),
    Row(REQUESTED,  CaptureReported,    do.taken_early,  "taken",     CAPTURED,   (PaymentSecured, RequestRefund)),
    Row(REQUESTED,  CaptureReported,    do.taken_early,  "owed",      CAPTURING,  (PaymentSecured, CapturePayment)),
    Row(REQUESTED,  CollectPayment,     do.remember,     "owed",      REQUESTED),
    Row(REQUESTED,  ReleasePayment,     do.release,      "voiding",   VOIDING,    (VoidPayment,),                  "void_hours_max"),
    Row(REQUESTED,  ReleasePayment,     do.release,      "owed",      REQUESTED),

    Row(AUTHORISED, CollectPayment,     do.collect,      "asked",     CAPTURING,  (CapturePayment,)),
    Row(AUTHORISED, CaptureReported,    do.captured,     "all",       CAPTURED),
    Row(AUTHORISED, ReleasePayment,     do.let_go,       "voiding",   VOIDING,    (VoidPayment,),                  "void_hours_max"),

    Row(CAPTURING,  CaptureReported,    do.captured,     "all",       CAPTURED,   (RequestRefund,)),
    Row(CAPTURING,  CaptureReported,    do.captured,     "some",      CAPTURING),
    Row(CAPTURING,  CollectPayment,     do.collect,      "asked",     CAPTURING,  (CapturePayment,)),
    Row(CAPTURING,  ReleasePayment,     do.end,          "kept",      CAPTURING),

    Row(CAPTURED,   CollectPayment,     do.collect_more, "asked",     CAPTURING,  (CapturePayment,)),
    Row(CAPTURED,   CollectPayment,     do.collect_more, "covered",   CAPTURED),
    Row(CAPTURED,   CaptureReported,    do.captured,     "all",       CAPTURED,   (RequestRefund,)),
    Row(CAPTURED,   CaptureReported,    do.captured,     "some",      CAPTURED),
    Row(CAPTURED,   SettlementReported, do.settled,      "all",       SETTLED),
    Row(CAPTURED,   SettlementReported, do.settled,      "some",      CAPTURED),
    Row(CAPTURED,   ReleasePayment,     do.give_back,    "refund",    CAPTURED,   (RequestRefund,)),
    Row(CAPTURED,   ReleasePayment,     do.give_back,    "kept",      CAPTURED),

    Row(SETTLED,    CollectPayment,     do.collect_more, "asked",     CAPTURING,  (CapturePayment,)),
    Row(SETTLED,    CollectPayment,     do.collect_more, "covered",   SETTLED),
    Row(SETTLED,    CaptureReported,    do.captured,     "all",       CAPTURED,   (RequestRefund,)),
    Row(SETTLED,    CaptureReported,    do.captured,     "some",      CAPTURED),
    Row(SETTLED,    SettlementReported, do.settled,      "all",       SETTLED),
    Row(SETTLED,    SettlementReported, do.settled,      "some",      SETTLED),
    Row(SETTLED,    ReleasePayment,     do.give_back,    "refund",    SETTLED,    (RequestRefund,)),
    Row(SETTLED,    ReleasePayment,     do.give_back,    "kept",      SETTLED),

    Row(VOIDING,    VoidReported,       do.voided,       "voided",    VOIDED),
    Row(VOIDING,    PaymentDeclined,    do.voided,       "voided",    VOIDED),
    Row(VOIDING,    PaymentAuthorised,  do.let_go,       "voiding",   VOIDING,    (VoidPayment,),                  "void_hours_max"),
    Row(VOIDING,    DeadlinePassed,     do.void_overdue, "told",      VOIDING),

    # Money taken although nobody wants it any more is booked, and given back.
    Row(VOIDING,    CaptureReported,    do.taken_late,   "refund",    CAPTURED,   (RequestRefund,)),
    Row(VOIDED,     CaptureReported,    do.taken_late,   "refund",    CAPTURED,   (RequestRefund,)),
    Row(DECLINED,   CaptureReported,    do.taken_late,   "refund",    CAPTURED,   (RequestRefund,)),
    Row(VOIDED,     PaymentAuthorised,  do.let_go,       "voiding",   VOIDING,    (VoidPayment,),                  "void_hours_max"),
    Row(DECLINED,   PaymentAuthorised,  do.let_go,       "voiding",   VOIDING,    (VoidPayment,),                  "void_hours_max"),

    # Goods left and there is no money for them: somebody must collect.
    Row(DECLINED,   CollectPayment,     do.unpaid,       "told",      DECLINED),
    Row(VOIDING,    CollectPayment,     do.unpaid,       "told",      VOIDING,    (),                              "void_hours_max"),
    Row(VOIDED,     CollectPayment,     do.unpaid,       "told",      VOIDED),
    Row(NEW,        CollectPayment,     do.unpaid,       "told",      VOIDED),
)

OTHERS = (
    Early((NEW,), PaymentAuthorised, "the order itself has not come yet"),
    Early((NEW,), PaymentDeclined, "the order itself has not come yet"),
    Early((NEW,), CaptureReported, "the order itself has not come yet"),
    Early((NEW, REQUESTED, AUTHORISED, CAPTURING), SettlementReported, "the capture it settles has not come yet"),
    Early((DECLINED, VOIDING, VOIDED), SettlementReported, "the late capture it settles has not come yet"),
    Early((NEW, REQUESTED, AUTHORISED), VoidReported, "nobody asked for it yet: the request is on its way"),
    Ignored((AUTHORISED, CAPTURING, CAPTURED, SETTLED, DECLINED, VOIDING, VOIDED), RequestPayment, "asked for already"),
    Ignored((REQUESTED,), RequestPayment, "asked for already"),
    Ignored((AUTHORISED, CAPTURING, CAPTURED, SETTLED), PaymentAuthorised, "held, or taken, already"),
    Ignored((AUTHORISED, CAPTURING, CAPTURED, SETTLED, DECLINED, VOIDED), PaymentDeclined, "decided already"),
    Ignored((NEW, DECLINED, VOIDING, VOIDED), ReleasePayment, "no money is held, or it is being let go already"),
    Ignored((CAPTURING, CAPTURED, SETTLED, DECLINED, VOIDED), VoidReported, "nothing was to be let go, or it has been"),
    Ignored((REQUESTED, AUTHORISED, CAPTURING, CAPTURED, SETTLED, DECLINED, VOIDED), DeadlinePassed, "it has moved on"),
    Unexpected((NEW,), DeadlinePassed, "a deadline of a payment that does not exist: report this as a defect"),
)
# fmt: on
PAYMENT = Process("payment", PaymentData, ROWS, OTHERS)

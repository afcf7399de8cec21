"""The tenders of an order that gift cards pay in part: what each is to pay, has paid and was given back.

They stand between the order and its payment with a provider, which sees only its own part.
"""

from msgspec import Struct

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
from tallystick.processes.gift_cards import tender_steps as do
from tallystick.processes.gift_cards.tender_steps import TendersData
from tallystick.processes.table import NEW, Decide, Ignored, Process, Row, Unexpected

ASKED, SECURED, FAILED, ENDED = "ASKED", "SECURED", "FAILED", "ENDED"
_KNOWN = (ASKED, SECURED, FAILED, ENDED)


def _staying(message: type[Struct], decide: Decide, outcome: str, *states: str) -> tuple[Row, ...]:
    return tuple(Row(s, message, decide, outcome, s, (message,), moves=False) for s in states)


# fmt: off
ROWS = (
    #   in state  on message       decide      outcome     to state  tells
    Row(NEW,      RequestPayment,  do.ask,     "asked",    ASKED,    (RequestPayment,)),
    Row(NEW,      RequestPayment,  do.ask,     "covered",  SECURED,  (ForgoPayment, PaymentSecured)),
    Row(NEW,      ForgoPayment,    do.forgo,   "forgone",  ENDED,    (ForgoPayment,)),

    Row(ASKED,    PaymentSecured,  do.pass_on, "told",     SECURED,  (PaymentSecured,)),
    Row(ASKED,    PaymentFailed,   do.pass_on, "told",     FAILED,   (PaymentFailed,)),
    Row(SECURED,  PaymentFailed,   do.pass_on, "told",     FAILED,   (PaymentFailed,)),

    # The provider's part is lowered first: what a card would pay stays, so that the customer's money does.
    Row(ASKED,    LowerPayment,    do.lower_what_is_asked, "lowered", ASKED, (LowerPayment,), moves=False),
    Row(ASKED,    LowerPayment,    do.lower_what_is_asked, "covered", SECURED, (LowerPayment, ReleasePayment, PaymentSecured)),
    Row(SECURED,  LowerPayment,    do.lower,   "lowered",  SECURED,  (LowerPayment, ReleasePayment), moves=False),
    Row(FAILED,   LowerPayment,    do.lower,   "lowered",  FAILED,   (LowerPayment, ReleasePayment), moves=False),

    # The order has ended: what no goods left for is free again.
    Row(ASKED,    ReleasePayment,  do.release, "released", ENDED,    (ReleasePayment,)),
    Row(SECURED,  ReleasePayment,  do.release, "released", ENDED,    (ReleasePayment,)),
    Row(FAILED,   ReleasePayment,  do.release, "released", ENDED,    (ReleasePayment,)),
    Row(ENDED,    ReleasePayment,  do.release, "released", ENDED,    (ReleasePayment,), moves=False),

    # In the declared order: cards first, as far as they go; back the same way, within what each has paid.
    *_staying(CollectPayment, do.collect, "collected", *_KNOWN),
    *_staying(CreditPayment, do.credit, "credited", *_KNOWN),

    *_staying(PaymentSecured, do.pass_on, "told", ENDED),
    *_staying(PaymentFailed, do.pass_on, "told", ENDED),
)

_DEFECT = "an order tells tenders that it never asked for anything: report this as a defect"
OTHERS = (
    Ignored(_KNOWN, RequestPayment, "asked for already"),
    Ignored(_KNOWN, ForgoPayment, "asked for already"),
    Ignored((SECURED, FAILED), PaymentSecured, "known already, or the order was told otherwise"),
    Ignored((FAILED,), PaymentFailed, "the order was told already"),
    Ignored((ENDED,), LowerPayment, "what no goods left for is free already"),
    Unexpected((NEW,), LowerPayment, _DEFECT),
    Unexpected((NEW,), ReleasePayment, _DEFECT),
    Unexpected((NEW,), CollectPayment, _DEFECT),
    Unexpected((NEW,), CreditPayment, _DEFECT),
    Unexpected((NEW,), PaymentSecured, _DEFECT),
    Unexpected((NEW,), PaymentFailed, _DEFECT),
)
# fmt: on
TENDERS = Process("tenders", TendersData, ROWS, OTHERS)

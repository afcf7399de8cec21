"""The rows of a payment that a marketplace has: ENTRUSTED while all fits, AWAITED while it has something to show yet."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from tallystick.messages.marketplaces.reports import MarketplaceRefundReported, MarketplaceSettlementReported
from tallystick.messages.payments import (
    AuthorisationRequested,
    CaptureReported,
    CaptureRequested,
    ChargebackReported,
    CollectPayment,
    CreditPayment,
    ForgoPayment,
    LowerPayment,
    PaymentAuthorised,
    PaymentDeclined,
    PaymentSecured,
    PayRefund,
    ReleasePayment,
    RequestPayment,
    SettlementReported,
    VoidReported,
    VoidRequested,
)
from tallystick.messages.sales import DeadlinePassed
from tallystick.processes.payments import marketplace_money as do
from tallystick.processes.payments import payment_money as money
from tallystick.processes.payments import payment_requests as requests
from tallystick.processes.repeats import again
from tallystick.processes.table import NEW, Decide, Early, Ignored, Other, Row, Unexpected

ENTRUSTED, AWAITED = "ENTRUSTED", "AWAITED"
HELD: Final = (ENTRUSTED, AWAITED)
DAYS: Final = "marketplace_days_max"


def _weighing(message: type[Struct], decide: Decide, *tells: type[Struct]) -> Iterator[Row]:
    """What fits is put out of balance by whatever moves; what is awaited may fit then, or not yet."""
    yield Row(ENTRUSTED, message, decide, do.OPEN, AWAITED, tells, DAYS)
    yield Row(AWAITED, message, decide, do.OPEN, AWAITED, tells, DAYS)
    yield Row(AWAITED, message, decide, do.EVEN, ENTRUSTED, tells)


# fmt: off
ROWS: Final = (
    Row(NEW, RequestPayment, do.entrust,         "entrusted", ENTRUSTED, (PaymentSecured,)),
    Row(NEW, ForgoPayment,   do.entrust_nothing, "entrusted", ENTRUSTED),
    *_weighing(CollectPayment, do.owed),
    *_weighing(CaptureReported, do.took),
    *_weighing(MarketplaceRefundReported, do.paid_back),
    *_weighing(CreditPayment, do.credited, PayRefund),
    Row(AWAITED, DeadlinePassed, do.overdue, "told", AWAITED),
    *(Row(s, MarketplaceSettlementReported, do.settled, "posted", s, moves=False) for s in HELD),
    *(Row(s, ChargebackReported, money.charged_back, "posted", s, moves=False) for s in HELD),
    *(Row(s, LowerPayment, do.lowered, "lowered", s, moves=False) for s in HELD),
    *(Row(s, ReleasePayment, do.ended, "ended", s, moves=False) for s in HELD),
    *(Row(s, m, requests.cannot, "refused", s, moves=False)
      for m in (AuthorisationRequested, CaptureRequested, VoidRequested) for s in HELD),
    *again(CaptureReported, do.took, *HELD),
    *again(MarketplaceRefundReported, do.paid_back, *HELD),
    *again(MarketplaceSettlementReported, do.settled, *HELD),
    *again(ChargebackReported, money.charged_back, *HELD),
)

OTHERS: Final[tuple[Other, ...]] = (
    Ignored(HELD, RequestPayment, "asked for already"),
    Ignored(HELD, ForgoPayment, "asked for already"),
    Ignored(HELD, PaymentAuthorised, "the buyer has paid the marketplace already"),
    Ignored(HELD, PaymentDeclined, "the buyer has paid the marketplace already"),
    Ignored(HELD, VoidReported, "nothing is held by a provider: the marketplace cancels the order itself"),
    Ignored((ENTRUSTED,), DeadlinePassed, "it has moved on"),
    Unexpected(HELD, SettlementReported, "report what a marketplace pays out as its own settlement, with commission and tax"),
    Early((NEW,), MarketplaceRefundReported, "the order itself has not come yet"),
    Early((NEW,), MarketplaceSettlementReported, "the order itself has not come yet"),
)
# fmt: on


def others_of(states: tuple[str, ...]) -> tuple[Other, ...]:
    """Return what the *states* of a payment with a provider say to a marketplace's reports."""
    remedy = "this order is paid through a provider: place orders of a marketplace with its terms"
    return tuple(Unexpected(states, m, remedy) for m in (MarketplaceRefundReported, MarketplaceSettlementReported))

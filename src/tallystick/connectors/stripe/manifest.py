"""What this door can do, and what it declares because Stripe does not say it."""

from typing import Final

from tallystick.messages.payments import (
    AuthorisePayment,
    CapturePayment,
    CaptureReported,
    PaymentAuthorised,
    PaymentDeclined,
    PayRefund,
    RefundReported,
    SettlementReported,
    VoidPayment,
    VoidReported,
)
from tallystick.ports.connector import Manifest

PAGE_SIZE_MAX: Final = 100
PER_SECOND_MAX: Final = 20
"""Stripe allows 25 requests a second in test mode and 100 live; a shop of the same account needs some too."""
API_VERSION: Final = "2024-10-28.acacia"
"""The first in which refunds have events of their own."""

DECLARED: Final = {
    "order": "The shop makes the payment intent (manual capture, a payment method) with our order number as metadata `order`.",
    "authorise": "The shop's intent is confirmed, lowered to the amount of the command first where the order was cut down. "
    "A decline is an acknowledgement: the event reports it.",
    "found": "An intent is searched by its order; as search lags, those made in the last hour are listed when it finds none.",
    "keys": "Besides Stripe's own idempotency keys, which go after a day, each capture and refund carries ours in metadata.",
    "once": "Without the setting `multicapture` an authorisation is captured once and Stripe releases the rest.",
    "money": "Amounts are in the digits of ISO 4217, unless the setting `digits` names a currency the book counts otherwise.",
    "zone": "Times are UTC seconds; the day is the one in the setting `zone`.",
    "payouts": "A payout that Stripe makes by itself is read with all its transactions; an order's part is the sum of its "
    "charges and refunds and their fees. What names no order (disputes, Stripe's own fees), or was exchanged, waits for a person.",
    "proof": "Commands and signed webhooks run against localstripe, which is taught metadata on capture; it knows no "
    "authorised, cancelled, refund and payout events, no keys, fees and multicapture: these are proven against our twin.",
}

MANIFEST: Final = Manifest(
    name="stripe",
    system="Stripe",
    role="payments are held, taken and paid back there",
    foreign_version=API_VERSION,
    auth="secret API key; webhooks are signed (HMAC-SHA256)",
    pulls=(PaymentAuthorised, PaymentDeclined, CaptureReported, VoidReported, RefundReported, SettlementReported),
    pushes=(AuthorisePayment, CapturePayment, VoidPayment, PayRefund),
    addressed_by=dict.fromkeys((AuthorisePayment, CapturePayment, VoidPayment, PayRefund), "provider"),
    secrets={
        "api_key": "the secret or restricted key (sk_…, rk_…) its calls are made with",
        "hook_secret": "the signing secret of the webhook endpoint (whsec_…)",
    },
    settings={
        "zone": "the time zone of its days; UTC where it is left out",
        "digits": "currencies the book counts otherwise than ISO 4217, such as `GBP/3`, with blanks between; may be left out",
        "bank": "our name of the bank account its payouts reach",
        "multicapture": "`yes` where Stripe lets this account capture one authorisation several times; may be left out",
    },
    hooks=True,
    page_size_max=PAGE_SIZE_MAX,
    requests_per_second_max=PER_SECOND_MAX,
    guide="stripe.md",
    proven_by="twin",
    declared=DECLARED,
)

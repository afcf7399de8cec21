"""What this door can do, and what it declares because the partner does not say it."""

from typing import Final

from tallystick.messages.payments import CapturePayment, PayRefund
from tallystick.messages.sales import OrderPlaced
from tallystick.ports.connector import Manifest

PAGE_SIZE_MAX: Final = 100
PER_SECOND_MAX: Final = 10

DECLARED: Final = {
    "cursor": "Its changes are numbered; a cursor is the last number seen.",
    "zone": "Times carry their offset; the day is the one in the setting `zone`.",
    "money": "Amounts are decimal text in the order's currency, with the digits of ISO 4217.",
    "customer": "Customers are not read.",
}

MANIFEST: Final = Manifest(
    name="specimen",
    system="Specimen, a made-up web shop",
    role="orders come from it, captures and refunds go to it",
    foreign_version="1",
    auth="API key; webhooks are signed (HMAC-SHA256)",
    pulls=(OrderPlaced,),
    pushes=(CapturePayment, PayRefund),
    addressed_by={CapturePayment: "provider", PayRefund: "provider"},
    secrets={"api_key": "the key its calls are made with", "hook_secret": "the secret its webhooks are signed with"},
    settings={"location": "where its orders are shipped from", "zone": "its time zone; UTC where it is left out"},
    hooks=True,
    page_size_max=PAGE_SIZE_MAX,
    requests_per_second_max=PER_SECOND_MAX,
    proven_by="twin",
    declared=DECLARED,
)

"""What this connector uses of Stripe's API: `tally connector drift stripe --against openapi.json` compares it.

Objects are compared where Stripe's OpenAPI describes them once for all: events, lists and answers hold the same ones.
"""

from typing import Final

from tallystick.kit.drift.fields import Field, Part, Use, fields_in

_FORM: Final = "application/x-www-form-urlencoded"
_PAGE: Final = fields_in("", "integer limit", "string starting_after?")


def _object(name: str, *said: str) -> Part:
    return Part(place=f"#/components/schemas/{name}", use=Use.READ, fields=fields_in("", *said))


def _asked(path: str, *fields: Field) -> Part:
    return Part(place=f"GET {path} ?", use=Use.SENT, fields=fields)


def _told(path: str, *said: str) -> Part:
    return Part(place=f"POST {path}", use=Use.SENT, fields=fields_in("", *said), media=_FORM)


def _listed(path: str) -> Part:
    return Part(place=f"GET {path} 200", use=Use.READ, fields=fields_in("", "array data", "boolean has_more"))


PARTS: Final = (
    _object("event", "string id type", "integer created", "object data/object"),
    _object(
        "payment_intent",
        "string id currency status capture_method",
        "integer amount created amount_received? amount_capturable?",
        "object metadata? last_payment_error?",
        "string last_payment_error/code? last_payment_error/decline_code?",
    ),
    _object("refund", "string id currency status? failure_reason?", "integer amount", "object metadata?"),
    _object("payout", "string id currency", "integer amount"),
    Part(
        place="#/components/schemas/balance_transaction",
        use=Use.READ,
        fields=(
            *fields_in("", "string id type currency", "integer amount fee net", "number exchange_rate?"),
            Field(path="/source", type="", must=False),
        ),
    ),
    _object("charge", "object metadata"),
    _object("error", "object error"),
    _asked("/v1/events", *_PAGE, *fields_in("", "string type ending_before?")),
    _asked("/v1/payment_intents", *_PAGE),
    _asked("/v1/payment_intents/search", *fields_in("", "string query", "integer limit")),
    _asked("/v1/refunds", *_PAGE, *fields_in("", "string payment_intent")),
    _asked("/v1/balance_transactions", *_PAGE, *fields_in("", "string payout", "array expand")),
    _listed("/v1/events"),
    _listed("/v1/payment_intents"),
    _listed("/v1/payment_intents/search"),
    _listed("/v1/refunds"),
    _listed("/v1/balance_transactions"),
    _told("/v1/payment_intents/{intent}", "integer amount"),
    _told("/v1/payment_intents/{intent}/confirm"),
    _told(
        "/v1/payment_intents/{intent}/capture", "integer amount_to_capture", "boolean final_capture?", "object metadata"
    ),
    _told("/v1/payment_intents/{intent}/cancel"),
    _told("/v1/refunds", "string payment_intent", "integer amount", "object metadata"),
)

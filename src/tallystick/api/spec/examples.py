"""A story of requests, one after the other, in which every operation is used: shown on the reference page, run in the tests."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct


class Example(Struct, frozen=True):
    """One request of the story, who makes it, and the status of its answer. `{event}` and `{card}` in a path were read before."""

    operation: str
    path: str
    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = {}
    by: str = "shop"


def _order(number: str, quantity: int) -> dict[str, Any]:
    line = {"sku": "LAMP", "quantity": quantity, "net": 1200 * quantity, "tax": 240 * quantity}
    return {
        "order": number,
        "channel": "web",
        "location": "WH1",
        "provider": "stripe",
        "jurisdiction": "GB",
        "lines": [line],
    }


def _money(amount: int, reference: str) -> dict[str, Any]:
    return {"provider": "stripe", "amount": amount, "reference": reference}


def _key(text: str) -> dict[str, str]:
    return {"Idempotency-Key": f'"{text}"'}


_RECEIPT: Final = {
    "specversion": "1.0",
    "id": "R-1",
    "source": "wms",
    "type": "tallystick.stock.receipt_reported.v1",
    "time": "2026-11-24T07:30:00+01:00",
    "zone": "Europe/Berlin",
    "data": {
        "receipt": "R-1",
        "location": "WH1",
        "currency": "EUR/2",
        "origin": "supplier",
        "lines": [{"line": 1, "sku": "LAMP", "quantity": 40, "value": 16000}],
    },
}

POLICIES: Final = {"policies": [{"name": "usual", "window_days": 30, "fee_per_mille": 100, "approval_above": 5000}]}
PRICE: Final = {
    "specversion": "1.0",
    "id": "price-1",
    "source": "erp",
    "type": "tallystick.masters.price_declared.v1",
    "time": "2026-11-24T07:00:00Z",
    "zone": "UTC",
    "data": {
        "channel": "web",
        "sku": "LAMP",
        "priced_in": "EUR/2",
        "amount": 1440,
        "valid_from": "2026-11-01T00:00:00Z",
    },
}
PURCHASE: Final = {
    "specversion": "1.0",
    "id": "purchase-1",
    "source": "erp",
    "type": "tallystick.buying.purchase_placed.v1",
    "time": "2026-11-24T08:00:00Z",
    "zone": "UTC",
    "data": {
        "purchase": "P1",
        "supplier": "acme",
        "location": "WH1",
        "currency": "EUR/2",
        "expected_on": "2026-12-01",
        "lines": [{"line": 1, "sku": "LAMP", "quantity": 40, "net": 16000}],
        "jurisdiction": "DE",
        "tolerance": {"price_basis_points": 100},
    },
}


def _word(system: str, name: str) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"bulb-{system}",
        "source": system,
        "type": "tallystick.stewardship.master_stated.v1",
        "time": "2026-11-24T07:00:00Z",
        "zone": "UTC",
        "data": {
            "kind": "product",
            "code": "BULB",
            "system": system,
            "version": "2026-11-24T07:00:00Z",
            "fields": [{"field": "name", "value": name}],
        },
    }


WORDS: Final = [_word("erp", "Bulb"), _word("shop", "Birne")]
SETTLEMENT: Final = {"kind": "product", "code": "BULB", "field": "name", "take": "other", "reason": "as customers say"}
TRANSFER: Final = {
    "specversion": "1.0",
    "id": "transfer-1",
    "source": "planner",
    "type": "tallystick.transfers.transfer_requested.v1",
    "time": "2026-11-24T08:00:00Z",
    "zone": "UTC",
    "data": {
        "transfer": "T1",
        "source": "WH1",
        "target": "S1",
        "currency": "EUR/2",
        "expected_on": "2026-12-01",
        "lines": [{"line": 1, "sku": "LAMP", "quantity": 2}],
    },
}
COUNT: Final = {
    "specversion": "1.0",
    "id": "count-1",
    "source": "planner",
    "type": "tallystick.counts.count_planned.v1",
    "time": "2026-11-24T08:00:00Z",
    "zone": "UTC",
    "data": {
        "count": "C1",
        "location": "WH1",
        "currency": "EUR/2",
        "due_on": "2026-12-01",
        "lines": [{"line": 1, "sku": "LAMP"}],
    },
}
CORRECTION: Final = {
    "specversion": "1.0",
    "id": "correction-1",
    "source": "desk",
    "type": "tallystick.corrections.correction_reported.v1",
    "time": "2026-11-24T08:00:00Z",
    "zone": "UTC",
    "data": {
        "correction": "K1",
        "location": "WH1",
        "currency": "EUR/2",
        "reason": "theft",
        "lines": [{"line": 1, "sku": "LAMP", "quantity": -20000}],
    },
}
SCREENINGS: Final = {
    "specversion": "1.0",
    "id": "rules-1",
    "source": "fraud-desk",
    "type": "tallystick.availability.availability_rules_declared.v1",
    "subject": "rules/availability",
    "time": "2026-11-24T08:00:00Z",
    "zone": "UTC",
    "data": {"rules": {"screenings": [{"channel": "phone", "hours": 24, "otherwise": "review"}]}},
}
_ADDRESS: Final = {"name": "A. Reader", "lines": ["1 Mill Lane"], "city": "Leeds", "country": "GB"}
_LAMP: Final = {"line": 1, "sku": "LAMP"}

_REFUND: Final = {"amount": 1440, "reason": "as the receipt says"}
_RENT: Final = {
    "effective_on": "2026-11-30",
    "reason": "rent of November",
    "lines": [{"debit": "operating_expense:rent", "credit": "accruals:rent", "amount": 120000}],
}
_VERDICT: Final = {
    "says": "approved",
    "digest": "cb5f476f4c7921b560c25c9401bfc516bec9ab0fbb404a6150a2834068a97280",
    "because": "as the contract says",
}

_SALE: Final = {
    "document": "W1",
    "on": "2026-11-24",
    "currency": "EUR/2",
    "prices": "inclusive",
    "seller": {"established": "DE"},
    "ship_from": {"country": "DE"},
    "ship_to": {"country": "FR"},
    "lines": [
        {"line": 1, "sku": "LAMP", "quantity": 2, "amount": 2880},
        {"line": 2, "sku": "ATLAS", "quantity": 1, "amount": 1999, "tax_class": "reduced"},
    ],
}
_SOLD: Final = {
    "line": 1,
    "sku": "LAMP",
    "quantity": 2,
    "tax_class": "standard",
    "treatment": "taxed",
    "jurisdiction": "FR",
    "rate": 200000,
    "tax_collected_by": "seller",
    "tax_point": "2026-11-24",
    "net": 2400,
    "tax": 480,
    "gross": 2880,
    "law": "VAT Directive Art. 33(a): distance sales are taxed where the goods arrive; rate: CGI art. 278",
}

_CARD: Final = {"code": "7KQ2-M9XW-4T8R", "channel": "web", "amount": 5000, "tender": "card"}

_KIT: Final = {
    "components": [
        {"sku": "LAMP", "quantity": 1, "stand_alone": 1200},
        {"sku": "SHADE", "quantity": 2, "stand_alone": 300},
    ]
}

STORY: Final[tuple[Example, ...]] = (
    Example("send_reports", "/reports", [_RECEIPT], 202),
    Example("declare_return_policies", "/return-policies", POLICIES, by="controller"),
    Example("show_return_policies", "/return-policies"),
    Example("show_stock", "/stock/LAMP?location=WH1"),
    Example("query_stock", "/stock/query", {"skus": ["LAMP", "SHADE"], "channel": "web"}),
    Example("explain_stock", "/stock/LAMP/explanation?channel=web"),
    Example(
        "place_reservation",
        "/orders/W1/reservations/basket",
        {"channel": "web", "location": "WH1", "lines": [{"sku": "LAMP", "quantity": 2}], "seconds": 900},
        201,
        _key("basket-1"),
    ),
    Example("show_reservation", "/orders/W1/reservations/basket"),
    Example("extend_reservation", "/orders/W1/reservations/basket/extension", {"seconds": 1800}),
    Example("place_order", "/orders", _order("W1", 2) | {"reservation": "basket"}, 201, _key("checkout-1")),
    Example("place_order", "/orders", _order("W1", 2) | {"reservation": "basket"}, 201, _key("checkout-1")),
    Example("place_order", "/orders", _order("W9", 900), 409, _key("checkout-9")),
    Example("show_order", "/orders/W1"),
    Example("note_authorisation", "/orders/W1/payment/authorisations", _money(2880, "pi_1")),
    Example("show_fulfilment", "/orders/W1/fulfilment"),
    Example(
        "note_dispatch",
        "/orders/W1/dispatches",
        {"shipment": "S-1", "lines": [{"line": 1, "sku": "LAMP", "quantity": 2}]},
    ),
    Example("note_capture", "/orders/W1/payment/captures", _money(2880, "ch_1")),
    Example("show_payment", "/orders/W1/payment"),
    Example("request_return", "/orders/W1/returns", {"rma": "R1", "lines": [_LAMP | {"quantity": 1}]}),
    Example("show_return", "/orders/W1/returns/R1"),
    Example("label_return", "/orders/W1/returns/R1/label", {"carrier": "dhl", "tracking": "JD014"}),
    Example(
        "receive_return",
        "/orders/W1/returns/R1/parcels",
        {"parcel": "JD014", "location": "WH1", "lines": [_LAMP | {"quantity": 1}]},
    ),
    Example(
        "inspect_return",
        "/orders/W1/returns/R1/inspections",
        {"inspection": "I1", "location": "WH1", "lines": [_LAMP | {"quantity": 1, "verdict": "refurbish"}]},
    ),
    Example(
        "refurbish_return",
        "/orders/W1/returns/R1/works",
        {"work": "K1", "location": "WH1", "lines": [_LAMP | {"quantity": 1, "verdict": "resell"}]},
    ),
    Example("request_return", "/orders/W1/returns", {"rma": "R2", "lines": [_LAMP | {"quantity": 1}]}),
    Example("cancel_return", "/orders/W1/returns/R2/cancellation", {"reason": "fits after all"}),
    Example("place_order", "/orders", _order("W2", 1), 201),
    Example("note_decline", "/orders/W2/payment/declines", {"reason": "card expired"}),
    Example("place_order", "/orders", _order("W3", 1), 201),
    Example("cancel_order", "/orders/W3/cancellation", {"reason": "changed my mind"}),
    Example("note_void", "/orders/W3/payment/voids", {}),
    Example("note_capture", "/orders/W3/payment/captures", _money(1440, "ch_3")),
    Example("note_refund", "/orders/W3/payment/refunds/0", _money(1440, "re_3")),
    Example("place_order", "/orders", _order("W4", 1), 201),
    Example("note_authorisation", "/orders/W4/payment/authorisations", _money(1440, "pi_4")),
    Example("note_refusal", "/orders/W4/dispatch-refusals", {"reason": "the shelf is empty"}),
    Example(
        "place_reservation",
        "/orders/W5/reservations/call-centre",
        {"channel": "web", "location": "WH1", "lines": [{"sku": "LAMP", "quantity": 1}]},
        201,
    ),
    Example("transfer_reservation", "/orders/W5/reservations/call-centre/transfer", {"channel": "phone"}),
    Example("confirm_reservation", "/orders/W5/reservations/call-centre/confirmation", {}),
    Example("release_reservation", "/orders/W5/reservations/call-centre/release", {"reason": "nobody called back"}),
    Example("place_order", "/orders", _order("W6", 3) | {"delivery": _ADDRESS, "payment_method": "pm_6"}, 201),
    Example("cancel_line", "/orders/W6/lines/1/cancellation", {"quantity": 1, "reason": "one too many"}),
    Example("change_address", "/orders/W6/address", _ADDRESS | {"lines": ["2 Mill Lane"]}),
    Example("authorise_payment", "/orders/W6/payment/requests/authorisation", {"reference": "2nd", "method": "pm_7"}),
    Example("note_authorisation", "/orders/W6/payment/authorisations", _money(2880, "pi_6")),
    Example("capture_payment", "/orders/W6/payment/requests/capture", {"reference": "deposit", "amount": 1000}),
    Example("note_dispatch", "/orders/W6/dispatches", {"shipment": "S-6", "lines": [_LAMP | {"quantity": 1}]}),
    Example(
        "note_refusal", "/orders/W6/dispatch-refusals", {"reason": "short pick", "lines": [_LAMP | {"quantity": 1}]}
    ),
    Example("refund_payment", "/orders/W6/payment/requests/refund", {"reference": "scratch", "amount": 200}),
    Example("place_order", "/orders", _order("W7", 1), 201),
    Example("void_payment", "/orders/W7/payment/requests/void", {}),
    Example("void_payment", "/orders/W1/payment/requests/void", {}, 409),
    Example("send_reports", "/reports", [PRICE], 202),
    Example("show_price", "/prices/LAMP?channel=web"),
    Example("send_reports", "/reports", [PURCHASE], 202),
    Example("show_purchase", "/purchases/P1"),
    Example("send_reports", "/reports", [TRANSFER], 202),
    Example("show_transfer", "/transfers/T1"),
    Example("send_reports", "/reports", [COUNT], 202, by="operator"),
    Example("show_count_sheet", "/counts/C1/sheet"),
    Example("take_count", "/counts/C1/counted", {"lines": [{"line": 1, "units": 9}]}),
    Example("show_count", "/counts/C1", by="operator"),
    Example("request_label", "/orders/W4/labels", {"parcel": "S-4", "carrier": "postman", "weight_grams": 1200}),
    Example("show_parcel", "/orders/W4/parcels/S-4"),
    Example("cancel_label", "/orders/W4/parcels/S-4/label-cancellation", {"reason": "packed anew"}),
    Example("send_reports", "/reports", [SCREENINGS], 202),
    Example("place_order", "/orders", _order("W11", 1) | {"channel": "phone"}, 201),
    Example("show_screening", "/orders/W11/screening", by="operator"),
    Example(
        "rule_on_order", "/orders/W11/screening/ruling", {"ruling": "accept", "reason": "called back"}, by="operator"
    ),
    Example(
        "open_case",
        "/cases",
        {"case": "C1", "channel": "web", "topic": "parcel", "order": "W1", "message": "Nothing has come."},
        201,
    ),
    Example("show_case", "/cases/C1"),
    Example("add_case_message", "/cases/C1/messages", {"message": "It is there now."}),
    Example("close_case", "/cases/C1/closure", {"reason": "arrived"}),
    Example("list_entries", "/journal/entries?subject=order/W1&limit=50"),
    Example("show_entry", "/journal/entries/{event}"),
    Example("tell_story", "/trace?reference=order/W1"),
    Example("propose_manual_entry", "/proposals/entries", _RENT, 201, by="controller"),
    Example("list_proposals", "/proposals?state=open", by="approver"),
    Example("show_proposal", "/proposals/1", by="approver"),
    Example("give_verdict", "/proposals/1/verdict", _VERDICT, by="approver"),
    Example("propose_manual_entry", "/proposals/entries", _RENT, 201, by="controller"),
    Example("withdraw_proposal", "/proposals/2/withdrawal", {"because": "booked already"}, by="controller"),
    Example("send_reports", "/reports", [CORRECTION], 202, by="operator"),
    Example("propose_stock_correction", "/proposals/corrections", {"correction": "K1"}, 201, by="operator"),
    Example("propose_return_refund", "/orders/W1/returns/R1/refund-proposals", _REFUND, 201),
    Example("list_products", "/products?limit=10"),
    Example("list_locations", "/locations"),
    Example("quote_tax", "/tax/quotes", _SALE),
    Example("refund_tax", "/tax/refunds", {"lines": [_SOLD], "returned": [{"line": 1, "quantity": 1}]}),
    Example("define_kit", "/kits/STUDY-SET", _KIT),
    Example("show_kit", "/kits/STUDY-SET?channel=web"),
    Example("issue_gift_card", "/gift-cards", _CARD, 201, _key("card-1")),
    Example("look_up_gift_card", "/gift-cards/lookup", {"code": "7KQ2-M9XW-4T8R"}),
    Example("show_gift_card", "/gift-cards/{card}"),
    Example(
        "place_order", "/orders", _order("W8", 1) | {"gift_cards": [{"code": "7KQ2-M9XW-4T8R", "amount": 1000}]}, 201
    ),
    Example("block_gift_card", "/gift-cards/{card}/block", {"reason": "lost"}),
    Example("unblock_gift_card", "/gift-cards/{card}/unblock", {}),
    Example("list_channels", "/channels"),
    Example("show_golive", "/golive"),
    Example("show_channel_stock", "/channels/web/stock?odd=true", status=404),
    Example("send_reports", "/reports", WORDS, 202),
    Example("list_master_conflicts", "/master-conflicts?kind=product"),
    Example("show_master_record", "/master-record?kind=product&code=BULB"),
    Example("settle_master_conflict", "/master-settlements", SETTLEMENT),
    Example("show_catalogue", "/catalogue"),
)


def example_of(operation: str) -> Example:
    """Return the first example of an operation; every served one has one, which a test holds."""
    return next(e for e in STORY if e.operation == operation)

"""How this connector is tried: `tally connector check stripe`, and in the tests."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.stripe.connector import SIGNATURE, Stripe
from tallystick.connectors.stripe.manifest import MANIFEST
from tallystick.connectors.stripe.payouts import payout_delivery
from tallystick.connectors.stripe.translate import PULLED, delivery_of
from tallystick.connectors.stripe.twin import BEGINNING, StripeTwin
from tallystick.kit.contract.bench import Bench, Golden, Hooks, Trial, json_golden
from tallystick.kit.twins.faults import Fault
from tallystick.kit.twins.server import Heard, Twin
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
from tallystick.ports.connector import Connection, Hook, Report

SECRETS: Final = {"api_key": "sk_test_canary", "hook_secret": "whsec_canary"}
SOURCE: Final = "stripe"
NOWHERE: Final = "nowhere"
ORDERS: Final = 15
"""Of each kind: a check may need one for every fault there is."""
_AT: Final = BEGINNING - 5_400
"""28 March 22:59:59 UTC, when it is one second to midnight in Berlin."""


class Controls:
    """The twin's controls."""

    def __init__(self, account: StripeTwin, twin: Twin) -> None:
        """Hold *account*, served by *twin*."""
        self._account, self._twin = account, twin

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Let the next request that reads or writes meet *fault*."""
        self._twin.fail(fault, writing=writing)

    def requests(self) -> int:
        """Count requests."""
        return len(self._twin.heard)

    def effects(self) -> Sequence[Struct]:
        """Read what was done back into our words, by another way than the door writes them."""
        return [_command(*effect) for effect in self._account.effects]

    def stir(self, kind: type[Struct]) -> None:
        """Let one more event of *kind* come; events never change."""
        like = PULLED[kind].replace("*", "created")
        told = next(e for e in self._account.events if e["type"] == like)
        self._account.tell(like, told["data"]["object"])


def _command(verb: str, about: dict[str, Any], form: dict[str, str]) -> Struct:
    order = about["metadata"]["order"]
    currency = {"eur": "EUR/2", "jpy": "JPY/0"}[about["currency"]]
    if verb == "refund":
        return PayRefund(order, int(about["metadata"]["number"]), SOURCE, currency, about["amount"])
    if verb == "cancel":
        return VoidPayment(order, SOURCE)
    if verb == "confirm":
        return AuthorisePayment(order, SOURCE, currency, about["amount"])
    return CapturePayment(order, SOURCE, currency, int(form["amount_to_capture"]))


def _anew(command: Struct, n: int) -> Struct:
    order = str(getattr(command, "order", ""))
    return command if order == NOWHERE else replace(command, order=f"{order[0]}-{n + 1}")


TRIALS: Final = (
    Trial(
        AuthorisePayment("Ä-0", SOURCE, "EUR/2", 1990),
        AuthorisePayment("Ä-0", SOURCE, "EUR/2", 1991),
        AuthorisePayment(NOWHERE, SOURCE, "EUR/2", 1990),
        _anew,
    ),
    Trial(
        CapturePayment("C-0", SOURCE, "JPY/0", 700),
        CapturePayment("C-0", SOURCE, "JPY/0", 701),
        CapturePayment("C-0", SOURCE, "JPY/0", 1991),
        _anew,
    ),
    Trial(VoidPayment("V-0", SOURCE), VoidPayment("V-9", SOURCE), VoidPayment("R-14", SOURCE), _anew),
    Trial(
        PayRefund("R-0", 2, SOURCE, "EUR/2", 5),
        PayRefund("R-0", 2, SOURCE, "EUR/2", 6),
        PayRefund("R-0", 2, SOURCE, "EUR/2", 1991),
        _anew,
    ),
)


def _event(kind: str, about: dict[str, Any]) -> dict[str, Any]:
    return {"id": "evt_g", "object": "event", "type": kind, "created": _AT, "data": {"object": about}}


_INTENT: Final[dict[str, Any]] = {
    "id": "pi_g",
    "amount": 1990,
    "currency": "eur",
    "amount_received": 0,
    "metadata": {"order": "Bestellung Ö/1"},
}
_REFUND: Final[dict[str, Any]] = {
    "id": "re_g",
    "amount": 333,
    "currency": "jpy",
    "status": "succeeded",
    "metadata": {"order": "Bestellung Ö/1", "number": "2"},
}
_FAILURE: Final = {"code": "card_declined", "decline_code": "insufficient_funds"}
_TAKEN: Final = {**_INTENT["metadata"], "tally_aa": "700", "tally_bb": "0290"}


def _golden(kind: str, about: dict[str, Any], *data: Struct) -> Golden:
    """One second to midnight in Berlin: the day is that of the setting `zone`."""
    order = "Bestellung Ö/1"
    required = ["/type", "/created", "/data/object/metadata/order", "/data/object/id", "/data/object/currency"]
    return json_golden(delivery_of(SOURCE, _event(kind, about)), _reports(order, data), required)


def _reports(order: str, data: Sequence[Struct]) -> list[Report]:
    return [
        Report(
            id=f"evt_g/{type(one).__name__}/{getattr(one, 'reference', '') or order}",
            subject=f"order/{order}",
            data=one,
            time=datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC),
            on=date(2026, 3, 28),
            zone="Europe/Berlin",
        )
        for one in data
    ]


def _goldens() -> list[Golden]:
    order, taken = "Bestellung Ö/1", {**_INTENT, "metadata": _TAKEN, "amount_received": 1000}
    return [
        _golden("payment_intent.amount_capturable_updated", _INTENT, PaymentAuthorised(order, SOURCE, 1990, "pi_g")),
        _golden(
            "payment_intent.payment_failed",
            {**_INTENT, "last_payment_error": _FAILURE},
            PaymentDeclined(order, "insufficient_funds"),
        ),
        _golden(
            "payment_intent.succeeded",
            taken,
            CaptureReported(order, SOURCE, 700, "pi_g/tally_aa"),
            CaptureReported(order, SOURCE, 290, "pi_g/tally_bb"),
            CaptureReported(order, SOURCE, 10, "pi_g/others_1000"),
        ),
        _golden("payment_intent.canceled", _INTENT, VoidReported(order)),
        _settled(order),
        _golden("refund.updated", _REFUND, RefundReported(order, 2, SOURCE, 333, "re_g")),
    ]


def movement(name: str, amount: int, fee: int, order: str) -> dict[str, Any]:
    """A charge or refund in Stripe's balance."""
    source = {"id": f"ch_{name}", "metadata": {"order": order} if order else {}}
    kind = "charge" if amount > 0 else "refund"
    told = {"id": f"txn_{name}", "type": kind, "amount": amount, "fee": fee, "net": amount - fee}
    return {**told, "currency": "eur", "exchange_rate": None, "source": source}


def _settled(order: str) -> Golden:
    """Sold twice, paid back once: one part of the payout."""
    account = StripeTwin("")
    event = account.pay_out(
        "po_g", [movement("1", 1000, 39, order), movement("2", -300, 0, order), movement("3", 7, 1, order)]
    )
    event.update(id="evt_g", created=_AT)
    delivery = payout_delivery(SOURCE, event, account.transactions["po_g"])
    reports = _reports(order, [SettlementReported(order, SOURCE, "po_g", "main", 707, 40)])
    required = [f"/transactions/0/{name}" for name in ("amount", "fee", "net", "currency", "source/metadata/order")]
    return json_golden(delivery, reports, [*required, "/event/created", "/event/data/object/amount"])


def _hook(secret: str, at: datetime, number: int) -> Hook:
    told = {**_event("payment_intent.canceled", _INTENT), "id": f"evt_h{number}"}
    body, stamp = json.dumps(told).encode(), str(int((at - timedelta(seconds=2)).timestamp()))
    signature = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return Hook({SIGNATURE: f"t={stamp},v1={'0' * 64},v1={signature},v0=ff"}, body, at)


def _account() -> StripeTwin:
    """Open an account with payments in each state, whose making has told events of each kind."""
    account = StripeTwin(SECRETS["api_key"])
    for n in range(ORDERS):
        account.intend(f"Ä-{n}", 1990, "eur")
        for letter, currency, verbs in (
            ("C", "jpy", ("confirm",)),
            ("V", "eur", ("confirm",)),
            ("R", "eur", ("confirm", "capture")),
        ):
            intent = account.intend(f"{letter}-{n}", 1990, currency)
            for verb in verbs:
                _asked(account, f"/v1/payment_intents/{intent['id']}/{verb}", b"amount_to_capture=1990")
    paid = account.intents["pi_4"]
    for n in (1, 2, 3):
        account.tell("payment_intent.payment_failed", {**account.intents["pi_1"], "last_payment_error": _FAILURE})
        account.tell("payment_intent.canceled", account.intents["pi_3"])
        refund = {**_REFUND, "id": f"re_0{n}", "payment_intent": paid["id"], "nobody_knows": "kept"}
        account.tell("refund.created", refund)
        account.pay_out(f"po_{n}", [movement(str(n * 10 + m), 500, 15, f"R-{m}") for m in range(4)])
    account.effects.clear()
    return account


def _asked(account: StripeTwin, path: str, body: bytes) -> None:
    headers = {"authorization": f"Bearer {SECRETS['api_key']}", "idempotency-key": path}
    account.answer(Heard("POST", path, {}, headers, body))


@contextmanager
def bench() -> Iterator[Bench]:
    """Open an account with payments in each state, and lay a bench on the door to it."""
    account, asked_for = _account(), set[str]()

    def secret(name: str) -> str:
        asked_for.add(name)
        return SECRETS[name]

    with Twin(account.answer) as twin:
        settings = {"zone": "Europe/Berlin", "bank": "main"}
        connection = Connection(name=SOURCE, url=twin.url, secret=secret, settings=settings)
        yield Bench(
            manifest=MANIFEST,
            door=lambda limits: Stripe(connection, limits),
            partner=Controls(account, twin),
            goldens=_goldens(),
            trials=TRIALS,
            hooks=Hooks(
                honest=lambda at: [_hook(SECRETS["hook_secret"], at, n) for n in (1, 2)],
                forged=lambda at: [_hook("whsec_somebody_else", at, 3)],
            ),
            secrets=list(SECRETS.values()),
            unknown=b"nobody_knows",
            asked_for=asked_for,
        )

"""The proofs about money: what payments, refunds and orders know, against what the book says."""

from collections import Counter
from typing import Any

from tallystick.messages.payments import CapturePayment
from tallystick.processes.family import Family, data_of
from tallystick.simulator.invariants import StepCheck
from tallystick.simulator.tenders.proving import paid_by_cards
from tallystick.simulator.world import Truth


def check_money(check: StepCheck, truth: Truth | None = None) -> None:
    """Compare processes and book, for each order and each provider; and with what partners truly did, where known."""
    received = _receivables(check)
    captured: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for _, command in check.book.commands():
        if isinstance(command, CapturePayment):
            asked[command.order] += command.amount
    for subject, family in check.book.loaded.families.items():
        if not subject.startswith("order/"):
            continue
        name = subject.removeprefix("order/")
        payment = data_of(family, "payment/1") if "payment/1" in family else None
        refunded = _refunded(family) + (payment.refunded_there if payment else 0)
        taken, settled = (payment.captured, payment.settled) if payment else (0, 0)
        if truth:
            _compare(check, truth, name, (taken, refunded, settled))
        if payment:
            _check_refunds(check, name, family, payment)
            if asked[name] > max(payment.asked, payment.captured):
                check.found(
                    "asked_off", f"{name}: captures ask for {asked[name]}, the payment knows of {payment.asked}"
                )
            captured[payment.provider] += taken - refunded - settled - payment.charged_back - payment.dispute_fees
        order = data_of(family, "order") if "order" in family else None
        owed = order.earned - order.advanced + sum(x.sent_net + x.sent_tax for x in order.lines) if order else 0
        cards = paid_by_cards(family)
        if received[subject] != owed - taken + refunded - cards:
            expected = f"{owed} sold less credited - {taken} captured + {refunded} refunded - {cards} by gift cards"
            check.found("receivable_off", f"{name}: the book says {received[subject]}, not {expected}")
    _check_clearing(check, captured)


RESTING = {
    "order": {"REFUSED", "SHIPPED", "CANCELLED", "COMPLETED"},
    "fulfilment": {"UNASKED", "DISPATCHED", "STOPPED"},
    "payment": {"SETTLED", "CAPTURED", "DECLINED", "VOIDED", "ENTRUSTED"},
    "refund": {"PAID", "FAILED"},
    "return": {"SETTLED", "EXPIRED", "RULED"},
    "rma": {"REFUSED", "REFUNDED", "CLOSED", "CLAIMED"},
    "reservation": {"NEW", "CONFIRMED", "USED", "REFUSED", "RELEASED", "EXPIRED"},
    "claim": {"CREDITED"},
    # A doubt about an order that has ended needs nobody any more; the order itself says whether it has.
    "screening": {"PASSED", "FAILED", "REVIEW"},
    "parcel": {"UNLABELLED", "LABELLED", "STUCK", "DELIVERED", "RETURNED"},
    "tenders": {"SECURED", "FAILED", "ENDED"},
}


WAITING_TOLD = {
    ("payment", "REQUESTED"): "authorisation_overdue",
    ("payment", "CAPTURING"): "capture_overdue",
    ("payment", "AWAITED"): "marketplace_differs",
    ("parcel", "ASKED"): "label_overdue",
    ("parcel", "VOIDING"): "label_overdue",
    ("parcel", "ON_ITS_WAY"): "parcel_overdue",
    ("tenders", "ASKED"): "authorisation_overdue",
}
"""Where a member may wait for ever, once somebody has been told of it."""


def check_rest(check: StepCheck) -> None:
    """Every order has come to an end, and where it ended with money owed to anybody, somebody has been told."""
    breaks = {(_named(b.detail), b.kind) for folded in check.book.entries for b in folded.breaks}
    told = {name for name, _ in breaks}
    received = _receivables(check)
    for subject, family in check.book.loaded.families.items():
        if not subject.startswith("order/"):
            continue
        name = subject.removeprefix("order/")
        for member, standing in family.items():
            kind = member.partition("/")[0]
            if standing.state not in RESTING[kind] and (name, WAITING_TOLD.get((kind, standing.state))) not in breaks:
                check.found("not_at_rest", f"{name}: {member} still {standing.state}")
        payment = data_of(family, "payment/1") if "payment/1" in family else None
        if payment and payment.settled > payment.captured and (name, "over_settled") not in breaks:
            check.found("silent_over_settlement", f"{name}: {payment.settled} paid out of {payment.captured} captured")
        if received[subject] and name not in told:
            check.found(
                "silent_difference", f"{name}: {received[subject]} minor units still owed, and no break says so"
            )


def _named(detail: str) -> str:
    """Return the order a break is about: the first word of its detail."""
    return detail.partition(":")[0].partition(" ")[0]


def check_truth(check: StepCheck, truth: Truth) -> None:
    """Compare the shelves with what truly came and went, and the tills' revenue with what was truly sold."""
    for key in sorted({*truth.units, *check.book.loaded.layers}):
        layer = check.book.loaded.layer(*key)
        if layer.on_hand - layer.short != truth.units[key]:
            check.found(
                "units_truth",
                f"{key}: the book says {layer.on_hand} less {layer.short} short, truly {truth.units[key]}",
            )
    revenue: Counter[str] = Counter()
    for folded in check.book.entries:
        for p in folded.postings:
            if p.credit.startswith("revenue:till"):
                revenue[p.credit.removeprefix("revenue:")] += p.number
    if revenue != truth.till_net:
        check.found("revenue_truth", f"{dict(revenue)}, truly {dict(truth.till_net)}")


def check_commands(check: StepCheck, partners: tuple[Any, ...]) -> None:
    """Every command decided has reached its partner, under one key, and nobody has got one that was not decided."""
    decided = dict(check.book.commands())
    done = [(key, command) for partner in partners for key, command in partner.done.items()]
    reached = dict(done)
    for key in sorted(decided.keys() - reached.keys()):
        check.found("command_lost", f"{key} {type(decided[key]).__name__} never reached its partner")
    for key, command in done:
        if decided.get(key) != command:
            check.found("command_made_up", f"{key} {type(command).__name__} was never decided")


def _compare(check: StepCheck, truth: Truth, name: str, told: tuple[int, int, int]) -> None:
    truly = (truth.captured[name], truth.refunded[name], truth.settled[name])
    if told != truly:
        check.found("money_truth", f"{name}: captured, refunded, settled {told}, the provider says {truly}")


def _check_refunds(check: StepCheck, name: str, family: Family, payment: Any) -> None:
    """No more is asked to be paid back than was taken; and all that is asked, the payment has decided."""
    asked = sum(data_of(family, member).amount for member in list(family) if member.startswith("refund/"))
    decided = payment.given_back - payment.refunded_there
    if not asked == decided <= payment.captured:
        check.found("refunds_off", f"{name}: {asked} asked back, {decided} given, {payment.captured} captured")


def _refunded(family: Family) -> int:
    return sum(data_of(family, name).paid for name in list(family) if name.startswith("refund/"))


def _receivables(check: StepCheck) -> Counter[str]:
    """What each order owes by the book: postings to receivable accounts, by subject."""
    found: Counter[str] = Counter()
    for folded in check.book.entries:
        for p in folded.postings:
            if p.debit.startswith("receivable:"):
                found[folded.message.subject] += p.number
            if p.credit.startswith("receivable:"):
                found[folded.message.subject] -= p.number
    return found


def _check_clearing(check: StepCheck, left: Counter[str]) -> None:
    """Captured less refunds less settled, by the payments' own account, is what the book says a provider owes us."""
    clearing: Counter[str] = Counter()
    for folded in check.book.entries:
        for p in folded.postings:
            if p.debit.startswith("psp_clearing:"):
                clearing[p.debit.partition(":")[2]] += p.number
            if p.credit.startswith("psp_clearing:"):
                clearing[p.credit.partition(":")[2]] -= p.number
    for provider in sorted({*left, *clearing}):
        if left[provider] != clearing[provider]:
            check.found("clearing_off", f"{provider}: payments {left[provider]}, book {clearing[provider]}")

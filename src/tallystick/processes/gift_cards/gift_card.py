"""The gift card: sold or granted, perhaps blocked, and in the end run out. What orders have of it stands in its row."""

from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct

from tallystick.decisions.view import View
from tallystick.messages.sales import DeadlinePassed
from tallystick.messages.selling.gift_cards import (
    GiftCardBlocked,
    GiftCardExpired,
    GiftCardGranted,
    GiftCardIssued,
    GiftCardSold,
    GiftCardStopped,
    GiftCardUnblocked,
)
from tallystick.processes.gift_cards.moves import expiring
from tallystick.processes.table import NEW, Decision, Early, Ignored, Process, Row, Step, Unexpected

ACTIVE, BLOCKED, EXPIRED = "ACTIVE", "BLOCKED", "EXPIRED"
WHOLE_BASIS_POINTS = 10_000


class GiftCardData(Struct, frozen=True, gc=False, omit_defaults=True):
    """What was issued: a card of *amount*, until *expires_on*."""

    card: str
    channel: str
    currency: str
    amount: int
    expires_on: date | None = None


def issue(_: None, step: Step, view: View) -> Decision:
    """Owe what was paid for; of a single-purpose voucher the tax is owed as well, to the tax office."""
    report: GiftCardIssued = step.data
    fact: Struct
    if report.tender:
        fact = GiftCardSold(
            report.card,
            report.channel,
            report.currency,
            report.jurisdiction,
            report.tender,
            report.amount - report.tax,
            report.tax,
            report.amount * report.breakage_basis_points // WHOLE_BASIS_POINTS,
            report.expires_on,
        )
    else:
        fact = GiftCardGranted(
            report.card, report.channel, report.currency, report.amount, report.expires_on, report.reason
        )
    data = GiftCardData(report.card, report.channel, report.currency, report.amount, report.expires_on)
    return _until_it_is_over("issued", data, fact, step)


def block(data: GiftCardData, step: Step, view: View) -> Decision:
    """Let it pay for nothing more."""
    return _until_it_is_over("blocked", data, GiftCardStopped(data.card, True), step)


def unblock(data: GiftCardData, step: Step, view: View) -> Decision:
    """Let it pay again."""
    return _until_it_is_over("active", data, GiftCardStopped(data.card, False), step)


def run_out(data: GiftCardData, step: Step, view: View) -> Decision:
    """Its last day is over: what no order holds of it is earned."""
    card = view.card(data.card)
    amount, breakage = expiring(card)
    return Decision("expired", data, (GiftCardExpired(data.card, card.channel, data.currency, amount, breakage),))


def _until_it_is_over(outcome: str, data: GiftCardData, fact: Struct, step: Step) -> Decision:
    """Move on until the end of the last day; a card that has none is good for ever."""
    if data.expires_on is None:
        return Decision(f"{outcome}_for_good", data, (fact,))
    over = datetime.combine(data.expires_on, time(), UTC) + timedelta(days=1)
    seconds = max(1, int((over - step.cause.recorded_at).total_seconds()))
    return Decision(outcome, data, (fact,), within_seconds=seconds)


# fmt: off
ROWS = (
    #   in state  on message         decide   outcome             to state  tells  within
    Row(NEW,      GiftCardIssued,    issue,   "issued",           ACTIVE,   (),    "gift_card_days_max"),
    Row(NEW,      GiftCardIssued,    issue,   "issued_for_good",  ACTIVE),
    Row(ACTIVE,   GiftCardBlocked,   block,   "blocked",          BLOCKED,  (),    "gift_card_days_max"),
    Row(ACTIVE,   GiftCardBlocked,   block,   "blocked_for_good", BLOCKED),
    Row(BLOCKED,  GiftCardUnblocked, unblock, "active",           ACTIVE,   (),    "gift_card_days_max"),
    Row(BLOCKED,  GiftCardUnblocked, unblock, "active_for_good",  ACTIVE),
    Row(ACTIVE,   DeadlinePassed,    run_out, "expired",          EXPIRED),
    Row(BLOCKED,  DeadlinePassed,    run_out, "expired",          EXPIRED),
)

OTHERS = (
    Ignored((ACTIVE, BLOCKED, EXPIRED), GiftCardIssued, "a card is issued once"),
    Early((NEW,), GiftCardBlocked, "the card itself has not come yet"),
    Early((NEW,), GiftCardUnblocked, "the card itself has not come yet"),
    Ignored((BLOCKED, EXPIRED), GiftCardBlocked, "it pays for nothing already"),
    Ignored((ACTIVE, EXPIRED), GiftCardUnblocked, "it is not blocked, or its time is over"),
    Ignored((EXPIRED,), DeadlinePassed, "its time is over already"),
    Unexpected((NEW,), DeadlinePassed, "a deadline of a card that does not exist: report this as a defect"),
)
# fmt: on
GIFT_CARD = Process("gift_card", GiftCardData, ROWS, OTHERS)

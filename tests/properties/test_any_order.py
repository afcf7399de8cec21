"""Whatever order the same messages come in, and however often: the same units, revenue and receivables."""

from collections import Counter
from datetime import UTC, datetime
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from tallystick.engine.answer import Status
from tallystick.journal.posting import balances
from tallystick.messages.envelope import Message
from tallystick.messages.sales import SaleLine, SaleReported
from tallystick.messages.stock import AdjustmentLine, AdjustmentReported, ReceiptLine, ReceiptReported
from tallystick.simulator.invariants import StepCheck, final_violations
from tallystick.simulator.memory_book import MemoryBook

Happening = tuple[str, Struct]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SKUS = st.sampled_from(["LAMP", "SHADE"])
TENDERS = st.sampled_from(["account", "cash"])
CASES = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
SETTLED_LATER = (
    "inventory:",
    "cost_of_sales:",
    "unexplained_stock:",
    "cost_differences:",
    "stock_gains:",
    "stock_losses:",
)
"""Accounts whose provisional cost depends on the order, until the daily cost run settles it."""


@st.composite
def happenings(draw: st.DrawFn) -> list[Happening]:
    """A set of till sales, receipts and counts, each with its subject."""
    made: list[Happening] = []
    for n in range(draw(st.integers(1, 8))):
        kind, sku, quantity = draw(st.sampled_from("src")), draw(SKUS), draw(st.integers(1, 5))
        if kind == "s":
            lines = (SaleLine(1, sku, quantity, quantity * 1000, quantity * 190), SaleLine(2, "LAMP", 1, 900, 171))
            made.append((f"sale/{n}", SaleReported(str(n), "till", "WH1", "EUR/2", draw(TENDERS), lines)))
        elif kind == "r":
            line = ReceiptLine(1, sku, quantity, draw(st.integers(0, 3000)))
            made.append((f"stock/{n}", ReceiptReported(str(n), "WH1", "EUR/2", "supplier", (line,))))
        else:
            count = AdjustmentLine(1, sku, draw(st.sampled_from([-2, -1, 1, 2])), "count")
            made.append((f"count/{n}", AdjustmentReported(str(n), "WH1", "EUR/2", (count,))))
    return made


def booked(messages: list[Happening]) -> MemoryBook:
    """Deliver messages to an empty book, check every step, and return it."""
    book = MemoryBook()
    check = StepCheck(book)
    book.on_commit = check.committed
    for subject, data in messages:
        message = Message("test", subject, subject, data, b"", NOON, NOON.date(), NOON)
        assert book.deliver(message).status in {Status.ACCEPTED, Status.DUPLICATE}
    assert final_violations(check) == []
    return book


def settled_part(book: MemoryBook) -> Counter[tuple[str, str]]:
    """Balances that no order of arrival may change: units less those short, and all money but provisional cost."""
    found = balances(p for folded in book.entries for p in folded.postings)
    on_hand: Counter[tuple[str, str]] = Counter()
    for (account, commodity), number in found.items():
        if account.startswith(("stock:", "outside:unexplained")):
            on_hand["on hand less short", commodity] += number
        elif number and not account.startswith(SETTLED_LATER):
            on_hand[account, commodity] += number
    return on_hand


@CASES
@given(happenings(), st.randoms(use_true_random=False))
def test_any_order_and_any_duplicates_give_the_same_book(messages: list[Happening], chance: Random) -> None:
    """Shuffled, and some of them twice: units, revenue, tax, tenders and receivables are the same."""
    again = [*messages, *(m for m in messages if chance.random() < 0.4)]
    chance.shuffle(again)
    assert settled_part(booked(messages)) == settled_part(booked(again))


@CASES
@given(happenings())
def test_playing_the_log_again_posts_nothing(messages: list[Happening]) -> None:
    """The whole log twice over is the book it was."""
    assert len(booked([*messages, *messages]).entries) == len(booked(messages).entries)

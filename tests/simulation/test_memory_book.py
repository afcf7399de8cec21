"""The gate in memory: duplicates, early and parked messages, crashes. The real gate keeps the same promises."""

from datetime import UTC, datetime

import pytest
from msgspec import Struct

from tallystick.engine.answer import Status
from tallystick.messages.envelope import Message
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.payments import CaptureReported, PaymentAuthorised
from tallystick.messages.returns import ReturnedLine, ReturnReceived
from tallystick.messages.sales import OrderLine, OrderPlaced, SaleLine, SaleReported
from tallystick.messages.stock import HeldLine, ReceiptLine, ReceiptReported
from tallystick.simulator.memory_book import Crash, CrashPoint, MemoryBook

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
RECEIPT = ReceiptReported("r1", "WH1", "EUR/2", "supplier", (ReceiptLine(1, "LAMP", 10, 4000),))
ORDER = OrderPlaced("W1", "web", "WH1", "EUR/2", "stripe", (OrderLine(1, "LAMP", 2, 2400),))


def message(number: int, subject: str, data: Struct) -> Message:
    """A message opened for folding."""
    return Message("test", str(number), subject, data, b"", NOON, NOON.date(), NOON)


@pytest.fixture
def book() -> MemoryBook:
    """A book with ten lamps."""
    book = MemoryBook()
    book.deliver(message(1, "stock/r1", RECEIPT))
    return book


def test_a_duplicate_is_told_what_the_original_was_told(book: MemoryBook) -> None:
    """Deduplicated on (source, id) for ever; the answer is the original's, down to its event."""
    first = book.deliver(message(2, "order/W1", ORDER))
    again = book.deliver(message(2, "order/W1", ORDER))
    assert (again.status, again.event, again.outcome) == (Status.DUPLICATE, first.event, "reserved")
    assert len(book.entries) == 2


def test_an_early_message_waits_until_its_subject_moves(book: MemoryBook) -> None:
    """A payment that overtook its order is kept, and folded as soon as the order is there."""
    early = message(2, "order/W1", PaymentAuthorised("W1", "stripe", 2400))
    assert book.deliver(early).status is Status.EARLY
    book.deliver(message(3, "order/W1", ORDER))
    assert book.deliver(early).status is Status.DUPLICATE
    assert book.loaded.families["order/W1"]["order"].state == "RELEASED"


def test_a_refused_message_parks_its_subject_and_no_other(book: MemoryBook) -> None:
    """Later messages of the subject wait behind it, in order; all others flow; a person lets it go again."""
    book.deliver(message(2, "order/W1", ORDER))
    book.deliver(message(3, "order/W1", PaymentAuthorised("W1", "stripe", 2400)))
    book.deliver(message(4, "order/W1", DispatchReported("W1", "S1", (HeldLine(1, "LAMP", 2),))))
    came = ReturnReceived("W1", "R1", "WH1", (ReturnedLine(1, "LAMP", 1, "sellable"),))

    nothing = book.deliver(message(7, "order/W1", CaptureReported("W1", "stripe", 0)))
    behind = book.deliver(message(8, "order/W1", came))
    other = book.deliver(
        message(9, "sale/x", SaleReported("x", "till", "WH1", "EUR/2", "cash", (SaleLine(1, "LAMP", 1, 900),)))
    )
    assert [a.status for a in (nothing, behind, other)] == [Status.REFUSED, Status.WAITING, Status.ACCEPTED]
    assert "amount" in nothing.reason
    assert "mend the field" in nothing.remedy

    book.release("order/W1", drop_first=True)
    assert book.deliver(message(8, "order/W1", came)).status is Status.DUPLICATE


def test_a_defect_parks_one_subject_and_changes_nothing(book: MemoryBook) -> None:
    """A message that makes a decision fail leaves no trace in the book, and the next one is folded."""
    before = book.loaded.layers["LAMP", "WH1"].sellable
    nonsense = SaleReported(
        "x", "till", "WH1", "EUR/2", "cash", (SaleLine(1, "LAMP", 1, 900), SaleLine(2, "LAMP", 0, 900))
    )
    assert book.deliver(message(2, "sale/x", nonsense)).status is Status.REFUSED
    assert book.loaded.layers["LAMP", "WH1"].sellable == before
    assert book.deliver(message(3, "order/W1", ORDER)).status is Status.ACCEPTED


@pytest.mark.parametrize("point", [CrashPoint.BEFORE_FOLD, CrashPoint.BEFORE_COMMIT, CrashPoint.BEFORE_ANSWER])
def test_a_crash_leaves_all_of_a_message_or_nothing(book: MemoryBook, point: CrashPoint) -> None:
    """Wherever the process dies, the sender repeats, and the message has had its effect exactly once."""
    with pytest.raises(Crash):
        book.deliver(message(2, "order/W1", ORDER), point)
    book.restart()
    assert book.deliver(message(2, "order/W1", ORDER)).status is Status.DUPLICATE
    assert len(book.entries) == 2
    assert (book.loaded.layers["LAMP", "WH1"].sellable, book.loaded.layers["LAMP", "WH1"].reserved) == (8, 2)
    assert [row.key for row in book.outbox["order/W1"]] == ["2.0"]

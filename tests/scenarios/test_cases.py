"""Cases of customer service: opened, told of each step, closed, opened again; references only."""

from typing import Any

from tallystick.messages.partners.cases import (
    CaseClosed,
    CaseInformed,
    CaseMessageReceived,
    CaseOpened,
    TellDesk,
)
from tests.scenarios.shop import Shop

OPENED = CaseOpened("C1", "web", "parcel", "W1", customer="person:1", message="person:2")


def told(shop: Shop) -> list[str]:
    """What the desk was told, in order."""
    return [c.step for c in shop.asks(TellDesk)]


def says(shop: Shop, data: Any) -> Any:
    """Somebody says something of case C1."""
    return shop.hears("case/C1", data)


def test_a_case_from_question_to_answer(shop: Shop) -> None:
    """The desk hears of the question, of each step, of more that is said, and of the end; it moves nothing in the book."""
    says(shop, OPENED)
    says(shop, CaseInformed("C1", "refunded", "R1", "EUR/2", 1200))
    says(shop, CaseMessageReceived("C1", "person:3"))
    says(shop, CaseClosed("C1", "refunded"))
    assert told(shop) == ["opened", "refunded", "message", "closed"]
    first, refund, more, end = shop.asks(TellDesk)
    assert first == TellDesk("web", "C1", "opened", "parcel", "W1", customer="person:1", message="person:2")
    assert (refund.commodity, refund.amount, more.message, end.about) == ("EUR/2", 1200, "person:3", "refunded")
    assert [p for e in shop.book.entries for p in e.postings] == []


def test_a_customer_who_writes_again_opens_it_again(shop: Shop) -> None:
    """Closed is not the end of it; what happens to the order afterwards is told to nobody until then."""
    says(shop, OPENED)
    says(shop, CaseClosed("C1"))
    assert says(shop, CaseInformed("C1", "shipped")).outcome == "ignored"
    assert says(shop, CaseMessageReceived("C1", "person:3")).state == "OPEN"
    assert told(shop) == ["opened", "closed", "message"]


def test_a_case_nobody_settles_is_told_once(shop: Shop) -> None:
    """After three days without a word; when it is closed, that is settled too."""
    says(shop, OPENED)
    shop.waits(hours=73)
    shop.waits(hours=73)
    assert shop.told == ["case_overdue"]
    says(shop, CaseClosed("C1"))
    assert shop.book.entries[-1].explained == ["case_overdue"]


def test_the_case_says_where_it_belongs(shop: Shop) -> None:
    """A report of a case under another subject is refused, with where it belongs."""
    shop.leaves_waiting = True
    answer = shop.hears("order/W1", OPENED)
    assert "case/C1" in answer.reason

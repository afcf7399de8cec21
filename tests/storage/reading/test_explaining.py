"""Any number can be followed back to the message it came from."""

import msgspec
import pytest

from tallystick.storage.reading.explaining.account import explain_account
from tallystick.storage.reading.explaining.event import NothingSuch, explain_event, explain_message
from tallystick.storage.reading.explaining.stock import explain_stock
from tallystick.storage.reading.explaining.trace import trace
from tests.storage.reading.lively import LivelyBook

DELIVERY = (
    "insert into delivery (source, ext_id, subject, received_at, digest) "
    "select id, 'p3', 'order/W1', '2026-01-31', '\\x00' from source where name = 'shop' returning id"
)


async def test_an_account_is_explained(lively: LivelyBook) -> None:
    """The rules, the days and the events of an account each come to its balance, the biggest first."""
    (story,) = await explain_account(lively.connection, "receivable:post")
    assert (story.commodity, story.balance) == ("GBP/3", 700)
    for parts in (story.rules, story.days, story.events):
        assert sum(part.balance for part in parts) == story.balance
    assert story.rules[0].name == "sale_recorded.goods.net"
    assert story.rules[0].because == "control passed, revenue is earned"
    assert story.events[0].name == str(lively.events["10"])


async def test_products_of_an_account_are_explained_together_or_one_by_one(lively: LivelyBook) -> None:
    """An account of units is told in units of everything, or of one product."""
    (together,) = await explain_account(lively.connection, "stock:sellable:WH1")
    (lamp,) = await explain_account(lively.connection, "stock:sellable:WH1", "sku:LAMP", top=1)
    assert (together.commodity, together.balance) == ("units", 12)
    assert (lamp.commodity, lamp.balance, len(lamp.rules)) == ("sku:LAMP", 6, 1)


async def test_an_event_is_explained(lively: LivelyBook) -> None:
    """A dispatch: what it posted and why, the message it was, the delivery it came in."""
    delivery = await lively.connection.fetchval(DELIVERY)
    story = await explain_event(lively.connection, lively.events["p3"])
    assert (story.source, story.ext_id, story.subject, story.correlation) == ("shop", "p3", "order/W1", "story-1")
    assert (story.outcome, story.delivery, story.batch) == ("some", delivery, lively.events["p3"] >> 12)
    assert [(p.rule, p.because, p.amount) for p in story.postings[:2]] == [
        ("goods_dispatched.lines.quantity", "the goods leave the building", 2),
        ("goods_dispatched.lines.net", "control passes, revenue is earned", 2400),
    ]
    assert msgspec.json.decode(story.body)["shipment"] == "S1"
    assert msgspec.json.decode(story.facts)[0][0] == "goods_dispatched"
    assert await explain_message(lively.connection, "shop", "p3") == story


async def test_stock_is_explained(lively: LivelyBook) -> None:
    """Everything that ever moved a layer comes to what the layer holds; the last events stand in order."""
    (story,) = await explain_stock(lively.connection, "LAMP", last=2)
    moved = {
        c: sum(m.change for m in story.movements if m.column == c) for c in ("sellable", "reserved", "damaged", "value")
    }
    assert moved == {"sellable": 6, "reserved": 2, "damaged": 1, "value": story.value}
    assert [m.event for m in story.last[-2:]] == [lively.events["q1"]] * 2
    assert lively.events["C11"] in {m.event for m in story.last}


@pytest.mark.parametrize("reference", ["order/W1", "W1", "story-1", "shop:p3", "{p3}"])
async def test_every_reference_finds_the_story(lively: LivelyBook, reference: str) -> None:
    """Subject, order number, correlation, message and event number all lead to the same full story."""
    await lively.connection.execute(DELIVERY)
    found = await trace(lively.connection, reference.format(p3=lively.events["p3"]))
    assert (found.subjects, found.correlations) == (["order/W1"], ["story-1"])
    events = [step.event for step in found.steps if step.what == "event"]
    assert events == [lively.events[f"p{n}"] for n in range(1, 10)]
    assert {step.what for step in found.steps} == {"delivery", "event", "command", "deadline"}
    assert all(a.at is None or b.at is None or a.at <= b.at for a, b in zip(found.steps, found.steps[1:], strict=False))


async def test_breaks_attempts_and_dead_letters_are_in_the_story(lively: LivelyBook) -> None:
    """A shortage, a command that was tried, and a letter that was closed are told where they happened."""
    c, p1 = lively.connection, lively.events["p1"]
    await c.execute("insert into attempt values ($1, 1, 1, now(), 'retry', 'no answer')", p1)
    await c.execute(
        "insert into dead_letter (source, ext_id, subject, place, reason, remedy, closed_at, closed_as) "
        "select id, 'x', 'order/W1', 'message', 'wrong', 'mend it', now(), 'mended' from source where name = 'shop'"
    )
    told = {step.what: step.text for step in (await trace(c, "W1")).steps}
    assert told["attempt"] == "1 attempt 1: retry no answer"
    assert told["dead_letter"] == "message shop:x: wrong; mend it"
    assert told["dead_letter_closed"] == "message shop:x: mended"
    shortage = [step for step in (await trace(c, "sale/post/10")).steps if step.what == "break"]
    assert shortage[0].text.startswith("shortage: ")


async def test_what_the_book_does_not_know_is_said(lively: LivelyBook) -> None:
    """An unknown account, event, message, product or reference is an error with its name in it."""
    c = lively.connection
    for asked in (explain_account(c, "nobody"), explain_event(c, 1), explain_stock(c, "NOTHING"), trace(c, "nobody")):
        with pytest.raises(NothingSuch):
            await asked
    with pytest.raises(NothingSuch):
        await explain_message(c, "shop", "nothing")

"""What happens to an order is told to its customer: once, in their language, and nobody else waits for it."""

import asyncio
from pathlib import Path

from msgspec.structs import replace

from tallystick.app.notices.sending import notices_once
from tallystick.app.working.work import work_off
from tallystick.messages.availability import AvailabilityRulesDeclared, ChannelRule, Rules
from tallystick.messages.payments import CaptureReported, RefundReported
from tallystick.messages.returning.policies import ReturnPoliciesDeclared, ReturnPolicy
from tallystick.messages.returning.reports import InspectedLine, ReturnInspected
from tallystick.messages.returns import ReturnedLine, ReturnReceived, ReturnRequested
from tallystick.messages.sales import OrderCancellationRequested, OrderLineCancellationRequested
from tallystick.messages.stock import HeldLine
from tallystick.processes.members import RULES_SUBJECT
from tallystick.storage.vault import erase
from tests.notices.conftest import ADA, BEN, Counter, by
from tests.notices.postbox import Postbox


def subjects(box: Postbox, email: str) -> list[str]:
    """What a customer got, by subject."""
    return [str(mail["Subject"]) for mail in box.to(email)]


async def test_a_customer_hears_what_becomes_of_an_order(counter: Counter, box: Postbox) -> None:
    """Placed, shipped with its tracking number, sent back and paid back: four letters, in the customer's language."""
    await counter.orders("W1", ADA)
    await counter.works()
    await counter.ships("W1")
    await counter.works()
    await counter.says("order/W1", CaptureReported("W1", "stripe", 2880))
    await counter.says("order/W1", ReturnReceived("W1", "R-1", "WH1", (ReturnedLine(1, "LAMP", 1, "sellable"),)))
    await counter.works()
    await counter.says("order/W1", RefundReported("W1", 1, "stripe", 1440, "re-1"))
    await counter.works()
    assert subjects(box, ADA.email) == [
        "Ihre Bestellung W1",
        "Ihre Bestellung W1 ist unterwegs",
        "Ihre Bestellung W1: Ihre Rücksendung ist da",
        "Ihre Bestellung W1: 14,40 € erstattet",
    ]
    shipped = box.to(ADA.email)[1]
    text = shipped.get_body(("plain",))
    assert text is not None
    assert "Guten Tag Ada Quill," in text.get_content()
    assert "Sendungsnummer: 1Z-7" in text.get_content()
    assert "2 × LAMP" in text.get_content()
    assert set(await counter.standing()) == {"W1 confirmed", "W1 shipped", "W1 returned", "W1 refunded"}


async def test_a_customer_hears_of_each_step_of_a_return(counter: Counter, box: Postbox) -> None:
    """Allowed, arrived, taken in part and sent again in part, for what money; and another one refused."""
    await counter.orders("W1", ADA)
    await counter.says("rules/returns", ReturnPoliciesDeclared((ReturnPolicy("usual", fee_per_mille=100),)))
    await counter.ships("W1")
    await counter.says("order/W1", CaptureReported("W1", "stripe", 2880))
    await counter.works()
    box.mails.clear()
    lamps = (HeldLine(1, "LAMP", 2),)
    await counter.says("order/W1", ReturnRequested("W1", "R1", lamps))
    await counter.says("order/W1", ReturnRequested("W1", "R2", lamps))
    await counter.says("order/W1", ReturnReceived("W1", "R1", "WH1", (ReturnedLine(1, "LAMP", 2, "sellable"),)))
    looked = (InspectedLine(1, "LAMP", 1, "resell"), InspectedLine(1, "LAMP", 1, "reject"))
    await counter.says("order/W1", ReturnInspected("W1", "R1", "I1", "WH1", looked))
    await counter.works()
    kinds = {"W1 return_authorised", "W1 return_refused", "W1 returned", "W1 return_credited", "W1 return_rejected"}
    assert kinds <= set(await counter.standing())
    (credited,) = [m for m in box.to(ADA.email) if "angenommen" in str(m["Subject"])]
    text = credited.get_body(("plain",))
    assert text is not None
    assert "12,96" in text.get_content()


async def test_an_order_that_ends_is_told_whole_or_in_part(counter: Counter, box: Postbox) -> None:
    """A line called off, an order called off, and one that could not be kept at all."""
    await counter.orders("W1", ADA, 3)
    await counter.orders("W2", BEN, 2)
    await counter.orders("W3", BEN, 99)
    await counter.works()
    await counter.says("order/W1", OrderLineCancellationRequested("W1", 1, 1))
    await counter.says("order/W2", OrderCancellationRequested("W2", "regret"))
    await counter.works()
    told = {
        str(m["Subject"]): m.get_body(("plain",)) for m in box.mails if "ed" in m["Subject"] or "iert" in m["Subject"]
    }
    assert set(told) == {"Ihre Bestellung W1: storniert", "Your order W2: cancelled", "Your order W3: cancelled"}
    part = told["Ihre Bestellung W1: storniert"]
    assert part is not None
    assert "1 × LAMP" in part.get_content()
    assert "regret" not in "".join(str(m) for m in box.mails)


async def test_what_has_yet_to_arrive_is_told_as_waiting(counter: Counter, box: Postbox) -> None:
    """Twelve are ordered and ten are there, where two may be owed: the letter names the two, and is the only one."""
    rules = Rules(channels=(ChannelRule("web", oversell=5),))
    await counter.says(RULES_SUBJECT, AvailabilityRulesDeclared(rules))
    await counter.works()
    await counter.orders("W1", BEN, 12)
    await counter.works()
    (mail,) = box.to(BEN.email)
    text = mail.get_body(("plain",))
    assert text is not None
    assert "2 × LAMP" in text.get_content()
    assert set(await counter.standing()) == {"W1 waiting"}


async def test_each_notice_is_sent_once(counter: Counter, box: Postbox) -> None:
    """Reported again, and worked off again and again: one letter."""
    await counter.orders("W1", ADA)
    for _ in range(3):
        await counter.ships("W1")
        await counter.works()
    assert subjects(box, ADA.email) == ["Ihre Bestellung W1", "Ihre Bestellung W1 ist unterwegs"]


async def test_one_who_is_refused_for_good_keeps_nobody_waiting(counter: Counter, box: Postbox) -> None:
    """550 for Ada ends her letter; Ben's goes out in the same round, and her next one is tried."""
    box.says[ADA.email] = ["550 5.1.1 no such user"]
    await counter.orders("W1", ADA)
    await counter.orders("W2", BEN)
    await counter.works()
    assert len(box.to(BEN.email)) == 1
    found = await counter.standing()
    assert found["W1 confirmed"].startswith("not sent; rejected: the mail server refuses the addressee (550 5.1.1)")
    assert found["W2 confirmed"].startswith("sent")


async def test_one_who_is_to_be_asked_later_is(counter: Counter, box: Postbox) -> None:
    """Greylisted: the attempt is kept with its reason, the next comes after a pause, and the letter is one."""
    box.says[ADA.email] = ["451 4.7.1 later", "250 OK"]
    await counter.orders("W1", ADA)
    await counter.works()
    assert (await counter.standing())["W1 confirmed"].startswith("waiting; retry")
    await counter.works()
    assert box.mails == []
    await counter.due_now()
    await counter.works()
    assert len(box.to(ADA.email)) == 1


async def test_whoever_was_erased_is_not_told(counter: Counter, box: Postbox) -> None:
    """The person is forgotten between the order and the parcel: nothing is sent, and the notice says why."""
    await counter.orders("W1", ADA)
    await counter.works()
    await erase(await counter.house.connection(), counter.reference(ADA))
    await counter.ships("W1")
    await counter.works()
    assert len(box.to(ADA.email)) == 1
    assert "they were erased" in (await counter.standing())["W1 shipped"]


async def test_the_newest_address_counts(counter: Counter, box: Postbox) -> None:
    """Ada orders again under a new address: what is told from now on goes there."""
    await counter.orders("W1", ADA)
    await counter.works()
    moved = replace(ADA, email="ada@elsewhere.test")
    await counter.orders("W2", moved)
    await counter.works()
    assert subjects(box, "ada@elsewhere.test") == ["Ihre Bestellung W2"]
    await counter.ships("W1")
    await counter.works()
    assert subjects(box, "ada@elsewhere.test") == ["Ihre Bestellung W2", "Ihre Bestellung W1 ist unterwegs"]


async def test_other_channels_and_orders_of_nobody_are_not_told(counter: Counter, box: Postbox) -> None:
    """A shop that writes itself is not named in the settings; an order without a customer has nobody to tell."""
    counter.settings = replace(counter.settings, notices=by(box, channels="market, till"))
    await counter.orders("W1", ADA)
    await counter.works()
    counter.settings = replace(counter.settings, notices=by(box))
    await counter.orders("W2", ADA, customer=None)
    await counter.works()
    assert await counter.standing() == {}


async def test_what_is_late_is_not_told(counter: Counter, box: Postbox) -> None:
    """Notices were off while an order came and are on again days later: nobody hears of last week's order."""
    await counter.orders("W1", ADA)
    off, counter.settings = counter.settings, replace(counter.settings, notices=by(box, channels=""))
    await counter.works()
    connection = await counter.house.connection()
    await connection.execute("update batch set recorded_at = recorded_at - interval '4 days'")
    counter.settings = off
    await counter.works()
    assert await counter.standing() == {}
    assert box.mails == []


async def test_a_template_that_cannot_be_used_is_said_and_mended(
    counter: Counter, box: Postbox, tmp_path: Path
) -> None:
    """An unknown name holds the letter back with the file and the remedy; mended, it goes."""
    folder = tmp_path / "templates"
    (folder / "web").mkdir(parents=True)
    own = folder / "web" / "confirmed.de.txt"
    own.write_text("Subject: Danke, {{ frist_name }}\n\nBestellung {{ order }}\n", "utf-8")
    counter.settings = replace(counter.settings, notices=by(box, templates=str(folder)))
    await counter.orders("W1", ADA)
    await counter.works()
    assert "web/confirmed.de.txt" in (await counter.standing())["W1 confirmed"]
    own.write_text("Subject: Danke, {{ name }}\n\nBestellung {{ order }}\n", "utf-8")
    await counter.due_now()
    await counter.works()
    (mail,) = box.to(ADA.email)
    assert (mail["Subject"], mail.is_multipart()) == ("Danke, Ada Quill", False)


async def test_of_one_order_the_earlier_is_told_first_and_keeps_nothing_back(counter: Counter, box: Postbox) -> None:
    """Both wait at once: the confirmation goes first; put off, it does not hold the parcel up."""
    await counter.orders("W1", ADA)
    await counter.ships("W1")
    await counter.works()
    assert subjects(box, ADA.email) == ["Ihre Bestellung W1", "Ihre Bestellung W1 ist unterwegs"]
    box.says[BEN.email] = ["451 4.7.1 later", "250 OK"]
    await counter.orders("W2", BEN)
    await counter.ships("W2")
    await counter.works()
    assert subjects(box, BEN.email) == ["Your order W2 is on its way"]


async def test_workers_side_by_side_send_each_notice_once(counter: Counter, box: Postbox) -> None:
    """Three workers in one book: every customer hears once."""
    for n in range(8):
        await counter.orders(f"W{n}", BEN, 1)
    await work_off(counter.house)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(3):
            tasks.create_task(notices_once(counter.house, counter.settings))
    await counter.works()
    assert sorted(subjects(box, BEN.email)) == [f"Your order W{n}" for n in range(8)]

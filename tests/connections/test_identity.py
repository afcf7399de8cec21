"""Who is who: one to one, from acknowledgements, masters and people; never a guess."""

import asyncio

import pytest

from tallystick.app.working.shifts import Way
from tallystick.app.working.work import work_once
from tallystick.engine.delivery import Attempt, Leased
from tallystick.ports.identities import Identities, Link, Unlinked
from tallystick.storage.connections.identity import IdentityBook, IdentityConflict
from tallystick.storage.outbox import Outbox
from tests.connections.conftest import Shopfloor
from tests.connections.tiny import Partner, delivery_of
from tests.engine.conftest import NOW

AUTHORISE = "tallystick.payments.authorise_payment.v1"
AT = "2026-11-23T12:00:00+00:00"


async def _book(floor: Shopfloor) -> IdentityBook:
    return IdentityBook(await floor.house.connection())


async def _comes(floor: Shopfloor, **said: str) -> None:
    inbox = await floor.house.inbox()
    await inbox.receive([delivery_of("shop", {"at": AT, **said})])
    await work_once(floor.house, Way({}))


async def test_an_unknown_id_is_kept_with_its_remedy_until_somebody_says_who_it_is(
    floor: Shopfloor, partner: Partner
) -> None:
    """An order of their product 4711 is no order of anything we know; once it is linked, a retry posts it."""
    known = await floor.connects("shop", partner)
    await _comes(floor, number="T1", product="4711")
    assert await floor.one("select reason from dead_letter") == "product '4711' is linked to nothing of ours"
    remedy = "say who it is: `tally identity link shop product 4711 OURS`, then retry"
    assert await floor.one("select remedy from dead_letter") == remedy
    assert await floor.one("select count(*) from event where subject = 'order/T1'") == 0
    await (await _book(floor)).link(known.id, Link("product", "4711", "LAMP"), "root")
    await floor.one("update inbox set state = 0 returning 1")
    await work_once(floor.house, Way({}))
    assert await floor.one("select count(*) from event where subject = 'order/T1'") == 1


async def test_a_master_states_who_is_who(floor: Shopfloor, partner: Partner) -> None:
    """The product's record brings the link; an order that names their number finds ours by it."""
    await floor.connects("shop", partner)
    await _comes(floor, product="4711", sku="LAMP")
    await _comes(floor, number="T1", product="4711")
    body = await floor.one("select convert_from(body, 'UTF8') from event where subject = 'order/T1'")
    assert '"sku":"LAMP"' in body
    (link,) = await (await _book(floor)).links(ended=False, limit=10)
    assert (link.foreign_id, link.our_id, link.linked_by) == ("4711", "LAMP", "master")


async def test_an_acknowledgement_links_what_they_call_it(floor: Shopfloor, partner: Partner) -> None:
    """The payment of an order is known by their id from the moment they took it."""
    await floor.connects("card", partner)
    await floor.orders("card", range(1))
    await work_once(floor.house, Way({}))
    (link,) = await (await _book(floor)).links("card", "authorise_payment", ended=False, limit=10)
    assert (link.foreign_id, link.linked_by) == ("pay-card-0", "acknowledgement")
    assert link.our_id.startswith("order/card-0#")


async def test_one_of_their_ids_for_two_of_ours_is_linked_to_neither(floor: Shopfloor, partner: Partner) -> None:
    """They used an id twice: what comes under it waits for a person rather than going to the first."""
    known = await floor.connects("card", partner)
    outbox = Outbox(await floor.house.connection(), floor.house.names)
    outbox.lane = known.id
    for event, subject in ((1, "order/A"), (2, "order/B")):
        command = Leased(event, 1, AUTHORISE, subject, b"{}", 1)
        await outbox.settle(command, Attempt(NOW, "done", "pay-1", is_done=True))
    (link,) = await (await _book(floor)).links("card", ended=True, limit=10)
    assert link.ended_by is not None
    assert link.ended_by.startswith("ambiguous: also order/B#")


async def test_links_are_one_to_one_and_keep_their_history(floor: Shopfloor, partner: Partner) -> None:
    """Neither side has two partners; the same again changes nothing; what ended stays with who ended it."""
    known = await floor.connects("shop", partner)
    book = await _book(floor)
    for _ in range(2):
        await book.link(known.id, Link("product", "1", "LAMP"), "root")
    for wrong in (Link("product", "1", "SOFA"), Link("product", "2", "LAMP")):
        with pytest.raises(IdentityConflict, match="is 'LAMP' already"):
            await book.link(known.id, wrong, "root")
    assert await book.unlink(known.id, "product", "1", "anna")
    assert not await book.unlink(known.id, "product", "1", "anna")
    await book.link(known.id, Link("product", "2", "LAMP"), "anna")
    history = await book.links("shop", ended=True, limit=10)
    assert [(x.foreign_id, x.ended_by) for x in history] == [("1", "anna"), ("2", None)]


async def test_two_who_link_at_once_make_one_link(floor: Shopfloor, partner: Partner) -> None:
    """The database holds it, whoever writes: one wins, the other is told."""
    known = await floor.connects("shop", partner)
    books = [await _book(floor) for _ in range(4)]
    links = [Link("product", "1", f"SKU{n}") for n in range(4)]
    done = await asyncio.gather(
        *(b.link(known.id, x, "root") for b, x in zip(books, links, strict=True)), return_exceptions=True
    )
    assert sum(isinstance(d, IdentityConflict) for d in done) == 3
    assert await floor.one("select count(*) from identity_link") == 1


def test_a_snapshot_answers_only_what_was_looked_up() -> None:
    """A translation stays pure: it asks what it was given, and says what it lacks."""
    identities = Identities()
    with pytest.raises(Unlinked) as lacks:
        identities.theirs("product", "LAMP")
    identities.known[lacks.value.asked] = "4711"
    assert identities.theirs("product", "LAMP") == "4711"
    with pytest.raises(Unlinked):
        identities.ours("product", "LAMP")

"""Gift cards over HTTP."""

from msgspec import Struct

from tallystick.api.call import Call, Reply, reply
from tallystick.api.desk import Desk
from tallystick.api.entering import Entry, enter
from tallystick.api.gift_cards.shapes import CardMoved, CardShown, CardWanted
from tallystick.api.problems import INVALID, KNOWN, NOT_FOUND, Flaw, Problem
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.selling.gift_cards import GiftCardBlocked, GiftCardIssued, GiftCardUnblocked


async def issue_card(call: Call, desk: Desk) -> Reply:
    """Sell or grant a card."""
    wanted: CardWanted = call.body
    name = desk.gift_cards.named(wanted.code)
    issued = GiftCardIssued(
        name,
        wanted.channel,
        wanted.currency or desk.currency,
        wanted.amount,
        wanted.tender or "",
        wanted.purpose,
        wanted.tax,
        wanted.jurisdiction,
        wanted.expires_on,
        wanted.breakage_basis_points,
        wanted.reason,
    )
    _refuse_unsound(issued)
    entered = await enter(call, desk, Entry(issued, f"gift_card/{name}", f"issued/{name}"))
    if entered.answer.outcome == "ignored":
        await _refuse_other(desk, issued)
    moved = CardMoved(name, "issued", entered.answer.state)
    return reply(moved, 201, [(b"location", f"/v1/gift-cards/{name}".encode()), *entered.headers])


def _refuse_unsound(issued: GiftCardIssued) -> None:
    if issued.purpose == "multi" and issued.tax:
        raise Problem(
            INVALID, errors=[Flaw("a multi-purpose voucher is taxed with the goods it buys: say none", "/tax")]
        )
    if issued.purpose == "single" and issued.tax >= issued.amount:
        raise Problem(INVALID, errors=[Flaw("the tax is part of the amount: it lies below it", "/tax")])
    if issued.purpose == "single" and not issued.tender:
        raise Problem(
            INVALID, errors=[Flaw("a single-purpose voucher is sold: name the tender that paid it", "/tender")]
        )
    if issued.purpose == "single" and issued.breakage_basis_points:
        raise Problem(INVALID, errors=[Flaw("say none of a single-purpose voucher", "/breakage_basis_points")])


async def _refuse_other(desk: Desk, issued: GiftCardIssued) -> None:
    """The card was issued under another key: the same content is told the same, other content is refused."""
    first = await desk.records.first_of(f"gift_card/{issued.card}", CATALOGUE.of(GiftCardIssued).type)
    if first is None or CATALOGUE.decode(first.type, first.body) != issued:
        raise Problem(KNOWN, "a card of this code was issued already, with other content")


async def look_up_card(call: Call, desk: Desk) -> Reply:
    """Show the card that bears a code."""
    return await _shown(desk.gift_cards.named(call.body.code), desk)


async def show_card(call: Call, desk: Desk) -> Reply:
    """Show a card."""
    return await _shown(call.where.card, desk)


async def block_card(call: Call, desk: Desk) -> Reply:
    """Let a card pay for nothing more."""
    return await _moved(
        call, desk, GiftCardBlocked(call.where.card, call.body.reason), f"blocked/{call.at.isoformat()}"
    )


async def unblock_card(call: Call, desk: Desk) -> Reply:
    """Let a card pay again."""
    return await _moved(call, desk, GiftCardUnblocked(call.where.card), f"unblocked/{call.at.isoformat()}")


async def _moved(call: Call, desk: Desk, data: Struct, key: str) -> Reply:
    card = call.where.card
    entered = await enter(call, desk, Entry(data, f"gift_card/{card}", f"{card}/{key}"))
    return reply(CardMoved(card, entered.answer.outcome, entered.answer.state), headers=entered.headers)


async def _shown(name: str, desk: Desk) -> Reply:
    card = await desk.gift_cards.card(name)
    if card is None:
        raise Problem(NOT_FOUND, "there is no such gift card")
    sums = (card.face, card.balance, card.held, card.available)
    return reply(CardShown(name, card.state, card.channel, card.currency, *sums, card.expires_on))

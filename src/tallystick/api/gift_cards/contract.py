"""The contract of gift cards."""

from tallystick.api.contract import BUSY, Capability, Given, Operation
from tallystick.api.gift_cards import handlers as do
from tallystick.api.gift_cards.shapes import BlockWanted, CardMoved, CardShown, CardWanted, CardWhere, CodeGiven
from tallystick.api.problems import KEY_REUSED, KNOWN, REFUSED, TOO_EARLY, WAITING
from tallystick.messages.catalogue import Lifecycle

ENTERING = (KEY_REUSED, REFUSED, WAITING)

GIFT_CARDS = Capability(
    name="gift_cards",
    owner="treasury",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="Gift cards and store credit are issued, looked up by their code, and blocked. Orders pay with them.",
    quota=BUSY,
    operations=(
        Operation(
            id="issue_gift_card",
            method="POST",
            path="/gift-cards",
            about="Sell a gift card, or grant store credit. Its code is not kept: the answer names the digest it is known by.",
            scope="giftcards:write",
            does=do.issue_card,
            takes=CardWanted,
            gives=(Given(201, "issued", CardMoved, ("Location", "Idempotent-Replayed")),),
            problems=(*ENTERING, KNOWN),
            has_key=True,
        ),
        Operation(
            id="look_up_gift_card",
            method="POST",
            path="/gift-cards/lookup",
            about="Show the card that bears a code: a code never stands in an address.",
            scope="giftcards:read",
            does=do.look_up_card,
            takes=CodeGiven,
            gives=(Given(200, "as it stands now", CardShown),),
        ),
        Operation(
            id="show_gift_card",
            method="GET",
            path="/gift-cards/{card}",
            about="Show a card: what is left of it, and what of that orders hold.",
            scope="giftcards:read",
            does=do.show_card,
            where=CardWhere,
            gives=(Given(200, "as it stands now", CardShown),),
        ),
        Operation(
            id="block_gift_card",
            method="POST",
            path="/gift-cards/{card}/block",
            about="Block a card that was lost or stolen: it pays for nothing but what orders hold of it already.",
            scope="giftcards:write",
            does=do.block_card,
            where=CardWhere,
            takes=BlockWanted,
            gives=(Given(200, "blocked", CardMoved, ("Idempotent-Replayed",)),),
            problems=(*ENTERING, TOO_EARLY),
            has_key=True,
        ),
        Operation(
            id="unblock_gift_card",
            method="POST",
            path="/gift-cards/{card}/unblock",
            about="Let a blocked card pay again.",
            scope="giftcards:write",
            does=do.unblock_card,
            where=CardWhere,
            takes=BlockWanted,
            gives=(Given(200, "it may pay", CardMoved, ("Idempotent-Replayed",)),),
            problems=(*ENTERING, TOO_EARLY),
            has_key=True,
        ),
    ),
)

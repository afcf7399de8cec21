"""`tally giftcard`: cards sold, granted, looked at and blocked. A code is read, turned into its digest, and kept nowhere."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer
from msgspec import Struct

from tallystick.app import output
from tallystick.app.access.doing import Doing
from tallystick.app.groups import group

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallystick.app.house import House
    from tallystick.journal.card import Card

STANDARD_INPUT: Final = "-"
LETTERS_MIN: Final = 8
NAME: Final = "gc_"

Code = Annotated[
    str,
    typer.Argument(metavar="CODE", help="What is printed on it; `-` reads it from standard input, unseen by others."),
]
Which = Annotated[
    str, typer.Argument(metavar="CARD", help="Its code, `-` to read that, or the name it is known by: gc_….")
]
Amount = Annotated[int, typer.Argument(min=1, help="What it is good for, in minor units.")]
Channel = Annotated[str, typer.Option(help="The sales channel that issues it.")]
LastDay = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its last day; without, it is good for ever.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    cards = group(app, "giftcard")
    cards.command("sell")(sell)
    cards.command("grant")(grant)
    cards.command("show")(show)
    cards.command("list")(list_)
    cards.command("block")(block)
    cards.command("unblock")(unblock)


def sell(
    code: Code,
    amount: Amount,
    channel: Channel,
    tender: Annotated[str, typer.Option(help="What paid for it, such as card or cash.")],
    single: Annotated[bool, typer.Option("--single", help="Of a single purpose: taxed now.")] = False,
    tax: Annotated[int, typer.Option(min=0, help="Of a single-purpose one: the tax in its amount.")] = 0,
    jurisdiction: Annotated[str, typer.Option(help="Whose that tax is.")] = "none",
    expires: LastDay = None,
    breakage: Annotated[int, typer.Option(min=0, max=9999, help="Basis points never to be asked for.")] = 0,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Sell a gift card.

    Example: tally giftcard sell 7KQ2-M9XW-4T8R 5000 --channel web --tender card
    """
    from tallystick.messages.selling.gift_cards import GiftCardIssued

    def told(card: str, currency: str) -> Struct:
        day = expires.date() if expires else None
        purpose: Any = "single" if single else "multi"
        return GiftCardIssued(card, channel, currency, amount, tender, purpose, tax, jurisdiction, day, breakage)

    _say(Who(code, "issue", book, as_user, as_json), told)


def grant(
    code: Code,
    amount: Amount,
    channel: Channel,
    reason: Annotated[str, typer.Option(help="Why.")],
    expires: LastDay = None,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Give store credit for nothing.

    Example: tally giftcard grant 9XPL-3RTD-77QA 1000 --channel web --reason "late parcel"
    """
    from tallystick.messages.selling.gift_cards import GiftCardIssued

    def told(card: str, currency: str) -> Struct:
        day = expires.date() if expires else None
        return GiftCardIssued(card, channel, currency, amount, expires_on=day, reason=reason)

    _say(Who(code, "issue", book, as_user, as_json), told)


def block(
    card: Which,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Let a card pay for nothing but what orders hold of it already.

    Example: tally giftcard block 7KQ2-M9XW-4T8R --reason lost
    """
    from tallystick.messages.selling.gift_cards import GiftCardBlocked

    _say(Who(card, "block", book, as_user, as_json), lambda name, _: GiftCardBlocked(name, reason))


def unblock(card: Which, book: output.Book = None, as_user: output.As = None, as_json: output.Json = False) -> None:
    """Let a blocked card pay again.

    Example: tally giftcard unblock 7KQ2-M9XW-4T8R
    """
    from tallystick.messages.selling.gift_cards import GiftCardUnblocked

    _say(Who(card, "unblock", book, as_user, as_json), lambda name, _: GiftCardUnblocked(name))


def show(card: Which, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show what is left of a card.

    Exit code 4 when there is none.

    Example: tally giftcard show 7KQ2-M9XW-4T8R
    """
    from tallystick.app.exits import not_found
    from tallystick.app.running import in_house

    said = _read(card)

    async def work(house: "House") -> "tuple[str, Card | None]":
        from tallystick.storage.serving.gift_cards import card_of

        name = _name(house, said)
        return name, await card_of(await house.connection(), name)

    name, found = in_house(book, work)
    if found is None:
        raise not_found("there is no such gift card", "issue it: `tally giftcard sell`")
    if as_json:
        output.json(_fields(name, found))
        return
    output.say(f"{name} of {found.channel}: {found.state}", "bold")
    sums = {"good for": found.face, "left": found.balance, "of that held": found.held, "owed in the book": found.owed}
    rows = [(text, output.amount(n, found.currency)) for text, n in sums.items()]
    output.pairs([*rows, ("until", str(found.expires_on or "for ever"))])


def list_(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """List the cards that moved last.

    Example: tally giftcard list --limit 20
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> "list[tuple[str, Card]]":
        from tallystick.storage.serving.gift_cards import newest_cards

        return await newest_cards(await house.connection(), limit)

    found = in_house(book, work)
    if as_json:
        output.json({"cards": [_fields(name, card) for name, card in found]})
        return
    rows = [
        [
            name,
            c.channel,
            c.state,
            *(output.amount(n, c.currency) for n in (c.face, c.balance, c.held)),
            c.expires_on or "",
        ]
        for name, c in found
    ]
    output.table(("card", "channel", "state", ">good for", ">left", ">held", "until"), rows)


class Who(NamedTuple):
    """Which card is spoken of, how, in which book, by whom, and how the answer is written."""

    card: str
    verb: str
    book: str | None
    as_user: str | None
    as_json: bool


def _say(who: Who, told: "Callable[[str, str], Struct]") -> None:
    """Report what *told* makes of the card's name and the book's currency; tell the answer."""
    from tallystick.app.access.acting import acting
    from tallystick.app.promising.reporting import report, taken, tell
    from tallystick.app.running import in_house

    said = _read(who.card)

    async def work(house: "House") -> Any:
        name = _name(house, said)
        subject = f"gift_card/{name}"
        async with acting(house, who.as_user, Doing(f"giftcard.{who.verb}", subject, "giftcards:write")):
            return name, taken(await report(house, subject, told(name, house.info.currency)))

    name, answer = in_house(who.book, work)
    tell(answer, f"{name}: {answer.outcome.replace('_', ' ')}, now {answer.state.lower()}.", as_json=who.as_json)


def _read(card: str) -> str:
    from tallystick.app.exits import misused

    said = sys.stdin.readline().strip() if card == STANDARD_INPUT else card
    if not said.startswith(NAME) and sum(c.isalnum() for c in said) < LETTERS_MIN:
        raise misused("that is no code of a gift card", f"it has {LETTERS_MIN} letters and digits, or more")
    return said


def _name(house: "House", said: str) -> str:
    return said if said.startswith(NAME) else house.keyring.gift_card(said)


def _fields(name: str, card: "Card") -> dict[str, Any]:
    sums = {
        "face": card.face,
        "balance": card.balance,
        "held": card.held,
        "available": card.available,
        "owed": card.owed,
    }
    return {
        "card": name,
        "state": card.state,
        "channel": card.channel,
        "currency": card.currency,
        **sums,
        "expires_on": card.expires_on.isoformat() if card.expires_on else None,
    }

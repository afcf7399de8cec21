"""One history of orders that gift cards pay in part, with what must hold at its end."""

from collections.abc import Callable, Iterator
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from tallystick.messages.sales import OrderPlaced
from tallystick.messages.selling.gift_cards import CardTender, GiftCardBlocked, GiftCardIssued, GiftCardUnblocked
from tallystick.processes.fold import Watch
from tallystick.simulator.customers import Customers
from tallystick.simulator.history import Run, Story, lived
from tallystick.simulator.tenders.proving import check_cards
from tallystick.simulator.weather import DAY, HOUR, USUAL, Profile
from tallystick.simulator.world import BEGIN, World

ORDERS, CARDS = 9, 5
PLANNED_DAYS = 4


class CardCustomers(Customers):
    """Customers who pay with gift cards, alone or before the provider; now and then with one that is not there."""

    def _tell(self, channel: str, order: str, data: Struct) -> None:
        if isinstance(data, OrderPlaced):
            data = replace(data, cards=_tenders(data))
        super()._tell(channel, order, data)


def _tenders(placed: OrderPlaced) -> tuple[CardTender, ...]:
    """Draw the same cards whenever the same order is told, from its number and prices alone."""
    worth = sum(x.net + x.tax for x in placed.lines)
    draw = (worth * 7919 + int(placed.order[1:]) * 104_729) % 1000
    first, second = draw % (CARDS + 1), (draw // 7) % CARDS
    amounts = (0, worth // 3, worth, 2 * worth)
    if draw < 120:
        return ()
    cards = (CardTender(f"GC{first}", amounts[draw % 4] if draw < 600 else 0),)
    return cards if first == second or draw < 500 else (*cards, CardTender(f"GC{second}"))


class CardDesk:
    """Who sells cards, and blocks those that were lost."""

    def __init__(self, world: World) -> None:
        """Live in *world*."""
        self.world = world

    def issues(self, number: int) -> None:
        """Sell or grant a card: for a day, for weeks, or for ever; of a single purpose, or with breakage expected."""
        chance = self.world.chance
        amount = 500 + int(chance.random() * 9000)
        day = (
            (BEGIN.date().fromordinal(BEGIN.toordinal() + int(chance.random() * 30))) if chance.random() < 0.5 else None
        )
        issued = GiftCardIssued(f"GC{number}", ("web", "market")[number % 2], "EUR/2", amount, expires_on=day)
        draw = chance.random()
        if draw < 0.25:
            issued = replace(issued, tender="card", purpose="single", tax=amount * 19 // 119, jurisdiction="DE")
        elif draw < 0.8:
            issued = replace(issued, tender="card", breakage_basis_points=int(draw * 4000))
        self._say(issued)
        if chance.random() < 0.2:
            self.world.after(self.world.between(HOUR, 2 * DAY), partial(self._say, replace(issued, amount=amount + 1)))

    def blocks(self, number: int) -> None:
        """A card is lost, and mostly found again."""
        card = f"GC{number}"
        self._say(GiftCardBlocked(card, "lost"))
        if self.world.happens(0.7):
            self.world.after(self.world.between(HOUR, 5 * DAY), partial(self._say, GiftCardUnblocked(card)))

    def _say(self, data: GiftCardIssued | GiftCardBlocked | GiftCardUnblocked) -> None:
        self.world.send("cards", f"gift_card/{data.card}", data)


class CardRun(Run):
    """A history of cards; of all else only what orders need."""

    customers_of = CardCustomers

    def __init__(self, seed: int, profile: Profile, watch: Watch | None = None) -> None:
        """Set the scene."""
        super().__init__(seed, replace(profile, messages_min=0), watch)
        self.desk = CardDesk(self.world)

    def _acts(self) -> Iterator[tuple[int, Callable[[], None]]]:
        yield from [(1, partial(self.desk.issues, number)) for number in range(CARDS)]
        yield from [(9, partial(self.desk.blocks, number)) for number in range(2)]
        yield from [(PLANNED_DAYS, partial(self.cast.customers.order, number)) for number in range(ORDERS)]

    def tell(self) -> Story:
        """Check the cards, and then all that must hold of any history."""
        check_cards(self.check)
        return super().tell()


def card_history(seed: int, profile: Profile = USUAL, watch: Watch | None = None) -> Story:
    """Run the history of *seed*: no real time, no chance but the seed's."""
    return lived(CardRun(seed, profile, watch))

"""Several locations beside a shop, and the policy by which orders without a location find theirs: verbs for both."""

from typing import Any

from msgspec import Struct

from tallystick.engine.answer import Answer
from tallystick.messages.fulfilment import DispatchRefused, DispatchReported, ShipOrder
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.messages.sourcing.decided import CollectionReady, OrderSourced, SourcingRequested
from tallystick.messages.sourcing.policy import (
    Area,
    Policy,
    Routing,
    Run,
    SourceLocation,
    SourcingPolicyDeclared,
    SourcingRule,
)
from tallystick.messages.stock import HeldLine
from tallystick.processes.members import RULES_SUBJECT
from tests.scenarios.book_text import amount_of
from tests.scenarios.shop import Bought, Shop

LONDON, PARIS, BERLIN = (51_507_400, -127_800), (48_856_600, 2_352_200), (52_520_000, 13_405_000)


def located(name: str, at: tuple[int, int], **more: Any) -> SourceLocation:
    """A location somewhere on the map."""
    return SourceLocation(name, latitude=at[0], longitude=at[1], **more)


THREE = (
    located("WH1", BERLIN, groups=("warehouse",), parcel_cost=300),
    located("SHOP1", LONDON, groups=("shop",), parcel_cost=500),
    located("SHOP2", PARIS, groups=("shop",), parcel_cost=500),
)
AREAS = (Area("GB", *LONDON), Area("FR", *PARIS), Area("DE", *BERLIN))
NEAREST = SourcingRule("nearest")
TOGETHER = SourcingRule("together", places_max=3)


class Sourcer:
    """Beside a shop: its locations and its policy."""

    def __init__(self, shop: Shop) -> None:
        """Stand in *shop*."""
        self.shop = shop

    def follows(self, *rules: SourcingRule, locations: tuple[SourceLocation, ...] = THREE, **more: Any) -> Answer:
        """These rules, for every order that is placed, are in force at once."""
        policy = Policy(locations, AREAS, (), (Run("placing", (Routing("all", rules, **more),)),))
        return self.declares(policy)

    def declares(self, policy: Policy) -> Answer:
        """This policy is in force at once."""
        return self.shop.hears(RULES_SUBJECT, SourcingPolicyDeclared(policy))

    def orders(self, *lines: Bought, area: str = "GB", **more: Any) -> str:
        """A customer orders, and no location is named; nothing is paid yet."""
        name = self.shop._new("W")
        bought = tuple(
            OrderLine(n, sku, units, units * amount_of(price)) for n, (units, sku, price) in enumerate(lines, 1)
        )
        placed = OrderPlaced(name, "web", "auto", "EUR/2", "stripe", bought, area=area, **more)
        self.shop.placed[name] = placed
        self.shop.says(name, placed)
        return name

    def sells(self, *lines: Bought, area: str = "GB", **more: Any) -> str:
        """The same, and the money is held."""
        name = self.orders(*lines, area=area, **more)
        self.shop.pays(name)
        return name

    def sends(self, order: str, location: str, *lines: tuple[int, str, int], shipment: str = "") -> Answer:
        """A parcel with these lines (number, product, units) leaves *location*."""
        parcel = tuple(HeldLine(*x) for x in lines)
        return self.shop.says(
            order, DispatchReported(order, shipment or self.shop._new("S"), parcel, location=location)
        )

    def refuses(self, order: str, location: str, *lines: tuple[int, str, int]) -> Answer:
        """*location* will not send these lines, or nothing of what is open there."""
        return self.shop.says(order, DispatchRefused(order, "short pick", tuple(HeldLine(*x) for x in lines), location))

    def is_ready(self, order: str, location: str = "") -> Answer:
        """The goods lie ready for the customer to fetch."""
        return self.shop.says(order, CollectionReady(order, location))

    def asks_again(self, order: str) -> Answer:
        """A clerk wants a parked order sourced now."""
        return self.shop.says(order, SourcingRequested(order, "asked"))

    def was_asked(self, order: str) -> list[tuple[str, dict[str, int]]]:
        """Which location was asked for what, one after the other."""
        asked = [c for c in self.shop.asks(ShipOrder) if c.order == order]
        return [(c.location, {x.sku: x.quantity for x in c.lines}) for c in asked]

    def decided(self, order: str) -> list[OrderSourced]:
        """What was decided of its locations, one after the other."""
        return [f for f in self._facts(order) if isinstance(f, OrderSourced)]

    def verdicts(self, order: str) -> dict[str, str]:
        """What each location was found to be, last."""
        return {x.location: x.verdict for x in self.decided(order)[-1].candidates}

    def _facts(self, order: str) -> list[Struct]:
        return [f for e in self.shop.book.entries if e.message.subject == f"order/{order}" for f in e.facts]

"""Customers: a hot item, days of promotion, regret, returns, parcels that never arrive, and money asked back at the bank."""

from functools import partial
from typing import Final

from tallystick.messages.returns import Disposition, LossClaimed, ReturnedLine, ReturnReceived
from tallystick.messages.sales import OrderPlaced
from tallystick.messages.stock import HeldLine
from tallystick.simulator.estate.channels import CHANNELS, WEB, Channels, lines_of
from tallystick.simulator.estate.collector import Collector
from tallystick.simulator.estate.depot import WAREHOUSE, Depot, Parcel
from tallystick.simulator.estate.fates import contradiction
from tallystick.simulator.estate.town import Town
from tallystick.simulator.weather import DAY, MINUTE

HOT: Final = "HOT"
SKUS: Final = ("LAMP", "SHADE", "BULB", "CORD", "PLUG")
STATES: Final[tuple[Disposition, ...]] = ("sellable", "sellable", "quarantine", "damaged")
PROVIDER: Final = "lumapay"


class People:
    """Everybody who buys."""

    def __init__(self, town: Town, channels: Channels, depot: Depot, collectors: dict[str, Collector]) -> None:
        """Buy through *channels*, be served by *depot*, pay through *collectors*."""
        self.town, self.channels, self.depot, self.collectors = town, channels, depot, collectors
        self.orders: dict[str, OrderPlaced] = {}
        self.paid: set[str] = set()
        depot.on_parcel = self.gets

    def orders_something(self, *, promotion: bool) -> None:
        """Order; on a day of promotion half of the people want the one hot item."""
        town, channel = self.town, CHANNELS[int(self.town.chance.random() * len(CHANNELS))]
        name = f"{channel[0].upper()}{len(self.orders) + 1}"
        skus = (HOT,) if promotion and town.happens(0.5) else SKUS
        provider = PROVIDER if channel == WEB else channel
        order = OrderPlaced(name, channel, WAREHOUSE, "EUR/2", provider, lines_of(town, skus), "DE")
        self.orders[name] = order
        if not self.channels.places(order, partial(self._is_known, order)):
            return
        if channel == WEB and town.happens(0.08):
            town.after(town.between(5 * MINUTE, DAY), partial(self.channels.cancels, order))
        if town.happens(0.15):
            town.after(
                town.between(DAY, (3, 12)[int(town.happens(0.5))] * DAY),
                partial(self.collectors[provider].charged_back, name),
            )

    def _is_known(self, order: OrderPlaced) -> None:
        """A marketplace has been paid before we were told of the order."""
        if order.channel != WEB and order.order not in self.paid:
            self.paid.add(order.order)
            self.town.after(10 * MINUTE, partial(self._has_paid, order))

    def _has_paid(self, order: OrderPlaced) -> None:
        """The marketplace tells what it took; at times also of an order that we have refused."""
        name, amount = order.order, sum(x.net + x.tax for x in order.lines)
        refused = name in self.channels.refused
        if name not in self.channels.open and not (refused and self.town.happens(0.5)):
            return
        self.collectors[order.provider].captures(name, amount)
        if refused and name not in self.town.log.lied_orders:
            self.town.log.happenings["captured_after_end", f"order/{name}"] = amount

    def gets(self, order: str, lines: Parcel) -> None:
        """A parcel should arrive: some never do, some come back."""
        town = self.town
        draw = town.chance.random()
        if order in town.log.lied_orders:
            return
        if draw < 0.05:
            town.after(5 * DAY, partial(self._complains, order, lines))
        elif draw < 0.30:
            town.after(town.between(DAY, 4 * DAY), partial(self._brings_back, order, lines[0]))

    def _complains(self, order: str, lines: Parcel) -> None:
        town, subject, claim = self.town, f"order/{order}", LossClaimed(order, f"L-{order}", lines)
        more = contradiction(claim)
        if more is not None and town.lies:
            town.send_and_contradict("service", subject, claim, more)
            return
        town.send("service", subject, claim)
        if town.happens(0.3):
            town.after(DAY, partial(town.send, "service", subject, claim))  # Who is angry writes twice.

    def _brings_back(self, order: str, line: HeldLine) -> None:
        state = STATES[int(self.town.chance.random() * len(STATES))]
        self.depot.puts_back((line,))
        back = (ReturnedLine(line.line, line.sku, line.quantity, state),)
        self.town.send(WAREHOUSE, f"order/{order}", ReturnReceived(order, f"R-{order}", WAREHOUSE, back, "P1"))

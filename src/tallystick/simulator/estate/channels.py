"""The web shop and the marketplaces: they take orders, and keep a counter of their own of what they have promised."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Final

from msgspec import Struct

from tallystick.messages.fulfilment import GoodsDispatched
from tallystick.messages.sales import OrderCancellationRequested, OrderLine, OrderPlaced, RefuseOrder
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.processes.folded import Folded
from tallystick.simulator.estate.faults import Fault, difference
from tallystick.simulator.estate.town import Town
from tallystick.simulator.weather import HOUR

WEB, BAZAAR, AGORA = "web", "bazaar", "agora"
CHANNELS: Final = (WEB, BAZAAR, AGORA)
POLLED: Final = {AGORA}
KIND: Final = "channel_stock_differs"


class Channels:
    """All three. The web shop and the bazaar call us, the agora is polled every hour."""

    def __init__(self, town: Town) -> None:
        """Live in *town*."""
        self.town = town
        self.done: dict[str, Struct] = {}
        self.promised: dict[str, Counter[str]] = {name: Counter() for name in CHANNELS}
        self.refused: set[str] = set()
        self.open: dict[str, tuple[str, Counter[str]]] = {}
        town.listeners.append(self.hears)

    def places(self, order: OrderPlaced, then: Callable[[], None]) -> bool:
        """Take an order and count it; *then* follows when we know of it. Returns False where we never get to hear of it: its message is lost for good."""
        town, channel = self.town, order.channel
        units = Counter[str]()
        for line in order.lines:
            units[line.sku] += line.quantity
        self.promised[channel].update(units)
        only = order.lines[0]
        if len(order.lines) == 1 and town.lies and town.log.takes(_counter(channel, only.sku)):
            expects = {(KIND, difference("promised", channel, only.sku)): only.quantity}
            town.log.lied("order_lost", expects, order.order)
            return False
        self.open[order.order] = (channel, units)
        self.tells(channel, order.order, order, then)
        return True

    def cancels(self, order: OrderPlaced) -> None:
        """The customer has thought better of it."""
        self.tells(order.channel, order.order, OrderCancellationRequested(order.order, "regret"))

    def tells(self, channel: str, order: str, data: Struct, then: Callable[[], None] | None = None) -> None:
        """Tell the house at once or, where it polls, when it next asks."""
        send = partial(self.town.send, channel, f"order/{order}", data, then)
        wait = HOUR - self.town.now % HOUR if channel in POLLED else 1
        self.town.after(wait, send)

    def take(self, key: str, command: Struct) -> None:
        """Hear that an order was refused or has ended: what was still open of it is promised no more."""
        if key in self.done:
            return
        self.done[key] = command
        order = getattr(command, "order", "")
        if isinstance(command, RefuseOrder):
            self.refused.add(order)
        if order in self.open:
            channel, units = self.open.pop(order)
            self.promised[channel].subtract(units)

    def hears(self, folded: Folded) -> None:
        """What has been sent is promised no more: the house tells the channel of each parcel it books."""
        for fact in folded.facts:
            if isinstance(fact, GoodsDispatched) and fact.order in self.open:
                channel, units = self.open[fact.order]
                for line in fact.lines:
                    sent = min(line.quantity, units[line.sku])
                    units[line.sku] -= sent
                    self.promised[channel][line.sku] -= sent

    def drifts(self, skus: tuple[str, ...]) -> None:
        """A counter goes wrong by itself, as counters do."""
        town = self.town
        channel = CHANNELS[int(town.chance.random() * len(CHANNELS))]
        sku = skus[int(town.chance.random() * len(skus))]
        if town.log.takes(_counter(channel, sku)):
            off = 1 if town.happens(0.5) else -2
            self.promised[channel][sku] += off
            fault = town.log.shown("counter_drifted", {(KIND, difference("promised", channel, sku)): off})
            if town.happens(0.3):
                town.at_hour(26, 12, partial(self._drifts_on, fault, channel, sku))

    def _drifts_on(self, fault: Fault, channel: str, sku: str) -> None:
        """What has gone wrong once goes on going wrong."""
        self.promised[channel][sku] += 3
        exception = (KIND, difference("promised", channel, sku))
        fault.expects[exception] += 3
        self.town.log.shown("counter_drifted", {exception: fault.expects[exception]})

    def states(self, night: int) -> None:
        """Send the counters as they are."""
        for channel in CHANNELS:
            lines = tuple(CountedUnits(sku, n) for sku, n in sorted(self.promised[channel].items()) if n)
            name = f"{channel}/{night}"
            self.town.send(channel, f"statement/stock/{name}", StockStatementReported(name, channel, "promised", lines))


def lines_of(town: Town, skus: tuple[str, ...]) -> tuple[OrderLine, ...]:
    """Draw what a customer wants: mostly one thing, sometimes two."""
    chance = town.chance
    wanted = dict.fromkeys(skus[int(chance.random() * len(skus))] for _ in range(1 + int(chance.random() * 1.4)))
    lines = []
    for n, sku in enumerate(wanted, 1):
        quantity = 1 + int(chance.random() * 2)
        net = quantity * (900 + 10 * int(chance.random() * 150))
        lines.append(OrderLine(n, sku, quantity, net, net // 5))
    return tuple(lines)


def _counter(channel: str, sku: str) -> str:
    return f"counter/{channel}/{sku}"

"""What an order knows: its lines, what is open of them, and what left at which price and cost."""

from datetime import date, datetime

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from tallystick.messages.marketplaces.terms import MarketplaceTerms
from tallystick.messages.reservations import KeptLine
from tallystick.messages.sales import ServiceLine
from tallystick.messages.selling.kits import KitSold
from tallystick.messages.sourcing.decided import NotFrom
from tallystick.messages.stock import HeldLine
from tallystick.model.amount import proportion
from tallystick.processes.members import PAYMENT, TENDERS


class OpenLine(Struct, frozen=True, gc=False, omit_defaults=True):
    """One line: `open` units with the net and tax still to come, and what left and has not come back.

    Of the open units, `owed` ones are promised without being reserved, and `fenced` ones came out of the channel's fence.
    The last left on `sent_on`. Of the sent units, `returning` ones may come back under a return that was allowed, and
    `back` ones stand here for inspection: their cost is with them, their price is not credited.
    """

    line: int
    sku: str
    open: int
    net: int
    tax: int
    sent: int = 0
    sent_net: int = 0
    sent_tax: int = 0
    sent_cost: int = 0
    owed: int = 0
    fenced: int = 0
    sent_on: date | None = None
    returning: int = 0
    back: int = 0

    def kept(self) -> KeptLine:
        """The open units as they are promised."""
        return KeptLine(self.line, self.sku, self.open - self.owed, self.owed, self.fenced)

    def without(self, quantity: int) -> tuple["OpenLine", KeptLine, int]:
        """Give up *quantity* open units, owed ones first; return the new line, what is let go of, and its worth with tax."""
        left = self.open - quantity
        owed = max(0, self.owed - quantity)
        fenced = min(self.fenced, left - owed)
        net, tax = proportion(self.net, quantity, self.open), proportion(self.tax, quantity, self.open)
        gone = self.owed - owed
        freed = KeptLine(self.line, self.sku, quantity - gone, gone, self.fenced - fenced)
        line = replace(self, open=left, owed=owed, fenced=fenced, net=self.net - net, tax=self.tax - tax)
        return line, freed, net + tax

    def ships(self, quantity: int, cost: int) -> tuple["OpenLine", int, int]:
        """Move *quantity* units from open to sent, reserved ones first; return the new line and the net and tax of them."""
        left = self.open - quantity
        owed = min(self.owed, left)
        net, tax = proportion(self.net, quantity, self.open), proportion(self.tax, quantity, self.open)
        line = replace(
            self,
            open=left,
            owed=owed,
            fenced=min(self.fenced, left - owed),
            net=self.net - net,
            tax=self.tax - tax,
            sent=self.sent + quantity,
            sent_net=self.sent_net + net,
            sent_tax=self.sent_tax + tax,
            sent_cost=self.sent_cost + cost,
        )
        return line, net, tax

    @property
    def away(self) -> int:
        """The sent units that are with the customer."""
        return self.sent - self.back

    def arrives(self, quantity: int) -> tuple["OpenLine", int]:
        """Take *quantity* units in for inspection; return the new line and their cost."""
        cost = proportion(self.sent_cost, quantity, self.away)
        return replace(self, back=self.back + quantity, sent_cost=self.sent_cost - cost), cost

    def credits(self, quantity: int) -> tuple["OpenLine", tuple[int, int]]:
        """Undo the sale of *quantity* units; return the new line and their net and tax."""
        net, tax = proportion(self.sent_net, quantity, self.sent), proportion(self.sent_tax, quantity, self.sent)
        line = replace(self, sent=self.sent - quantity, sent_net=self.sent_net - net, sent_tax=self.sent_tax - tax)
        return line, (net, tax)

    def comes_back(self, quantity: int) -> tuple["OpenLine", tuple[int, int, int]]:
        """Take *quantity* units that are away back at once; return the new line and their net, tax and cost."""
        values = (
            proportion(self.sent_net, quantity, self.sent),
            proportion(self.sent_tax, quantity, self.sent),
            proportion(self.sent_cost, quantity, self.away),
        )
        line = replace(
            self,
            sent=self.sent - quantity,
            sent_net=self.sent_net - values[0],
            sent_tax=self.sent_tax - values[1],
            sent_cost=self.sent_cost - values[2],
        )
        return line, values


class Place(Struct, frozen=True, gc=False, omit_defaults=True):
    """What one location holds for an order; `fulfilment/`*number* asks it to send that. Empty once nothing is left there.

    *spared* are units it was asked for and asked to keep, because another location sent them.
    """

    number: int
    location: str
    lines: tuple[KeptLine, ...] = ()
    spared: tuple[HeldLine, ...] = ()


class OrderData(Struct, frozen=True, gc=False, omit_defaults=True):
    """An order under way. `held` says whether the open units are promised to it; `refunds` counts those asked for.

    `recipient` is the vault's reference of whom the goods go to. `services` are ordered and not earned yet;
    what those earned came to, and what was kept of returns, tax included, is `earned`. What was refunded before its goods
    came is `advanced`. With `follows_parcels` its channel is told of each that leaves.

    While units are owed, `since` is the order's rank among those that wait, `expected_on` the day promised for them (None:
    no goods announced cover them), and `turn_at` the end of the time in which it is ranked, if it is. `secured` keeps that
    the money was there before that. *marketplace* is there where the buyer has paid a marketplace already. While it is
    `unscreened`, nothing of it is asked of its location.

    `places` are the locations it is held at, where these are several or other than `location`: then what each line holds
    stands there. An order that was `sourced` may be sourced again; `area` is where it goes, `refused` are locations that
    will not send a product of it, `recalled` what the customer does not want and a location was
    asked to keep. With `pick_up` the customer fetches it.

    `with_cards` says that gift cards pay a part of it. `kits` say which lines were ordered as one. `jurisdictions` has the lines whose tax is owed to another tax office than the order's.

    A product that left as a line it was not ordered under stands beside that line, with nothing open and no price.
    """

    order: str
    channel: str
    location: str
    currency: str
    provider: str
    jurisdiction: str
    lines: tuple[OpenLine, ...]
    held: bool = False
    refunds: int = 0
    recipient: str = ""
    services: tuple[ServiceLine, ...] = ()
    earned: int = 0
    follows_parcels: bool = False
    since: datetime | None = None
    expected_on: date | None = None
    turn_at: datetime | None = None
    secured: bool = False
    marketplace: MarketplaceTerms | None = None
    places: tuple[Place, ...] = ()
    sourced: bool = False
    area: str = ""
    refused: tuple[NotFrom, ...] = ()
    recalled: tuple[HeldLine, ...] = ()
    pick_up: bool = False
    unscreened: bool = False
    jurisdictions: dict[int, str] = {}
    with_cards: bool = False
    kits: tuple[KitSold, ...] = ()
    advanced: int = 0

    @property
    def payer(self) -> str:
        """The member that is told of money: the payment, or what stands before it where gift cards pay a part."""
        return TENDERS if self.with_cards else PAYMENT

    def taxed_in(self, line: int) -> str | UnsetType:
        """Whose the tax of a line is, where it is not the order's."""
        return self.jurisdictions.get(line, UNSET) if self.jurisdictions else UNSET

    @property
    def owed(self) -> int:
        """The open units that are promised without being there."""
        return sum([x.owed for x in self.lines]) if self.held else 0

    def open_lines(self) -> tuple[HeldLine, ...]:
        """The units still to be sent."""
        return tuple(HeldLine(x.line, x.sku, x.open) for x in self.lines if x.open)

    @property
    def ship_by(self) -> datetime | None:
        """When a marketplace wants all of it to have left; None where nobody says."""
        return self.marketplace.ship_by if self.marketplace else None

    def kept_lines(self) -> tuple[KeptLine, ...]:
        """The open units as they are promised; none once the order holds nothing."""
        return tuple(x.kept() for x in self.lines if x.open) if self.held else ()

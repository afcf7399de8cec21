"""What each fact says it does to goods, their value, what we are owed and what we owe in tax, and under which business keys.

Told from facts alone; the rules of posting/ are not looked at. That makes it a second opinion, and a proof of more than
itself. A kind of fact that is not told of here has no second opinion.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from msgspec import Struct, field

from tallystick.messages.availability import AvailabilityRulesSet, FenceChanged, IncomingChanged
from tallystick.messages.books.entries import ManualEntryPosted, ManualEntryReversed
from tallystick.messages.buying import facts as buying
from tallystick.messages.fulfilment import GoodsDispatched
from tallystick.messages.golive import facts as golive
from tallystick.messages.marketplaces.facts import MarketplaceCharged, MarketplaceSettled
from tallystick.messages.oversells import OrderOversold
from tallystick.messages.partners.parcels import ParcelDelivered
from tallystick.messages.payments import PaymentCaptured, PaymentChargedBack, PaymentSettled, RefundPaid
from tallystick.messages.returning import facts as returning
from tallystick.messages.returning.policies import ReturnPoliciesSet
from tallystick.messages.returns import GoodsLost, GoodsReturned
from tallystick.messages.sales import (
    AllowanceGranted,
    BadDebtAdjusted,
    CreditedLine,
    ReversedLine,
    SaleCredited,
    SaleRecorded,
    SaleReversed,
)
from tallystick.messages.selling.gift_cards import (
    GiftCardCredited,
    GiftCardExpired,
    GiftCardGranted,
    GiftCardHeld,
    GiftCardRedeemed,
    GiftCardSold,
    GiftCardStopped,
)
from tallystick.messages.sourcing.decided import OrderSourced
from tallystick.messages.sourcing.policy import SourcingPolicySet
from tallystick.messages.stock import (
    GoodsReceived,
    ShortageCovered,
    ShortageExplained,
    StockAdjusted,
    StockNoLongerOwed,
    StockOwed,
    StockReleased,
    StockReserved,
)
from tallystick.messages.stocking import corrections, transfers
from tallystick.messages.tills import CashCounted
from tallystick.processes.folded import Folded

Units = Counter[tuple[str, str, str]]
"""Units by product, location and state."""


def _costs(lines: Any) -> int:
    return sum(x.cost for x in lines)


def _values(lines: Any) -> int:
    return sum(x.value for x in lines)


def _net(lines: Any) -> int:
    return sum(x.net for x in lines)


def _tax(lines: Any) -> int:
    return sum(x.tax for x in lines)


def _coupons(lines: Any) -> int:
    return sum(x.coupon for x in lines)


def _sold(fact: Any, goods: Any) -> int:
    """What a sale or a credit is for, less what was paid of it at once."""
    with_tax = (*goods, *fact.services)
    paid: int = fact.paid
    return _net(with_tax) + _tax(with_tax) + _net((*fact.charges, *fact.vouchers)) - paid


def _rung_up(fact: SaleRecorded | SaleReversed) -> int:
    """What a till's scans are for, less what manufacturers owe of it and what the till took."""
    return _net(fact.scans) - _coupons((*fact.goods, *fact.scans)) - fact.taken


class Told(Struct):
    """Minor units: what facts say they add to the inventory, to what we are owed, and to the tax we owe; and units."""

    worth: int = 0
    owed: int = 0
    tax: int = 0
    units: Units = field(default_factory=Counter)


def told(facts: Iterable[Struct]) -> Told | None:
    """Add up what *facts* say; None where one of them has no second opinion."""
    sum_of = Told()
    for fact in facts:
        say = _SAYS.get(type(fact))
        if say is None:
            return None
        _add(sum_of, fact, say(fact))
    return sum_of


def _add(to: Told, fact: Any, said: "_Said") -> None:
    to.worth, to.owed, to.tax = to.worth + said[0], to.owed + said[1], to.tax + said[2]
    for lines, state, sign in said[3]:
        for x in lines:
            to.units[x.sku, fact.location, state or x.disposition] += sign * x.quantity


_Said = tuple[int, int, int, tuple[tuple[Any, str, int], ...]]
"""Worth, owed, tax; and (lines, state, sign) of units. A state left empty is the line's own disposition."""


def _sale(f: SaleRecorded) -> _Said:
    tax = _tax((*f.goods, *f.services))
    gone = (*f.goods, *f.giveaways)
    return -_costs(gone), _sold(f, f.goods) + _rung_up(f), tax, ((gone, "sellable", -1),)


def _reversal(f: SaleReversed) -> _Said:
    back = (*f.goods, *f.giveaways)
    return _costs(back), -_net(f.goods) - _tax(f.goods) - _rung_up(f), -_tax(f.goods), ((back, "sellable", 1),)


def _credit(f: SaleCredited) -> _Said:
    back = (*f.matched, *f.blind)
    return _costs(back), -_sold(f, back), -_tax((*back, *f.services)), ((back, "sellable", 1),)


def _dispatch(f: GoodsDispatched) -> _Said:
    gone = (*f.lines, *f.unheld)
    units = ((f.lines, "reserved", -1), (f.unheld, "sellable", -1))
    sold = (*gone, *f.services)
    return -_costs(gone), _net(sold) + _tax((*sold, *f.collected)), _tax(sold), units


def _receipt(f: GoodsReceived) -> _Said:
    came = (*f.supplied, *f.opening)
    return _values(came), 0, 0, ((came, "sellable", 1),)


def _bought(f: buying.GoodsBought) -> _Said:
    came = ((f.sellable, "sellable", 1), (f.quarantine, "quarantine", 1), (f.damaged, "damaged", 1))
    return sum(_values(lines) for lines, _, _ in came), 0, 0, came


def _sent_back(f: buying.GoodsSentBack) -> _Said:
    left = ((f.sellable, "sellable", -1), (f.quarantine, "quarantine", -1), (f.damaged, "damaged", -1))
    return -sum(x.owed + x.difference for lines, _, _ in left for x in lines), 0, 0, left


def _sent(f: transfers.TransferDispatched) -> _Said:
    gone = (*f.held, *f.unheld)
    return -_values(gone), 0, 0, ((f.held, "reserved", -1), (f.unheld, "sellable", -1))


def _arrived(f: transfers.TransferReceived) -> _Said:
    came = (*f.arrived, *f.recovered, *f.surplus)
    return _values(came), 0, 0, tuple(((x,), x.condition, 1) for x in came)


def _corrected(f: corrections.StockCorrected) -> _Said:
    found, lost = (tuple(((x,), x.state, sign) for x in xs) for xs, sign in ((f.found, 1), (f.lost, -1)))
    return _values(f.found) - _values(f.lost), 0, 0, (*found, *lost)


def _put_elsewhere(f: corrections.StockStateChanged) -> _Said:
    moved = ((((x,), x.from_state, -1), ((x,), x.to_state, 1)) for x in f.lines)
    return 0, 0, 0, tuple(part for both in moved for part in both)


def _revalued(f: Any) -> _Said:
    return sum(x.to_stock for x in f.lines), 0, 0, ()


def _held(f: returning.ReturnHeld) -> _Said:
    return _costs(f.lines), 0, 0, ((f.lines, "quarantine", 1),)


def _sorted(f: returning.ReturnSorted) -> _Said:
    gone = (*f.scrapped, *f.sent_again)
    units = [((x,), state, sign) for x in f.moved for state, sign in ((x.to, 1), (x.state, -1))]
    return -_costs(gone), 0, 0, (*units, *(((x,), x.state, -1) for x in gone))


def _credited(f: returning.ReturnCredited) -> _Said:
    tax = _tax(f.lines) - _tax(f.fees)
    return 0, f.advanced + _net(f.fees) - _net(f.lines) - tax, -tax, ()


def _count(f: StockAdjusted) -> _Said:
    return _values(f.found) - _values(f.lost), 0, 0, ((f.found, "sellable", 1), (f.lost, "sellable", -1))


def _by_hand(f: ManualEntryPosted) -> _Said:
    """Of what is proved here, only the tax we owe is open to entries by hand."""
    tax = sum((_is_tax(x.credit) - _is_tax(x.debit)) * x.amount for x in f.lines)
    return 0, 0, tax, ()


def _taken_back_by_hand(f: ManualEntryReversed) -> _Said:
    tax = sum((_is_tax(x.debit) - _is_tax(x.credit)) * x.amount for x in f.lines)
    return 0, 0, tax, ()


def _opened(f: golive.OpeningBalancesDeclared | golive.OpeningBalancesReversed) -> _Said:
    """What an old ledger had of what is proved here; a reversal takes it back."""
    sign = 1 if isinstance(f, golive.OpeningBalancesDeclared) else -1
    owed = sum(x.amount for x in f.lines if x.account.startswith("receivable:"))
    tax = sum(x.amount for x in f.lines if _is_tax(x.account))
    return 0, sign * owed, -sign * tax, ()


def _is_tax(address: str) -> bool:
    return address.startswith("tax_payable:")


def _nothing(_: Struct) -> _Said:
    return 0, 0, 0, ()


_SAYS: dict[type[Struct], Callable[[Any], _Said]] = {
    SaleRecorded: _sale,
    SaleReversed: _reversal,
    SaleCredited: _credit,
    GoodsDispatched: _dispatch,
    GoodsReceived: _receipt,
    StockAdjusted: _count,
    GoodsReturned: lambda f: (
        _costs(f.lines),
        -_net(f.lines) - _tax((*f.lines, *f.collected)),
        -_tax(f.lines),
        ((f.lines, "", 1),),
    ),
    ShortageCovered: lambda f: (_values(f.lines), 0, 0, ((f.lines, "sellable", 1),)),
    ShortageExplained: lambda f: (-_values(f.lines), 0, 0, ((f.lines, "sellable", -1),)),
    StockReserved: lambda f: (0, 0, 0, ((f.lines, "sellable", -1), (f.lines, "reserved", 1))),
    StockReleased: lambda f: (0, 0, 0, ((f.lines, "sellable", 1), (f.lines, "reserved", -1))),
    # A promise beyond stock, a rule, a fence or an announcement moves neither goods nor money.
    **dict.fromkeys(
        (
            *(StockOwed, StockNoLongerOwed, OrderOversold, OrderSourced),
            *(AvailabilityRulesSet, SourcingPolicySet, FenceChanged, IncomingChanged),
        ),
        _nothing,
    ),
    ParcelDelivered: _nothing,
    PaymentCaptured: lambda f: (0, -f.amount, 0, ()),
    RefundPaid: lambda f: (0, f.amount, 0, ()),
    PaymentSettled: _nothing,
    PaymentChargedBack: _nothing,
    **dict.fromkeys(
        (GoodsLost, AllowanceGranted),
        lambda f: (0, -_net(f.lines) - _tax((*f.lines, *f.collected)), -_tax(f.lines), ()),
    ),
    **dict.fromkeys((MarketplaceSettled, MarketplaceCharged), _nothing),
    CashCounted: _nothing,
    ManualEntryPosted: _by_hand,
    ManualEntryReversed: _taken_back_by_hand,
    buying.GoodsBought: _bought,
    buying.GoodsSentBack: _sent_back,
    **dict.fromkeys((buying.SupplierInvoiced, buying.DisputeAccepted, buying.LandedCostAdded), _revalued),
    buying.SupplierCredited: lambda f: (-sum(x.to_stock for x in f.lines), 0, 0, ()),
    buying.SupplierPaid: _nothing,
    transfers.TransferDispatched: _sent,
    transfers.TransferReceived: _arrived,
    transfers.TransferLost: _nothing,
    transfers.SurplusExplained: _nothing,
    corrections.StockCorrected: _corrected,
    corrections.StockStateChanged: _put_elsewhere,
    golive.OpeningStockDeclared: lambda f: (_values(f.lines), 0, 0, ((f.lines, "sellable", 1),)),
    golive.OpenOrderDeclared: lambda f: (0, f.receivable, 0, ()),
    **dict.fromkeys((golive.OpeningBalancesDeclared, golive.OpeningBalancesReversed), _opened),
    returning.ReturnHeld: _held,
    returning.ReturnSorted: _sorted,
    returning.ReturnCredited: _credited,
    returning.RefundAdvanced: lambda f: (0, -f.amount, 0, ()),
    returning.AdvanceCharged: lambda f: (0, f.amount, 0, ()),
    ReturnPoliciesSet: _nothing,
    BadDebtAdjusted: lambda f: (0, -sum(x.written_off for x in f.lines), 0, ()),
    GiftCardSold: lambda f: (0, 0, f.tax, ()),
    GiftCardRedeemed: lambda f: (0, -f.net - f.tax, -f.tax, ()),
    GiftCardCredited: lambda f: (0, f.net + f.tax, f.tax, ()),
    **dict.fromkeys((GiftCardGranted, GiftCardStopped, GiftCardHeld, GiftCardExpired), _nothing),
}


_LISTS: dict[type[Struct], tuple[str, tuple[str, ...]]] = {
    SaleRecorded: ("sale", ("goods", "giveaways", "scans", "services", "charges", "vouchers")),
    SaleCredited: ("credit", ("services", "charges", "vouchers")),
    GoodsReceived: ("receipt", ("supplied", "opening")),
    StockAdjusted: ("adjustment", ("found", "lost", "found_unstocked", "lost_unstocked")),
    BadDebtAdjusted: ("adjustment", ("lines",)),
}


def taken_back(fact: Any, subject: str) -> Iterator[tuple[Any, ...]]:
    """Name the business keys that a fact frees: what was reversed may be posted once more."""
    if isinstance(fact, SaleReversed):
        for each in ("goods", "giveaways", "scans"):
            for x in getattr(fact, each):
                yield SaleRecorded, subject, fact.sale, x.line
    elif isinstance(fact, StockNoLongerOwed) and not fact.holder:
        yield StockReserved, subject, fact.location  # What was owed is reserved when it comes, once each time.
    elif isinstance(fact, OrderSourced) and fact.sought.run == "resourcing":
        yield from ((StockReserved, subject, x.location) for x in fact.parts)  # a location may be given more


# What is let go of line by line is compared with the shelves after every message. A reservation may be moved there and back; what it
# holds is compared with the shelves after every message.
_KEYS: Final[dict[type[Struct], Callable[[Any], tuple[Any, ...] | None]]] = {
    StockReserved: lambda f: None if f.holder else (f.location,),
    GoodsDispatched: lambda f: (f.shipment,) if f.shipment else None,
    ParcelDelivered: lambda f: (f.parcel,),
    golive.OpenOrderDeclared: lambda _: ("",),
    golive.OpeningStockDeclared: lambda f: (f.location,),
    **dict.fromkeys((PaymentSettled, MarketplaceSettled), lambda f: (f.payout,) if f.payout else None),
    SaleCredited: lambda f: (f.credit, frozenset(x.line for x in (*f.matched, *f.blind))),
}


def business_keys(fact: Any, subject: str) -> Iterator[tuple[Any, ...]]:
    """Name what a fact posts by business keys; the book may hold each key only once."""
    kind = type(fact)
    key_of = _KEYS.get(kind)
    found = key_of(fact) if key_of is not None else None
    if found is not None:
        yield kind, subject, *found
    if kind in _LISTS:
        key, lists = _LISTS[kind]
        name = getattr(fact, key)
        for each in lists:
            for x in getattr(fact, each):
                yield kind, subject, name, x.line


Found = Callable[[str, str], None]
Sold = tuple[str | None, str, int, int]
"""Customer, product, event and line of a sale."""


class Left(Struct):
    """Units of a sold line that are still with the customer, and what they cost."""

    units: int
    cost: int


class OpenSales:
    """Follows sales and credits."""

    def __init__(self) -> None:
        """Start with nothing sold."""
        self._left: dict[Sold, Left] = {}

    def follow(self, folded: Folded, found: Found) -> None:
        """Note what was sold and taken back; a return of more than was sold, or at another cost in the end, is found."""
        for fact in folded.facts:
            if isinstance(fact, SaleRecorded):
                for x in fact.goods:
                    self._left[fact.customer, x.sku, folded.event, x.line] = Left(x.quantity, x.cost)
            elif isinstance(fact, SaleCredited):
                for back in fact.matched:
                    self._take((fact.customer, back.sku, back.of_event, back.of_line), back, found)
            elif isinstance(fact, SaleReversed):
                for wrong in fact.goods:
                    self._take((fact.customer, wrong.sku, wrong.of_event, wrong.line), wrong, found)

    def _take(self, sale: Sold, x: CreditedLine | ReversedLine, found: Found) -> None:
        sold = self._left.get(sale, Left(0, 0))
        sold.units, sold.cost = sold.units - x.quantity, sold.cost - x.cost
        if min(sold.units, sold.cost) < 0 or (sold.cost and not sold.units):
            what = f"{sold.units} units and {sold.cost} of their cost are left of it"
            found("open_sale_off", f"line {x.line} takes {x.quantity} {x.sku} off event {x.of_event}: {what}")

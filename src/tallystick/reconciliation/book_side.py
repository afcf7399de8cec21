"""What the book says, told as records: from facts one by one, whoever keeps them."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Final

from msgspec import Struct

from tallystick.journal.layer import IN_TRANSIT
from tallystick.journal.posting import Posting
from tallystick.messages.fulfilment import GoodsDispatched
from tallystick.messages.marketplaces.facts import MarketplaceCharged, MarketplaceSettled
from tallystick.messages.payments import PaymentCaptured, PaymentChargedBack, PaymentSettled, RefundPaid
from tallystick.messages.sales import OrderPlaced, SaleRecorded
from tallystick.messages.stock import StockReleased, StockReserved
from tallystick.model.amount import UNITS_PREFIX, is_money
from tallystick.reconciliation.levels import Moved
from tallystick.reconciliation.matching import Record

CAPTURE, REFUND, CHARGEBACK, SETTLEMENT, FEE = "capture", "refund", "chargeback", "settlement", "fee"


class Seen(Struct, frozen=True, gc=False):
    """One event of the book: the report, the facts it became, their postings, when it took effect and was recorded."""

    subject: str
    report: Struct
    facts: tuple[Struct, ...]
    postings: tuple[Posting, ...]
    at: datetime
    on: date
    recorded_on: date


class BookSide(Struct):
    """All that statements are compared with: money by kind of line, tills by number, counters by movement, a ledger by day."""

    money: dict[str, list[Record]] = {}
    payouts: list[Record] = []
    till_sales: list[Record] = []
    on_hand: list[Moved] = []
    promised: list[Moved] = []
    ledger: list[Record] = []

    def add(self, kind: str, record: Record) -> None:
        """Take in a movement of money at a provider."""
        self.money.setdefault(kind, []).append(record)


def settled_key(payout: str, order: str) -> str:
    """Return the key of an order's part in a payout."""
    return f"{payout}/{order}"


def dispute_key(order: str) -> str:
    """Return the key under which the fees of an order's disputes stand."""
    return f"dispute/{order}"


def book_side(events: Iterable[Seen]) -> BookSide:
    """Return what the book says, from all of its *events* in order."""
    side, channels = BookSide(), dict[str, str]()
    for seen in events:
        if isinstance(seen.report, OrderPlaced):
            channels[seen.report.order] = seen.report.channel
            if not seen.facts:
                side.promised += refused(seen.report, seen.at)
        for fact in seen.facts:
            take = _TAKERS.get(type(fact))
            if take is not None:
                take(side, fact, seen)
            side.promised += promised_by(fact, channels, seen.at)
        for posting in seen.postings:
            _take_posting(side, posting, seen)
    return side


def refused(order: OrderPlaced, at: datetime) -> list[Moved]:
    """A refused order was counted by its channel until it heard of the refusal."""
    return [Moved(order.channel, x.sku, units, at) for x in order.lines for units in (x.quantity, -x.quantity)]


def promised_by(fact: Any, channels: dict[str, str], at: datetime) -> list[Moved]:
    """Return how *fact* moves what a channel has promised: up when held, down when let go or sent."""
    sign = _PROMISES.get(type(fact))
    if sign is None or fact.order not in channels:
        return []
    return [Moved(channels[fact.order], x.sku, sign * x.quantity, at) for x in fact.lines]


def _captured(side: BookSide, fact: PaymentCaptured, seen: Seen) -> None:
    side.add(CAPTURE, Record(fact.provider, fact.order, fact.currency, fact.amount, seen.on, seen.subject))


def _refunded(side: BookSide, fact: RefundPaid, seen: Seen) -> None:
    side.add(REFUND, Record(fact.provider, fact.order, fact.currency, fact.amount, seen.on, seen.subject))


def _charged_back(side: BookSide, fact: PaymentChargedBack, seen: Seen) -> None:
    side.add(CHARGEBACK, Record(fact.provider, fact.order, fact.currency, fact.amount, seen.on, seen.subject))
    side.add(FEE, Record(fact.provider, dispute_key(fact.order), fact.currency, fact.fee, seen.on, seen.subject))


def _settled(side: BookSide, fact: PaymentSettled, seen: Seen) -> None:
    key = settled_key(fact.payout, fact.order)
    side.add(SETTLEMENT, Record(fact.provider, key, fact.currency, fact.net + fact.fee, seen.on, seen.subject))
    side.add(FEE, Record(fact.provider, key, fact.currency, fact.fee, seen.on, seen.subject))
    side.payouts.append(Record(fact.provider, fact.payout, fact.currency, fact.net, seen.on, seen.subject))


def _settled_there(side: BookSide, fact: MarketplaceSettled, seen: Seen) -> None:
    key, kept = settled_key(fact.payout, fact.order), fact.commission + fact.withheld
    side.add(SETTLEMENT, Record(fact.provider, key, fact.currency, fact.net + kept, seen.on, seen.subject))
    side.add(FEE, Record(fact.provider, key, fact.currency, kept, seen.on, seen.subject))
    side.payouts.append(Record(fact.provider, fact.payout, fact.currency, fact.net, seen.on, seen.subject))


def _charged_there(side: BookSide, fact: MarketplaceCharged, seen: Seen) -> None:
    side.payouts.append(
        Record(fact.provider, fact.payout, fact.currency, -fact.cost - fact.held, seen.on, seen.subject)
    )


def _sold(side: BookSide, fact: SaleRecorded, seen: Seen) -> None:
    lines: tuple[Any, ...] = (*fact.goods, *fact.services, *fact.charges, *fact.vouchers)
    gross = sum(x.net + x.tax for x in lines)
    side.till_sales.append(Record(fact.channel, fact.sale, fact.currency, gross, seen.on, seen.subject))


_TAKERS: Final[dict[type[Struct], Callable[[BookSide, Any, Seen], None]]] = {
    PaymentCaptured: _captured,
    RefundPaid: _refunded,
    PaymentChargedBack: _charged_back,
    PaymentSettled: _settled,
    MarketplaceSettled: _settled_there,
    MarketplaceCharged: _charged_there,
    SaleRecorded: _sold,
}
_PROMISES: Final[dict[type[Struct], int]] = {StockReserved: 1, StockReleased: -1, GoodsDispatched: -1}


def _take_posting(side: BookSide, posting: Posting, seen: Seen) -> None:
    for address, number in ((posting.debit, posting.number), (posting.credit, -posting.number)):
        if is_money(posting.commodity):
            side.ledger.append(Record("", address, posting.commodity, number, seen.recorded_on, seen.subject))
        elif (location := location_counted(address)) is not None:
            side.on_hand.append(Moved(location, posting.commodity.removeprefix(UNITS_PREFIX), number, seen.at))


def location_counted(address: str) -> str | None:
    """Return the location whose count an account belongs to: what stands there, less what the book could not explain."""
    if address.startswith("stock:") and not address.startswith(IN_TRANSIT):
        return address.split(":", 2)[2]
    return address.removeprefix(UNEXPLAINED) if address.startswith(UNEXPLAINED) else None


UNEXPLAINED: Final = "outside:unexplained:"

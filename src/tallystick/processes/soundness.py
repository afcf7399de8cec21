"""What a report must be before it is folded: said here once, also for what was made in Python and never decoded."""

from collections.abc import Callable, Iterable
from typing import Any, Final, get_args

from msgspec import Struct

from tallystick.decisions.sourcing.flaws import flaw_of_policy
from tallystick.journal.chart import manual_flaw
from tallystick.messages.availability import (
    AllocationRequested,
    AvailabilityRulesDeclared,
    InboundAnnounced,
    InboundCancelled,
)
from tallystick.messages.books.entries import ManualEntry, ManualEntryApproved, ManualEntryReversalApproved
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.partners.cases import CaseClosed, CaseInformed, CaseMessageReceived, CaseOpened
from tallystick.messages.payments import (
    CaptureReported,
    ChargebackReported,
    PaymentAuthorised,
    RefundReported,
    SettlementReported,
)
from tallystick.messages.reservations import (
    RESERVATION_SECONDS_MAX,
    ReservationExtended,
    ReservationRequested,
)
from tallystick.messages.returns import Disposition, LossClaimed, ReturnReceived, ReturnRequested
from tallystick.messages.sales import BadDebtReported, CreditReported, OrderPlaced, SaleReported
from tallystick.messages.sourcing.policy import UNPLACED, SourcingPolicyDeclared
from tallystick.messages.stock import AdjustmentReported, ReceiptReported
from tallystick.messages.tills import CashUpReported
from tallystick.model.amount import NUMBER_LIMIT
from tallystick.processes.buying import soundness as buying
from tallystick.processes.gift_cards import soundness as selling
from tallystick.processes.golive import soundness as golive
from tallystick.processes.limits import flaw_of_declared
from tallystick.processes.masters import soundness as masters
from tallystick.processes.members import RULES_SUBJECT
from tallystick.processes.records import marketplace_soundness as marketplaces
from tallystick.processes.returning import soundness as returning
from tallystick.processes.stocking import soundness as stocking

REMEDY: Final = "have its sender mend the field and report it again, then drop this one"
ON_ACCOUNT: Final = "account"
DISPOSITIONS: Final = frozenset(get_args(Disposition))
MANUAL_LINES_MAX: Final = 500
REASON_LENGTH_MAX: Final = 500
Flaw = str
"""Which field is wrong and why; empty where none is."""


def flaw_of(data: Struct) -> Flaw:
    """Return what makes *data* impossible to book: a line twice, a quantity or amount out of range, an unknown word."""
    check = _CHECKS.get(type(data))
    return check(data) if check is not None else ""


def misplaced(data: Struct, subject: str) -> Flaw:
    """Say where *data* belongs if *subject* is not the family it must be folded in; empty where it is."""
    home = _HOMES.get(type(data))
    due = home(data) if home is not None else ""
    return f"its subject is {subject}, it belongs to {due}" if due and due != subject else ""


def _inbound(data: Any) -> str:
    return f"inbound/{data.inbound}" if data.inbound else ""


_HOMES: Final[dict[type[Struct], Callable[[Any], str]]] = {
    AvailabilityRulesDeclared: lambda _: RULES_SUBJECT,
    SourcingPolicyDeclared: lambda _: RULES_SUBJECT,
    InboundAnnounced: _inbound,
    InboundCancelled: _inbound,
    ReceiptReported: _inbound,
    **selling.HOMES,
    **buying.HOMES,
    **masters.HOMES,
    **stocking.HOMES,
    **marketplaces.HOMES,
    **golive.HOMES,
    **dict.fromkeys((CaseOpened, CaseMessageReceived, CaseInformed, CaseClosed), lambda x: f"case/{x.case}"),
    **returning.HOMES,
}
"""The subject that some reports must have, for other messages look for what they leave there."""


def _quantity(x: Any) -> Flaw:
    return "" if 0 < x.quantity < NUMBER_LIMIT else f"quantity {x.quantity} is not above zero and below 2^53"


def _priced(x: Any) -> Flaw:
    if 0 <= x.net < NUMBER_LIMIT and 0 <= x.tax < NUMBER_LIMIT and 0 < x.quantity < NUMBER_LIMIT:
        return ""
    if 0 <= x.net < NUMBER_LIMIT and 0 <= x.tax < NUMBER_LIMIT:
        return _quantity(x)
    return f"net {x.net} or tax {x.tax} is below zero or not below 2^53"


def _shelved(x: Any) -> Flaw:
    """A line with a price and what came off it."""
    for name in ("net", "loyalty", "match", "coupon"):
        if not 0 <= getattr(x, name) < NUMBER_LIMIT:
            return f"{name} {getattr(x, name)} is below zero or not below 2^53"
    return ""


def _sold(x: Any) -> Flaw:
    return _shelved(x) or _priced(x)


def _given_back(x: Any) -> Flaw:
    if x.loyalty or x.match or x.coupon:
        return "a credit gives back the net: loyalty, match and coupon are not taken"
    return _priced(x)


def _service(x: Any) -> Flaw:
    if abs(x.net) < NUMBER_LIMIT and abs(x.tax) < NUMBER_LIMIT:
        return _quantity(x)
    return f"net {x.net} or tax {x.tax} is 2^53 or more"


def _received(x: Any) -> Flaw:
    return _quantity(x) if 0 <= x.value < NUMBER_LIMIT else f"value {x.value} is below zero or not below 2^53"


def _counted(x: Any) -> Flaw:
    return "" if x.quantity and abs(x.quantity) < NUMBER_LIMIT else f"quantity {x.quantity} is zero, or 2^53 or more"


def _given_up(x: Any) -> Flaw:
    return _quantity(x) if abs(x.written_off) < NUMBER_LIMIT else f"written_off {x.written_off} is 2^53 or more"


def _returned(x: Any) -> Flaw:
    if x.disposition in DISPOSITIONS:
        return _quantity(x)
    return f"disposition {x.disposition!r} is none of {', '.join(sorted(DISPOSITIONS))}"


Line = Callable[[Any], Flaw]


def _lines(name: str, lines: Iterable[Any], check: Line, numbers: set[int] | None = None) -> Flaw:
    """Check each line; with *numbers*, also that none of its numbers has been there before."""
    for x in lines:
        flaw = check(x)
        if numbers is not None:
            if x.line in numbers:
                flaw = "stands there twice, each line needs a number of its own"
            numbers.add(x.line)
        if flaw:
            return f"{name}: line {x.line}: {flaw}"
    return ""


def _parcel(data: Any) -> Flaw:
    return _lines("lines", data.lines, _quantity)


def _order(data: OrderPlaced) -> Flaw:
    numbers: set[int] = set()
    return (
        _lines("lines", data.lines, _priced, numbers)
        or marketplaces.terms_flaw(data)
        or (_to_be_sourced(data) if data.location in UNPLACED else "")
        or selling.order_flaw(data, numbers)
    )


def _to_be_sourced(data: OrderPlaced) -> Flaw:
    if data.partial:
        return "partial: an order that is sourced is sourced whole: name a location, or leave partial out"
    if data.reservation:
        return "reservation: it is held at a location: name that, for an order that is sourced takes over none"
    return (
        "area is longer than 16: a country and the beginning of a postcode, no address" if len(data.area) > 16 else ""
    )


def _policy(data: SourcingPolicyDeclared) -> Flaw:
    begins = data.effective_from
    if begins is not None and begins.tzinfo is None:
        return f"effective_from {begins.isoformat()} names no time zone: add one, such as Z"
    return flaw_of_policy(data.policy)


def _sale(data: SaleReported) -> Flaw:
    numbers: set[int] = set()
    return (
        _lines("goods", data.goods, _sold, numbers)
        or _lines("giveaways", data.giveaways, _priced, numbers)
        or _lines("scans", data.scans, _shelved, numbers)
        or _services(data, numbers)
        or (_basket(data) if data.till_day else "")
    )


def _basket(data: SaleReported) -> Flaw:
    if data.services or data.charges or data.vouchers:
        return "till_day: a basket of a till has goods, giveaways and scans only"
    return "tender: what is on account no till has taken" if data.tender == ON_ACCOUNT else ""


def _cash_up(data: CashUpReported) -> Flaw:
    tenders = [x.tender for x in data.counted]
    if len(set(tenders)) < len(tenders) or "" in tenders:
        return "counted: each tender has a name and stands there once"
    big = [x.tender for x in data.counted if abs(x.amount) >= NUMBER_LIMIT]
    return f"counted: {big[0]}: the amount is 2^53 or more" if big else ""


def _credit(data: CreditReported) -> Flaw:
    numbers: set[int] = set()
    return _lines("goods", data.goods, _given_back, numbers) or _services(data, numbers)


def _services(data: SaleReported | CreditReported, numbers: set[int]) -> Flaw:
    return (
        _lines("services", data.services, _service, numbers)
        or _lines("charges", data.charges, _service, numbers)
        or _lines("vouchers", data.vouchers, _service, numbers)
    )


def _receipt(data: ReceiptReported) -> Flaw:
    for x in data.declared_costs:
        if not 0 <= x.unit_cost < NUMBER_LIMIT:
            return f"declared_costs: {x.sku}: unit_cost {x.unit_cost} is below zero or not below 2^53"
    return _lines("lines", data.lines, _received, set())


def _adjustment(data: AdjustmentReported) -> Flaw:
    numbers: set[int] = set()
    return _lines("lines", data.lines, _counted, numbers) or _lines("unstocked", data.unstocked, _counted, numbers)


def _bad_debt(data: BadDebtReported) -> Flaw:
    return _lines("lines", data.lines, _given_up, set())


def _return(data: ReturnReceived) -> Flaw:
    return _lines("lines", data.lines, _returned)


def _held(data: PaymentAuthorised) -> Flaw:
    return "" if 0 <= data.amount < NUMBER_LIMIT else f"amount {data.amount} is below zero or not below 2^53"


def _moved(data: CaptureReported | RefundReported) -> Flaw:
    return "" if 0 < data.amount < NUMBER_LIMIT else f"amount {data.amount} is not above zero and below 2^53"


def _settled(data: SettlementReported) -> Flaw:
    is_sound = abs(data.gross) < NUMBER_LIMIT and abs(data.fee) < NUMBER_LIMIT
    return "" if is_sound else f"gross {data.gross} or fee {data.fee} is 2^53 or more"


def _rules(data: AvailabilityRulesDeclared) -> Flaw:
    begins = data.effective_from
    if begins is not None and begins.tzinfo is None:
        return f"effective_from {begins.isoformat()} names no time zone: add one, such as Z"
    return flaw_of_declared(data.rules)


def _allocation(data: AllocationRequested) -> Flaw:
    if data.from_channel == data.to_channel:
        return f"from_channel and to_channel are both {data.from_channel or 'open to all'}"
    return _lines("lines", data.lines, _quantity, set())


def _numbered(data: InboundAnnounced | ReservationRequested) -> Flaw:
    return _lines("lines", data.lines, _quantity, set())


def _reservation(data: ReservationRequested) -> Flaw:
    return _seconds(data) or _numbered(data)


def _seconds(data: ReservationRequested | ReservationExtended) -> Flaw:
    if 0 < data.seconds <= RESERVATION_SECONDS_MAX:
        return ""
    return f"seconds {data.seconds} is not between 1 and {RESERVATION_SECONDS_MAX}"


def _taken_back(data: ChargebackReported) -> Flaw:
    if not data.reference:
        return "reference is empty: a chargeback is booked once by its reference"
    is_sound = abs(data.amount) < NUMBER_LIMIT and abs(data.fee) < NUMBER_LIMIT
    return "" if is_sound else f"amount {data.amount} or fee {data.fee} is 2^53 or more"


def _booked_by_hand(x: Any) -> Flaw:
    if not 0 < x.amount < NUMBER_LIMIT:
        return f"amount {x.amount} is not above zero and below 2^53"
    if x.debit == x.credit:
        return f"debit and credit are both {x.debit}"
    if not is_plain(x.text):
        return f"text: at most one line of {REASON_LENGTH_MAX} characters that can be printed"
    return manual_flaw(x.debit) or manual_flaw(x.credit)


def is_plain(text: str) -> bool:
    """Say whether *text* is short, of one line, and can be printed, stored and read by anybody."""
    return len(text) <= REASON_LENGTH_MAX and text.isprintable()


def _manual_entry(data: ManualEntryApproved | ManualEntryReversalApproved) -> Flaw:
    return manual_entry_flaw(data.entry)


def manual_entry_flaw(entry: ManualEntry) -> Flaw:
    """Return what makes a manual entry impossible to book, for who proposes one; empty where nothing does."""
    if not entry.lines or len(entry.lines) > MANUAL_LINES_MAX:
        return f"lines: {len(entry.lines)} of them, 1 to {MANUAL_LINES_MAX} are needed"
    if not entry.reason.strip() or not is_plain(entry.reason):
        return f"reason: say why, in one line of 1 to {REASON_LENGTH_MAX} characters that can be printed"
    return _lines("lines", entry.lines, _booked_by_hand, set())


_CHECKS: Final[dict[type[Struct], Callable[[Any], Flaw]]] = {
    OrderPlaced: _order,
    AvailabilityRulesDeclared: _rules,
    SourcingPolicyDeclared: _policy,
    AllocationRequested: _allocation,
    InboundAnnounced: _numbered,
    ReservationRequested: _reservation,
    ReservationExtended: _seconds,
    SaleReported: _sale,
    CreditReported: _credit,
    BadDebtReported: _bad_debt,
    CashUpReported: _cash_up,
    ReceiptReported: _receipt,
    AdjustmentReported: _adjustment,
    DispatchReported: _parcel,
    ReturnRequested: _parcel,
    ReturnReceived: _return,
    LossClaimed: _parcel,
    PaymentAuthorised: _held,
    CaptureReported: _moved,
    RefundReported: _moved,
    SettlementReported: _settled,
    ChargebackReported: _taken_back,
    **selling.CHECKS,
    ManualEntryApproved: _manual_entry,
    ManualEntryReversalApproved: _manual_entry,
    **buying.CHECKS,
    **masters.CHECKS,
    **stocking.CHECKS,
    **marketplaces.CHECKS,
    **golive.CHECKS,
    **returning.CHECKS,
}

"""What a report of buying must be before it is folded."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from msgspec import Struct

from tallystick.messages.buying import reports as buying
from tallystick.model.amount import NUMBER_LIMIT

LINES_MAX: Final = 2_000


def _numbers(lines: Iterable[Any], *names: str) -> str:
    """Say which field of which line cannot be: an amount or quantity below zero or out of range."""
    for x in lines:
        for name in names:
            number = getattr(x, name)
            if not 0 <= number < NUMBER_LIMIT:
                return f"lines: line {x.line}: {name} {number} is below zero or not below 2^53"
    return ""


def _once(lines: Iterable[Any]) -> str:
    numbers = [x.line for x in lines]
    twice = [n for n in set(numbers) if numbers.count(n) > 1]
    return f"lines: line {twice[0]}: stands there twice, each line needs a number of its own" if twice else ""


def _some(lines: tuple[Any, ...]) -> str:
    return "" if 0 < len(lines) <= LINES_MAX else f"lines: {len(lines)} of them, 1 to {LINES_MAX} are needed"


def _placed(data: buying.PurchasePlaced) -> str:
    if any(x.quantity < 1 or x.line < 1 for x in data.lines):
        return "lines: line and quantity are above zero"
    return _some(data.lines) or _once(data.lines) or _numbers(data.lines, "quantity", "net")


def _acknowledged(data: buying.PurchaseAcknowledged) -> str:
    return _once(data.lines) or _numbers(data.lines, "quantity")


def _received(data: buying.PurchaseReceiptReported) -> str:
    if any(not (x.quantity or x.rejected) for x in data.lines):
        return "lines: each line has units that came in, or units that were rejected"
    return _numbers(data.lines, "quantity", "rejected")


def _units(data: Any) -> str:
    if any(x.quantity < 1 for x in data.lines):
        return "lines: quantity is above zero"
    return _some(data.lines) or _numbers(data.lines, "quantity")


def _invoiced(data: Any) -> str:
    flaw = _units(data) or _numbers(data.lines, "net")
    return flaw or ("" if 0 <= data.tax < NUMBER_LIMIT else f"tax {data.tax} is below zero or not below 2^53")


def _one_invoice(data: buying.SupplierInvoiceReported) -> str:
    return _invoiced(data) or _once(data.lines)


def _landed(data: buying.LandedCostReported) -> str:
    if not data.amount or abs(data.amount) >= NUMBER_LIMIT:
        return f"amount {data.amount} is none, or 2^53 or more"
    return "weights: a spread by weight names what each line weighs" if _unweighed(data) else ""


def _unweighed(data: buying.LandedCostReported) -> bool:
    return data.spread == "weight" and not any(w.grams for w in data.weights)


def _paid(data: buying.SupplierPaymentReported) -> str:
    if not data.reference:
        return "reference is empty: a payment is booked once by its reference"
    return "" if 0 < data.amount < NUMBER_LIMIT else f"amount {data.amount} is not above zero and below 2^53"


CHECKS: Final[dict[type[Struct], Callable[[Any], str]]] = {
    buying.PurchasePlaced: _placed,
    buying.PurchaseAcknowledged: _acknowledged,
    buying.ShipmentAdvised: _units,
    buying.PurchaseReceiptReported: _received,
    buying.GoodsSentBackReported: _units,
    buying.SupplierInvoiceReported: _one_invoice,
    buying.SupplierCreditReported: _invoiced,
    buying.LandedCostReported: _landed,
    buying.SupplierPaymentReported: _paid,
}


def purchase_of(data: Any) -> str:
    """Return the subject every report of buying belongs to."""
    return f"purchase/{data.purchase}"


HOMES: Final[dict[type[Struct], Callable[[Any], str]]] = dict.fromkeys(
    (*CHECKS, buying.PurchaseCancelled, buying.InvoiceReleased), purchase_of
)

"""The lines of a transaction: what was sold and brought back, what was taken off, and what tax each carries."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.poslog.coverage import FIELD, KIND, NEGATIVE, TOTALS
from tallystick.connectors.poslog.reading import Element, attribute, child, children, flag, local, needed, text
from tallystick.kit.boxes.coverage import Left
from tallystick.messages.sales import SaleLine
from tallystick.model.amount import AmountError, parse_decimal, shares

THOUSANDTHS: Final = 3
LINES_MAX: Final = 5_000
DIGITS_MAX: Final = 15
DIGITS_OF_A_LINE: Final = 9
GOODS: Final = ("", "Stock")
EACH: Final = ("", "EA", "EACH")
MEND: Final = "have the transaction written with it right, and send it again"


class Line(Struct, frozen=True):
    """A line that moved goods: *gross* is what it comes to before rewards, in minor units, without tax."""

    number: int
    sku: str
    units: int
    gross: int
    back: bool
    operator: str
    taxes: frozenset[str]
    loyalty: int = 0
    tax: int = 0

    @property
    def net(self) -> int:
        """What is earned by it."""
        return self.gross - self.loyalty

    def sold(self) -> SaleLine:
        """Return it as a line of a sale."""
        return SaleLine(self.number, self.sku, self.units, self.net, self.tax, 0 if self.back else self.loyalty)


class Tax(Struct, frozen=True):
    """A tax of the whole transaction: on which sum, and its id at the till."""

    amount: int
    on: int | None
    name: str


def lines_of(retail: Element, decimals: int) -> list[Line]:
    """Return the lines of a retail transaction, rewards and taxes told to them; raise `Left`."""
    items = children(retail, "LineItem")
    if len(items) > LINES_MAX:
        raise Left(FIELD, f"{len(items)} lines are more than a basket has", MEND)
    lines: list[Line] = []
    for item in items:
        for kind in ("Sale", "Return"):
            said = child(item, kind)
            if said is not None:
                _laid(lines, item, said, decimals)
    lines = _rewarded(lines, items, decimals)
    return _taxed(lines, [t for t in (_tax(x, decimals) for x in items) if t is not None])


def total_of(lines: Sequence[Line]) -> int:
    """Return what the lines come to: what comes back counts against it."""
    return sum((-1 if x.back else 1) * (x.net + x.tax) for x in lines)


def money(element: Element, decimals: int, *path: str) -> int:
    """Return the amount down a *path* in minor units; raise `Left`."""
    return _minor(needed(element, *path), decimals, "/".join(path))


def _minor(told: str, decimals: int, field: str) -> int:
    try:
        found = parse_decimal(told, decimals)
    except AmountError as wrong:
        raise Left(FIELD, f"{field}: {wrong}", MEND) from None
    if abs(found) >= 10**DIGITS_MAX:
        raise Left(FIELD, f"{field}: {told} is beyond any price", MEND)
    return found


def _laid(lines: list[Line], item: Element, said: Element, decimals: int) -> None:
    """Add a line, or take back the one it voids: a negative twin of it, or a line that is void itself."""
    line = _line(item, said, decimals)
    if not flag(item, "VoidFlag"):
        if line.gross < 0:
            raise Left(NEGATIVE, f"line {line.number}: {line.sku} comes to less than nothing", MEND)
        lines.append(line)
    elif line.gross < 0:
        _take_back(lines, line)


def _take_back(lines: list[Line], void: Line) -> None:
    for place in range(len(lines) - 1, -1, -1):
        known = lines[place]
        if (known.sku, known.units, known.gross) == (void.sku, void.units, -void.gross):
            del lines[place]
            return
    raise Left(TOTALS, f"line {void.number} voids a line of {void.sku} that is not there", MEND)


def _line(item: Element, said: Element, decimals: int) -> Line:
    number, kind = needed(item, "SequenceNumber"), attribute(said, "ItemType")
    if not (number.isascii() and number.isdecimal()) or len(number) > DIGITS_OF_A_LINE:
        raise Left(FIELD, f"LineItem/SequenceNumber: {number!r} is no number of a line", MEND)
    if kind not in GOODS and not kind.endswith("NegativeItem"):
        raise Left(
            KIND, f"line {number} is a {kind}", "have it booked by the system that sells it, then drop this letter"
        )
    if kind.endswith("NegativeItem"):
        raise Left(NEGATIVE, f"line {number} is a {kind}", "book it by hand, then drop this letter")
    sku = text(said, "ItemID") or text(said, "POSIdentity", "POSItemID")
    if not sku:
        raise Left(FIELD, f"line {number}: ItemID is missing", MEND)
    gross = money(said, decimals, "ExtendedAmount")
    if text(said, "ExtendedDiscountAmount"):
        gross -= money(said, decimals, "ExtendedDiscountAmount")
    taxes, included, own = _own_taxes(said, decimals)
    operator = text(said, "OperatorSequence")
    is_back = local(said) == "Return"
    gross = abs(gross) if is_back else gross
    return Line(int(number), sku, _units(item, said), gross - included, is_back, operator, taxes, 0, own)


def _own_taxes(said: Element, decimals: int) -> tuple[frozenset[str], int, int]:
    """Return which taxes of the transaction a line bears, what tax its price holds, and its own tax in all."""
    included, own = 0, 0
    for tax in children(said, "Tax"):
        amount = abs(money(tax, decimals, "Amount"))
        own += amount
        included += amount if flag(tax, "IncludedInPriceFlag") else 0
    marks = child(said, "Itemizers")
    names = () if marks is None else [str(k).removeprefix("Tax") for k, v in marks.attrib.items() if v == "true"]
    return frozenset(name for name in names if name.isdecimal()), included, own


def _units(item: Element, said: Element) -> int:
    told = child(said, "Quantity")
    unit = attribute(told, "UnitOfMeasureCode").upper() if told is not None else ""
    is_measured = flag(item, "weightItem") or unit not in EACH
    try:
        found = abs(parse_decimal(needed(said, "Quantity"), THOUSANDTHS if is_measured else 0))
    except AmountError as wrong:
        raise Left(FIELD, f"Quantity: {wrong}", MEND) from None
    if not 0 < found < 10**DIGITS_MAX:
        raise Left(FIELD, f"Quantity: {found} is no quantity of a line", MEND)
    return found


def _rewarded(lines: list[Line], items: Sequence[Element], decimals: int) -> list[Line]:
    """Tell each line what was taken off it: the detailed rewards, for the summaries say the same again."""
    off: dict[str, int] = {}
    for item in items:
        reward = child(item, "LoyaltyReward")
        if reward is None or text(reward, "RewardCategory") not in ("Monetary", "") or _is_summary(reward):
            continue
        at = text(reward, "OperatorSequenceReference") or text(reward, "LineItemSequenceNumber")
        field = "ExtendedRewardAmount" if text(reward, "ExtendedRewardAmount") else "Amount"
        off[at] = off.get(at, 0) + abs(money(reward, decimals, field))
    told = [replace(x, loyalty=off.pop(x.operator or str(x.number), 0)) for x in lines]
    if any(off.values()):
        raise Left(TOTALS, f"a reward refers to line {next(k for k, v in off.items() if v)}, which is not there", MEND)
    if any(x.net < 0 for x in told):
        raise Left(NEGATIVE, "more was taken off a line than it came to", MEND)
    return told


def _is_summary(reward: Element) -> bool:
    return flag(reward, "summarizedActivity") and not flag(reward, "detailedData")


def _tax(item: Element, decimals: int) -> Tax | None:
    said = child(item, "Tax")
    if said is None or flag(item, "VoidFlag"):
        return None
    on = money(said, decimals, "TaxableAmount") if text(said, "TaxableAmount") else None
    return Tax(money(said, decimals, "Amount"), on, attribute(said, "TaxID"))


def _taxed(lines: list[Line], taxes: Sequence[Tax]) -> list[Line]:
    """Share each tax of the whole out over the lines it is on, by what they come to."""
    for tax in taxes:
        marked = [x for x in lines if tax.name in x.taxes] or lines
        weights = [x.net for x in marked]
        if tax.amount < 0 or sum(weights) <= 0:
            raise Left(TOTALS, f"a tax of {tax.amount} stands on lines that come to {sum(weights)}", MEND)
        more = dict(zip((x.number for x in marked), shares(tax.amount, weights), strict=True))
        lines = [replace(x, tax=x.tax + more.get(x.number, 0)) for x in lines]
    return lines

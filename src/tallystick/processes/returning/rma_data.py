"""What a return under a policy knows: what may still come, what stands here for inspection, and what waits for whom."""

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.returning.kept import Fees
from tallystick.messages.returning.policies import Verdict
from tallystick.messages.returning.tells import ReturnedUnits, SettleReturn
from tallystick.messages.stock import HeldLine


class SetAside(Struct, frozen=True, gc=False):
    """Units in `damaged` at a location that somebody is to refurbish."""

    line: int
    sku: str
    location: str
    quantity: int


class RmaData(Struct, frozen=True, gc=False, omit_defaults=True):
    """A return. Money is in minor units of the order's currency.

    `expected` may still come; `held` stands in quarantine; `accepted` was taken in and waits for approval to be credited,
    which would be `waits_for`. `advanced` is what was refunded before the goods came and is not covered by them yet.
    `credited` is what the goods taken in came to, of which `kept` was kept. `fees` are those still to be taken.
    `inspections` and `works` are those booked, by name.
    """

    order: str
    rma: str
    currency: str = ""
    channel: str = ""
    policy: str = ""
    refused: str = ""
    expected: tuple[HeldLine, ...] = ()
    held: tuple[ReturnedUnits, ...] = ()
    accepted: tuple[HeldLine, ...] = ()
    waits_for: int = 0
    aside: tuple[SetAside, ...] = ()
    advanced: int = 0
    paid_ahead: int = 0
    credited: int = 0
    kept: int = 0
    refunded: int = 0
    fees: Fees = Fees()
    approval_above: int | None = None
    send_back_days: int = 0
    if_nothing_comes: str = "claim"
    is_claimed: bool = False
    disposals: tuple[Verdict, ...] = ()
    carrier: str = ""
    tracking: str = ""
    rejected: int = 0
    inspections: dict[str, str] = {}
    works: dict[str, str] = {}
    proposals: tuple[int, ...] = ()

    def came(self, lines: tuple[ReturnedUnits, ...]) -> "RmaData":
        """Goods are here: less is expected, more waits for inspection."""
        left = {(x.line, x.sku): x.quantity for x in self.expected}
        for x in lines:
            key = (x.line, x.sku)
            left[key] = max(0, left.get(key, 0) - x.known)
        expected = tuple(HeldLine(line, sku, n) for (line, sku), n in left.items() if n)
        held = {(x.line, x.sku, x.location): x for x in self.held}
        for x in lines:
            place = (x.line, x.sku, x.location)
            there = held.get(place)
            held[place] = replace(x, known=x.known + there.known, strange=x.strange + there.strange) if there else x
        return replace(self, expected=expected, held=tuple(held.values()))

    def settles(self) -> SettleReturn:
        """Ask the order to credit what was taken in."""
        fees, limit = self.fees, self.approval_above
        return SettleReturn(self.rma, self.accepted, (), fees.minor, fees.per_mille, fees.label, self.advanced, limit)

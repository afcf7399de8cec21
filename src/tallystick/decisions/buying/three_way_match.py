"""Three-way matching: an invoice line against what was ordered, at which price, and what came of it.

What was received less what was invoiced, each at the ordered price of so many units counted from the first, is what
stands in goods received, not invoiced (GR/IR). Counting from the first makes it exactly nothing when the units agree,
however the line was delivered and invoiced.
"""

from msgspec import Struct

from tallystick.messages.buying.reports import InvoicedLine, Tolerance

PRICE, QUANTITY = "price", "quantity"
BASIS: int = 10_000


class Counted(Struct, frozen=True, gc=False, omit_defaults=True):
    """A line of a purchase as it stands: units ordered, and those that came in, were invoiced, went back.

    `net` is the agreed price of `per` units. `received` and `invoiced` are net of what was sent back and credited;
    `rejected` units never came in.
    """

    line: int
    sku: str
    quantity: int
    net: int
    per: int
    received: int = 0
    rejected: int = 0
    invoiced: int = 0
    sent_back: int = 0

    def worth(self, units: int) -> int:
        """Return the agreed price of the first *units* of the line, in minor units."""
        return self.net * units // self.per

    def received_not_invoiced(self) -> int:
        """Return what this line has in GR/IR: below zero where it was invoiced first."""
        return self.worth(self.received) - self.worth(self.invoiced)


class Match(Struct, frozen=True, gc=False):
    """What a line of an invoice comes to: *cleared* at the ordered price, the *difference*, and why it must wait."""

    cleared: int
    difference: int
    reasons: tuple[str, ...] = ()

    @property
    def disputed(self) -> bool:
        """Whether its price is not accepted."""
        return PRICE in self.reasons


def match(known: Counted, told: InvoicedLine, tolerance: Tolerance, invoiceable: int) -> Match:
    """Hold an invoice line against its purchase line, of which *invoiceable* units may be invoiced without waiting.

    A lower price than ordered is always welcome.
    """
    upto = known.invoiced + told.quantity
    cleared = known.worth(upto) - known.worth(known.invoiced)
    difference = told.net - cleared
    reasons = []
    if difference > max(cleared * tolerance.price_basis_points // BASIS, tolerance.price_minor):
        reasons.append(PRICE)
    if upto > invoiceable:
        reasons.append(QUANTITY)
    return Match(cleared, difference, tuple(reasons))


def over_delivered(known: Counted, tolerance: Tolerance) -> int:
    """Return the units that came beyond what was ordered and tolerated."""
    most = known.quantity + known.quantity * tolerance.over_basis_points // BASIS
    return max(0, known.received + known.sent_back - most)

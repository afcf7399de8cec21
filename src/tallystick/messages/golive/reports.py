"""What is reported on the way to going live: a takeover that was approved, orders taken over, and where channels stand."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from tallystick.model.amount import NaturalMinor, NaturalUnits, PositiveUnits, SignedMinor

PostedBy = Literal["balance", "stock", "orders"]
"""How a balance of the old ledger comes into our book: as a line, or with the stock or the orders it is made of."""


class OpeningStock(Struct, frozen=True, gc=False):
    """Units on hand at the cut-over, free or held; *value* is the cost of the whole line."""

    line: int
    location: str
    sku: str
    quantity: PositiveUnits
    value: NaturalMinor


class OpeningBalance(Struct, frozen=True, gc=False):
    """What one account of the old ledger, *code*, puts into *account* of ours: a debit above zero, a credit below."""

    line: int
    account: str
    code: str
    amount: SignedMinor


class MappedAccount(Struct, frozen=True, gc=False):
    """Where an account of the old ledger stands in our chart, and how its balance comes there."""

    code: str
    account: str
    by: PostedBy = "balance"


class Opening(Struct, frozen=True):
    """What a book begins with, taken over from the ledger called *ledger*, to the letter as it was approved.

    *balances* and *stock* are posted against `opening_balances:{ledger}`, which is empty once *orders* orders have come as
    well. *reverses* is the proposal whose balances this takes back, 0 for none; a reversal names the same balances.
    """

    ledger: str
    currency: str
    effective_on: date
    reason: str
    accounts: tuple[MappedAccount, ...]
    balances: tuple[OpeningBalance, ...]
    stock: tuple[OpeningStock, ...] = ()
    orders: int = 0
    reverses: int = 0


class OpenLine(Struct, frozen=True, gc=False, omit_defaults=True):
    """A line of an order taken over: *open* units still to be sent, at *net* and *tax* for all of them, and what was *sent*."""

    line: int
    sku: str
    open: NaturalUnits
    net: NaturalMinor
    tax: NaturalMinor = 0
    sent: NaturalUnits = 0
    sent_net: NaturalMinor = 0
    sent_tax: NaturalMinor = 0
    sent_cost: NaturalMinor = 0


class OpenOrder(Struct, frozen=True, gc=False, omit_defaults=True):
    """An order of the old system that is not over: what is open of it, and the money so far.

    *captured* is what the provider took, *settled* what it paid out of that, *authorised* what it still holds. *asked* says
    that the location was asked to send what is open. Nothing of a person stands here.
    """

    order: str
    channel: str
    location: str
    provider: str
    lines: tuple[OpenLine, ...]
    jurisdiction: str = "none"
    captured: NaturalMinor = 0
    settled: NaturalMinor = 0
    authorised: NaturalMinor = 0
    asked: bool = False


class TakeoverApproved(Struct, frozen=True):
    """Report: another person has approved, as proposal *proposal*, what the book begins with."""

    takeover: str
    proposal: int
    opening: Opening
    prepared_by: int
    approved_by: int

    @property
    def currency(self) -> str:
        """The currency of its amounts."""
        return self.opening.currency


class TakeoverReversalApproved(Struct, frozen=True):
    """Report: another person has approved, as proposal *proposal*, that the balances of a takeover be taken back."""

    takeover: str
    proposal: int
    opening: Opening
    prepared_by: int
    approved_by: int

    @property
    def currency(self) -> str:
        """The currency of its amounts."""
        return self.opening.currency


class OrderTakenOver(Struct, frozen=True):
    """Report: an order of the old system, as proposal *proposal* names it. Its promise was given: it is not refused."""

    takeover: str
    proposal: int
    currency: str
    taken: OpenOrder


class ShadowBegun(Struct, frozen=True, gc=False):
    """Report: *channel* runs beside the old system *ledger*: its messages are booked, and nothing is told for it.

    *days_needed* is how many days in a row must fit before it is switched: agreed on now, for it cannot be changed later.
    """

    channel: str
    ledger: str
    by: str
    days_needed: PositiveUnits


class ChannelSwitched(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: from now on *channel* is ours, and what it must be told is told.

    *clean_days* in a row have fitted; *overridden* is the reason of an approver who does not wait for more.
    """

    channel: str
    by: str
    clean_days: int
    overridden: str = ""


class ChannelPutBack(Struct, frozen=True, gc=False):
    """Report: *channel* goes back to the old system, before anything was told for it."""

    channel: str
    by: str
    reason: str


class ParallelDayCompared(Struct, frozen=True, gc=False):
    """Report by our own comparison: how the old system's export of *at* (the day *on*) fits the book.

    *same* keys fit, *explained* ones differ for a reason that is known, *unexplained* ones for none.
    """

    ledger: str
    on: date
    at: datetime
    export: str
    same: int
    explained: int
    unexplained: int

"""The tie-out of a takeover, before anything is booked: balances, stock and orders of the old system must say one thing.

What is not posted as a balance must come to the balance it stands for, to the minor unit.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from tallystick.messages.golive.reports import MappedAccount, OpeningStock, OpenOrder
from tallystick.processes.golive.approved import Takeover
from tallystick.processes.golive.orders_taken import sent_worth

FAMILIES: Mapping[str, tuple[str, ...]] = {"stock": ("inventory:",), "orders": ("receivable:", "psp_clearing:")}
"""The accounts that come with the stock, and with the orders."""


class OldBalance(Struct, frozen=True):
    """A line of the old ledger's trial balance: a debit above zero, a credit below, in minor units."""

    code: str
    name: str
    amount: int


class Tie(Struct, frozen=True):
    """Two sides that must be the same: *balance* of the old ledger, and what its *detail* comes to, in minor units."""

    what: str
    balance: int
    detail: int
    remedy: str

    @property
    def fits(self) -> bool:
        """Whether both sides are the same."""
        return self.balance == self.detail


class Lack(Struct, frozen=True):
    """Units that open orders were promised beyond what is on hand."""

    location: str
    sku: str
    promised: int
    on_hand: int


def unmapped(balances: Sequence[OldBalance], accounts: Sequence[MappedAccount]) -> list[OldBalance]:
    """Return the old balances that no account of ours is named for."""
    known = {x.code for x in accounts}
    return [x for x in balances if x.amount and x.code not in known]


def ties(balances: Sequence[OldBalance], takeover: Takeover) -> Iterator[Tie]:
    """Yield everything that must fit: the trial balance itself, then each account that comes with stock or orders."""
    total = sum(x.amount for x in balances)
    yield Tie("the old trial balance", total, 0, "debits and credits must be equal: have it exported again, whole")
    accounts = takeover.opening.accounts
    detail = {**_stock_value(takeover.opening.stock), **_order_money(takeover.orders)}
    said: Counter[str] = Counter()
    by_code = {x.code: x for x in accounts}
    for balance in balances:
        mapped = by_code.get(balance.code)
        if mapped is not None and mapped.by != "balance":
            said[mapped.account] += balance.amount
    named = {x.account for x in accounts if x.by != "balance"}
    for account in sorted({*said, *detail, *named}):
        is_named = account in named
        remedy = _remedy(account) if is_named else f"name the old account that holds it, with `by`, for {account}"
        yield Tie(account, said[account], detail.get(account, 0), remedy)


def misplaced(accounts: Sequence[MappedAccount]) -> list[str]:
    """Say which accounts are to come with stock or orders and cannot."""
    return [
        f"account {x.code}: {x.account} does not come by {x.by}: only {' and '.join(FAMILIES[x.by])} accounts do"
        for x in accounts
        if x.by != "balance" and not x.account.startswith(FAMILIES[x.by])
    ]


def lacks(takeover: Takeover) -> list[Lack]:
    """Return what open orders were promised and is not on hand: it will be owed, and waited for."""
    there = Counter[tuple[str, str]]()
    for x in takeover.opening.stock:
        there[x.location, x.sku] += x.quantity
    promised = Counter[tuple[str, str]]()
    for order in takeover.orders:
        for line in order.lines:
            promised[order.location, line.sku] += line.open
    return [Lack(*key, units, there[key]) for key, units in sorted(promised.items()) if units > there[key]]


def _remedy(account: str) -> str:
    if account.startswith("inventory:"):
        return "count or value the stock again, or correct the balance in the old ledger"
    return "compare the open orders with the old account, order by order; take settled ones out of it"


def _stock_value(stock: Sequence[OpeningStock]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for x in stock:
        found[f"inventory:{x.location}"] += x.value
    return dict(found)


def _order_money(orders: Sequence[OpenOrder]) -> dict[str, int]:
    """What customers owe for goods that left, less their deposits, by channel; what providers took and kept, by provider."""
    found: Counter[str] = Counter()
    for x in orders:
        found[f"receivable:{x.channel}"] += sent_worth(x) - x.captured
        found[f"psp_clearing:{x.provider}"] += x.captured - x.settled
    return {account: amount for account, amount in found.items() if amount}

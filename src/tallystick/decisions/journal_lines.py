"""What our accounts moved, as journals for another ledger: mapped, in its decimals, balanced, and always the same.

Where the ledger has fewer decimals the rest goes openly to its rounding account. By running balance, each account of a
channel stands there within half a minor unit of what we hold, for ever, so the rounding account never exceeds half a unit
for each account of a channel. By line, each line is within half a unit, and the rounding account within half a unit for
each line ever posted.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter

from msgspec import Struct

from tallystick.decisions.ledger_policy import OTHERS, LedgerPolicy, PolicyError
from tallystick.messages.books.ledger import LedgerJournal, LedgerLine
from tallystick.model.amount import decimals_of


class DaySum(Struct, frozen=True, gc=False):
    """What *account* moved on a booked day in a channel (or `~area`), in minor units of the book: debits less credits."""

    day: date
    channel: str
    account: str
    amount: int


def journals(
    sums: Iterable[DaySum], policy: LedgerPolicy, book_currency: str, held_back: Collection[date] = ()
) -> list[LedgerJournal]:
    """Return the journals of *sums*, by channel and day; one whose lines all come to nothing has none.

    Each channel must be given from its first day on, for running balances; days *held_back* count in these and give no
    journal. Raises `PolicyError` where the policy has no
    account or journal for a sum: look for `gaps` before.
    """
    currency = policy.counted_in(book_currency)
    scale = _Scale(decimals_of(book_currency), decimals_of(currency), policy.rounding == "running")
    ordered = sorted(sums, key=attrgetter("channel", "day", "account"))
    found = []
    for (channel, day), group in groupby(ordered, key=attrgetter("channel", "day")):
        said = [(s.account, scale.said(s)) for s in group]
        if day in held_back:
            continue
        book = policy.book(channel)
        if book is None:
            raise PolicyError(f"journals: no journal for {channel}: name one, or one for {OTHERS}")
        lines = _lines(said, policy)
        found.append(LedgerJournal(policy.ledger, channel, day, currency, book, lines))
    return found


class _Scale:
    """Turns the book's minor units into the ledger's, remembering running balances by channel and account."""

    def __init__(self, ours: int, theirs: int, is_running: bool) -> None:  # noqa: FBT001
        self.up: int = 10 ** max(theirs - ours, 0)
        self.down: int = 10 ** max(ours - theirs, 0)
        self.is_running = is_running
        self.exact: defaultdict[tuple[str, str], int] = defaultdict(int)

    def said(self, sum_: DaySum) -> int:
        if self.down == 1:
            return sum_.amount * self.up
        if not self.is_running:
            return nearest(sum_.amount, self.down)
        key = (sum_.channel, sum_.account)
        before = self.exact[key]
        after = self.exact[key] = before + sum_.amount
        return nearest(after, self.down) - nearest(before, self.down)


def nearest(number: int, unit: int) -> int:
    """Return *number* in whole *unit*s, the nearest; a half goes to the even one, so that halves cancel out."""
    whole, rest = divmod(number, unit)
    return whole + (2 * rest > unit or (2 * rest == unit and whole % 2 == 1))


def _lines(said: Sequence[tuple[str, int]], policy: LedgerPolicy) -> tuple[LedgerLine, ...]:
    told: list[tuple[str, str, int]] = []
    for account, amount in said:
        code = policy.code(account)
        if code is None:
            raise PolicyError(f"accounts: no account of {policy.ledger} for {account}: give it one")
        told.append((account, code, amount))
    told.append(("", policy.rounding_account, -sum(amount for _, _, amount in told)))
    moving = [t for t in told if t[2]]
    return tuple(LedgerLine(n, account, code, amount) for n, (account, code, amount) in enumerate(moving, 1))

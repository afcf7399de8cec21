"""Which account and journal of another ledger each of our money accounts goes to: data, checked against our chart.

A policy maps a family (`revenue:{channel}`) or one account (`revenue:wholesale`, which goes before its family).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, Literal

import msgspec
from msgspec import Struct

from tallystick.journal.chart import CHART, ChartError, Holds, account_of
from tallystick.messages.books.ledger import AREA_PREFIX
from tallystick.messages.masters import LedgerAccountReported
from tallystick.model.amount import decimals_of, money

CHANNELS: Final = "channels"
OTHERS: Final = "others"


class PolicyError(ValueError):
    """A policy that cannot be used; the text names the key and the remedy."""


class ChannelPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How a channel is told: in summarised journals, or each sale and credit in a document of its own (`sale`).

    With `sale`: from the booked day `since` on (empty: always), to the party whose code is `customer`; `taxes` names, for
    each of our jurisdictions, the ledger's taxes that may apply.
    """

    documents: Literal["journal", "sale"] = "journal"
    since: date | None = None
    customer: str = ""
    taxes: Mapping[str, tuple[str, ...]] = {}

    @property
    def is_documented(self) -> bool:
        """Whether its sales go in documents."""
        return self.documents == "sale"


class LedgerPolicy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How our book is told to another ledger.

    `currency` is what that ledger counts in, such as `GBP/2`; empty means the same as the book. Where it has fewer
    decimals than the book, `rounding` says whether each line is rounded by itself (`line`) or each account's running
    balance in a channel (`running`), and `rounding_account` takes what is left. `journals` names that ledger's journal
    for `channels`, for each trade area, and for `others`; `accounts` its account for each of ours; `channels` those of
    ours that are told in documents.
    """

    ledger: str
    accounts: Mapping[str, str]
    journals: Mapping[str, str]
    currency: str = ""
    rounding: Literal["running", "line"] = "running"
    rounding_account: str = ""
    channels: Mapping[str, ChannelPolicy] = {}

    def told(self, channel: str) -> ChannelPolicy:
        """Return how *channel* is told: in journals where nothing else is said of it."""
        return self.channels.get(channel, ChannelPolicy())

    def code(self, account: str) -> str | None:
        """Return the ledger's account for *account*, an address of ours; None where the policy has none."""
        return self.accounts.get(account) or self.accounts.get(account_of(account).address)

    def book(self, channel: str) -> str | None:
        """Return the ledger's journal for *channel* (or `~area`); None where the policy has none."""
        if not channel.startswith(AREA_PREFIX):
            return self.journals.get(CHANNELS) or self.journals.get(OTHERS)
        return self.journals.get(channel.removeprefix(AREA_PREFIX)) or self.journals.get(OTHERS)

    def counted_in(self, book_currency: str) -> str:
        """Return what the ledger counts in, for a book in *book_currency*.

        Raises `PolicyError` for another currency, or for decimals to be rounded away with nowhere to put the rest.
        """
        wanted = self.currency or book_currency
        if money(book_currency.partition("/")[0], decimals_of(wanted)) != wanted:
            raise PolicyError(
                f"currency: {wanted} is not {book_currency} in other decimals: write it so, there is no fx between them yet"
            )
        if decimals_of(wanted) < decimals_of(book_currency) and not self.rounding_account:
            raise PolicyError(
                f"rounding_account: {self.ledger} has fewer decimals than {book_currency}: name the account of "
                f"{self.ledger} that takes what rounding leaves"
            )
        return wanted

    def needs_days_before(self, book_currency: str) -> bool:
        """Say whether a day's lines depend on the days before it: where running balances are rounded."""
        return self.rounding == "running" and decimals_of(self.counted_in(book_currency)) < decimals_of(book_currency)


def read_policy(data: object) -> LedgerPolicy:
    """Turn decoded data (a TOML file's) into a policy; raise `PolicyError` naming the key that cannot be used."""
    try:
        policy = msgspec.convert(data, LedgerPolicy)
    except msgspec.ValidationError as bad:
        raise PolicyError(f"{bad}: see docs/tryton.md for what a policy may say") from None
    for address in policy.accounts:
        try:
            family = account_of(address)
        except ChartError:
            raise PolicyError(f"accounts: {address!r} is no account of our chart: see posting-rules.md") from None
        if family.holds is not Holds.MONEY:
            raise PolicyError(f"accounts: {address!r} counts units: only money goes to another ledger")
    for name, channel in policy.channels.items():
        if channel.is_documented and not channel.customer:
            raise PolicyError(
                f"channels.{name}.customer: documents are written to somebody: give the code of {policy.ledger}'s "
                f"collective customer for {name}"
            )
    return policy


def uncovered(policy: LedgerPolicy) -> list[str]:
    """Return the families of our chart that hold money and have no account in *policy*."""
    return [a.address for a in CHART if a.holds is Holds.MONEY and a.address not in policy.accounts]


class Gap(Struct, frozen=True):
    """Why an account of ours cannot be told to the ledger, and what to do about it."""

    account: str
    reason: str
    remedy: str


def gaps(policy: LedgerPolicy, accounts: Iterable[str], theirs: Mapping[str, LedgerAccountReported]) -> list[Gap]:
    """Return what stands in the way of telling *accounts*; *theirs* is the ledger's chart by code, empty if unknown."""
    found = [_gap(policy, account, policy.code(account), theirs) for account in sorted(set(accounts))]
    if policy.rounding_account and policy.currency:
        found.append(_gap(policy, "rounding_account", policy.rounding_account, theirs))
    return [gap for gap in found if gap is not None]


def _gap(
    policy: LedgerPolicy, account: str, code: str | None, theirs: Mapping[str, LedgerAccountReported]
) -> Gap | None:
    if code is None:
        return Gap(account, "the policy has no account for it", f"give it one under [accounts] of {policy.ledger}.toml")
    if not theirs:
        return None
    known, where = theirs.get(code), f"{policy.ledger} {code}"
    if known is None:
        return Gap(account, f"{where} is not in its chart", "create it there and pull, or map to another")
    for is_so, what, remedy in (
        (known.is_closed, "is closed", "open it there and pull, or map to another"),
        (not known.takes_entries, "is a heading", "map to an account below it"),
        (
            known.needs_party,
            "needs a party on each line",
            "map to one that needs none: a summarised journal names none",
        ),
    ):
        if is_so:
            return Gap(account, f"{where} ({known.name}) {what}", remedy)
    return None

"""The chart of accounts: every family of addresses, what it holds and whether it may go below zero."""

import re
from enum import StrEnum
from string import Formatter
from typing import Final

from msgspec import Struct


class Holds(StrEnum):
    """What an account counts."""

    UNITS = "units"
    MONEY = "money"


class AccountType(StrEnum):
    """The five types of a general ledger, and two for goods: where they stand, and the world outside."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"
    STOCK = "stock"
    OUTSIDE = "outside"


class Account(Struct, frozen=True):
    """A family of accounts such as `revenue:{channel}`.

    `may_go_below_zero` is False for what physically cannot: the database refuses it.
    """

    address: str
    type: AccountType
    holds: Holds
    means: str
    may_go_below_zero: bool = True


_PART: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


class ChartError(ValueError):
    """An address that is not in the chart."""


_U, _M, _A = Holds.UNITS, Holds.MONEY, AccountType

CHART: Final[tuple[Account, ...]] = (
    Account("stock:sellable:{location}", _A.STOCK, _U, "on hand and free to promise", may_go_below_zero=False),
    Account("stock:reserved:{location}", _A.STOCK, _U, "on hand, held for an order", may_go_below_zero=False),
    Account("stock:quarantine:{location}", _A.STOCK, _U, "on hand, awaiting inspection", may_go_below_zero=False),
    Account("stock:damaged:{location}", _A.STOCK, _U, "on hand, not to be sold", may_go_below_zero=False),
    Account("stock:refurbish:{location}", _A.STOCK, _U, "on hand, to be made fit to sell", may_go_below_zero=False),
    Account("stock:in_transit:{transfer}", _A.STOCK, _U, "sent to another location of ours", may_go_below_zero=False),
    Account("outside:supplier", _A.OUTSIDE, _U, "where bought goods come from"),
    Account("outside:opening:{location}", _A.OUTSIDE, _U, "stock declared at the start, not seen to arrive"),
    Account("outside:customer", _A.OUTSIDE, _U, "what customers have had of us"),
    Account("outside:unstocked", _A.OUTSIDE, _U, "the source of what no shelf holds: postage, vouchers, fees"),
    Account("outside:found:{location}", _A.OUTSIDE, _U, "units counted over the book"),
    Account("outside:lost:{location}", _A.OUTSIDE, _U, "units counted under the book, damaged or thrown away"),
    Account("outside:unexplained:{location}", _A.OUTSIDE, _U, "units that moved although the book had none"),
    Account("outside:promised", _A.OUTSIDE, _U, "the source of promises that stock did not cover"),
    Account("outside:owed:{location}", _A.OUTSIDE, _U, "units promised that were not there to be reserved"),
    Account("inventory:{location}", _A.ASSET, _M, "cost of the goods on hand", may_go_below_zero=False),
    Account("goods_in_transit:{location}", _A.ASSET, _M, "cost of the goods on their way to a location of ours"),
    Account("unexplained_stock:{location}", _A.LIABILITY, _M, "cost of units that moved although the book had none"),
    Account("receivable:{channel}", _A.ASSET, _M, "what customers of a channel owe"),
    Account(
        "return_claims:{channel}", _A.ASSET, _M, "refunded before the goods were back: customers owe them, or the money"
    ),
    Account("tender_clearing:{tender}", _A.ASSET, _M, "what a declared tender has yet to bring in"),
    Account(
        "till_takings:{location}:{tender}", _A.ASSET, _M, "what a shop's tills took and no cash-up has cleared yet"
    ),
    Account("safe:{location}", _A.ASSET, _M, "cash counted and kept in a shop"),
    Account("coupon_claims:{channel}", _A.ASSET, _M, "what manufacturers owe for their coupons"),
    Account("psp_clearing:{provider}", _A.ASSET, _M, "what a payment provider owes us"),
    Account("marketplace_reserve:{channel}", _A.ASSET, _M, "what marketplaces hold back of their payouts"),
    Account("bank:{bank}", _A.ASSET, _M, "money at the bank"),
    Account("tax_receivable:{jurisdiction}", _A.ASSET, _M, "input tax to be had back from a tax office"),
    Account("disputed_invoices:{supplier}", _A.ASSET, _M, "asked for by a supplier and not accepted yet"),
    Account("goods_received:{location}", _A.LIABILITY, _M, "goods received, not yet invoiced (GR/IR)"),
    Account("payable:{supplier}", _A.LIABILITY, _M, "what suppliers and carriers are owed"),
    Account("tax_payable:{jurisdiction}", _A.LIABILITY, _M, "tax owed to a tax office"),
    Account(
        "marketplace_tax:{channel}", _A.LIABILITY, _M, "tax a marketplace took from buyers and has not withheld yet"
    ),
    Account("gift_vouchers:{channel}", _A.LIABILITY, _M, "vouchers sold and not yet redeemed"),
    Account("gift_cards:{channel}", _A.LIABILITY, _M, "gift cards issued, as far as they are expected to be asked for"),
    Account("opening_stock:{location}", _A.EQUITY, _M, "the counterpart of stock declared at the start"),
    Account(
        "opening_balances:{ledger}", _A.EQUITY, _M, "what a takeover is still short of: nothing, once all has come"
    ),
    Account("equity:{what}", _A.EQUITY, _M, "capital and retained earnings, as an old ledger had them"),
    Account("revenue:{channel}", _A.INCOME, _M, "goods sold, net of tax; at a till at the shelf price"),
    Account(
        "loyalty_discounts:{channel}", _A.INCOME, _M, "what customer cards took off the shelf price, against revenue"
    ),
    Account("coupon_matches:{channel}", _A.INCOME, _M, "what we added to coupons, against revenue"),
    Account("sales_credits:{channel}", _A.INCOME, _M, "goods taken back, net of tax"),
    Account("allowances:{channel}", _A.INCOME, _M, "prices lowered after the sale, against revenue"),
    Account("service_revenue:{service}", _A.INCOME, _M, "postage, carriage and manual lines, less those taken back"),
    Account("gift_card_breakage:{channel}", _A.INCOME, _M, "gift cards that nobody will ask for"),
    Account("stock_gains:{location}", _A.INCOME, _M, "value of units found"),
    Account("cost_of_sales:{channel}", _A.EXPENSE, _M, "cost of the goods sold, less those taken back"),
    Account("giveaways:{channel}", _A.EXPENSE, _M, "cost of goods given away"),
    Account("charges:{service}", _A.EXPENSE, _M, "fees, discounts, samples and commissions"),
    Account("cost_differences:{location}", _A.EXPENSE, _M, "what a provisional cost turned out to be wrong by"),
    Account("stock_losses:{location}", _A.EXPENSE, _M, "value of units lost, damaged or thrown away"),
    Account("stock_adjustments:{reason}:{location}", _A.EXPENSE, _M, "value of units lost less those found, by reason"),
    Account("over_short:{location}", _A.EXPENSE, _M, "till differences: counts below the takings, less those above"),
    Account("psp_fees:{provider}", _A.EXPENSE, _M, "what payment providers keep"),
    Account("marketplace_fees:{channel}", _A.EXPENSE, _M, "commission and fees that marketplaces keep"),
    Account("chargebacks:{channel}", _A.EXPENSE, _M, "taken back by customers' banks, less what was won back"),
    Account("parcels_lost:{channel}", _A.EXPENSE, _M, "cost of goods that never reached their customer"),
    Account("bad_debt:{channel}", _A.EXPENSE, _M, "receivables given up"),
    Account("prepayments:{what}", _A.ASSET, _M, "paid for a later period"),
    Account("accruals:{what}", _A.LIABILITY, _M, "used in this period, not yet invoiced"),
    Account("provisions:{what}", _A.LIABILITY, _M, "expected to be owed, sum or day uncertain"),
    Account("suspense:{what}", _A.ASSET, _M, "what nobody can place yet"),
    Account("other_income:{what}", _A.INCOME, _M, "income beside the trade"),
    Account("operating_expense:{what}", _A.EXPENSE, _M, "rent, wages, energy and the like"),
)

OPEN_TO_MANUAL_ENTRIES: Final = frozenset(
    {
        *("prepayments:{what}", "accruals:{what}", "provisions:{what}", "suspense:{what}"),
        *("other_income:{what}", "operating_expense:{what}", "bank:{bank}", "tax_payable:{jurisdiction}"),
        *("revenue:{channel}", "sales_credits:{channel}", "service_revenue:{service}", "charges:{service}"),
        *("cost_of_sales:{channel}", "giveaways:{channel}", "psp_fees:{provider}", "bad_debt:{channel}"),
    }
)
"""The families a person may book to by hand. Every other one is proved against something outside the ledger (goods on
shelves, what providers, tills or customers owe, receipts not yet invoiced): who could move it by hand could hide there."""


CLOSED_TO_OPENING: Final = frozenset(
    {
        *(
            "inventory:{location}",
            "unexplained_stock:{location}",
            "opening_stock:{location}",
            "opening_balances:{ledger}",
        ),
        *("psp_clearing:{provider}", "till_takings:{location}:{tender}"),
        *("goods_received:{location}", "disputed_invoices:{supplier}"),
    }
)
"""The families of money that no opening balance may be put into as a line: each is proved one by one against goods, orders,
tills or purchases, and comes with those."""


def account_of(address: str, chart: tuple[Account, ...] = CHART) -> Account:
    """Return the family *address* belongs to, be it filled (`revenue:web`) or a template (`revenue:{channel}`).

    Raises `ChartError` when the chart has no such family.
    """
    parts = address.split(":")
    for account in chart:
        family = account.address.split(":")
        if len(family) == len(parts) and all(
            f == p or "{" in f or "{" in p for f, p in zip(family, parts, strict=True)
        ):
            return account
    raise ChartError(f"no account {address!r} in the chart: add its family to journal/chart.py or to the policy")


def manual_flaw(address: str, chart: tuple[Account, ...] = CHART) -> str:
    """Return why *address* cannot stand in a manual entry; empty where it can."""
    try:
        account = account_of(address, chart)
    except ChartError as unknown:
        return str(unknown)
    if not all(_PART.fullmatch(part) for part in address.split(":")):
        return f"{address!r} is no account: letters, digits, dot, dash and underscore between the colons"
    if account.address not in OPEN_TO_MANUAL_ENTRIES:
        return f"{account.address} is proved against the world and closed to manual entries"
    return ""


def opening_flaw(address: str, chart: tuple[Account, ...] = CHART) -> str:
    """Return why *address* cannot take an opening balance as a line; empty where it can."""
    try:
        account = account_of(address, chart)
    except ChartError as unknown:
        return str(unknown)
    if not all(_PART.fullmatch(part) for part in address.split(":")):
        return f"{address!r} is no account: letters, digits, dot, dash and underscore between the colons"
    if account.holds is not Holds.MONEY:
        return f"{account.address} holds units: its balance comes with the stock"
    if account.address in CLOSED_TO_OPENING:
        return f"{account.address} is proved one by one and takes no balance as a line"
    return ""


def holes(template: str) -> tuple[str, ...]:
    """Return the names to be filled in an address: `("location",)` of `stock:sellable:{location}`."""
    return tuple(hole for _, hole, _, _ in Formatter().parse(template) if hole)

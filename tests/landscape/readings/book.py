"""What the book reports: by its API, and by `tally … --json`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, Final

import httpx

from tallystick.app.ledgers.policy_file import load_policy
from tests.landscape.systems import CURRENCY, DIGITS, WAREHOUSE, Landscape

_SECONDS_MAX: Final = 60
ENDED: Final = ("CANCELLED", "REFUSED")
OPEN_STATES: Final = ("RESERVED", "RELEASED", "SHIPPED_AHEAD", "PARTLY_SHIPPED", "CANCELLING", "NEW")


@dataclass(frozen=True)
class BookOrder:
    """An order as the book has it: `sent` has not come back; money in cents."""

    number: str
    channel: str
    provider: str
    state: str
    sent: Mapping[str, int]
    captured: int
    given_back: int
    owed: int
    to_be_given: int

    @property
    def is_ended(self) -> bool:
        """Whether nothing of it left, or will."""
        return self.state in ENDED

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is to come any more: goods, money, or money back."""
        # Everything taken stays owed to what left, or has gone back.
        return self.state not in OPEN_STATES and self.captured - self.given_back == self.owed and not self.to_be_given


def orders(here: Landscape) -> dict[str, BookOrder]:
    """Return every order there is; which there are is asked of the book's tables, how each stands of its API."""
    subjects = here.tallied.rows("select distinct subject from process where subject like 'order/%' order by 1")
    with httpx.Client(base_url=here.tallied.server.url, trust_env=False, timeout=_SECONDS_MAX) as http:
        found = [_order(http, here, subject.removeprefix("order/")) for (subject,) in subjects]
    return {o.number: o for o in found}


def shelves(here: Landscape, location: str) -> dict[str, int]:
    """Return what the book has on hand at a location, by SKU."""
    found = here.tallied.tally("stock", "show", "--location", location)["stock"]
    states = ("sellable", "reserved", "quarantine", "damaged")
    return {row["sku"]: sum(row[s] for s in states) - row["short"] for row in found}


def available(here: Landscape, skus: Sequence[str], channel: str) -> dict[str, int]:
    """Return what the book would promise a channel out of the warehouse."""
    asked = {"skus": list(skus), "channel": channel, "location": WAREHOUSE}
    url = f"{here.tallied.server.url}/v1/stock/query"
    told = httpx.post(url, json=asked, headers=here.by(), trust_env=False, timeout=_SECONDS_MAX).raise_for_status()
    return {row["sku"]: row["available"] for row in told.json()["products"]}


def accounts(here: Landscape) -> dict[str, int]:
    """Return the trial balance in cents, debits less credits."""
    found = here.tallied.tally("book", "trial-balance")["accounts"]
    return {row["account"]: cents(row["balance"]) for row in found if row["commodity"] == CURRENCY}


def by_code(here: Landscape, held: Mapping[str, int]) -> dict[str, int]:
    """Add accounts up by the code that the ledger has for them."""
    policy, found = load_policy(here.tallied.home), dict[str, int]()
    for account, amount in held.items():
        code = policy.code(account) or account
        found[code] = found.get(code, 0) + amount
    return {code: amount for code, amount in found.items() if amount}


def cents(amount: str) -> int:
    """Return an amount in cents."""
    return int(Decimal(amount).scaleb(DIGITS))


def _order(http: httpx.Client, here: Landscape, number: str) -> BookOrder:
    get = partial(http.get, headers=here.by())
    order: Any = get(f"/v1/orders/{number}").raise_for_status().json()
    paid: Any = get(f"/v1/orders/{number}/payment").raise_for_status().json()
    sent: dict[str, int] = {}
    for line in order["lines"]:
        sent[line["sku"]] = sent.get(line["sku"], 0) + line["sent"]
    return BookOrder(
        number,
        order["channel"] or "",
        paid["provider"] or "",
        order["state"],
        {sku: n for sku, n in sent.items() if n},
        paid["captured"],
        paid["given_back"],
        paid["owed"],
        sum(r["amount"] - r["paid"] for r in paid["refunds"]),
    )

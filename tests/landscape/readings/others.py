"""What oscar's database, Stripe's lists and the ERP's database say, past our code."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import httpx

from tests.counterparts.localstripe.server import API_KEY
from tests.landscape.plan import OUTLET
from tests.landscape.readings import warehouse

PAGE: Final = 100


@dataclass(frozen=True)
class Payment:
    """A payment as Stripe has it, in cents."""

    status: str
    received: int
    refunded: int


def oscar_orders(file: Path) -> dict[str, tuple[str, int]]:
    """Return the status and the total in cents of each order of oscar, by our number."""
    found = _rows(file, "select number, status, total_incl_tax from order_order")
    return {f"{OUTLET}-{number}": (status, round(Decimal(str(total)) * 100)) for number, status, total in found}


def oscar_stock(file: Path) -> dict[str, int]:
    """Return what oscar would sell of each product."""
    return dict(_rows(file, "select partner_sku, num_in_stock - coalesce(num_allocated, 0) from partner_stockrecord"))


def stripe_payments(url: str) -> dict[str, Payment]:
    """Return what became of each order's payment at Stripe."""
    refunds: dict[str, int] = {}
    for r in _listed(url, "refunds"):
        refunds[r["payment_intent"]] = refunds.get(r["payment_intent"], 0) + r["amount"]
    return {
        i["metadata"]["order"]: Payment(i["status"], i["amount_received"], refunds.get(i["id"], 0))
        for i in _listed(url, "payment_intents")
    }


def erp_balances(file: Path) -> dict[str, int]:
    """Return what the ERP has posted by account code, cents, debits less credits."""
    asked = (
        "select a.code, sum(round(l.debit * 100) - round(l.credit * 100)) from account_move_line l "
        "join account_move m on m.id = l.move join account_account a on a.id = l.account "
        "where m.state = 'posted' group by 1"
    )
    return {code: int(cents) for code, cents in warehouse.rows(file, asked) if cents}


def _rows(file: Path, question: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=60)) as database:
        return database.execute(question).fetchall()


def _listed(url: str, what: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    with httpx.Client(base_url=url, trust_env=False, headers={"authorization": f"Bearer {API_KEY}"}) as http:
        after: dict[str, str] = {}
        while True:
            page = http.get(f"/v1/{what}", params={"limit": PAGE, **after}).raise_for_status().json()
            found += page["data"]
            if not page["has_more"]:
                return found
            after = {"starting_after": page["data"][-1]["id"]}

"""Fifty buyers at a real Vendure for ten lamps: the shop sells fifty, the book keeps ten and gives the rest back."""

import statistics
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tallystick.connectors.vendure.connector import VendureShop
from tallystick.messages.channels import SetStock
from tests.counterparts.vendure.api import Api, clerk
from tests.counterparts.vendure.buyer import Buyer, counters, variants
from tests.counterparts.vendure.server import PASSWORD, Shop, needs_vendure, served
from tests.shops.conftest import VENDURE_SECRETS, vendure_door
from tests.shops.tallied import Tallied, serving, until_all

BUYERS, UNITS, TILLS = 50, 10, 8
PLACED = "ext_id like '%/placed/%'"
LAG = (
    "select round(extract(epoch from min(b.recorded_at - e.effective_at)) * 1000) "
    f"from event e join batch b on b.id = e.id >> 12 where {PLACED} group by e.subject"
)
RECEIVED_LAG = (
    "select round(extract(epoch from min(b.recorded_at - d.received_at)) * 1000) from event e "
    "join batch b on b.id = e.id >> 12 join delivery d on d.subject = e.subject "
    f"where e.{PLACED} group by e.subject"
)
SETTLE = "mutation($i:SettleRefundInput!){settleRefund(input:$i){__typename ... on ErrorResult{errorCode message}}}"
PENDING = (
    "{orders(options:{take:100,sort:{createdAt:DESC}}){items{code state payments{amount refunds{id state total}}}}}"
)


@pytest.fixture
def tallied(database_url: str, tmp_path: Path) -> Tallied:
    """A book with ten lamps."""
    return Tallied(database_url, tmp_path)


@pytest.fixture
def shop(cluster_url: str, tallied: Tallied, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A Vendure that tells the book of every change."""
    needs_vendure()
    with served(cluster_url, tmp_path_factory.mktemp("shop"), f"{tallied.server.url}/hooks/web") as found:
        yield found


@pytest.fixture
def admin(shop: Shop) -> Iterator[Api]:
    """The shop's owner."""
    found = clerk(shop.url, PASSWORD)
    yield found
    found.close()


def _stands(admin: Api) -> list[Any]:
    items: list[Any] = [o for o in admin(PENDING)["orders"]["items"] if o["payments"]]
    return items


def _pay_back(admin: Api) -> None:
    """Settle refunds as the shop's clerk does once the bank has paid."""
    for order in _stands(admin):
        for refund in (r for p in order["payments"] for r in p["refunds"] if r["state"] == "Pending"):
            admin.one(SETTLE, i={"id": refund["id"], "transactionId": f"bank-{refund['id']}"})


class Rush:
    """Fifty buyers at once for ten units of one product, and what became of their orders."""

    def __init__(self, tallied: Tallied, shop: Shop, admin: Api) -> None:
        """Nobody has bought yet."""
        self.tallied, self.shop, self.admin = tallied, shop, admin
        self.codes: set[str] = set()

    def rule(self, tmp_path: Path, policy: str, rank_seconds: int) -> None:
        """What becomes of the shop's oversells from now on."""
        file = tmp_path / "rules.toml"
        file.write_text(
            f'[[oversells]]\nchannel = "web"\npolicy = "{policy}"\nrank_seconds = {rank_seconds}\n', "utf-8"
        )
        self.tallied.tally("stock", "rules", "set", str(file))

    def buys(self, sku: str) -> int:
        """Have all of them buy one unit; return how many more the shop sold than there are, once the book knows of each."""
        variant = variants(self.admin)[sku]
        with ThreadPoolExecutor(TILLS) as tills:
            mails = [f"{sku.lower()}{n}@example.test" for n in range(BUYERS)]
            ready = list(tills.map(lambda mail: Buyer(self.shop.url, mail).fills({variant: 1}), mails))
            paid = list(tills.map(lambda buyer: buyer.pays(), ready))
        self.codes = {order["code"] for order in paid}
        assert len(self.codes) > UNITS, "the shop sold no more than there was: this test shows nothing"
        until_all(len(self.codes), lambda: len(self.stands()), self.stands)
        return len(self.codes) - UNITS

    def stands(self) -> dict[str, str]:
        """How the book has these orders, by the shop's code, those sold first first."""
        asked = (
            "select split_part(p.subject, '/', 2), p.state from process p join event e on e.subject = p.subject "
            f"where e.{PLACED} group by p.subject, p.state order by min(e.effective_at)"
        )
        found = {name.removeprefix("web-"): state for name, state in self.tallied.rows(asked)}
        return {code: state for code, state in found.items() if code in self.codes}

    def are(self, **counts: int) -> None:
        """Wait until so many of these orders stand so."""
        for state, count in counts.items():
            until_all(count, lambda: list(self.stands().values()).count(state), self.stands)  # noqa: B023 - waited for here

    def in_shop(self) -> list[Any]:
        """These orders as the shop has them."""
        return [o for o in _stands(self.admin) if o["code"] in self.codes]

    def are_paid_back(self, count: int) -> None:
        """Wait until the shop has cancelled so many of them, and the money of each has been paid back."""
        until_all(count, lambda: sum(o["state"] == "Cancelled" for o in self.in_shop()), self.in_shop)
        until_all(count, lambda: sum(bool(p["refunds"]) for o in self.in_shop() for p in o["payments"]), self.in_shop)
        before = _paid_back(self.tallied)
        _pay_back(self.admin)
        until_all(
            count,
            lambda: _paid_back(self.tallied) - before,
            lambda: self.tallied.rows("select kind, state, count(*) from process group by 1, 2"),
        )

    def is_listed(self, policy: str, count: int) -> None:
        """The oversells are listed with what was done and what they are worth."""
        found = self.tallied.tally("stock", "oversells", "web")["oversells"]
        mine = [x for x in found if x["order"].removeprefix("web-") in self.codes]
        assert [(x["policy"], x["units"]) for x in mine] == [(policy, 1)] * count
        assert all(x["amount"] > 0 for x in mine)


@pytest.fixture
def rush(tallied: Tallied, shop: Shop, admin: Api) -> Rush:
    """The buyers of a shop."""
    return Rush(tallied, shop, admin)


def test_fifty_buyers_and_ten_lamps(rush: Rush, tmp_path: Path, record_property: Any) -> None:
    """The oversell is handled by rule: refused; ranked, cancelled and paid back; or waiting for goods.

    Ten orders are kept each time; every cent agrees.
    """
    tallied, admin = rush.tallied, rush.admin
    tallied.receives({"LAMP": UNITS, "MUG": UNITS, "FAN": UNITS})
    tallied.connects(("web", "vendure", rush.shop.url), VENDURE_SECRETS, location="WH1")
    door = vendure_door(rush.shop.url)
    for sku in ("LAMP", "MUG", "FAN"):
        door.push(SetStock("web", sku, UNITS, 1), f"0.{sku}")
    with serving(tallied):
        over = rush.buys("LAMP")
        lags = sorted(int(row[0]) for row in tallied.rows(LAG))
        told = sorted(int(row[0]) for row in tallied.rows(RECEIVED_LAG))
        for name, found in (("order_to_book_ms", lags), ("webhook_to_book_ms", told)):
            record_property(f"{name}_p50", statistics.median(found))
            record_property(f"{name}_max", found[-1])
        rush.are(REFUSED=over)
        rush.are_paid_back(over)
        rush.is_listed("refuse", over)
        _cancels_the_last(rush, tmp_path)
        _waits_for_more(rush, tmp_path)
    assert sum(o["state"] != "Cancelled" for o in rush.in_shop()) == len(rush.codes)
    tallied.check()
    _finds_and_mends_the_counter(tallied, admin, door)
    door.close()


def _cancels_the_last(rush: Rush, tmp_path: Path) -> None:
    """Ranked: the ten sold first by the shop's own clock have the mugs, in whatever order their webhooks came."""
    rush.rule(tmp_path, "cancel", rank_seconds=10)
    over = rush.buys("MUG")
    rush.are(CANCELLED=over)
    kept = [state != "CANCELLED" for state in rush.stands().values()]
    assert kept == sorted(kept, reverse=True), "who was sold later has what was sold before"
    rush.are_paid_back(over)
    rush.is_listed("cancel", over)


def _waits_for_more(rush: Rush, tmp_path: Path) -> None:
    """Backordered: all fifty are kept; forty wait, nothing is asked of the location for them until fans come."""
    rush.rule(tmp_path, "backorder", rank_seconds=0)
    over = rush.buys("FAN")
    rush.are(WAITING=over, RELEASED=UNITS)
    rush.is_listed("backorder", over)
    rush.tallied.receives({"FAN": over}, name="R2")
    rush.are(RELEASED=over + UNITS)


def _finds_and_mends_the_counter(tallied: Tallied, admin: Api, door: VendureShop) -> None:
    """Fifty checkouts at once and forty cancellations leave Vendure's allocated count wrong: found, and made harmless."""
    _, allocated = counters(admin, "LAMP")
    assert allocated != UNITS, "the shop counted right this time: this part shows nothing"
    tallied.tally("connection", "pull", "web", "--kind", "StockStatementReported", "--since", "")
    tallied.tally("worker", "--once")
    found = tallied.tally("reconcile", "run", "--only", "stock", "--at-once", codes=(1,))
    (line,) = [d for d in found["differences"] if d["commodity"] == "sku:LAMP"]
    assert (line["kind"], int(line["ours"]), int(line["theirs"])) == ("channel_stock_differs", UNITS, allocated)
    # The book's own feed may have told the shop already; after the last cancellation it is told once more.
    door.push(SetStock("web", "LAMP", 0, 2), "0.1")
    there, allocated = counters(admin, "LAMP")
    assert there - allocated == 0


def _paid_back(tallied: Tallied) -> int:
    return int(tallied.one("select count(*) from event where ext_id like '%/refund/%/settled'"))

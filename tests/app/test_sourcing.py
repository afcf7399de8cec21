"""`tally sourcing` and `tally order why`, on a real book: the policy of the page is the policy of this test."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tallystick.app.access.doing import Doing
from tallystick.app.exits import Code
from tallystick.engine.answer import Answer
from tallystick.messages.fulfilment import DispatchRefused, DispatchReported
from tallystick.messages.payments import CaptureReported, PaymentAuthorised
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.messages.stock import HeldLine, ReceiptLine, ReceiptReported
from tests.app.conftest import Tally
from tests.architecture.tidy import ROOT

PAGE = (ROOT / "docs" / "sourcing.md").read_text()
POLICY = PAGE.partition("```toml\n")[2].partition("```")[0]
OTHER = """
locations = [{ location = "WH1", parcel_cost = 300 }, { location = "SHOP1", parcel_cost = 500 }, { location = "MOON" }]
[[runs]]
run = "placing"
[[runs.routings]]
routing = "cheap"
rules = [{ rule = "cheapest", sort = ["cost"] }]
"""


def _says(subject: str, data: object) -> Answer:
    from tallystick.app.promising.reporting import report_in

    return report_in(None, None, Doing("test", subject), data)  # type: ignore[arg-type]


def _placed(name: str, lines: tuple[OrderLine, ...], area: str) -> Answer:
    placed = OrderPlaced(name, "web", "auto", "EUR/2", "stripe", lines, area=area)
    return _says(f"order/{name}", placed)


@pytest.fixture
def shop(tally: Tally, tmp_path: Path) -> Tally:
    """Two locations with goods, and the policy of the page without its opening hours: the test runs at any hour."""
    tally.fine("book", "create", "main", "--currency", "EUR/2")
    for n, (sku, place, units) in enumerate((("LAMP", "WH1", 5), ("LAMP", "SHOP1", 3), ("MUG", "SHOP1", 4)), 1):
        _says(
            f"stock/r{n}",
            ReceiptReported(f"r{n}", place, "EUR/2", "supplier", (ReceiptLine(1, sku, units, 400 * units),)),
        )
    policy = "".join(x for x in POLICY.splitlines(keepends=True) if not x.startswith(("openings", "open_within")))
    (tmp_path / "policy.toml").write_text(policy)
    (tmp_path / "whole.toml").write_text(POLICY)
    (tmp_path / "other.toml").write_text(OTHER)
    return tally


def test_a_policy_is_set_orders_are_sourced_and_say_why(shop: Tally, tmp_path: Path) -> None:
    """A whole life on PostgreSQL: two locations, a refusal, parcels and captures; every proof of the book holds."""
    shop.fine("sourcing", "set", str(tmp_path / "policy.toml"))
    lines = (OrderLine(1, "LAMP", 1, 1200), OrderLine(2, "MUG", 1, 500))
    answer = _placed("W1", lines, "GB-SW1")
    assert (answer.outcome, answer.detail) == ("reserved", {"sourced": {"SHOP1": {"1": 1, "2": 1}}})
    (decided,) = shop.json("order", "why", "W1")["decided"]
    assert {x["location"]: x["verdict"] for x in decided["candidates"]} == {"SHOP1": "chosen", "WH1": "lacks"}
    assert "beaten" not in shop.fine("order", "why", "W1")
    _says("order/W1", PaymentAuthorised("W1", "stripe", 1700))
    _says("order/W1", DispatchRefused("W1", "broken", (HeldLine(1, "LAMP", 1),), "SHOP1"))
    placed, sought_again = shop.json("order", "why", "W1")["decided"]
    assert [x["location"] for x in sought_again["parts"]] == ["WH1"]
    assert placed["version"] == sought_again["version"] == 1
    _says("order/W1", DispatchReported("W1", "S1", (HeldLine(1, "LAMP", 1),), location="WH1"))
    _says("order/W1", DispatchReported("W1", "S2", (HeldLine(2, "MUG", 1),), location="SHOP1"))
    _says("order/W1", CaptureReported("W1", "stripe", 1700, "c1"))
    states = shop.json("order", "show", "W1")["processes"]
    assert (states["order"], states["fulfilment/1"], states["fulfilment/2"]) == ("SHIPPED", "DISPATCHED", "DISPATCHED")
    assert shop.json("book", "check")["ok"]


def test_a_split_order_stands_in_the_book(shop: Tally, tmp_path: Path) -> None:
    """Held at two places and not sent yet: reserved units and capacity agree with what the orders hold."""
    shop.fine("sourcing", "set", str(tmp_path / "policy.toml"))
    answer = _placed("W1", (OrderLine(1, "LAMP", 7, 8400),), "DE-10")
    assert answer.detail == {"sourced": {"WH1": {"1": 5}, "SHOP1": {"1": 2}}}
    assert _placed("W2", (OrderLine(1, "LAMP", 1, 1200),), "DE-10").state == "PARKED"
    assert shop.json("book", "check")["ok"]
    assert shop.json("order", "source", "W2")["outcome"] == "parked"
    assert shop.json("order", "show", "W2")["processes"]["order"] == "PARKED"


def test_another_policy_is_tried_on_past_orders(shop: Tally, tmp_path: Path) -> None:
    """The cheapest instead of the nearest: one order of two would have come from elsewhere. The book is as it was."""
    shop.fine("sourcing", "set", str(tmp_path / "policy.toml"))
    _placed("W1", (OrderLine(1, "LAMP", 1, 1200),), "GB-SW1")
    _placed("W2", (OrderLine(1, "LAMP", 1, 1200),), "DE-10")
    before = shop.json("book", "trial-balance")
    found = shop.json("sourcing", "replay", "--policy", str(tmp_path / "other.toml"))["replay"]
    assert (found["orders"], found["unknown"]) == (2, ["MOON"])
    assert found["differs"] == [{"order": "W1", "was": {"SHOP1": 1}, "would_be": {"WH1": 1}}]
    assert (found["was"]["cost"], found["would_be"]["cost"]) == (800, 600)
    same = shop.json("sourcing", "replay", "--policy", str(tmp_path / "policy.toml"))["replay"]
    assert (same["differs"], same["was"]) == ([], same["would_be"])
    later = shop.json("sourcing", "replay", "--policy", str(tmp_path / "other.toml"), "--since", "2999-01-01")
    assert later["replay"]["orders"] == 0
    assert shop.json("book", "trial-balance") == before
    assert "would have come from elsewhere" in shop.fine("sourcing", "replay", "--policy", str(tmp_path / "other.toml"))


def test_the_policy_is_shown(shop: Tally, tmp_path: Path) -> None:
    """What is in force, and what is to come."""
    assert shop.json("sourcing", "show") == {"in_force": 0, "versions": []}
    shop.fine("sourcing", "set", str(tmp_path / "whole.toml"))
    shown = shop.json("sourcing", "show")
    assert shown["in_force"] == 1
    assert shown["versions"][0]["policy"]["locations"][1]["day_orders_max"] == 40
    assert "together" in shop.fine("sourcing", "show")
    assert datetime.fromisoformat(shown["versions"][0]["effective_from"]) <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("locations = 3", "locations"),
        ("[[locations]]\nlocation = 'WH1'\nfar = 2", "far"),
        (OTHER.replace("cheapest", "x").replace('["cost"]', '["cost"], metres_max = -1'), "metres_max"),
        ("[[locations]]\nlocation = 'WH1'\nlatitude = 5", "latitude and longitude belong together"),
    ],
)
def test_a_mistake_in_the_file_is_named(shop: Tally, tmp_path: Path, text: str, flaw: str) -> None:
    """The field, and where the format is described; nothing is set."""
    (tmp_path / "bad.toml").write_text(text)
    assert flaw in shop.complains(Code.BAD_FILE, "sourcing", "set", str(tmp_path / "bad.toml"))
    assert shop.json("sourcing", "show")["in_force"] == 0

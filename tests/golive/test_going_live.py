"""A retailer goes live: taken over, run beside the old system, switched; the same totals on both sides."""

import json
from typing import Any

from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.payments import CaptureReported, PaymentAuthorised
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.messages.stock import HeldLine
from tests.golive.conftest import Retailer


def trades(retailer: Retailer) -> None:
    """A day beside the old system: one old order is sent and paid, a new one placed and its money held."""
    parcel = DispatchReported("W1002", "S1", (HeldLine(1, "SHADE", 1),))
    assert retailer.hears("order/W1002", parcel, "s1").outcome == "all"
    taken = CaptureReported("W1002", "stripe", 1800, "c1")
    assert retailer.hears("order/W1002", taken, "c1").outcome == "all"
    line = (OrderLine(1, "LAMP", 1, 2400, 480),)
    placed = OrderPlaced("W1004", "web", "WH1", "EUR/2", "stripe", line, "GB")
    assert retailer.hears("order/W1004", placed, "w1004").outcome == "reserved"
    assert retailer.hears("order/W1004", PaymentAuthorised("W1004", "stripe", 2880), "a1").state == "AUTHORISED"


def differs(day: Any) -> dict[str, tuple[str, int, int]]:
    """What a compared day found: kind, ours and theirs, by name."""
    found = {d["name"]: d["difference"] for d in day["differences"]}
    return {name: (d["kind"], d["ours"], d["theirs"]) for name, d in found.items()}


def switched(retailer: Retailer, day: str, code: int = 0) -> Any:
    """Try to switch by the export of a day; two clean days were agreed on."""
    words = ("switch", "web", f"exports/{day}", "--report", "web.jws", "--as", "mia")
    if code:
        told = retailer.tally("golive", *words)
        assert told.exit_code == code, told.output
        return told.stderr
    return retailer.json("golive", *words)


def begins(retailer: Retailer) -> None:
    """Let the channel run beside the old system, and take that over."""
    retailer.fine("golive", "shadow", "web", "--beside", "oldbooks", "--days", "2", "--as", "mia")
    assert retailer.json("golive", "plan", "oldbooks")["ok"]
    retailer.takes_over()


def test_a_retailer_goes_live(retailer: Retailer) -> None:
    """Balances and orders come over, three seeded differences are found, the channel is switched, both sides are the same."""
    begins(retailer)
    (taken,) = retailer.json("golive", "show")["takeovers"]
    assert (taken["units"], taken["value"], taken["orders_come"], taken["left"]) == (18, 5700, 3, 0)
    trades(retailer)
    assert retailer.told() == []
    kept = {k["kind"]: k["waiting"] for k in retailer.json("golive", "kept", "web")["kept"]}
    assert kept == {"authorise_payment": 1, "capture_payment": 1, "ship_order": 2}

    day = retailer.json("golive", "compare", "exports/2026-11-21", "--as", "mia", code=1)
    assert differs(day) == {
        "legacy_stock/oldbooks/SHOP/LAMP": ("legacy_stock_differs", 2, 3),
        "legacy_order/oldbooks/W1005": ("legacy_order_missing", 0, 1200),
        "legacy_order/oldbooks/W1004": ("legacy_order_amount_differs", 2880, 2980),
    }
    assert (day["explained"], day["unexplained"], day["clean_days"]) == (0, 3, 0)
    behind = {d["name"]: d["difference"]["references"] for d in day["differences"]}
    assert "takeover_approved of takeover/oldbooks moved +2" in behind["legacy_stock/oldbooks/SHOP/LAMP"][1]
    assert behind["legacy_order/oldbooks/W1005"][1] == "no message of W1005 ever came"
    assert retailer.json("book", "breaks")["open"] == 3

    assert "1 days in a row have nothing unexplained, 2 are needed" in switched(retailer, "2026-11-22", code=1)
    assert retailer.json("book", "breaks")["open"] == 0
    done = switched(retailer, "2026-11-23")
    assert [t for t in done["totals"] if t["ours"] != t["theirs"]] == []
    assert {(t["what"], t["of"]): t["ours"] for t in done["totals"]}["balance", "receivable:web"] == -8640
    assert retailer.json("golive", "verify", "web.jws") == done
    assert {k["kind"]: k["closed"] for k in retailer.json("golive", "kept")["kept"]} == kept
    assert is_told_from_now_on(retailer)
    assert retailer.proofs_fail() == []


def is_told_from_now_on(retailer: Retailer) -> bool:
    """What was kept stays where it is, a new order's payment is asked for, and nobody goes back after that."""
    assert retailer.told() == []
    line = (OrderLine(1, "LAMP", 1, 2400, 480),)
    retailer.hears("order/W1006", OrderPlaced("W1006", "web", "WH1", "EUR/2", "stripe", line, "GB"), "w1006")
    (file,) = retailer.told()
    told = retailer.tally("golive", "back", "web", "--because", "cold feet", "--as", "mia")
    assert (told.exit_code, "it cannot go back" in told.stderr) == (1, True), told.output
    return bool(json.loads(next((retailer.folder / "told").rglob(file)).read_text())["data"]["order"] == "W1006")

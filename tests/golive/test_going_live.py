"""A retailer goes live: taken over, run beside the old system, switched; the same totals on both sides."""

import json

from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.payments import CaptureReported, PaymentAuthorised
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.messages.stock import HeldLine
from tests.golive.conftest import DAY, Retailer


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


def test_a_retailer_goes_live(retailer: Retailer) -> None:
    """Balances and orders come over, three seeded differences are found, the channel is switched, both sides are the same."""
    retailer.fine("golive", "shadow", "web", "--beside", "oldbooks", "--as", "mia")
    assert retailer.json("golive", "plan", "oldbooks")["ok"]
    retailer.takes_over()
    assert retailer.proofs_fail() == []
    (taken,) = retailer.json("golive", "show")["takeovers"]
    assert (taken["units"], taken["value"], taken["orders_come"], taken["left"]) == (18, 5700, 3, 0)

    trades(retailer)
    assert retailer.told() == []
    kept = {k["kind"]: k["waiting"] for k in retailer.json("golive", "kept", "web")["kept"]}
    assert kept == {"authorise_payment": 1, "capture_payment": 1, "ship_order": 2}
    assert retailer.proofs_fail() == []

    day = retailer.json("golive", "compare", "exports/2026-11-21", "--as", "mia", code=1)
    assert {
        d["name"]: (d["difference"]["kind"], d["difference"]["ours"], d["difference"]["theirs"])
        for d in day["differences"]
    } == {
        "legacy_stock/oldbooks/SHOP/LAMP": ("legacy_stock_differs", 2, 3),
        "legacy_order/oldbooks/W1005": ("legacy_order_missing", 0, 1200),
        "legacy_money/oldbooks/tax_payable:GB": ("legacy_money_differs", -8320, -8350),
        "legacy_money/oldbooks/bank:main": ("legacy_money_differs", 500000, 500030),
    }
    assert (day["explained"], day["unexplained"], day["clean_days"]) == (0, 4, 0)
    behind = {d["name"]: d["difference"]["references"] for d in day["differences"]}
    assert "takeover_approved of takeover/oldbooks moved +2" in behind["legacy_stock/oldbooks/SHOP/LAMP"][1]
    assert behind["legacy_order/oldbooks/W1005"][1] == "no message of W1005 ever came"
    breaks = retailer.json("book", "breaks")["kinds"]
    assert {b["kind"]: b["open"] for b in breaks if b["kind"].startswith("legacy")} == {
        "legacy_stock_differs": 1,
        "legacy_order_missing": 1,
        "legacy_money_differs": 2,
    }

    told = retailer.tally(
        "golive", "switch", "web", "exports/2026-11-22", "--report", "web.jws", "--days", "2", "--as", "mia"
    )
    assert (told.exit_code, "1 days in a row have nothing unexplained, 2 are needed" in told.stderr) == (1, True), (
        told.output
    )
    assert retailer.json("book", "breaks")["open"] == 0
    done = retailer.json(
        "golive", "switch", "web", "exports/2026-11-23", "--report", "web.jws", "--days", "2", "--as", "mia"
    )
    assert [t for t in done["totals"] if t["ours"] != t["theirs"]] == []
    assert {(t["what"], t["of"]): t["ours"] for t in done["totals"]}["balance", "receivable:web"] == -8640
    assert retailer.json("golive", "verify", "web.jws") == done
    assert retailer.json("golive", "kept", "web")["kept"][0]["closed"] == 1

    assert retailer.told() == []
    line = (OrderLine(1, "LAMP", 1, 2400, 480),)
    retailer.hears("order/W1006", OrderPlaced("W1006", "web", "WH1", "EUR/2", "stripe", line, "GB"), "w1006")
    (file,) = retailer.told()
    assert json.loads(next((retailer.folder / "told").rglob(file)).read_text())["data"]["order"] == "W1006"
    assert retailer.proofs_fail() == []
    told = retailer.tally("golive", "back", "web", "--because", "cold feet", "--as", "mia")
    assert (told.exit_code, "it cannot go back" in told.stderr) == (1, True), told.output
    assert DAY.year == 2026

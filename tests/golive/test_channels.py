"""A channel in the shadow, explained differences, the way back, and an approver's word."""

from tallystick.messages.sales import OrderLine, OrderPlaced
from tests.golive.conftest import Retailer
from tests.golive.test_going_live import begins, differs, switched, trades


def sells(retailer: Retailer, name: str) -> None:
    """A new order of the channel."""
    line = (OrderLine(1, "LAMP", 1, 2400, 480),)
    retailer.hears(f"order/{name}", OrderPlaced(name, "web", "WH1", "EUR/2", "stripe", line, "GB"), name)


def test_what_a_person_explains_does_not_count(retailer: Retailer) -> None:
    """Closing the break with a reason explains it, until it changes; an approver may also override, a controller may not."""
    begins(retailer)
    trades(retailer)
    retailer.json("golive", "compare", "exports/2026-11-21", "--as", "mia", code=1)
    for found in retailer.json("book", "breaks", "list")["breaks"]:
        retailer.fine("book", "breaks", "close", found["break"], "--as", "known: counted anew", "--yes", "--by", "mia")
    day = retailer.json("golive", "compare", "exports/2026-11-21", "--as", "mia")
    assert (day["explained"], day["unexplained"], day["clean_days"]) == (3, 0, 1)
    assert {d["explained"] for d in day["differences"]} == {"known: counted anew"}
    stock = retailer.folder / "exports" / "2026-11-21" / "stock.csv"
    stock.write_text(stock.read_text().replace("SHOP,LAMP,3", "SHOP,LAMP,4"))
    day = retailer.json("golive", "compare", "exports/2026-11-21", "--as", "mia", code=1)
    assert (day["explained"], day["unexplained"]) == (2, 1)
    assert differs(day)["legacy_stock/oldbooks/SHOP/LAMP"] == ("legacy_stock_differs", 2, 4)

    words = (
        "golive",
        "switch",
        "web",
        "exports/2026-11-21",
        "--report",
        "r.jws",
        "--because",
        "the licence ends today",
    )
    retailer.tally.complains(7, *words, "--as", "mia")
    assert retailer.json(*words, "--as", "carl")["unexplained"] == 1
    (channel,) = retailer.json("golive", "show")["channels"]
    assert (channel["state"], channel["overridden"]) == ("LIVE", "the licence ends today")


def test_a_channel_goes_back_until_something_was_told(retailer: Retailer) -> None:
    """Back at once: what comes is kept again, and a second switch is as good as the first."""
    begins(retailer)
    trades(retailer)
    retailer.json("golive", "compare", "exports/2026-11-22", "--as", "mia")
    switched(retailer, "2026-11-23")
    retailer.fine("golive", "back", "web", "--because", "the warehouse is not ready", "--as", "mia")
    sells(retailer, "W1007")
    assert retailer.told() == []
    kept = {k["kind"]: (k["waiting"], k["closed"]) for k in retailer.json("golive", "kept", "web")["kept"]}
    assert kept["authorise_payment"] == (1, 1)
    retailer.tally.complains(1, "golive", "back", "web", "--because", "again", "--as", "mia")
    retailer.tally.complains(1, "golive", "shadow", "web", "--beside", "oldbooks", "--as", "mia")
    words = ("golive", "switch", "web", "exports/2026-11-23", "--report", "r.jws", "--as", "mia")
    assert "are needed" in retailer.tally.complains(1, *words)
    with (retailer.folder / "exports" / "2026-11-23" / "orders.csv").open("a") as orders:
        orders.write("W1007,web,open,1,28.80\n")
    retailer.json(*words)
    sells(retailer, "W1008")
    assert len(retailer.told()) == 1
    assert retailer.proofs_fail() == []


def test_another_channel_is_told_all_the_while(retailer: Retailer) -> None:
    """The shadow is one channel's: an order of the market asks for its money at once."""
    begins(retailer)
    line = (OrderLine(1, "LAMP", 1, 2400, 480),)
    placed = OrderPlaced("M1", "market", "WH1", "EUR/2", "stripe", line, "GB")
    retailer.hears("order/M1", placed, "m1")
    assert len(retailer.told()) == 1


def test_a_report_that_was_changed_is_not_ours(retailer: Retailer) -> None:
    """One letter of it, and it verifies no more."""
    begins(retailer)
    words = ("golive", "switch", "web", "exports/2026-11-22", "--report", "r.jws", "--because", "today")
    retailer.json(*words, "--as", "carl")
    file = retailer.folder / "r.jws"
    head, body, signature = file.read_text().strip().split(".")
    file.write_text(f"{head}.{body[:-2]}{'A' if body[-2] != 'A' else 'B'}{body[-1]}.{signature}\n")
    assert "was changed" in retailer.tally.complains(1, "golive", "verify", "r.jws")

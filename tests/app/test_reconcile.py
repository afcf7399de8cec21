"""`tally reconcile`: statements by file, laid beside the lamp shop's book; lies are told once, truths settle them."""

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tallystick.app.demo.days import run_demo
from tallystick.app.house import open_house
from tallystick.app.running import run
from tallystick.app.settings import Settings
from tallystick.connectors.statement_files.layouts import LAYOUTS
from tallystick.model.amount import format_decimal
from tallystick.reconciliation.book_side import BookSide
from tests.app.conftest import Tally

LATER = "2026-12-24T06:00Z"
NIGHT = "2026-11-19T03:00:00+00:00"
Lines = list[dict[str, Any]]


@pytest.fixture
def lamps(home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Tally:
    """The command line over a lamp shop of one's own."""
    demo = run(run_demo(database_url, Settings(home)))
    monkeypatch.setenv("TALLYSTICK_BOOK", demo.book)
    return Tally()


def money_of(home: Path, database_url: str) -> BookSide:
    """What the lamp shop's book knows of the provider's money, from its payment events."""
    from tallystick.messages.statements import ProviderStatementReported
    from tallystick.reconciliation.comparison import Statement
    from tallystick.reconciliation.limits import Limits
    from tallystick.storage.reading.reconciling.side import read_side

    async def work() -> BookSide:
        async with open_house(database_url, Settings(home), "demo") as house:
            connection = await house.connection()
            now = datetime(2026, 12, 24, tzinfo=UTC)
            empty = Statement(ProviderStatementReported("", "lumapay", "USD/2", now.date(), ()), now)
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                return await read_side(connection, [empty], now, Limits())

    return run(work())


def written(folder: Path, kind: str, lines: Lines) -> str:
    """Write a statement file; what is the same on all lines is filled in."""
    file = folder / f"{kind}-{len(list(folder.glob('*.csv')))}.csv"
    with file.open("w", newline="") as stream:
        sheet = csv.DictWriter(stream, LAYOUTS[kind], restval="")
        sheet.writeheader()
        sheet.writerows(lines)
    return str(file)


def counted(tally: Tally, location: str, **off: int) -> Lines:
    """An honest count of a location, but for the units that are *off*."""
    rows = tally.json("stock", "show", "--location", location)["stock"]
    states = ("sellable", "reserved", "quarantine", "damaged")
    units = {r["sku"]: sum(r[s] for s in states) - r["short"] for r in rows}
    head = {"statement": f"{location}/1", "keeper": location, "measure": "on_hand", "at": NIGHT}
    return [{**head, "sku": sku, "units": n + off.get(sku.replace("-", "_"), 0)} for sku, n in units.items()]


def provided(side: BookSide) -> Lines:
    """An honest statement of the provider: every capture, refund, settled part and payout."""
    head = {"statement": "lumapay/1", "provider": "lumapay", "currency": "USD/2", "through": "2026-11-18"}
    fees = {r.key: r.number for r in side.money["fee"]}
    lines: Lines = []
    for kind in ("capture", "refund", "settlement"):
        for r in side.money[kind]:
            payout, order = r.key.split("/") if kind == "settlement" else ("", r.key)
            fee = format_decimal(fees[r.key], 2) if kind == "settlement" else ""
            lines.append({"kind": kind, "order": order, "payout": payout, "fee": fee, "on": r.day, "amount": r.number})
    payouts: dict[str, int] = {}
    for r in side.payouts:
        payouts[r.key] = payouts.get(r.key, 0) + r.number
    lines += [{"kind": "payout", "payout": p, "amount": n, "on": "2026-11-18"} for p, n in payouts.items()]
    return [{**head, **x, "line": f"L{n}", "amount": format_decimal(x["amount"], 2)} for n, x in enumerate(lines, 1)]


def paid_in(lines: Lines) -> Lines:
    """The bank's lines for the provider's payouts, and the rent."""
    head = {"statement": "main/1", "bank": "main", "currency": "USD/2", "through": "2026-11-20", "on": "2026-11-19"}
    came = [
        {"party": "lumapay", "reference": x["payout"], "amount": x["amount"]} for x in lines if x["kind"] == "payout"
    ]
    rent = {"party": "landlord", "reference": "rent", "amount": "-900.00"}
    return [{**head, **x, "line": str(n)} for n, x in enumerate([*came, rent], 1)]


def test_a_house_in_order_has_no_differences(lamps: Tally, home: Path, database_url: str, tmp_path: Path) -> None:
    """Honest counts, statements and a trial balance of the same book fit, line by line; nobody is called."""
    lines = provided(money_of(home, database_url))
    balances = lamps.json("book", "trial-balance")["accounts"]
    ledger = [
        {
            "statement": "erp/1",
            "ledger": "erp",
            "currency": "USD/2",
            "through": "2026-12-20",
            "account": b["account"],
            "balance": b["balance"],
        }
        for b in balances
        if b["commodity"] == "USD/2"
    ]
    for kind, told in (
        ("stock", counted(lamps, "WH1")),
        ("stock", counted(lamps, "SHOP")),
        ("provider", lines),
        ("bank", paid_in(lines)),
        ("ledger", ledger),
    ):
        kept = lamps.json("reconcile", "load", written(tmp_path, kind, told))
        assert kept == {"statements": 1, "new": 1, "dead_letters": 0}
    found = lamps.json("reconcile", "run", "--as-of", LATER)
    assert (found["differences"], found["pending"], found["statements"]) == ([], [], 5)
    assert found["matched"] > 80


def test_a_lie_is_told_once_and_the_truth_settles_it(lamps: Tally, tmp_path: Path) -> None:
    """Two bulbs are missing on the shelf: a break, once. The next count has them, and the break closes itself."""
    assert "1 statement, 1 new" in lamps.fine(
        "reconcile", "load", written(tmp_path, "stock", counted(lamps, "WH1", BULB_E27=-2))
    )
    found = lamps.json("reconcile", "run", "--as-of", LATER, code=1)
    (difference,) = found["differences"]
    assert (difference["name"], difference["at_stake"]) == ("stock/WH1/BULB-E27", "-2")
    assert lamps.json("reconcile", "run", "--as-of", "2026-12-25T06:00Z", code=1)["told"] == 0
    breaks = lamps.json("book", "breaks", "list", "--kind", "warehouse_stock_differs")["breaks"]
    assert [b["amount"] for b in breaks] == ["-2"]

    told = lamps.json("reconcile", "explain", "stock/WH1/BULB-E27")
    assert told["stands"]
    assert "count again" in told["remedy"]
    assert "How it came about" in lamps.fine("reconcile", "explain", "stock/WH1/BULB-E27")

    again = [{**line, "statement": "WH1/2", "at": "2026-11-20T03:00:00+00:00"} for line in counted(lamps, "WH1")]
    lamps.fine("reconcile", "load", written(tmp_path, "stock", again))
    found = lamps.json("reconcile", "run", "--as-of", "2026-12-26T06:00Z")
    assert found["settled"] == ["stock/WH1/BULB-E27"]
    assert lamps.json("book", "breaks", "list", "--kind", "warehouse_stock_differs")["breaks"] == []
    assert lamps.json("book", "check")["ok"] is True


def test_only_looking_tells_nobody(lamps: Tally, tmp_path: Path) -> None:
    """`--look` shows what differs and leaves the book as it is."""
    lamps.fine("reconcile", "load", written(tmp_path, "stock", counted(lamps, "SHOP", BULB_E27=5)))
    found = lamps.json("reconcile", "run", "--as-of", LATER, "--look", code=1)
    assert len(found["differences"]) == 1
    assert lamps.json("book", "breaks", "list", "--kind", "warehouse_stock_differs")["breaks"] == []


def test_what_may_be_on_its_way_is_pending(lamps: Tally, tmp_path: Path) -> None:
    """A count is judged two days after it was made, unless somebody says that nothing is on its way."""
    lamps.fine("reconcile", "load", written(tmp_path, "stock", counted(lamps, "SHOP", BULB_E27=5)))
    early = ("--as-of", "2026-11-19T04:00Z")
    assert lamps.json("reconcile", "run", *early)["differences"] == []
    assert len(lamps.json("reconcile", "run", *early, "--at-once", code=1)["differences"]) == 1


def test_money_that_does_not_fit_is_named(lamps: Tally, home: Path, database_url: str, tmp_path: Path) -> None:
    """A capture the provider never took, another fee, a payout that is short and one that never came."""
    lines = provided(money_of(home, database_url))
    dropped = next(x for x in lines if x["kind"] == "capture")
    dearer = next(x for x in lines if x["kind"] == "settlement" and x["order"] != dropped["order"])
    dearer["fee"] = format_decimal(int(dearer["fee"].replace(".", "")) + 100, 2)
    bank = paid_in(lines)
    short, lost = bank[0], bank[1]
    short["amount"] = format_decimal(int(short["amount"].replace(".", "")) - 500, 2)
    told = [x for x in lines if x is not dropped]
    lamps.fine("reconcile", "load", written(tmp_path, "provider", told))
    lamps.fine("reconcile", "load", written(tmp_path, "bank", [x for x in bank if x is not lost]))
    found = lamps.json("reconcile", "run", "--as-of", LATER, code=1)
    assert sorted((d["kind"], d["name"]) for d in found["differences"]) == sorted(
        [
            ("capture_not_at_provider", f"capture/lumapay/{dropped['order']}"),
            ("fee_differs", f"fee/lumapay/{dearer['payout']}/{dearer['order']}"),
            ("payout_short", f"bank/lumapay/{short['reference']}"),
            ("payout_not_at_bank", f"bank/lumapay/{lost['reference']}"),
        ]
    )
    assert "they say" in lamps("reconcile", "run", "--as-of", LATER, "--look").stdout
    assert [
        d["kind"] for d in lamps.json("reconcile", "run", "--as-of", LATER, "--only", "bank", code=1)["differences"]
    ]


def test_the_reserved_units_are_what_the_web_shop_has_promised(lamps: Tally, tmp_path: Path) -> None:
    """A channel's counter that is three lamps out is shown, under the channel's own name."""
    rows = lamps.json("stock", "show")["stock"]
    promised = {r["sku"]: r["reserved"] for r in rows if r["location"] == "WH1" and r["reserved"]}
    promised["LAMP-PAPER"] -= 2  # held for M203, an order of the marketplace
    sku = min(promised)
    head = {"statement": "web/1", "keeper": "web", "measure": "promised", "at": "2026-11-25T03:00:00+00:00"}
    honest = [{**head, "sku": s, "units": n} for s, n in promised.items()]
    lamps.fine("reconcile", "load", written(tmp_path, "stock", honest))
    assert lamps.json("reconcile", "run", "--as-of", LATER)["differences"] == []
    drifted = [{**x, "units": x["units"] + (3 if x["sku"] == sku else 0)} for x in honest]
    lamps.fine("reconcile", "load", written(tmp_path, "stock", drifted))
    (difference,) = lamps.json("reconcile", "run", "--as-of", LATER, code=1)["differences"]
    assert (difference["kind"], difference["name"]) == ("channel_stock_differs", f"promised/web/{sku}")


@pytest.mark.parametrize(
    "spoilt",
    [
        ("stock", {"units": "two"}, "units 'two' is no whole number"),
        ("stock", {"at": "2026-11-19 03:00"}, "names no zone"),
        ("stock", {"measure": "free"}, "measure 'free' is none of on_hand, promised"),
        ("stock", {"sku": ""}, "sku is empty"),
        ("bank", {"amount": "12.345"}, "amount: '12.345' has more than 2 decimals"),
        ("bank", {"currency": "EUR"}, "currency 'EUR' names no scale"),
        ("bank", {"on": "19.11.2026"}, "on '19.11.2026' is no day"),
        ("provider", {"kind": "gift"}, "kind 'gift' is none of"),
        ("till", {"number": "0"}, "number 0"),
        ("ledger", {"balance": ""}, "balance is empty"),
    ],
)
def test_a_row_that_cannot_be_read_keeps_its_statement_out(
    tally: Tally, tmp_path: Path, spoilt: tuple[str, dict[str, str], str]
) -> None:
    """A statement with a gap would be a lie: it is kept as a dead letter that names field and remedy, and not compared."""
    kind, changes, reason = spoilt
    tally.fine("book", "create", "main", "--currency", "USD/2")
    good = {
        "stock": {"statement": "S", "keeper": "WH1", "measure": "on_hand", "at": NIGHT, "sku": "LAMP", "units": "2"},
        "bank": {"statement": "S", "bank": "main", "currency": "USD/2", "through": "2026-11-19", "line": "1"}
        | {"party": "lumapay", "reference": "P1", "amount": "12.34", "on": "2026-11-19"},
        "provider": {"statement": "S", "provider": "lumapay", "currency": "USD/2", "through": "2026-11-19"}
        | {"line": "1", "kind": "capture", "order": "W1", "amount": "12.34", "on": "2026-11-19"},
        "till": {"statement": "S", "till": "t1", "currency": "USD/2", "on": "2026-11-19", "number": "1", "gross": "1"},
        "ledger": {"statement": "S", "ledger": "erp", "currency": "USD/2", "through": "2026-11-19"}
        | {"account": "bank:main", "balance": "1.00"},
    }[kind]
    kept = tally.json("reconcile", "load", written(tmp_path, kind, [good | changes]))
    assert kept["dead_letters"] == 1
    (letter,) = tally.json("dead", "list")["letters"]
    assert reason in letter["reason"]
    assert "row 2" in str(letter)
    assert tally.json("reconcile", "run", "--as-of", LATER)["statements"] == 0

    other = "bank" if kind != "bank" else "till"
    tally.fine("reconcile", "load", written(tmp_path, kind, [good]))
    assert tally.json("reconcile", "run", "--as-of", LATER, "--look", "--only", other)["statements"] == 1


def test_what_is_no_statement_is_refused(tally: Tally, tmp_path: Path) -> None:
    """A file with other columns, a wrong word or an unknown name is refused with what to do."""
    tally.fine("book", "create", "main", "--currency", "USD/2")
    file = tmp_path / "x.csv"
    file.write_text("statement,keeper,sku,units\n")
    assert "it lacks measure, at" in tally.complains(6, "reconcile", "load", str(file))
    assert "stock, provider" in tally.complains(2, "reconcile", "run", "--only", "weather")
    assert "2026-11-23T06:00Z" in tally.complains(2, "reconcile", "run", "--as-of", "noon")
    assert "reconcile run" in tally.complains(4, "reconcile", "explain", "bank/nobody/P1")


def test_the_same_file_again_changes_nothing(lamps: Tally, tmp_path: Path) -> None:
    """Statements are known by what they say."""
    file = written(tmp_path, "stock", counted(lamps, "SHOP"))
    lamps.fine("reconcile", "load", file)
    assert lamps.json("reconcile", "load", file) == {"statements": 1, "new": 0, "dead_letters": 0}

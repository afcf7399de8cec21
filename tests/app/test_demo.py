"""`tally demo`: three days that end in a tie-out, the same each time."""

import subprocess
import sys
from pathlib import Path

from tests.app.conftest import Shop, Tally


def test_the_days_tie_out(lamp_shop: Shop) -> None:
    """Every proof holds; the message that came twice and the one that came early are both absorbed."""
    demo = lamp_shop.demo
    assert demo.ok
    assert [(d.repeated, d.early) for d in demo.days] == [(1, 1), (0, 0), (0, 0)]
    assert {b.kind: b.open for b in demo.breaks} == {"blind_return": 1, "shortage": 1}


def test_every_fate_is_met(shop: Tally) -> None:
    """Refused, short, declined, cancelled, settled late and paid too early: each order stands where it must."""

    def states(number: str) -> dict[str, str]:
        found: dict[str, str] = shop.json("order", "show", number)["processes"]
        return found

    assert states("W107")["order"] == "REFUSED"
    assert states("W109") == {"order": "CANCELLED", "payment/1": "VOIDED"}
    assert states("W111") == {"order": "CANCELLED", "payment/1": "VOIDED", "fulfilment/1": "STOPPED"}
    assert states("W119") == {"order": "CANCELLED", "payment/1": "DECLINED"}
    assert states("W110")["payment/1"] == "SETTLED"
    assert states("W112")["order"] == "SHIPPED"
    assert states("W104")["refund/1"] == "PAID"
    assert states("W130")["order"] == "RESERVED"


def test_a_late_settlement_belongs_to_its_day(shop: Tally) -> None:
    """W110 was settled on the first evening and told two days later: the first day's bank shows it."""
    events = shop.json("trace", "order/W110")["steps"]
    (late,) = [s["story"] for s in events if s["story"] and "settlement" in s["story"]["kind"]]
    assert late["effective_on"] == "2026-11-16"


def test_the_demo_runs_on_a_database_of_its_own(tally: Tally, tmp_path: Path) -> None:
    """One command from nothing to a tie-out, in a folder that stays when it is named; a second run makes a fresh book."""
    folder = tmp_path / "d"
    text = tally.fine("demo", "--home", str(folder))
    assert "all good" in text
    assert "The whole story of one order, W104" in text
    assert f"TALLYSTICK_HOME={folder} TALLYSTICK_BOOK=demo\n" in text
    again = tally.json("demo", "--home", str(folder))
    assert again["ok"] is True
    assert again["book"] == "demo_2"


def test_no_file_is_named_that_is_gone(tally: Tally) -> None:
    """Without --keep the folder goes, and its journals with it: the demo names none of its files."""
    told = tally.fine("demo")
    assert "`--keep` leaves them in a file" in told
    assert "journals.csv" not in told


def test_real_tills_lies_a_mend_and_journals(tally: Tally, tmp_path: Path) -> None:
    """Six days of real tills are in the book; two partners are found out, and nobody else; the row is mended; journals lie ready."""
    told = tally.json("demo", "--home", str(tmp_path / "d"))
    assert (len(told["tills"]["days"]), told["tills"]["total"]["net"]) == (6, "1003.24")
    found = {d["name"]: d["kind"] for d in told["differences"]}
    assert found == {"promised/market/LAMP-PAPER": "channel_stock_differs", "bank/lumapay/PO-3": "payout_short"}
    assert told["mended"]["closed_as"] == "mended"
    lines = Path(told["journals"]["to"]).read_text().splitlines()
    assert len({line.partition("#")[0] for line in lines[1:]}) == told["journals"]["journals"]


def test_the_demo_can_leave_the_house_running(home: Path, tmp_path: Path) -> None:
    """`--serve` keeps database and worker until it is ended, and then ends in order; others can look meanwhile."""
    command = [sys.executable, "-m", "tallystick", "demo", "--serve", "--home", str(tmp_path / "d")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as house:
        assert house.stderr is not None
        assert any("started" in line for line in house.stderr)
        house.terminate()
        house.communicate(timeout=60)
    assert house.returncode == 0

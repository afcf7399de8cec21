"""Bad input from end to end: the line is kept with reason and remedy, everything else loads, the mended line follows."""

import json
import subprocess
import sys
from pathlib import Path

from tests.app.conftest import Tally

FILE = """\
InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country,Currency,Colour
600001,85123A,HEART,6,2011-01-04 10:00:00,2.55,17850,United Kingdom,GBP,red
600001,71053,LANTERN,2,2011-13-04 10:00:00,3.39,17850,United Kingdom,GBP,red
600001,84406B,HANGER,8,2011-01-04 10:00:00,-2.75,17850,United Kingdom,GBP,
600001,84029G,BOTTLE,6,2011-01-04 10:00:00,3.39,17850,United Kingdom,ZZZ,
C600002,85123A,HEART,-1,2011-01-05 09:00:00,2.55,17850,United Kingdom,GBP,
600003,22752,BABUSHKA,3,2011-01-05 09:
"""
WRONG = {
    "600001#2-2": "is not a date with a time",
    "600001#3-3": "a negative price is only understood on A… invoices",
    "600001#4-4": "unknown currency 'ZZZ'",
    "600003#1-1": "the row is cut short",
}


def test_bad_lines_are_kept_and_the_rest_is_loaded(tally: Tally, tmp_path: Path) -> None:
    """An unknown column, a broken date, a negative price, an unknown currency, a half-written file: none stops the rest."""
    file = tmp_path / "bad.csv"
    file.write_text(FILE)
    loaded = tally.json("load", "online-retail", str(file))
    assert (loaded["total"]["lines"], loaded["total"]["net"]) == (2, "12.750")
    assert loaded["quarantined"] == len(WRONG) + 1

    letters = {x["ext_id"]: x for x in tally.json("dead", "list")["letters"]}
    header = [x["reason"] for x in letters.values() if x["place"].startswith("header")]
    assert header == ["unknown column 'Colour'"]
    assert all(reason in letters[message]["reason"] for message, reason in WRONG.items())
    assert all(x["remedy"] for x in letters.values())
    assert tally.json("book", "check")["ok"]


def test_a_mended_line_joins_its_invoice(tally: Tally, tmp_path: Path) -> None:
    """`tally dead retry` takes the mended line, once; the file's totals then hold it, and a reload changes nothing."""
    file = tmp_path / "bad.csv"
    file.write_text(FILE)
    tally.json("load", "online-retail", str(file))
    letters = {x["ext_id"]: x["id"] for x in tally.json("dead", "list")["letters"]}

    tally.fine("dead", "retry", str(letters["600001#2-2"]), "--set", "InvoiceDate=2011-01-04 10:00:00")
    tally.fine("dead", "retry", str(letters["600001#4-4"]), "--set", "Currency=GBP")
    tally.fine("dead", "drop", str(letters["600003#1-1"]), "--because", "the sender repeats it", "--yes")

    again = tally.json("load", "online-retail", str(file))
    assert (again["new"], again["quarantined"]) == (0, 2)
    assert (again["total"]["lines"], again["total"]["net"]) == (4, "39.870")
    assert tally.json("book", "check")["ok"]


def test_a_parquet_file_cut_in_half_is_refused_as_a_whole(tally: Tally, tmp_path: Path) -> None:
    """Nothing of it can be read, so nothing of it is loaded, and the message says what to do."""
    file = tmp_path / "half.parquet"
    file.write_bytes(b"PAR1" + b"\0" * 100)
    assert "cannot be read as Parquet" in tally.complains(6, "load", "online-retail", str(file))


def test_two_files_at_once_declare_what_each_lacks_once(tally: Tally, tmp_path: Path, home: Path) -> None:
    """Two loads started together wait for one another: the second finds the stock the first declared and used up."""
    header, lines = FILE.splitlines()[0].removesuffix(",Colour"), []
    for number in ("700001", "700002"):
        row = f"{number},85123A,HEART,6,2011-01-04 10:00:00,2.55,17850,United Kingdom,GBP"
        (tmp_path / f"{number}.csv").write_text(f"{header}\n{row}\n")
        lines.append(
            [sys.executable, "-m", "tallystick", "load", "online-retail", str(tmp_path / f"{number}.csv"), "--json"]
        )
    tally.fine("book", "create", "main", "--currency", "GBP/3")
    both = [subprocess.Popen(line, stdout=subprocess.PIPE, text=True) for line in lines]
    told = [json.loads(load.communicate(timeout=120)[0]) for load in both]
    assert [t["opening_units"] for t in told] == [6, 6]
    assert tally.json("book", "check")["ok"]
    assert tally.json("book", "breaks", "list")["breaks"] == []


def test_a_feed_is_not_loaded_into_a_book_of_another_currency(tally: Tally, tmp_path: Path) -> None:
    """The error names both currencies and the way out; nothing was kept."""
    file = tmp_path / "good.csv"
    file.write_text("\n".join(FILE.splitlines()[:2]))
    tally.fine("book", "create", "euros", "--currency", "EUR/2")
    assert "EUR/2" in tally.complains(3, "load", "online-retail", str(file), "--book", "euros")
    assert tally.json("dead", "list", "--book", "euros")["letters"] == []

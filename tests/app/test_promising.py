"""`tally stock available`, `rules`, `allocate`, `incoming` and `tally reservation`: what a person types about promises."""

import json
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tallystick.app.access.doing import Doing
from tallystick.engine.answer import Answer
from tallystick.messages.stock import ReceiptLine, ReceiptReported
from tests.app.conftest import Tally
from tests.architecture.tidy import ROOT

RULES = """
[[safety]]
sku = "lamp"
units = 2

[[channels]]
channel = "market"
buffer = 3

[[groups]]
group = "north"
locations = ["WH1"]
"""


@pytest.fixture
def shop(tally: Tally) -> Tally:
    """A book with ten lamps."""
    from tallystick.app.promising.reporting import report_in

    tally.fine("book", "create", "main", "--currency", "EUR/2")
    report = ReceiptReported("r1", "WH1", "EUR/2", "supplier", (ReceiptLine(1, "LAMP", 10, 4000),))
    answer: Answer = report_in(None, None, Doing("receive", "stock/r1"), report)
    assert answer.outcome == "recorded"
    return tally


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A file of rules."""
    file = tmp_path / "rules.toml"
    file.write_text(RULES)
    return file


def promisable(shop: Tally, *options: str) -> int:
    """What the command says may be promised of lamps."""
    (row,) = shop.json("stock", "available", "lamp", "--location", "WH1", *options)["stock"]
    found = row["available_to_promise"]
    assert isinstance(found, int)
    return found


def test_rules_are_set_from_a_file_and_shown(shop: Tally, rules: Path) -> None:
    """What may be promised follows the file; products are written as the book writes them."""
    assert promisable(shop) == 10
    assert shop.json("stock", "rules", "set", str(rules))["detail"]["version"] == 1
    assert (promisable(shop, "--channel", "web"), promisable(shop, "--channel", "market")) == (8, 5)
    assert "LAMP" in shop.fine("stock", "rules", "show")
    found = shop.json("stock", "rules", "show", "--all")
    assert (found["in_force"], found["versions"][0]["rules"]["safety"][0]["units"]) == (1, 2)
    assert promisable(shop, "--group", "north") == 8
    assert "north" in shop.complains(4, "stock", "available", "LAMP", "--group", "south")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("buffer = 3", "buffr = 3"), "`$.channels[0]`"),
        (("units = 2", "units = -2"), "`$.safety[0].units`"),
        (('"lamp"', '"{lamp}"'), "safety[0]"),
        (('["WH1"]', '["WH 1"]'), "groups[0]"),
        (("[[safety]]", "[[safety]"), "cannot be read"),
        (("[[channels]]", '[[safety]]\nsku = "LAMP"\nunits = 1\n[[channels]]'), "safety[1]"),
        (("\n[[safety]]", "effective_from = 2027-01-01T00:00:00\n[[safety]]"), "time zone"),
    ],
)
def test_a_mistake_in_the_file_is_named_by_its_place(
    shop: Tally, rules: Path, change: tuple[str, str], named: str
) -> None:
    """The field and the remedy are said, the file is named, and nothing changes."""
    text = RULES.replace(*change, 1)
    assert text != RULES
    rules.write_text(text)
    said = shop.complains(6, "stock", "rules", "set", str(rules))
    assert named in said
    assert "docs/availability.md" in said
    assert promisable(shop) == 10


def test_rules_may_be_json_and_begin_later(shop: Tally, tmp_path: Path) -> None:
    """The same names in JSON; what is to come is shown as such and counts for nothing yet."""
    file = tmp_path / "rules.json"
    file.write_text(json.dumps({"effective_from": "2099-01-01T00:00:00Z", "safety": [{"units": 9}]}))
    shop.fine("stock", "rules", "set", str(file))
    assert "to come" in shop.fine("stock", "rules", "show")
    assert promisable(shop) == 10


def test_units_are_kept_for_a_channel(shop: Tally) -> None:
    """Allocated, moved on and set free; what is not there is refused with exit code 1, and a name works once."""
    where = ("--location", "WH1")
    shop.fine("stock", "allocate", "LAMP", "6", "--channel", "market", *where, "--name", "A1")
    assert (promisable(shop, "--channel", "web"), promisable(shop, "--channel", "market")) == (4, 10)
    again = shop.json("stock", "allocate", "LAMP", "6", "--channel", "market", *where, "--name", "A1", code=1)
    assert (again["outcome"], again["state"]) == ("ignored", "MOVED")
    refused = shop.json("stock", "allocate", "LAMP", "5", "--channel", "web", *where, code=1)
    assert refused["detail"] == {"movable": {"LAMP": 4}}
    shop.fine("stock", "reallocate", "LAMP", "2", "--from", "market", "--to", "web", *where)
    shop.fine("stock", "release", "LAMP", "4", "--channel", "market", *where)
    assert (promisable(shop, "--channel", "web"), promisable(shop, "--channel", "market")) == (10, 8)


def test_goods_are_announced(shop: Tally) -> None:
    """What comes by a day counts for who asks for that day; cancelled, it does not."""
    shop.fine("stock", "incoming", "announce", "ASN-7", "lamp=40", "--location", "WH1", "--on", "2098-12-01")
    assert (promisable(shop, "--date", "2098-12-24"), promisable(shop, "--date", "2098-11-30")) == (50, 10)
    (row,) = shop.json("stock", "incoming", "show")["incoming"]
    assert row == {"sku": "LAMP", "location": "WH1", "expected_on": "2098-12-01", "units": 40, "overdue": False}
    assert "2098-12-01" in shop.fine("stock", "incoming", "show", "LAMP")
    shop.fine("stock", "incoming", "cancel", "ASN-7")
    assert shop.json("stock", "incoming", "show")["incoming"] == []
    assert "LAMP=2" in shop.complains(
        2, "stock", "incoming", "announce", "A", "LAMP", "--location", "WH1", "--on", "2098-12-01"
    )


def test_a_reservation_lives_on_the_command_line(shop: Tally) -> None:
    """Held, extended, refused a move, confirmed, shown, let go."""
    place = ("reservation", "place", "W7", "LAMP=4", "--channel", "web", "--location", "WH1")
    assert shop.json(*place)["detail"]["held"] == {"1": 4}
    assert promisable(shop) == 6
    shop.fine("reservation", "extend", "W7", "--seconds", "60")
    assert shop.json("reservation", "transfer", "W7", "--location", "WH2", code=1)["outcome"] == "refused"
    shop.fine("reservation", "confirm", "W7")
    (found,) = shop.json("reservation", "show", "W7")["reservations"]
    assert (found["state"], found["expires_at"], found["lines"][0]["held"]) == ("CONFIRMED", None, 4)
    assert "held" in shop.fine("reservation", "show", "W7")
    shop.fine("reservation", "release", "W7")
    assert promisable(shop) == 10
    too_many = shop.json("reservation", "place", "W8", "LAMP=40", "--channel", "web", "--location", "WH1", code=1)
    assert too_many["detail"] == {"lines_without_stock": [1]}
    assert "nothing was recorded" in shop.complains(1, "reservation", "release", "W9")
    shop.complains(4, "reservation", "show", "W99")


def test_a_promise_is_explained_now_and_then(shop: Tally, rules: Path) -> None:
    """Step by step, with the rules that count; and of a past moment both what was known then and what is known now."""
    before = datetime.now(UTC)
    shop.fine("stock", "rules", "set", str(rules))
    shop.fine("reservation", "place", "W7", "LAMP=4", "--channel", "web", "--location", "WH1")
    text = shop.fine("stock", "explain", "LAMP", "--channel", "market")
    assert "safety stock" in text
    assert "kept back from market" in text
    (account,) = shop.json("stock", "explain", "LAMP", "--channel", "market")["promise"]["accounts"]
    assert [(s["what"], s["units"]) for s in account["steps"]][-1] == ("available to promise", 1)

    as_of = ("--as-of", before.strftime("%Y-%m-%dT%H:%M:%S"))
    then = shop.json("stock", "explain", "LAMP", *as_of)["promise"]
    assert then["rules"] == 0
    assert {a["view"] for a in then["accounts"]} <= {"recorded", "known_now"}
    assert "then" in shop.fine("stock", "available", "LAMP", *as_of)
    assert "still to come" in shop.complains(2, "stock", "available", "LAMP", "--as-of", "2099-01-01")
    assert "no product" in shop.complains(4, "stock", "available", "MUG", *as_of).lower()


def test_the_page_runs(shop: Tally, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything the page on availability tells people to type works, top to bottom, with the file it shows."""
    from tallystick.app.promising.reporting import report_in

    text = (ROOT / "docs" / "availability.md").read_text()
    (file,) = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    (tmp_path / "rules.toml").write_text(file)
    monkeypatch.chdir(tmp_path)
    for place in ("WH1", "WH2"):
        lines = (ReceiptLine(1, "LAMP", 100, 40000), ReceiptLine(2, "SHADE", 100, 10000))
        report_in(
            None, None, Doing("receive", f"stock/{place}"), ReceiptReported(place, place, "EUR/2", "supplier", lines)
        )
    typed = [
        line
        for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        for line in block.splitlines()
    ]
    assert len(typed) > 15
    for line in typed:
        _, *words = shlex.split(line)
        shop.fine(*words)

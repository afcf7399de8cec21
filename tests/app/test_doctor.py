"""`tally doctor`: looks at everything, changes nothing, and says what to do."""

from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import Tally


def graded(found: dict[str, Any]) -> dict[str, str]:
    """Return the worst grade under each name."""
    worst = {"ok": 0, "warn": 1, "bad": 2}
    grades: dict[str, str] = {}
    for finding in found["findings"]:
        known = grades.get(finding["name"], "ok")
        grades[finding["name"]] = max(known, finding["grade"], key=worst.__getitem__)
    return grades


def test_a_healthy_house(tally: Tally) -> None:
    """A fresh book on a sound server is in order."""
    assert graded(tally.json("doctor"))["books"] == "warn"
    tally.fine("book", "create", "main", "--currency", "GBP/3")
    tally.fine("stock", "show")
    found = tally.json("doctor")
    assert found["ok"] is True
    assert set(graded(found).values()) == {"ok"}
    assert "✓ book main" in tally.fine("doctor")


def test_a_key_that_others_can_read(tally: Tally, home: Path) -> None:
    """A key file must be for its owner only; the remedy can be typed as it stands."""
    tally.fine("book", "create", "main", "--currency", "GBP/3")
    tally.fine("stock", "show")
    (home / "keys" / "master.key").chmod(0o644)
    found = tally.json("doctor", code=1)
    (bad,) = [f for f in found["findings"] if f["grade"] == "bad"]
    assert bad["remedy"] == f"chmod 600 {home}/keys/master.key"


def test_a_key_that_does_not_fit(tally: Tally, home: Path) -> None:
    """A book sealed with another key is found before anybody needs its bodies."""
    tally.fine("book", "create", "main", "--currency", "GBP/3")
    tally.fine("stock", "show")
    (home / "keys" / "master.key").write_text("00" * 32)
    assert graded(tally.json("doctor", code=1))["book main"] == "bad"


def test_a_database_that_is_away(tally: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor goes on to say what is wrong instead of failing with it."""
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", "postgresql://127.0.0.1:1/none")
    found = tally.json("doctor", code=1)
    assert graded(found)["database"] == "bad"
    assert graded(found)["python"] == "ok"


def test_what_waits_for_a_person_is_a_warning(shop: Tally) -> None:
    """Open breaks are no failure, but they are named, with the command that shows them."""
    text = shop.fine("doctor")
    assert "2 open breaks" in text
    assert "→ tally book breaks" in text

"""`tally kit`: what docs/kits.md shows, typed."""

import re
import shlex

from tests.app.conftest import Tally
from tests.architecture.tidy import ROOT

PAGE = (ROOT / "docs" / "kits.md").read_text("utf-8")


def test_what_the_page_shows(tally: Tally) -> None:
    """Declared and shown; nobody knows another, and a line that is none is named."""
    tally.fine("book", "create", "main", "--currency", "EUR/2")
    said = [tally.fine(*shlex.split(line)[1:]) for line in re.findall(r"^tally kit .*$", PAGE, re.MULTILINE)]
    assert "made of 1 LAMP, 2 SHADE" in said[0]
    found = tally.json("kit", "show", "study-set")
    assert [(x["sku"], x["quantity"], x["stand_alone"]) for x in found["components"]] == [
        ("LAMP", 1, 1200),
        ("SHADE", 2, 300),
    ]
    assert "as a kit" in tally.complains(4, "kit", "show", "LAMP")
    assert "LAMP=1" in tally.complains(2, "kit", "set", "X", "LAMP=1")

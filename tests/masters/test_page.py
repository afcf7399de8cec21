"""The page on master data, followed word for word: its files written, its commands typed, in order."""

import re
import shlex
from typing import Final

from tests.architecture.tidy import ROOT
from tests.masters.conftest import Steward

PAGE: Final = ROOT / "docs" / "masters.md"
_BLOCK: Final = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def test_the_page_can_be_followed(steward: Steward) -> None:
    """A newcomer who does what the page shows gets through it, and ends with a lamp that can be published."""
    blocks = _BLOCK.findall(PAGE.read_text())
    for language, text in blocks:
        if language != "sh":
            name, _, body = text.partition("\n")
            steward.file(name.removeprefix("# "), body)
    for line in (line for language, text in blocks if language == "sh" for line in text.splitlines()):
        words = shlex.split(line)
        assert words[0] == "tally"
        steward.tally.fine(*(steward.path(w) if w.endswith((".toml", ".csv")) else w for w in words[1:]))
    found = steward.stands("LAMP")
    assert found["offer"]["command"] == {
        "channel": "web",
        "sku": "LAMP",
        "name": "Lumen Lampe",
        "currency": "EUR/2",
        "price": 1200,
        "description": "A lamp of brass, with a linen shade",
    }
    assert (
        steward.tally.json("publish", "explain", "LAMP", "bazaar")["offer"]["because"]
        == "a rule keeps it out of this channel"
    )

"""Orders that the pages show are orders that the API takes."""

import re

import msgspec
import pytest

from tallystick.api.orders.shapes import OrderWanted
from tests.architecture.tidy import ROOT


@pytest.mark.parametrize("page", ["tax.md", "gift-cards.md", "kits.md"])
def test_an_order_shown_is_one(page: str) -> None:
    """Each names every field as the contract does: a misspelt one would be refused."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    shown = [block for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL) if '"order"' in block]
    assert shown
    for block in shown:
        assert msgspec.json.decode(block, type=OrderWanted).order == "W1"

"""What the page of marketplaces shows happens: its order is taken as it stands, and becomes the postings of its table."""

import re

import msgspec

from tallystick.journal.posting import Posting
from tallystick.messages.sales import OrderPlaced
from tallystick.model.amount import is_money
from tests.architecture.tidy import ROOT
from tests.scenarios.bazaar import Bazaar
from tests.scenarios.book_text import amount_of

PAGE = (ROOT / "docs" / "marketplaces.md").read_text()


def _shown() -> list[tuple[str, str, int]]:
    rows = re.findall(r"^\|[^|]*\| `([a-z_:]+)` \| `([a-z_:]+)` \| ([0-9.]+) \|$", PAGE, re.MULTILINE)
    return [(debit, credit, amount_of(f"{amount} EUR")) for debit, credit, amount in rows]


def _booked(postings: list[Posting]) -> list[tuple[str, str, int]]:
    told = ("inventory:", "cost_of_sales:")
    return [(p.debit, p.credit, p.number) for p in postings if is_money(p.commodity) and not p.debit.startswith(told)]


def test_the_order_on_the_page_is_booked_as_the_page_says() -> None:
    """Two lamps for 40.00, and 3.50 of tax that is the marketplace's."""
    (block,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    placed = msgspec.json.decode(block, type=OrderPlaced)
    bazaar = Bazaar()
    bazaar.receives(5, "LAMP", "8.00 EUR")
    before = len(bazaar.book.entries)
    bazaar.placed[placed.order] = placed
    bazaar.says(placed.order, placed)
    bazaar.ships(placed.order)
    bazaar.is_charged(placed.order, "43.50")
    bazaar.is_settled(placed.order, "43.50", "6.00", "3.50")
    postings = [p for folded in bazaar.book.entries[before:] for p in folded.postings]
    assert len(_shown()) == 6
    assert sorted(_booked(postings)) == sorted(_shown())
    assert bazaar.tie_out() == []

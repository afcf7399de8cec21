"""The comparison itself, without a book; and its twin that forgets a location."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tallystick.reconciliation.golive import comparing
from tallystick.reconciliation.golive.comparing import compare
from tallystick.reconciliation.golive.sides import Export, OldOrder, OurOrder, OurSide, state_of
from tallystick.reconciliation.levels import Level
from tallystick.reconciliation.matching import Record

AT = datetime(2026, 11, 21, 18, tzinfo=UTC)
OLD = {
    "W1": OldOrder("W1", "web", "open", 2, 2400),
    "W2": OldOrder("W2", "web", "shipped", 0, 900),
    "W3": OldOrder("W3", "web", "open", 1, 100),
}
EXPORT = Export(
    *("old", AT, "x1", ("WH1", "SHOP")),
    {("WH1", "LAMP"): 10, ("SHOP", "LAMP"): 3},
    OLD,
    {"bank:main": 500, "revenue:web": -100},
)


def ours(**orders: OurOrder) -> OurSide:
    """The book: two lamps in the shop, ten in the warehouse."""
    shelves = {
        ("WH1", "LAMP"): Level(10),
        ("SHOP", "LAMP"): Level(2),
        ("WH1", "VASE"): Level(1),
        ("WH9", "CUP"): Level(7),
    }
    return OurSide("EUR/2", shelves, orders, {"bank:main": 500})


def our(name: str, state: str, units: int, total: int) -> OurOrder:
    """An order of ours."""
    return OurOrder(name, "web", state, units, total, 77, AT)


def found() -> dict[str, tuple[str, int, int, bool]]:
    """What differs, by name: kind, ours, theirs, and whether it is explained."""
    later = AT + timedelta(hours=1)
    side = ours(
        W1=our("W1", "open", 2, 2300),
        W2=replace(our("W2", "open", 1, 900), moved_at=later),
        W4=our("W4", "open", 1, 50),
    )
    day = compare(EXPORT, side)
    assert day.same == 2
    return {
        f.difference.name: (f.difference.kind, f.difference.ours, f.difference.theirs, bool(f.explained))
        for f in day.findings
    }


EXPECTED = {
    "legacy_stock/old/SHOP/LAMP": ("legacy_stock_differs", 2, 3, False),
    "legacy_stock/old/WH1/VASE": ("legacy_stock_differs", 1, 0, False),
    "legacy_money/old/revenue:web": ("legacy_money_differs", 0, -100, False),
    "legacy_order/old/W1": ("legacy_order_amount_differs", 2300, 2400, False),
    "legacy_order/old/W2": ("legacy_order_state_differs", 1, 0, True),
    "legacy_order/old/W3": ("legacy_order_missing", 0, 100, False),
    "legacy_order/old/W4": ("legacy_order_unknown", 50, 0, False),
}


def test_everything_that_differs_is_found() -> None:
    """Each kind by its key; what the export does not cover is not compared, what moved since is explained."""
    assert found() == EXPECTED


def test_a_comparison_that_forgets_a_location_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin looks at the warehouse only, on both sides."""
    shelves, counted = comparing._shelves, comparing._counted

    def in_the_warehouse(records: Iterator[Record]) -> Iterator[Record]:
        return (r for r in records if not r.key.startswith("SHOP/"))

    monkeypatch.setattr(comparing, "_shelves", lambda *a: in_the_warehouse(shelves(*a)))
    monkeypatch.setattr(comparing, "_counted", lambda *a: in_the_warehouse(counted(*a)))
    assert found() != EXPECTED
    assert "legacy_stock/old/SHOP/LAMP" not in found()


def test_goods_that_move_around_the_export_explain_a_count() -> None:
    """One lamp came within minutes of the count: it may be on either side of it."""
    side = OurSide("EUR/2", {("SHOP", "LAMP"): Level(2, [], [1]), ("WH1", "LAMP"): Level(10)}, {}, {})
    day = compare(Export("old", AT, "x1", ("WH1", "SHOP"), EXPORT.stock), side)
    assert (day.explained, day.unexplained) == (1, 0)


def test_states_of_ours_are_said_in_four_words() -> None:
    """Every state of an order has its word; one that is being cancelled is what has left of it."""
    assert [state_of(s, has_sent=False) for s in ("WAITING", "SHIPPED_AHEAD", "SHIPPED", "REFUSED", "CANCELLING")] == [
        *("open", "partly", "shipped", "cancelled", "open")
    ]
    assert state_of("CANCELLING", has_sent=True) == "partly"

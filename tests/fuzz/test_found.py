"""What bad inputs found in the parsers of files stays mended: each with the cell that did it."""

import json
from collections.abc import Sequence

import pytest

from tests.fuzz.targets import Target, targets

TARGETS = {target.name: target for target in targets()}


def with_cell(target: Target, old: str, new: str) -> bytes:
    """The first of a parser's good inputs that holds a cell, with another in its place."""
    for seed in target.seeds:
        said = json.loads(seed)
        rows: Sequence[list[str]] = said.get("rows", [])
        if any(old in row for row in rows):
            said["rows"] = [[new if cell == old else cell for cell in row] for row in rows]
            return json.dumps(said).encode()
    raise AssertionError(f"{target.name} has no cell {old!r}")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("complete-journey", "2017-03-12 04:30:00", "9999-12-31T23:59:59"),
        ("statement-files", "2028-03-01T00:30:00+02:00", "0001-01-01T00:30:00+02:00"),
        ("statement-files", "7", "7" * 5000),
        ("statement-files", "-1200", "-1222222222222222222222"),
        ("online-retail", "1", "-3"),
    ],
    ids=[
        "a day without an end",
        "before all time",
        "too many digits",
        "beyond any amount",
        "a bad debt of fewer than no units",
    ],
)
def test_it_is_a_fault_with_a_remedy(name: str, old: str, new: str) -> None:
    """It crashed the parser, or became a report that nobody could read back."""
    target = TARGETS[name]
    (found,) = target.parse(with_cell(target, old, new))
    assert found.faults
    assert all(fault.reason and fault.remedy for fault in found.faults)

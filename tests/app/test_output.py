"""What commands say is plain when piped, aligned, and exact to the last minor unit."""

from datetime import UTC, datetime

import pytest

from tallystick.app import output


def test_columns_stand_under_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers to the right, words to the left, a total below a rule, nothing cut off, no colour in a pipe."""
    output.table(("what", "units"), [("lamp", 7), ("a very long lantern", 12)], ("total", 19))
    assert capsys.readouterr().out.splitlines() == [
        "what                 units",
        "lamp                     7",
        "a very long lantern     12",
        "───────────────────  ─────",
        "total                   19",
    ]


@pytest.mark.parametrize(
    ("number", "commodity", "text"),
    [(12500, "GBP/3", "12.500 GBP"), (-5, "EUR/2", "-0.05 EUR"), (3, "sku:LAMP", "3 LAMP"), (7, "JPY/0", "7 JPY")],
)
def test_money_is_written_by_its_scale(number: int, commodity: str, text: str) -> None:
    """Never a float, never a digit lost."""
    assert output.money(number, commodity) == text


def test_remarks_do_not_mix_with_results(capsys: pytest.CaptureFixture[str]) -> None:
    """Results go to standard output, remarks and progress beside it."""
    with output.progress() as show:
        show("kept", 1, 2)
        show("kept", 2, 2)
    output.note("by the way")
    output.json({"at": datetime(2026, 11, 23, tzinfo=UTC)})
    said = capsys.readouterr()
    assert said.err.splitlines() == ["kept 2", "by the way"]
    assert said.out == '{\n  "at": "2026-11-23T00:00:00Z"\n}\n'


@pytest.mark.parametrize(("number", "text"), [(0, "no books"), (1, "1 book"), (1200, "1,200 books")])
def test_things_are_counted_as_people_do(number: int, text: str) -> None:
    """One book, two books, no books."""
    assert output.count(number, "book") == text

"""The table of rates: sound, held against two tables by others, and laid over by a retailer's own."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duty27_eu_vat
import eu_vat_rates_data
import pytest

from tallystick.app.settings import SettingError, Settings
from tallystick.app.taxing.rates_file import built_in_rates, load_rates
from tallystick.decisions.tax.quoted import in_percent
from tallystick.decisions.tax.rates import RateData, RateRow, RatesError, RateTable
from tallystick.decisions.tax.territory import EU

OURS = built_in_rates()
BEGINS = date(2016, 1, 1)


def disagreements_on_days(data: RateData) -> list[str]:
    """Days on which our standard rate of a Member State is not that of the first table, over all that it covers."""
    table, found = RateTable(data), []
    for country in sorted(EU):
        changes = [w.effective_from for w in duty27_eu_vat.get_rate_history(country)]
        ours = [r.first_day for r in data.rates if (r.jurisdiction, r.tax_class) == (country, "standard")]
        for day in {
            d for c in (*changes, *ours, duty27_eu_vat.DATA_AS_OF) for d in (c, c - timedelta(1)) if d >= BEGINS
        }:
            row, theirs = table.rate(country, "standard", day), duty27_eu_vat.get_standard_rate(country, day)
            if row is None or Decimal(row.rate) / 10_000 != theirs:
                found.append(f"{country} on {day}: {row and row.rate}, they say {theirs}")
    return found


def disagreements_on_classes(data: RateData) -> list[str]:
    """Rates of ours, in force when the second table was made, that it does not know in that country."""
    told = eu_vat_rates_data.get_all_rates()
    day = date.fromisoformat(eu_vat_rates_data.data_version)
    found = []
    for row in data.rates:
        if row.jurisdiction not in told or not row.holds(day) or not row.rate:
            continue
        theirs = told[row.jurisdiction]
        one = theirs["standard"] if row.tax_class == "standard" else None
        known = [one] if one is not None else [*theirs["reduced"], theirs["super_reduced"]]
        if Decimal(row.rate) / 10_000 not in [Decimal(str(k)) for k in known if k is not None]:
            found.append(f"{row.jurisdiction} {row.tax_class}: {in_percent(row.rate)}, they say {known}")
    return found


def test_every_change_of_a_standard_rate_is_on_its_day() -> None:
    """Over ten years, on the first day and the last day of every rate of every Member State, another table agrees."""
    assert disagreements_on_days(OURS) == []


def test_every_rate_of_today_is_known_to_another_table() -> None:
    """Standard, reduced and super-reduced rates are among those that the Commission's database has for the country."""
    assert disagreements_on_classes(OURS) == []
    held = {r.jurisdiction for r in OURS.rates if not r.jurisdiction.startswith("US")}
    assert held == EU | {"GB", "CH", "NO"}
    assert held <= set(eu_vat_rates_data.get_all_rates())


def test_twins_of_the_table_are_caught() -> None:
    """A rate that is a point off, a day late, or missing is seen by the two comparisons."""
    from msgspec.structs import replace

    def spoilt(at: int, **changes: object) -> RateData:
        rows = list(OURS.rates)
        rows[at] = replace(rows[at], **changes)
        return replace(OURS, rates=tuple(rows))

    at = next(
        i for i, r in enumerate(OURS.rates) if (r.jurisdiction, r.tax_class, r.last_day) == ("SK", "standard", None)
    )
    reduced = next(
        i for i, r in enumerate(OURS.rates) if (r.jurisdiction, r.tax_class, r.last_day) == ("LT", "reduced", None)
    )
    assert disagreements_on_days(spoilt(at, rate=220_000))
    assert disagreements_on_days(spoilt(at, first_day=date(2025, 1, 2)))
    assert disagreements_on_days(replace(OURS, rates=OURS.rates[:at] + OURS.rates[at + 1 :]))
    assert disagreements_on_classes(spoilt(reduced, rate=90_000))


def test_every_row_names_its_law() -> None:
    """No rate and no state stands there without a source, and no rate begins before the table does."""
    assert all(r.law.strip() for r in OURS.rates)
    assert all(s.law.strip() for s in OURS.states)
    assert min(r.first_day for r in OURS.rates) == BEGINS
    assert {r.jurisdiction for r in OURS.rates if r.jurisdiction.startswith("US")} <= {s.state for s in OURS.states}


def _row(first: str, last: str | None = None, rate: int = 1) -> RateRow:
    end = date.fromisoformat(last) if last else None
    return RateRow("DE", "standard", rate, date.fromisoformat(first), "own", end)


@pytest.mark.parametrize(
    "rows",
    [
        (_row("2020-01-01"), _row("2021-01-01")),
        (_row("2020-01-01", "2021-01-01"), _row("2021-01-01")),
        (_row("2020-01-02", "2020-01-01"),),
        (_row("2020-01-01"), _row("2020-01-01")),
    ],
)
def test_two_rates_on_one_day_are_no_table(rows: tuple[RateRow, ...]) -> None:
    """On every day there is one rate of a class or none; a file that says otherwise is refused by its row."""
    with pytest.raises(RatesError, match="DE standard"):
        RateTable(RateData("v", rows))


def test_the_last_day_still_counts() -> None:
    """A rate holds from its first day to its last, both included."""
    table = RateTable(RateData("v", (_row("2020-01-01", "2020-06-30", 1), _row("2020-07-01", None, 2))))
    days = (date(2019, 12, 31), date(2020, 1, 1), date(2020, 6, 30), date(2020, 7, 1))
    assert [r and r.rate for r in (table.rate("DE", "standard", d) for d in days)] == [None, 1, 1, 2]


OWN = """
version = "shop-7"
rates = [{ jurisdiction = "DE", class = "books", rate = 70_000, first_day = 2020-01-01, law = "UStG Anlage 2 Nr. 49" }]
"""


def test_a_file_of_ones_own_is_laid_over_ours(tmp_path: Path) -> None:
    """What it says counts, what it does not say stays, and the version names both."""
    file = tmp_path / "rates.toml"
    file.write_text(OWN)
    table = load_rates(Settings(tmp_path, tax_rates_file=str(file)))
    assert table.version == f"{OURS.version}+shop-7"
    assert table.classes("DE", date(2026, 1, 1)) == ["books", "reduced", "standard"]


def test_what_it_says_of_a_class_replaces_all_of_it(tmp_path: Path) -> None:
    """A retailer who corrects a class gives all of its days: ours of that class are gone, so that none is left by mistake."""
    file = tmp_path / "rates.toml"
    file.write_text(OWN.replace("books", "standard"))
    table = load_rates(Settings(tmp_path, tax_rates_file=str(file)))
    assert [r.rate for r in table.data.rates if (r.jurisdiction, r.tax_class) == ("DE", "standard")] == [70_000]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version = ", "Invalid value"),
        ("rates = []", "version"),
        (OWN.replace("70_000", "7.0"), "rate"),
        (OWN.replace("70_000", "1_000_001"), "rate"),
        (OWN.replace("law", "lore"), "lore"),
        (OWN.replace("first_day = 2020-01-01", "first_day = 2020-01-01, last_day = 2019-01-01"), "last_day"),
    ],
)
def test_a_file_that_cannot_be_used_names_its_row(tmp_path: Path, text: str, said: str) -> None:
    """Floats, rates above the whole, misspelt keys and days in the wrong order are named, with the file."""
    file = tmp_path / "rates.toml"
    file.write_text(text)
    with pytest.raises(SettingError, match=said) as wrong:
        load_rates(Settings(tmp_path, tax_rates_file=str(file)))
    assert str(file) in str(wrong.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """Nobody works with the built-in rates by mistake when a file of their own was meant."""
    with pytest.raises(SettingError, match=r"none\.toml"):
        load_rates(Settings(tmp_path, tax_rates_file=str(tmp_path / "none.toml")))

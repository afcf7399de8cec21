"""Rates as files: the table that comes with the house, and a retailer's own laid over it."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec

from tallystick.app.settings import SettingError, Settings
from tallystick.decisions.tax.rates import RateData, RatesError, RateTable, laid_over

BUILT_IN: Final = "rates.toml"


def built_in_rates() -> RateData:
    """Return the table that comes with the house."""
    return _read((files("tallystick.app.taxing") / BUILT_IN).read_text("utf-8"))


def load_rates(settings: Settings) -> RateTable:
    """Return the table in force: ours, with the retailer's file laid over it where a setting names one.

    Raises `SettingError` naming the file and the row that cannot be used.
    """
    ours = built_in_rates()
    if not settings.tax_rates_file:
        return RateTable(ours)
    file = Path(settings.tax_rates_file).expanduser()
    try:
        return RateTable(laid_over(ours, _read(file.read_text("utf-8"))))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError, RatesError) as bad:
        raise SettingError(f"tax.rates_file {file}: {bad}; docs/tax.md shows how such a file looks") from bad


def _read(text: str) -> RateData:
    return msgspec.convert(tomllib.loads(text), RateData)

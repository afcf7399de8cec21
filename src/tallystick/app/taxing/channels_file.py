"""Who sells where, as a file: the setup that orders are taxed by."""

import tomllib
from pathlib import Path

import msgspec

from tallystick.app.settings import SettingError, Settings
from tallystick.decisions.tax.setup import TaxSetup


def load_tax_setup(settings: Settings) -> TaxSetup:
    """Return what `tax.channels_file` says, nothing where there is none. Raises `SettingError` naming the file and key."""
    if not settings.tax_channels_file:
        return TaxSetup()
    file = Path(settings.tax_channels_file).expanduser()
    try:
        return msgspec.convert(tomllib.loads(file.read_text("utf-8")), TaxSetup)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as bad:
        raise SettingError(f"tax.channels_file {file}: {bad}; docs/tax.md shows how such a file looks") from bad

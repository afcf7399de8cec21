"""The settings as a page."""

from collections.abc import Sequence

from msgspec import Struct

from tallystick.exports.docs_pages.markdown import code, page, table


class SettingLine(Struct, frozen=True):
    """One setting: its key in the file (none where the file cannot hold it), its variable, default and meaning."""

    key: str
    variable: str
    default: str
    means: str


def settings_page(settings: Sequence[SettingLine], file: str) -> str:
    """Return the page of all settings; *file* is the configuration file's name in the data folder."""
    rows = [(code(s.variable), code(s.key) or "(environment only)", s.default or "(empty)", s.means) for s in settings]
    return page(
        "Configuration",
        f"A setting is taken from the environment, else from `{file}` in the data folder, else it has its default. Each "
        f"has a default that works; a key that is no setting is an error and says so.",
        table(("environment variable", f"key in {file}", "default", "meaning"), rows),
    )

"""What of each source of files is translated, which of its fields are read, and what is left out by which name."""

from collections.abc import Mapping, Sequence

from tallystick.exports.docs_pages.markdown import code, page, table
from tallystick.kit.boxes.coverage import Coverage

HEAD = (
    "What these sources say that we do not take is never lost: it is kept sealed, and either passed over for the reason "
    "given here or a dead letter (`tally dead list`) whose reason begins with the name given here. A published sample "
    "that is quarantined under a name that is not on the tests' list fails the build. "
    "[How to set such a connection up](../how-to/files.md)."
)


def coverage_page(coverages: Sequence[Coverage]) -> str:
    """Return the page."""
    return page("Sources of files", HEAD, *(_section(c) for c in coverages))


def _section(of: Coverage) -> str:
    parts = [
        f"## {of.source}",
        _named("What becomes of what it says:", ("it says", "becomes"), of.translated),
        _named("Fields that are read:", ("field", "goes to"), of.fields),
        _named("Passed over:", ("what", "because"), of.ignored),
        _named("Quarantined, under these names:", ("name", "because"), of.quarantined),
    ]
    return "\n\n".join(filter(None, parts))


def _named(sentence: str, columns: tuple[str, str], said: Mapping[str, str]) -> str:
    return f"{sentence}\n\n{table(columns, [(code(n), means) for n, means in said.items()])}" if said else ""

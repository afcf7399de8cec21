"""Pieces of Markdown: a page's head, tables, code, anchors."""

import inspect
import re
from collections.abc import Iterable, Sequence

NOTICE = "<!-- Written by `tally docs write` from the code; `tally docs check` finds it stale. Do not edit. -->"


def page(title: str, *parts: str) -> str:
    """Return a whole page from its title and its paragraphs, tables and sections."""
    return "\n\n".join([f"# {title}", NOTICE, *(part for part in parts if part)]) + "\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a bar inside a cell does not end it."""
    lines = [_row(columns), _row(["---"] * len(columns)), *(_row([_cell(c) for c in row]) for row in rows)]
    return "\n".join(lines)


def code(text: str) -> str:
    """Return *text* as code, nothing where there is none."""
    return f"`{text}`" if text else ""


def prose(docstring: str | None) -> str:
    """Return a docstring as paragraphs, its *parameters* as code."""
    text = inspect.cleandoc(docstring or "")
    return re.sub(r"\*(\w+)\*", r"`\1`", text)


def anchor(heading: str) -> str:
    """Return the fragment a heading gets: small letters, blanks as dashes, other signs left out."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def link(text: str, heading: str) -> str:
    """Return a link to a heading of the same page."""
    return f"[{text}](#{anchor(heading)})"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")

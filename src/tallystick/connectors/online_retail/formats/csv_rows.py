"""Rows of a CSV file as text. A broken line costs itself, never its neighbours."""

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final

RECORD_LINES_MAX: Final = 10
BYTE_ORDER_MARK: Final = "\ufeff"


def read(file: Path) -> Iterator[list[str]]:
    """Yield the header, then each row, with as many cells as the line has. Blank lines are passed over."""
    with file.open("rb") as stream:
        yield from _Records(_decode(line) for line in stream)


def _decode(line: bytes) -> str:
    """Read a line as UTF-8, or as the Windows code page that the original was written in.

    Line by line, since a file cut off within a letter would otherwise change its whole text.
    """
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="backslashreplace")


class _Records:
    """Lines put together to rows: a quoted cell may run over several lines, a forgotten quote must not."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._ahead: deque[str] = deque()
        self._width = 0

    def __iter__(self) -> Iterator[list[str]]:
        while (line := self._next()) is not None:
            if not self._width:
                line = line.removeprefix(BYTE_ORDER_MARK)
            if not line.strip():
                continue
            # An odd number of quotes: a cell goes on in the next line, or somebody forgot a quote.
            row = (self._joined(line) if line.count('"') % 2 else None) or _cells(line) or [line]
            self._width = self._width or len(row)
            yield row

    def _next(self) -> str | None:
        return self._ahead.popleft() if self._ahead else next(self._lines, None)

    def _joined(self, line: str) -> list[str] | None:
        """Return the row that begins here if it closes within reason and is whole; else leave the next lines alone."""
        taken: list[str] = []
        text = line
        while text.count('"') % 2 and len(taken) < RECORD_LINES_MAX and (more := self._next()) is not None:
            taken.append(more)
            text += more
        row = None if text.count('"') % 2 else _cells(text)
        if row and len(row) == (self._width or len(row)):
            return row
        self._ahead.extendleft(reversed(taken))
        return None


def _cells(text: str) -> list[str] | None:
    try:
        return next(csv.reader((text,)), None)
    except csv.Error:  # a cell beyond the module's limit, or a line end outside quotes
        return None

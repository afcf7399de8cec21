"""What a command says: one JSON object, or tables and lines; on a terminal with a little colour, plain when piped.

Results go to standard output, everything else (progress, remarks, complaints) to standard error.
"""

import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final, TextIO

import typer

if TYPE_CHECKING:
    from rich.console import Console

RIGHT: Final = ">"
GAP: Final = "  "
NOTHING: Final = "–"

Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, and nothing else there.")]
Book = Annotated[
    str | None, typer.Option("--book", metavar="NAME", help="The book; without it $TALLYSTICK_BOOK or main.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it. Without this, only what would happen is said.")]


def json(result: Any) -> None:
    """Write *result* as the one object on standard output."""
    import msgspec

    text = msgspec.json.format(msgspec.json.encode(result, enc_hook=str), indent=2)
    sys.stdout.write(text.decode() + "\n")
    sys.stdout.flush()


def line(text: str = "", style: str = "") -> None:
    """Write a line of the result; *style* is a Rich style, seen on a terminal only."""
    _write(sys.stdout, text, style)


def heading(text: str) -> None:
    """Write a heading with air above it."""
    line()
    line(text, "bold")


def note(text: str, style: str = "dim") -> None:
    """Write a remark to standard error."""
    _write(sys.stderr, text, style)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], total: Sequence[str] | None = None) -> None:
    """Write rows under their *columns*; a column whose name begins with `>` is set to the right.

    *total* is a last row below a rule. Piped, the columns stand two blanks apart and nothing is ever cut off.
    """
    names = [c.removeprefix(RIGHT) for c in columns]
    widths = [max(len(r[i]) for r in (names, *rows, *([total] if total else []))) for i in range(len(columns))]
    if is_terminal(sys.stdout) and sum(widths) + len(GAP) * len(widths) > _width():
        _wrapped(columns, rows, total)
        return
    line(_row(columns, widths, names), "dim")
    for row in rows:
        line(_row(columns, widths, row))
    if total:
        line(_row(columns, widths, ["─" * w for w in widths]), "dim")
        line(_row(columns, widths, total), "bold")


def pairs(rows: Sequence[tuple[str, str]]) -> None:
    """Write names and what they are, one to a line, aligned."""
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        line(f"{name:<{width}}{GAP}{value}".rstrip())


def amount(number: int, commodity: str) -> str:
    """Write a number of *commodity* by its scale: `12.500` for 12500 of `GBP/3`, `3` for units."""
    from tallystick.model.amount import decimals_of, format_decimal

    return format_decimal(number, decimals_of(commodity))


def money(number: int, commodity: str) -> str:
    """Write an amount with what it is an amount of: `12.500 GBP`, `3 LAMP`."""
    from tallystick.model.amount import UNITS_PREFIX

    name = commodity.removeprefix(UNITS_PREFIX) if commodity.startswith(UNITS_PREFIX) else commodity.partition("/")[0]
    return f"{amount(number, commodity)} {name}".rstrip()


def moment(at: datetime | date) -> str:
    """Write a moment, to the minute, as an accountant would: `2026-11-23 14:05`."""
    return at.strftime("%Y-%m-%d %H:%M") if isinstance(at, datetime) else at.isoformat()


def span(took: timedelta) -> str:
    """Write a length of time in its largest unit: `3 days`, `40 min`, `2 s`."""
    seconds = int(took.total_seconds())
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if abs(seconds) >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def count(number: int, noun: str, many: str = "") -> str:
    """Write how many there are of something: `1 book`, `2 books`, `no books`."""
    plural = many or noun + "s"
    return f"no {plural}" if number == 0 else f"{number:,} {noun if number == 1 else plural}"


def is_terminal(stream: TextIO) -> bool:
    """Say whether a person is looking."""
    return stream.isatty()


def console(stream: TextIO) -> "Console":
    """Return a Rich console on *stream*."""
    from rich.console import Console

    return Console(file=stream, highlight=False, soft_wrap=True)


def _write(stream: TextIO, text: str, style: str) -> None:
    if style and text and is_terminal(stream):
        console(stream).print(text, style=style, markup=False)
        return
    stream.write(text + "\n")
    stream.flush()


def _row(columns: Sequence[str], widths: Sequence[int], cells: Sequence[str]) -> str:
    aligned = (
        f"{cell:>{width}}" if column.startswith(RIGHT) else f"{cell:<{width}}"
        for column, width, cell in zip(columns, widths, cells, strict=True)
    )
    return GAP.join(aligned).rstrip()


def _width() -> int:
    import shutil

    return shutil.get_terminal_size().columns


def _wrapped(columns: Sequence[str], rows: Sequence[Sequence[str]], total: Sequence[str] | None) -> None:
    """On a narrow terminal, let Rich break long cells into lines."""
    from rich.console import Console
    from rich.table import Table

    drawn = Table(box=None, pad_edge=False, header_style="dim", show_footer=bool(total), footer_style="bold")
    for place, column in enumerate(columns):
        drawn.add_column(
            column.removeprefix(RIGHT),
            total[place] if total else "",
            justify="right" if column.startswith(RIGHT) else "left",
            overflow="fold",
            no_wrap=column.startswith(RIGHT),
        )
    for row in rows:
        drawn.add_row(*(_plain(cell) for cell in row))
    Console(highlight=False).print(drawn)


def _plain(cell: str) -> Any:
    from rich.text import Text

    return Text(cell)

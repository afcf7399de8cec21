"""What a command says: one JSON object, or tables and lines; on a terminal with a little colour, plain when piped.

Results go to standard output, everything else (progress, remarks, complaints) to standard error.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
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
As = Annotated[
    str | None, typer.Option("--as", metavar="USER", help="Who you are, where a book has users; else $TALLYSTICK_USER.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it. Without this, only what would happen is said.")]


def json(result: Any) -> None:
    """Write *result* as the one object on standard output."""
    import msgspec

    text = msgspec.json.format(msgspec.json.encode(result, enc_hook=str), indent=2)
    _write_whole(sys.stdout, text.decode() + "\n")


def say(text: str = "", style: str = "") -> None:
    """Write a line of the result; *style* is a Rich style, seen on a terminal only."""
    _write(sys.stdout, text, style)


def heading(text: str) -> None:
    """Write a heading with air above it."""
    say()
    say(text, "bold")


def note(text: str, style: str = "dim") -> None:
    """Write a remark to standard error."""
    _write(sys.stderr, text, style)


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]], total: Sequence[Any] | None = None) -> None:
    """Write rows under their *columns*; numbers, and columns whose name begins with `>`, are set to the right.

    *total* is a last row below a rule. Piped, the columns stand two blanks apart and nothing is ever cut off.
    """
    names = [c.removeprefix(RIGHT) for c in columns]
    lines = [[_cell(c) for c in row] for row in rows]
    last = [_cell(c) for c in total] if total else None
    widths = [max(len(r[i]) for r in (names, *lines, *([last] if last else []))) for i in range(len(names))]
    right = [c.startswith(RIGHT) or _is_number(rows, i) for i, c in enumerate(columns)]
    if is_terminal(sys.stdout) and sum(widths) + len(GAP) * len(widths) > _width():
        _wrapped(names, right, [*lines, *([last] if last else [])])
        return
    say(_row(right, widths, names), "dim")
    for row in lines:
        say(_row(right, widths, row))
    if last:
        say(_row(right, widths, ["─" * w if text else "" for w, text in zip(widths, last, strict=True)]), "dim")
        say(_row(right, widths, last), "bold")


def pairs(rows: Sequence[tuple[str, str]]) -> None:
    """Write names and what they are, one to a line, aligned."""
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        say(f"{name:<{width}}{GAP}{value}".rstrip())


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
    _write_whole(stream, text + "\n")


def _write_whole(stream: TextIO, text: str) -> None:
    """Write all of *text*, also into a pipe that does not block because whoever started us said so, and reads slowly.

    Python's own streams give up there with part of it written. Raises `BrokenPipeError` when nobody reads any more.
    """
    import os
    import select

    stream.flush()
    try:
        out = stream.fileno()
    except OSError:  # not a file of the system: somebody collects what is said
        stream.write(text)
        return
    left = memoryview(text.encode(stream.encoding or "utf-8", stream.errors or "strict"))
    while left:
        try:
            left = left[os.write(out, left) :]
        except BlockingIOError:
            select.select([], [out], [])


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Yield a function that shows (what is going on, how much is done, of how much) on standard error.

    A person sees a bar; a log gets one line for each thing that is finished.
    """
    if not is_terminal(sys.stderr):
        yield _logged
        return
    from rich.progress import Progress, TaskID

    tasks: dict[str, TaskID] = {}
    with Progress(console=console(sys.stderr), transient=True) as bar:

        def show(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=of)
            bar.update(tasks[what], completed=done, total=of)

        yield show


def _logged(what: str, done: int, of: int) -> None:
    if done >= of:
        note(f"{what} {done:,}")


def _cell(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime | date):
        return moment(value)
    return NOTHING if value is None else str(value)


def _is_number(rows: Sequence[Sequence[Any]], place: int) -> bool:
    return bool(rows) and all(isinstance(row[place], int | None) for row in rows)


def _row(right: Sequence[bool], widths: Sequence[int], cells: Sequence[str]) -> str:
    aligned = (
        f"{cell:>{width}}" if is_right else f"{cell:<{width}}"
        for is_right, width, cell in zip(right, widths, cells, strict=True)
    )
    return GAP.join(aligned).rstrip()


def _width() -> int:
    import shutil

    return shutil.get_terminal_size().columns


def _wrapped(names: Sequence[str], right: Sequence[bool], lines: Sequence[Sequence[str]]) -> None:
    """On a narrow terminal, let Rich break long cells into lines."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False, header_style="dim")
    for name, is_right in zip(names, right, strict=True):
        drawn.add_column(name, justify="right" if is_right else "left", overflow="fold", no_wrap=is_right)
    for cells in lines:
        drawn.add_row(*(Text(cell) for cell in cells))
    Console(highlight=False).print(drawn)

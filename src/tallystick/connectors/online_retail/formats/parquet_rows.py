"""Rows of a Parquet file as text, by DuckDB; no number passes through a float of ours."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import duckdb

from tallystick.ports.connector import Rejected

ROWS_AT_ONCE: Final = 10_000
FLOATING: Final = ("DOUBLE", "FLOAT")
# Nothing is fetched from anywhere, and moments with a zone come out in UTC.
SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": False,
    "TimeZone": "UTC",
}


def read(file: Path) -> Iterator[Sequence[str | None]]:
    """Yield the header, then each row in file order. Raises `Rejected` when the file is damaged or half-written."""
    table = f"read_parquet({_quoted(_literal_path(file))}, hive_partitioning = false)"
    try:
        with duckdb.connect(config=SETTINGS) as connection:
            kinds = {str(row[0]): str(row[1]) for row in connection.execute(f"DESCRIBE FROM {table}").fetchall()}
            yield tuple(kinds)
            texts = ", ".join(_as_text(name, kind) for name, kind in kinds.items())
            found = connection.execute(f"SELECT {texts} FROM {table}")
            while rows := found.fetchmany(ROWS_AT_ONCE):
                yield from rows
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise Rejected(f"{file.name} cannot be read as Parquet, export or copy it again: {reason}") from error


def _as_text(name: str, kind: str) -> str:
    column = '"' + name.replace('"', '""') + '"'
    if kind not in FLOATING:
        return f"CAST({column} AS VARCHAR)"
    # A floating number is taken for the decimal that it is the nearest one to, if there is one; any other stays as
    # it is and is complained about where it is read.
    whole, decimal = f"TRY_CAST({column} AS BIGINT)", f"TRY_CAST({column} AS DECIMAL(18,3))"
    return (
        f"CASE WHEN CAST({whole} AS {kind}) = {column} THEN CAST({whole} AS VARCHAR) "
        f"WHEN CAST({decimal} AS {kind}) = {column} THEN CAST({decimal} AS VARCHAR) "
        f"ELSE CAST({column} AS VARCHAR) END"
    )


def _literal_path(file: Path) -> str:
    """Return a path in which no character stands for others."""
    return re.sub(r"([*?\[])", r"[\1]", str(file))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

"""A question about tax in a file, or on standard input: read, with every mistake named by its place."""

import sys
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from tallystick.app.exits import Code, Complaint
from tallystick.decisions.tax.quoted import TaxRefused

Asked = TypeVar("Asked", bound=Struct)
STANDARD_INPUT: Final = "-"
_REMEDY: Final = "mend it there; docs/tax.md shows questions"


def read_question(file: Path, kind: type[Asked]) -> Asked:
    """Read the JSON in *file* (`-` is standard input) as *kind*. Raises `Complaint` naming the field and the remedy."""
    try:
        body = sys.stdin.buffer.read() if str(file) == STANDARD_INPUT else file.read_bytes()
        return msgspec.json.decode(body, type=kind)
    except (msgspec.ValidationError, msgspec.DecodeError) as wrong:
        raise Complaint(f"{file}: {wrong}", _REMEDY, Code.BAD_FILE) from wrong


def refused(file: Path, wrong: TaxRefused) -> Complaint:
    """Return what is to be said of a question that cannot be answered."""
    return Complaint(f"{file}: {wrong}", _REMEDY, Code.BAD_FILE)

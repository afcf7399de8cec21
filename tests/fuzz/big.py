"""Inputs as long as a file may be, each made to cost as much as it can."""

from collections.abc import Callable, Mapping
from typing import Final

from tallystick.connectors.legacy_batch.reading import RECORDS_MAX
from tallystick.connectors.poslog import bench as tills
from tallystick.connectors.poslog.reading import FILE_BYTES_MAX as POSLOG_BYTES_MAX
from tallystick.connectors.x12 import bench as depot
from tallystick.kit.boxes.mailbox import FILE_BYTES_MAX


def _filled(piece: bytes, head: bytes = b"", tail: bytes = b"") -> bytes:
    """Repeat *piece* until the file is as long as it may be."""
    longest = POSLOG_BYTES_MAX if head.startswith(b"<") else FILE_BYTES_MAX
    return head + piece * ((longest - len(head) - len(tail)) // len(piece)) + tail


def _line_items() -> bytes:
    head, _, tail = tills.poslog(tills.SOLD).partition(b"<LineItem>")
    return _filled(b"<LineItem><SequenceNumber>1</SequenceNumber><Sale/></LineItem>", head, b"<LineItem>" + tail)


def _segments() -> bytes:
    head, mark, tail = depot.written(1, ("945", depot.SHIPPED)).partition(b"LX*1~")
    return _filled(b"N9*LI*1~", head + mark, tail)


def _sets() -> bytes:
    head, mark, tail = depot.written(1, ("945", depot.SHIPPED)).partition(b"GE*")
    return _filled(b"ST*945*1~SE*2*1~", head, mark + tail)


def _rows() -> bytes:
    count = RECORDS_MAX - 2
    lines = b"".join(b"D;R-%d;1;01;MUG;1;0.01\r\n" % n for n in range(count))
    return b"H;receipts;20260329;1\r\n" + lines + b"T;%d;%d;%d.%02d\r\n" % (count, count, *divmod(count, 100))


BIG: Final[Mapping[str, tuple[str, Callable[[], bytes]]]] = {
    "interchanges without anything in them": ("x12", lambda: _filled(depot.written(1))),
    "one set of nothing but notes": ("x12", _segments),
    "one group of empty sets": ("x12", _sets),
    "no segment ever ends": ("x12", lambda: _filled(b"*", depot.written(1)[:200])),
    "one basket of nothing but lines": ("poslog", _line_items),
    "nothing but empty transactions": ("poslog", lambda: _filled(b"<Transaction/>", b"<POSLog>", b"</POSLog>")),
    "one text": ("poslog", lambda: _filled(b"a", b"<POSLog><Transaction><A>", b"</A></Transaction></POSLog>")),
    "attributes without end": (
        "poslog",
        lambda: b"<POSLog " + b" ".join(b"a%d=''" % n for n in range(1_000_000)) + b"/>",
    ),
    "as many receipts as a batch may have": ("legacy-batch", _rows),
    "records without end": (
        "legacy-batch",
        lambda: _filled(b"D;R-1;1;01;MUG;1;0.01\r\n", b"H;receipts;20260329;1\r\n"),
    ),
    "a quote that is never closed": ("legacy-batch", lambda: _filled(b"x;", b'H;receipts;20260329;1\r\n"')),
    "one line": ("legacy-batch", lambda: _filled(b" ", b"Hproducts  20260329000001")),
}
"""What it is, which parser it is for, and how it is made."""

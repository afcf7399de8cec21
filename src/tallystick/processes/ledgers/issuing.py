"""What is told to another ledger revision by revision: issued, repeated, revised, withdrawn. Journals and documents share it."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from tallystick.processes.table import NEW, Decision, Row

ISSUED, WITHDRAWN = "ISSUED", "WITHDRAWN"


class Kind(Struct, frozen=True):
    """How one kind of sheet is kept and told: each takes the sheet and its revision. A sheet without lines is none."""

    keep: Callable[[Any, int], Struct]
    fact: Callable[[Any, int], Struct]
    post: Callable[[Any, int], Struct]
    reverse: Callable[[Any, int], Struct]


def issue(kind: Kind, drawn: Any, before: Any, revision: int) -> Decision:
    """Say what the ledger must be told so that it holds *drawn*: nothing, a sheet, or a reversal of *before* first.

    *before* is what was issued last, as *revision*; None where nothing ever was drawn.
    """
    stands = before is not None and bool(before.lines)
    if before is None and not drawn.lines:
        return Decision("empty", kind.keep(drawn, 0))
    if before is not None and (drawn == before or not (stands or drawn.lines)):
        return Decision("repeated", kind.keep(before, revision))
    reversal = (kind.reverse(before, revision),) if stands else ()
    if not drawn.lines:
        return Decision("withdrawn", kind.keep(drawn, revision), (kind.fact(drawn, revision),), reversal)
    after = revision + 1
    commands = (*reversal, kind.post(drawn, after))
    return Decision("revised" if stands else "issued", kind.keep(drawn, after), (kind.fact(drawn, after),), commands)


def rows(
    report: type[Struct], draw: Callable[..., Decision], post: type[Struct], reverse: type[Struct]
) -> tuple[Row, ...]:
    """Return the table of a sheet that *report* draws and these two commands tell."""
    return (
        Row(NEW, report, draw, "issued", ISSUED, (post,)),
        Row(NEW, report, draw, "empty", WITHDRAWN),
        Row(ISSUED, report, draw, "repeated", ISSUED, moves=False),
        Row(ISSUED, report, draw, "revised", ISSUED, (reverse, post)),
        Row(ISSUED, report, draw, "withdrawn", WITHDRAWN, (reverse,)),
        Row(WITHDRAWN, report, draw, "repeated", WITHDRAWN, moves=False),
        Row(WITHDRAWN, report, draw, "issued", ISSUED, (post,)),
    )

"""The stock layers a message of stock keeping will look at."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from msgspec import Struct

from tallystick.messages.stocking import corrections, counts, transfers
from tallystick.messages.stocking.types import TRANSFER_REPORTS
from tallystick.processes.family import Family, data_of
from tallystick.processes.members import CORRECTION, COUNT, TRANSFER

Keys = Iterable[tuple[str, str]]


def _transferred(data: Any, family: Family | None) -> Keys:
    """What a transfer is about, at both ends."""
    known = data_of(family, TRANSFER) if family and TRANSFER in family else None
    if known is None:
        return ()
    skus = {*(x.sku for x in known.lines), *(x.sku for x in getattr(data, "lines", ()))}
    return {(sku, place) for sku in skus for place in (known.source, known.target)}


def _here(data: Any, family: Family | None) -> Keys:
    return {(x.sku, data.location) for x in data.lines}


def _counted(data: Any, family: Family | None) -> Keys:
    known = data_of(family, COUNT) if family and COUNT in family else None
    return {(x.sku, known.location) for x in known.lines} if known else ()


def _approved(data: corrections.CorrectionApproved, family: Family | None) -> Keys:
    known = data_of(family, CORRECTION) if family and CORRECTION in family else None
    return {(x.sku, known.location) for x in known.lines} if known else ()


LAYERS: Final[dict[type[Struct], Callable[[Any, Family | None], Keys]]] = {
    **dict.fromkeys((r for r in TRANSFER_REPORTS if r is not transfers.TransferRequested), _transferred),
    counts.CountPlanned: _here,
    counts.CountStarted: _counted,
    counts.CountTaken: _counted,
    corrections.CorrectionReported: _here,
    corrections.CorrectionApproved: _approved,
    corrections.StockMoveReported: _here,
}

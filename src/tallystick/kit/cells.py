"""Cells of a file: what is wrong with one, and what to do about it."""

from msgspec import Struct

from tallystick.model.amount import AmountError, parse_decimal


class CellFault(ValueError):
    """A cell that cannot be understood: the field, what is wrong with it, and what to do about it."""

    def __init__(self, field: str, reason: str, remedy: str) -> None:
        """Keep the three apart."""
        super().__init__(f"{field}: {reason}")
        self.field, self.reason, self.remedy = field, reason, remedy


class Decimals(Struct, frozen=True):
    """A field of amounts: how it and its amounts are called, how many decimals they have, and how they are to be given."""

    field: str
    what: str
    decimals: int
    remedy: str

    def read(self, cell: str | None, minor_max: int) -> int:
        """Return a cell in minor units, nothing rounded; raise `CellFault` where it is none, or beyond *minor_max*."""
        text = (cell or "").strip()
        if not text:
            raise CellFault(self.field, f"the {self.what} is empty", self.remedy)
        try:
            minor = parse_decimal(text, self.decimals)
        except AmountError as error:
            raise CellFault(self.field, str(error), self.remedy) from None
        if abs(minor) > minor_max:
            raise CellFault(self.field, f"{text!r} is beyond any price", self.remedy)
        return minor

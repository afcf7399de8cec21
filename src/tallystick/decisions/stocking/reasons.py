"""The declared reasons of corrections. Each has an account of its own: `stock_adjustments:{reason}:{location}`.

Write-downs and losses are an expense of the period they happen in, gains lower it (IAS 2.34).
"""

from typing import Final, Literal

from msgspec import Struct

Way = Literal["lost", "found", "both"]


class Reason(Struct, frozen=True):
    """What a reason means, and which way units may go for it."""

    code: str
    way: Way
    means: str


REASONS: Final[dict[str, Reason]] = {
    r.code: r
    for r in (
        Reason("shrinkage", "lost", "fewer than the book has, and nobody knows why"),
        Reason("damage", "lost", "broken, and thrown away"),
        Reason("expired", "lost", "past its date, and thrown away"),
        Reason("theft", "lost", "known to be stolen"),
        Reason("sample", "lost", "given away as a sample"),
        Reason("own_use", "lost", "used by ourselves"),
        Reason("donation", "lost", "given to charity"),
        Reason("found", "found", "more than the book has, and nobody knows why"),
        Reason("miscount", "both", "an earlier count or receipt was wrong"),
        Reason("transit_loss", "lost", "sent to another location, and never came"),
        Reason("transit_damage", "lost", "broken on the way to another location"),
        Reason("transit_surplus", "found", "came to another location without having been sent"),
    )
}
IN_TRANSIT: Final = frozenset({"transit_loss", "transit_damage", "theft"})
"""For which goods in transit may be given up."""
SURPLUS: Final = "transit_surplus"


def reason_flaw(code: str, quantity: int) -> str:
    """Say what is wrong with *code* for units found (above zero) or lost; empty where nothing is."""
    reason = REASONS.get(code)
    if reason is None:
        return f"reason {code!r} is not declared: one of {', '.join(sorted(REASONS))}"
    if reason.way == "both" or (quantity > 0) == (reason.way == "found"):
        return ""
    return f"reason {code!r} is for units {reason.way}"

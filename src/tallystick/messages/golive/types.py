"""The message types of going live by their role, for the catalogue."""

from typing import Final

from tallystick.messages.golive import facts, reports, tells

APPROVED: Final = (reports.TakeoverApproved, reports.TakeoverReversalApproved, reports.OrderTakenOver)
"""What only an approval makes."""
CHANNEL: Final = (reports.ShadowBegun, reports.ChannelSwitched, reports.ChannelPutBack)
BY_ROLE: Final = {
    "report": (*APPROVED, *CHANNEL, reports.ParallelDayCompared),
    "fact": (
        facts.OpeningStockDeclared,
        facts.OpeningBalancesDeclared,
        facts.OpeningBalancesReversed,
        facts.OpenOrderDeclared,
    ),
    "tell": (tells.PaymentTakenOver, tells.ShipmentTakenOver),
}

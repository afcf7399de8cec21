"""The message types of buying by their role, for the catalogue."""

from typing import Final

from tallystick.messages.buying import facts, reports, tells

BY_ROLE: Final = {
    "report": reports.REPORTS,
    "fact": (
        facts.GoodsBought,
        facts.GoodsSentBack,
        facts.SupplierInvoiced,
        facts.DisputeAccepted,
        facts.SupplierCredited,
        facts.LandedCostAdded,
        facts.SupplierPaid,
    ),
    "tell": (tells.MatchInvoice, tells.InvoiceMatched, tells.AcceptDispute, tells.InvoiceCleared),
}

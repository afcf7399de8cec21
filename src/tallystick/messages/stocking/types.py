"""The message types of stock keeping by area and role, for the catalogue."""

from typing import Final

from tallystick.messages.stocking import corrections, counts, transfers

TRANSFER_REPORTS: Final = (
    transfers.TransferRequested,
    transfers.TransferReleased,
    transfers.TransferCancelled,
    transfers.TransferDispatchReported,
    transfers.TransferReceiptReported,
    transfers.TransferLossReported,
    transfers.TransferClosed,
)
COUNT_REPORTS: Final = (counts.CountPlanned, counts.CountStarted, counts.CountTaken, counts.CountCancelled)
CORRECTION_REPORTS: Final = (
    corrections.CorrectionReported,
    corrections.CorrectionDropped,
    corrections.CorrectionApproved,
    corrections.StockMoveReported,
)

TRANSFERS: Final = {
    "report": TRANSFER_REPORTS,
    "fact": (
        transfers.TransferDispatched,
        transfers.TransferReceived,
        transfers.TransferLost,
        transfers.SurplusExplained,
    ),
    "command": (transfers.ShipTransfer, transfers.RecallTransfer, transfers.ExpectTransfer),
}
COUNTS: Final = {
    "report": COUNT_REPORTS,
    "command": (counts.CountStock,),
    "tell": (counts.JudgeCount,),
}
CORRECTIONS: Final = {
    "report": CORRECTION_REPORTS,
    "fact": (corrections.StockCorrected, corrections.StockStateChanged),
    "tell": (corrections.PostCorrection,),
}

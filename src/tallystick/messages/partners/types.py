"""The message types of partners beside the trade, by area and role."""

from typing import Final

from msgspec import Struct

from tallystick.messages.partners import cases, parcels, screening

SCREENING: Final[dict[str, tuple[type[Struct], ...]]] = {
    "report": (screening.OrderScreened, screening.ScreeningRuled),
    "command": (screening.ScreenOrder,),
    "tell": (
        screening.BeginScreening,
        screening.ScreeningPassed,
        screening.ScreeningFailed,
        screening.ScreeningDoubted,
    ),
}
PARCELS: Final[dict[str, tuple[type[Struct], ...]]] = {
    "report": (
        parcels.LabelRequested,
        parcels.LabelCancellationRequested,
        parcels.LabelBooked,
        parcels.LabelRefused,
        parcels.LabelVoided,
        parcels.ParcelTracked,
    ),
    "fact": (parcels.ParcelDelivered,),
    "command": (parcels.BookLabel, parcels.VoidLabel),
    "tell": (parcels.LabelKnown, parcels.ParcelArrived, parcels.GoodsArrived),
}
CASES: Final[dict[str, tuple[type[Struct], ...]]] = {
    "report": (cases.CaseOpened, cases.CaseMessageReceived, cases.CaseInformed, cases.CaseClosed),
    "command": (cases.TellDesk,),
}

"""The message types of stewardship by their role, for the catalogue."""

from typing import Final

from msgspec import Struct

from tallystick.messages.stewardship import governing, records

REPORTS: Final[tuple[type[Struct], ...]] = (
    records.MasterStated,
    records.ConflictSettled,
    records.PairJudged,
    governing.OwnershipDeclared,
    governing.PublicationDeclared,
)
FACTS: Final[tuple[type[Struct], ...]] = (
    records.FieldsStated,
    records.ConflictRuled,
    records.PairRuled,
    governing.OwnershipSet,
    governing.PublicationSet,
)
BY_ROLE: Final = {"report": REPORTS, "fact": FACTS}

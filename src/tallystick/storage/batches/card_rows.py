"""Gift cards as rows: read under lock, and written back whole with the batch that moved them."""

from typing import Final

from tallystick.journal.card import CARD_COLUMNS
from tallystick.processes.loaded import Loaded
from tallystick.storage.batches.writes import Change

_NAMES: Final = ", ".join(CARD_COLUMNS)
_KINDS: Final = ("text", "text", "text", "text", "text", "date", *(["bigint"] * 7))
CARDS: Final = f"select card, {_NAMES} from gift_card where card = any($1::text[]) order by card for update"
_MOVED: Final = (
    f"insert into gift_card (card, {_NAMES}) select * from "
    f"unnest({', '.join(f'${n}::{kind}[]' for n, kind in enumerate(_KINDS, 1))}) "
    f"on conflict (card) do update set {', '.join(f'{name} = excluded.{name}' for name in CARD_COLUMNS)}"
)


def moved_cards(loaded: Loaded) -> Change:
    """Write every card that moved: one that was issued in this batch is new."""
    rows = [
        (name, *(getattr(loaded.cards[name], column) for column in CARD_COLUMNS)) for name in sorted(loaded.moved_cards)
    ]
    return Change(_MOVED, list(zip(*rows, strict=True)))

"""Stored facts, read back as what they were: the structs that the posting table takes."""

from typing import Final

import msgspec
from msgspec import Raw, Struct

from tallystick.messages.catalogue import CATALOGUE, Role

_STORED: Final = msgspec.json.Decoder(list[tuple[str, Raw]])
_FACTS: Final = {t.name: msgspec.json.Decoder(t.struct) for t in CATALOGUE.types if t.role is Role.FACT}


class FactsUnreadable(ValueError):
    """The facts of an event are no facts: not JSON, of an unknown name, or with a field missing."""


def decode_facts(stored: bytes) -> list[Struct]:
    """Read `event.facts`, `[["goods_dispatched", {…}], …]`. Raises `FactsUnreadable` and says what is wrong."""
    try:
        return [_FACTS[name].decode(raw) for name, raw in _STORED.decode(stored)]
    except KeyError as unknown:
        raise FactsUnreadable(f"no fact is called {unknown}") from unknown
    except msgspec.MsgspecError as wrong:
        raise FactsUnreadable(str(wrong)) from wrong

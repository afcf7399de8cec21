"""Whom a command is for: the one field of it that names a partner."""

from typing import Final

from msgspec import Struct

ADDRESS_FIELDS: Final = ("provider", "location", "channel")
"""Where several could be meant, the first that a command has: a shipment of a channel is asked of its location."""


def address_field(command: type[Struct]) -> str:
    """Return the field by which commands of a type are addressed; empty where they name nobody."""
    return next((name for name in ADDRESS_FIELDS if name in command.__struct_fields__), "")


def address_of(command: Struct) -> str:
    """Return whom *command* is for; empty where it names nobody."""
    field = address_field(type(command))
    return str(getattr(command, field)) if field else ""

"""Documents that govern master data: who owns which field, and what channels are told. Each version is recorded.

They are looked at when something is read or told, never while it is folded: another document puts no record wrong.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec import Struct

from tallystick.decisions.view import View
from tallystick.messages.stewardship.governing import (
    Ownership,
    OwnershipDeclared,
    OwnershipSet,
    Publication,
    PublicationDeclared,
    PublicationSet,
)
from tallystick.processes import members
from tallystick.processes.records.in_force import document
from tallystick.processes.table import Decide, Decision, Step


class OwnershipData(Struct, frozen=True):
    """The document in force, its version, and since when (UTC)."""

    version: int
    since: datetime
    rules: Ownership


class PublicationData(Struct, frozen=True):
    """The document in force, its version, and since when (UTC)."""

    version: int
    since: datetime
    rules: Publication


def _declaring(field: str, data: Callable[..., Any], fact: Callable[[int, Any], Struct]) -> Decide:
    def decide(before: Any, step: Step, view: View) -> Decision:
        version = before.version + 1 if before else 1
        rules, since = getattr(step.data, field), step.cause.recorded_at
        answer = {"version": version}
        return Decision("set", data(version, since, rules), (fact(version, rules),), answer=answer)

    return decide


OWNERSHIP = document(
    members.OWNERSHIP, OwnershipData, OwnershipDeclared, _declaring("ownership", OwnershipData, OwnershipSet)
)
PUBLICATION = document(
    members.PUBLICATION,
    PublicationData,
    PublicationDeclared,
    _declaring("publication", PublicationData, PublicationSet),
)

"""The 997 that answers each group of an interchange: taken, taken in part, or refused, with what is wrong (X12.20)."""

from collections.abc import Iterator

from tallystick.connectors.x12.elements import Partner
from tallystick.connectors.x12.envelopes import Group, Interchange, interchanges
from tallystick.connectors.x12.translate import standing
from tallystick.connectors.x12.writing import Elements
from tallystick.kit.boxes.coverage import Left

ACKNOWLEDGEMENTS = ("FA", "IM")
"""Groups of acknowledgements are never acknowledged, or two partners would never come to rest."""


def to_answer(body: bytes) -> Iterator[Interchange]:
    """Yield those interchanges of a file that can be answered: what is no sound interchange names nobody."""
    for whole in interchanges(body):
        if not isinstance(whole, Left) and not whole.flaw and _groups(whole):
            yield whole


def answers(whole: Interchange, partner: Partner) -> list[tuple[str, list[Elements]]]:
    """Return a 997 for each group."""
    return [("997", list(_answer(group, partner))) for group in _groups(whole)]


def _groups(whole: Interchange) -> list[Group]:
    return [group for group in whole.groups if group.functional not in ACKNOWLEDGEMENTS]


def _answer(group: Group, partner: Partner) -> Iterator[Elements]:
    errors = [standing(one, group, partner) for one in group.sets]
    yield ("AK1", group.functional, group.control)
    for one, error in zip(group.sets, errors, strict=True):
        refused = group.flaw or error
        yield ("AK2", one.code, one.control)
        yield ("AK5", "R", error) if refused else ("AK5", "A")
    taken = 0 if group.flaw else errors.count("")
    verdict = "A" if taken == len(errors) and not group.flaw else "P" if taken else "R"
    said = group.tail(1) if group.tail else str(len(errors))
    yield ("AK9", verdict, said or "0", str(len(errors)), str(taken), group.error)

"""What is done at the steward's desk, each as a report through the gate."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import msgspec

from tallystick.app.exits import GateRefusal, misused, not_found
from tallystick.decisions.masters.golden import Golden
from tallystick.decisions.masters.settling import NothingToSettle, Wish, ruling_of
from tallystick.decisions.masters.stating import product_code
from tallystick.engine.answer import Answer, Status, Unit
from tallystick.messages.envelope import Message
from tallystick.messages.stewardship.records import FIELDS, MasterStated, StatedField, subject_of_record
from tallystick.processes.masters.soundness import stated_by

if TYPE_CHECKING:
    from tallystick.app.house import House

SOURCE: Final = "tallystick/command-line"
UNITS_TOGETHER: Final = 500


def thing(text: str) -> tuple[str, str]:
    """Read `product/LAMP` as kind and code. Raises `Complaint` naming the kinds there are."""
    kind, sign, code = text.partition("/")
    if not sign or kind not in FIELDS or not code:
        raise misused(f"{text} is nothing a system can describe", f"write KIND/CODE, KIND one of {', '.join(FIELDS)}")
    return kind, product_code(code, code) if kind == "product" else code


def words(
    system: str, kind: str, told: Iterable[tuple[str, tuple[StatedField, ...]]], at: datetime
) -> list[MasterStated]:
    """Return what *system* says as of *at*: of each code some fields."""
    version = at.isoformat(timespec="microseconds")
    found: Any = kind
    return [MasterStated(found, thing(f"{kind}/{code}")[1], system, version, fields) for code, fields in told]


async def take(house: "House", told: Sequence[MasterStated], at: datetime) -> list[Answer]:
    """Take words of systems in; raise `GateRefusal` at the first that is none, what came before it is kept."""
    gate = await house.gate()
    answers: list[Answer] = []
    for first in range(0, len(told), UNITS_TOGETHER):
        units = [_unit(data, at) for data in told[first : first + UNITS_TOGETHER]]
        for (answer,) in await gate.flush(units):
            if answer.status in {Status.REFUSED, Status.WAITING}:
                raise GateRefusal(answer, answer.remedy)
            answers.append(answer)
    return answers


def _unit(data: MasterStated, at: datetime) -> Unit:
    subject = subject_of_record(data.kind, data.code)
    return Unit((Message(SOURCE, uuid4().hex, subject, data, msgspec.json.encode(data), at, at.date(), at),), subject)


async def golden_of(house: "House", text: str, now: datetime) -> Golden:
    """Return a thing as it counts now; a `Complaint` where nobody spoke of it."""
    from tallystick.storage.reading.masters.records import golden_named

    kind, code = thing(text)
    found = await golden_named(await house.connection(), kind, code, now)
    if found is None:
        raise not_found(f"no system has said anything of {kind}/{code}", f"see `tally master records {kind}`")
    return found


async def settle(house: "House", about: str, wish: Wish) -> Answer:
    """Settle a field of a thing as wished; a `Complaint` where there is nothing to settle."""
    from tallystick.app.promising.reporting import report

    found = await golden_of(house, about, datetime.now(UTC))
    try:
        ruling = ruling_of(found, wish)
    except NothingToSettle as none:
        raise not_found(str(none), none.remedy) from none
    answer = await report(house, subject_of_record(found.kind, found.code), ruling)
    if answer.status in {Status.REFUSED, Status.WAITING, Status.EARLY}:
        raise GateRefusal(answer, answer.remedy)
    return answer


async def align(house: "House", at: datetime) -> int:
    """Let masters taken in before there were records be stated in them; return how many words were new.

    What a record knows already, or knows later words of, it keeps: doing it again changes nothing.
    """
    from tallystick.storage.reading.ledgers.masters import masters

    connection = await house.connection()
    told: list[MasterStated] = []
    for kind in ("product", "supplier", "ledger_account", "price"):
        for known in await masters(connection, kind):
            every: Any = getattr(known, "prices", (known,))
            told += [said for data in every if (said := stated_by(data)) is not None]
    return sum(a.outcome not in {"unchanged", "older"} for a in await take(house, told, at))

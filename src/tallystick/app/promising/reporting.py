"""What a command wants changed goes in at the front door: as a report through the gate, answered like any other."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import typer
from msgspec import Struct

from tallystick.app import output
from tallystick.app.access.doing import Doing
from tallystick.app.exits import Code, GateRefusal, misused
from tallystick.engine.answer import Answer, Status, Unit
from tallystick.messages.envelope import Message
from tallystick.model.product import ProductError, sku

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from tallystick.app.house import House

SOURCE: Final = "tallystick/command-line"
FAILED: Final = frozenset({"refused", "ignored", "too_late", "short", "not_taken"})


async def report(house: "House", subject: str, data: Struct) -> Answer:
    """Fold one report that takes effect now, and return its answer."""
    import msgspec

    now = datetime.now(UTC)
    message = Message(SOURCE, uuid4().hex, subject, data, msgspec.json.encode(data), now, now.date(), now)
    ((answer, *_),) = await (await house.gate()).flush([Unit((message, *_stated(message)), subject)])
    return answer


def _stated(message: Message) -> "Iterator[Message]":
    """Yield what a report of a master says field by field, as the worker does of those that systems send."""
    import msgspec

    from tallystick.messages.stewardship.records import subject_of_record
    from tallystick.processes.masters.soundness import stated_by

    said = stated_by(message.data)
    if said is not None:
        known = {"id": f"{message.id}/fields", "subject": subject_of_record(said.kind, said.code)}
        yield msgspec.structs.replace(message, data=said, body=msgspec.json.encode(said), **known)


def report_in(book: str | None, by: str | None, doing: Doing, data: Struct) -> Answer:
    """Open the house, fold one report on the subject of *doing*, in the name of *by*, and close it again.

    Raises `Denied` where the roles of *by* do not allow it, and `GateRefusal` where the gate would not take the report.
    """

    async def made(_: "House") -> Struct:
        return data

    return report_made(book, by, doing, made)


def report_made(book: str | None, by: str | None, doing: Doing, make: "Callable[[House], Awaitable[Struct]]") -> Answer:
    """Do as `report_in` with a report that *make* draws up from the book; nobody without the right sees even that."""
    from tallystick.app.access.acting import acting
    from tallystick.app.running import in_house

    async def work(house: "House") -> Answer:
        async with acting(house, by, doing):
            return taken(await report(house, doing.subject, await make(house)))

    return in_house(book, work)


def taken(answer: Answer) -> Answer:
    """Return an answer of the gate; raise `GateRefusal` where it took nothing."""
    if answer.status in {Status.REFUSED, Status.WAITING}:
        raise GateRefusal(answer, answer.remedy)
    if answer.status is Status.EARLY:
        raise GateRefusal(answer, "check the names: nothing was recorded")
    return answer


def tell(answer: Answer, sentence: str, *, as_json: bool) -> None:
    """Write an answer and end the command: exit code 1 where what was asked for was not done."""
    if as_json:
        told = {"outcome": answer.outcome, "state": answer.state, "event": answer.event, "detail": answer.detail}
        output.json(told)
    else:
        output.say(sentence, "" if answer.outcome not in FAILED else "yellow")
        for name, value in (answer.detail or {}).items():
            output.say(f"  {name.replace('_', ' ')}: {_plain(value)}")
    raise typer.Exit(Code.NOT_IN_ORDER if answer.outcome in FAILED else Code.FINE)


def wanted(items: list[str]) -> list[tuple[str, int]]:
    """Read `LAMP=2` as product and units. Raises `Complaint` naming the item."""
    found = []
    for item in items:
        name, sign, units = item.rpartition("=")
        if not sign or not units.isdecimal() or not int(units):
            raise misused(f"{item} is no product with units", "write PRODUCT=UNITS, such as LAMP=2")
        found.append((product(name), int(units)))
    return found


def product(text: str) -> str:
    """Return the canonical code. Raises `Complaint` for what cannot be one."""
    try:
        return sku(text)
    except ProductError as wrong:
        raise misused(str(wrong), "see `tally stock show` for the products there are") from wrong


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {number}" for key, number in value.items()) or "none"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)

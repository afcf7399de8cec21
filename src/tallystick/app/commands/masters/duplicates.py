"""`tally master duplicates|judge`: products that may be one, proposed; a steward says."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.commands.masters.owners import STEWARD
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.engine.answer import Answer


def register(app: typer.Typer) -> None:
    """Add the commands."""
    master = group(app, "master")
    master.command("duplicates")(duplicates)
    master.command("judge")(judge)


def duplicates(book: output.Book = None, as_json: output.Json = False) -> None:
    """List pairs of products that may be one: the same GTIN, or the same supplier's code. Nothing is merged.

    Example: tally master duplicates
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> Any:
        from tallystick.storage.reading.masters.conflicts import duplicates as found_in

        return await found_in(await house.connection(), datetime.now(UTC))

    found = in_house(book, work)
    if as_json:
        output.json({"candidates": found})
    else:
        output.table(("code", "may be", "both say", "value"), [[c.other, c.code, c.field, c.value] for c in found])


def judge(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A product.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The one it may be; it stays.")],
    same: Annotated[bool, typer.Option("--same/--distinct", help="One thing under two codes, or two things.")],
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Say whether a product is the same thing as another. If so, it is published no more; its stock is nobody's to move.

    Example: tally master judge LAMPE LAMP --same
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.exits import GateRefusal
    from tallystick.app.masters.desk import thing
    from tallystick.app.promising.reporting import report, tell
    from tallystick.app.running import in_house
    from tallystick.engine.answer import Status
    from tallystick.messages.stewardship.records import PairJudged, subject_of_record

    (_, mine), (_, stays) = thing(f"product/{code}"), thing(f"product/{other}")
    subject = subject_of_record("product", mine)

    async def work(house: "House") -> "Answer":
        async with acting(house, as_user, Doing("master.judge", subject, STEWARD)) as actor:
            answer = await report(house, subject, PairJudged("product", mine, stays, same, actor.name))
            if answer.status in {Status.REFUSED, Status.WAITING}:
                raise GateRefusal(answer, answer.remedy)
            return answer

    answer = in_house(book, work)
    tell(answer, f"{mine} is {'the same thing as' if same else 'another thing than'} {stays}.", as_json=as_json)

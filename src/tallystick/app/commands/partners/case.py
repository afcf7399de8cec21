"""`tally case open|list|show|close`: what customers ask, and what went wrong, until somebody has settled it."""

from typing import TYPE_CHECKING, Annotated, Any, get_args

import msgspec
import typer

from tallystick.app import output
from tallystick.app.access.doing import Doing
from tallystick.app.groups import group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tallystick.app.house import House
    from tallystick.storage.partners.cases import KnownCase

Case = Annotated[str, typer.Argument(metavar="CASE", help="Its name.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    case = group(app, "case")
    case.command("open")(open_case)
    case.command("list")(list_cases)
    case.command("show")(show)
    case.command("close")(close)


def open_case(
    case: Case,
    channel: Annotated[str, typer.Option(help="Whose desk is told.")],
    topic: Annotated[str, typer.Option(help="order, return, payment, parcel or other.")] = "other",
    order: Annotated[str, typer.Option(help="The order it is about.")] = "",
    rma: Annotated[str, typer.Option(help="The return it is about.")] = "",
    because: Annotated[str, typer.Option(help="What went wrong; it names no person.")] = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Open a case; its desk is told of each step from now on.

    Example: tally case open C1 --channel web --topic parcel --order W1 --because "nothing has come"
    """
    from tallystick.app.exits import misused
    from tallystick.messages.partners.cases import CaseOpened, Topic

    if topic not in get_args(Topic):
        raise misused(f"--topic {topic} is not known", f"say one of {', '.join(get_args(Topic))}")
    said = CaseOpened(case, channel, topic, order, rma, because=because)  # type: ignore[arg-type]
    _say((case, "open"), (book, as_user), said, as_json=as_json)


def list_cases(
    closed: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """List the cases nobody has settled yet, the longest untouched first.

    Example: tally case list
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> "Sequence[KnownCase]":
        from tallystick.storage.partners.cases import cases

        return await cases(await house.connection(), closed=closed)

    found = in_house(book, work)
    if as_json:
        output.json({"cases": [msgspec.to_builtins(x) for x in found]})
    elif not found:
        output.say("There is no case." if closed else "No case is open.")
    else:
        columns = ("case", "is", "topic", "channel", "order", "return", "because", "messages", "moved")
        rows = [
            [x.case, x.state.lower(), x.topic, x.channel, x.order, x.rma, x.because, x.said, x.moved_at] for x in found
        ]
        output.table(columns, rows)


def show(case: Case, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show a case: what it is about, and where it stands. What happened to it: `tally trace case/C1`.

    Example: tally case show C1
    """
    from tallystick.app.exits import not_found
    from tallystick.app.running import in_house

    async def work(house: "House") -> dict[str, Any]:
        from tallystick.processes.family import data_of
        from tallystick.processes.members import CASE
        from tallystick.storage.attention.subjects import family_of

        family = await family_of(await house.connection(), f"case/{case}")
        if CASE not in family:
            raise not_found(f"there is no case {case}", "see `tally case list`")
        return {"state": family[CASE].state, **msgspec.to_builtins(data_of(family, CASE))}

    found = in_house(book, work)
    if as_json:
        output.json(found)
    else:
        output.pairs([(name, str(value)) for name, value in found.items()])


def close(
    case: Case,
    reason: Annotated[str, typer.Option(help="How it was settled; it names no person.")] = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Settle a case. A customer who writes again opens it again.

    Example: tally case close C1 --reason "sent anew"
    """
    from tallystick.messages.partners.cases import CaseClosed

    _say((case, "close"), (book, as_user), CaseClosed(case, reason), as_json=as_json)


def _say(what: tuple[str, str], who: tuple[str | None, str | None], said: Any, *, as_json: bool) -> None:
    from tallystick.app.promising.reporting import report_in, tell

    case, verb = what
    answer = report_in(*who, Doing(f"case.{verb}", f"case/{case}", "cases:write"), said)
    tell(answer, f"{case}: {answer.outcome}, now {answer.state.lower()}.", as_json=as_json)

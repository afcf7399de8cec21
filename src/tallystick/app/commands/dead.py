"""`tally dead`: what could not be taken, why, and the ways out."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.exits import Code, misused
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.app.mending import Outcome
    from tallystick.storage.attention.dead_letters import Letter

Number = Annotated[int, typer.Argument(metavar="ID", help="The letter's number, as `tally dead list` shows it.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    dead = group(app, "dead")
    dead.command("list")(list_all)
    dead.command("show")(show)
    dead.command("retry")(retry_one)
    dead.command("drop")(drop_one)


def list_all(
    closed: Annotated[bool, typer.Option("--all", help="Also those that were mended, retried or dropped.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 1000,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """List dead letters: what could not be taken, and why.

    Example: tally dead list
    """
    from tallystick.app.running import in_house
    from tallystick.storage.attention.dead_letters import letters

    async def work(house: "House") -> "list[Letter]":
        return await letters(await house.connection(), closed=closed, limit=limit)

    found = in_house(book, work)
    if as_json:
        output.json({"letters": [_as_json(x) for x in found]})
    elif not found:
        output.say("No dead letters." if closed else "No dead letters are open.")
    else:
        columns = ("id", "since", "source", "message", "where", "why")
        output.table(columns, [[x.id, x.opened_at, x.source, x.ext_id, _where(x), _why(x)] for x in found])
        output.note("`tally dead show ID` shows one in full.")


def show(number: Number, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show a dead letter in full: the reason, the remedy, and what the sender said.

    Example: tally dead show 3
    """
    from tallystick.app.running import in_house

    letter, body, waiting = in_house(book, lambda house: _look(house, number))
    if as_json:
        output.json(_as_json(letter) | {"waiting_behind": waiting, "body": _said(body)})
        return
    state = f"closed {output.moment(letter.closed_at)} as {letter.closed_as!r}" if letter.closed_at else "open"
    rows = [
        ("letter", f"{letter.id}, {state}"),
        ("from", f"{letter.source}, message {letter.ext_id}"),
        ("about", letter.subject),
        ("where", _where(letter)),
        ("since", output.moment(letter.opened_at)),
        ("why", letter.reason),
        ("remedy", letter.remedy),
    ]
    if waiting:
        rows.append(("behind it", f"{output.count(waiting, 'delivery', 'deliveries')} of the same subject"))
    output.pairs(rows)
    output.heading("What the sender said")
    _show_body(_said(body))


def retry_one(
    number: Number,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="Change this field first; may be repeated.")
    ] = None,
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Try a dead letter again, as it is or with fields changed; it is closed when the book holds its effect.

    Ends with exit code 1 when it still cannot be taken. The letter then stays open and says what went wrong.

    Example: tally dead retry 3 --set UnitPrice=2.55
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.mending import retry
    from tallystick.app.running import in_house

    changes = _changes(set_ or [])

    async def work(house: "House") -> "Outcome":
        async with acting(house, as_user, Doing("dead.retry", f"letter/{number}", "dead:mend")):
            return await retry(house, number, changes)

    outcome = in_house(book, work)
    if as_json:
        output.json(outcome)
    elif outcome.closed:
        sent = f" It went in as {outcome.sent_as}." if outcome.sent_as else ""
        output.say(f"Letter {number} is {outcome.closed_as}: the book holds it now.{sent}")
    else:
        output.say(f"Letter {number} stays open: {outcome.reason}.")
        output.say(f"  → {outcome.remedy}")
    if not outcome.closed:
        raise typer.Exit(Code.NOT_IN_ORDER)


def drop_one(
    number: Number,
    because: Annotated[str, typer.Option(metavar="TEXT", help="Why it will never be taken; kept with the letter.")],
    yes: output.Yes = False,
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Give a dead letter up for good. What waited behind it flows again.

    Example: tally dead drop 3 --because "test data of the supplier" --yes
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.mending import drop, find_open_letter
    from tallystick.app.running import in_house

    async def work(house: "House") -> "Letter":
        if yes:
            async with acting(house, as_user, Doing("dead.drop", f"letter/{number}", "dead:mend")):
                return await drop(house, number, because)
        return await find_open_letter(await house.connection(), number)

    letter = in_house(book, work)
    if as_json:
        output.json({"letter": number, "dropped": yes, "because": because})
    elif yes:
        output.say(f"Dropped letter {number} ({letter.subject}): {because}.")
    else:
        output.say(f"Would drop letter {number} ({letter.subject}: {letter.reason}).")
        output.note("Nothing was changed: say --yes to do it.")


async def _look(house: "House", number: int) -> "tuple[Letter, bytes | None, int]":
    from tallystick.app.mending import find_letter
    from tallystick.storage.attention.dead_letters import behind

    connection = await house.connection()
    letter = await find_letter(connection, number)
    body = house.keyring.unseal(letter.body) if letter.body is not None else None
    waiting = await behind(connection, letter.subject) if letter.is_parked and letter.closed_at is None else 0
    return letter, body, waiting


def _changes(pairs: list[str]) -> dict[str, str]:
    wrong = [p for p in pairs if "=" not in p]
    if wrong:
        raise misused(f"{wrong[0]!r} changes nothing", "write it as FIELD=VALUE, such as --set UnitPrice=2.55")
    return {field: value for field, _, value in (p.partition("=") for p in pairs)}


def _said(body: bytes | None) -> Any:
    import msgspec

    if body is None:
        return None
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        return body.decode("utf-8", "replace")


def _show_body(said: Any) -> None:
    import msgspec

    if said is None:
        output.say("It is gone: erased, or kept no longer than it had to be.")
    elif isinstance(said, str):
        output.say(said)
    elif isinstance(said, dict) and _is_row(said):
        output.pairs(
            [
                (str(name), "" if cell is None else str(cell))
                for name, cell in zip(said["columns"], said["rows"][0], strict=False)
            ]
        )
    else:
        output.say(msgspec.json.format(msgspec.json.encode(said), indent=2).decode())


def _is_row(said: dict[str, Any]) -> bool:
    """One row of a table, as file feeds keep it: shown cell by cell."""
    return "columns" in said and len(said.get("rows", ())) == 1


def _where(letter: "Letter") -> str:
    return "whole message" if letter.is_parked else letter.place


def _why(letter: "Letter") -> str:
    return f"{letter.reason} ({letter.closed_as})" if letter.closed_at else letter.reason


def _as_json(x: "Letter") -> dict[str, Any]:
    names = ("id", "source", "ext_id", "subject", "place", "reason", "remedy", "opened_at", "closed_at", "closed_as")
    return {name: getattr(x, name) for name in names} | {"parked": x.is_parked}

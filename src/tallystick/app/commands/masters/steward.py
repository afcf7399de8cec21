"""`tally master conflicts|settle|explain|history|records`: what systems say of a thing, and what counts."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.commands.masters.owners import STEWARD
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.decisions.masters.golden import Conflict
    from tallystick.engine.answer import Answer

Thing = Annotated[str, typer.Argument(metavar="KIND/CODE", help="Such as product/LAMP or price/web/LAMP.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    master = group(app, "master")
    master.command("conflicts")(conflicts)
    master.command("settle")(settle)
    master.command("explain")(explain)
    master.command("history")(history)
    master.command("records")(records)


def conflicts(
    kind: Annotated[str, typer.Option(help="Only this kind.")] = "",
    settled: Annotated[bool, typer.Option("--settled", help="Also those that a steward has settled.")] = False,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """List what systems contradict: the value that counts, the other one, since when. Oldest first.

    Example: tally master conflicts
    """
    from tallystick.app.running import in_house

    now = datetime.now(UTC)

    async def work(house: "House") -> "list[Conflict]":
        from tallystick.storage.reading.masters.conflicts import conflicts_of

        return await conflicts_of(await house.connection(), kind, now, settled=settled)

    found = in_house(book, work)
    if as_json:
        output.json({"conflicts": [_told(c, now) for c in found]})
        return
    rows = [
        [
            f"{c.kind}/{c.code}",
            c.field,
            c.value,
            c.stands,
            c.other_value,
            c.other,
            output.moment(c.since),
            _age(c, now),
            c.state,
        ]
        for c in found
    ]
    output.table(("about", "field", "counts", "said by", "other value", "said by", "since", ">days", "state"), rows)


def settle(
    about: Thing,
    field: Annotated[str, typer.Argument(metavar="FIELD", help="The field in conflict.")],
    take: Annotated[str, typer.Option(help="owner, other, or value.")],
    value: Annotated[str, typer.Option(help="With --take value: what counts.")] = "",
    against: Annotated[str, typer.Option(help="Which other system, where several contradict.")] = "",
    because: Annotated[str, typer.Option(help="Why, for whoever asks later.")] = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Settle a conflict: take the owner's value, the other one, or a third. It holds until a system says something else.

    Example: tally master settle product/LAMP name --take other
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.masters.desk import settle as settle_now
    from tallystick.app.masters.desk import thing
    from tallystick.app.promising.reporting import tell
    from tallystick.app.running import in_house
    from tallystick.decisions.masters.settling import Wish
    from tallystick.messages.stewardship.records import subject_of_record

    subject = subject_of_record(*thing(about))

    async def work(house: "House") -> "Answer":
        async with acting(house, as_user, Doing("master.settle", subject, STEWARD)) as actor:
            return await settle_now(house, about, Wish(field, take, actor.name, value, against, because))

    answer = in_house(book, work)
    sentence = (
        f"{field} of {about} is settled." if answer.outcome != "gone" else "A system said something else meanwhile."
    )
    tell(answer, sentence, as_json=as_json)


def explain(about: Thing, book: output.Book = None, as_json: output.Json = False) -> None:
    """Explain a thing: each field, its value, whose word that is, and since which message.

    Example: tally master explain product/LAMP
    """
    from tallystick.app.running import in_house

    now = datetime.now(UTC)

    async def work(house: "House") -> Any:
        from tallystick.app.masters.desk import golden_of
        from tallystick.storage.reading.masters.history import messages_of

        found = await golden_of(house, about, now)
        messages = await messages_of(await house.connection(), [f.event for f in found.fields.values()])
        return found, messages

    found, messages = in_house(book, work)
    if as_json:
        fields = [_known(f, messages) for f in found.fields.values()]
        told = [_told(c, now) for c in found.conflicts]
        output.json(
            {"kind": found.kind, "code": found.code, "fields": fields, "conflicts": told, "same_as": found.same_as}
        )
        return
    rows = [
        [
            f.field,
            f.value,
            f.system,
            f.owner or output.NOTHING,
            f.because,
            output.moment(f.since),
            "/".join(messages[f.event]),
        ]
        for f in found.fields.values()
    ]
    output.table(("field", "value", "said by", "owner", "because", "since", "message"), rows)
    for c in found.conflicts:
        output.say(f"{c.state}: {c.other} says that {c.field} is {c.other_value!r}, {c.stands} {c.value!r}", "yellow")
    if found.same_as:
        output.say(f"A steward said that it is the same thing as {found.same_as}.", "yellow")


def history(about: Thing, book: output.Book = None, as_json: output.Json = False) -> None:
    """Tell all that was said of a thing, oldest first: by whom, when, and in which message.

    Example: tally master history product/LAMP
    """
    from tallystick.app.masters.desk import thing
    from tallystick.app.running import in_house

    kind, code = thing(about)

    async def work(house: "House") -> Any:
        from tallystick.storage.reading.masters.history import history as history_of

        return await history_of(await house.connection(), kind, code)

    found = in_house(book, work)
    if as_json:
        output.json({"kind": kind, "code": code, "changes": found})
        return
    rows = [[output.moment(c.at), c.system, c.what, c.field, c.value, f"{c.source}/{c.message}"] for c in found]
    output.table(("when", "who", "what", "field", "value", "message"), rows)


def records(
    kind: Annotated[str, typer.Argument(help="product, price, customer, supplier, location or account.")],
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """List the things of a kind that systems have spoken of, with what they are called.

    Example: tally master records product
    """
    from tallystick.app.exits import misused
    from tallystick.app.running import in_house
    from tallystick.messages.stewardship.records import FIELDS

    if kind not in FIELDS:
        raise misused(f"{kind} is no kind of thing", f"say one of {', '.join(FIELDS)}")

    async def work(house: "House") -> Any:
        from tallystick.storage.reading.masters.conflicts import golden_of_kind

        return await golden_of_kind(await house.connection(), kind, datetime.now(UTC))

    found = in_house(book, work)
    if as_json:
        told = [{"code": g.code, "fields": {n: f.value for n, f in g.fields.items()}} for _, g in found]
        output.json({"kind": kind, "records": told})
        return
    rows = [[g.code, g.value("name") or g.value("price"), len(g.fields), len(g.conflicts)] for _, g in found]
    output.table(("code", "called", "fields", "conflicts"), rows)


def _known(field: Any, messages: Any) -> dict[str, Any]:
    source, message = messages[field.event]
    return {name: getattr(field, name) for name in field.__struct_fields__} | {"source": source, "message": message}


def _told(conflict: "Conflict", now: datetime) -> dict[str, Any]:
    return {name: getattr(conflict, name) for name in conflict.__struct_fields__} | {"age_days": _age(conflict, now)}


def _age(conflict: "Conflict", now: datetime) -> int:
    return max(0, (now - conflict.since).days)

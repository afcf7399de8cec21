"""`tally book explain`: where an account's balance comes from, or all about one event."""

from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.app import output
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.storage.reading.explaining.account import AccountStory, Contribution
    from tallystick.storage.reading.explaining.event import EventStory


def register(app: typer.Typer) -> None:
    """Add the command."""
    group(app, "book").command("explain")(explain)


def explain(
    what: Annotated[
        str, typer.Argument(metavar="ACCOUNT-or-EVENT", help="An account such as revenue:web, or an event's number.")
    ],
    top: Annotated[int, typer.Option(min=1, help="The biggest so many rules, days and events.")] = 10,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Explain a balance by the rules, days and events it comes from; or an event by its message and postings.

    Example: tally book explain revenue:web
    """
    from tallystick.app.running import in_house
    from tallystick.storage.reading.explaining.account import explain_account
    from tallystick.storage.reading.explaining.event import explain_event

    if what.isdecimal():

        async def of_event(house: "House") -> "tuple[EventStory, str]":
            return await explain_event(await house.connection(), int(what)), house.info.currency

        story, currency = in_house(book, of_event)
        output.json(story) if as_json else show_event(story, currency)
        return

    async def of_account(house: "House") -> "list[AccountStory]":
        return await explain_account(await house.connection(), what, top=top)

    stories = in_house(book, of_account)
    if as_json:
        output.json({"account": what, "balances": stories})
        return
    for place, account_story in enumerate(stories):
        if place:
            output.say()
        show_account(account_story)


def show_event(story: "EventStory", currency: str) -> None:
    """Write an event in full."""
    import msgspec

    from tallystick.app.telling import tell_event

    tell_event(story, currency)
    output.heading("Its message")
    rows = [
        ("subject", story.subject),
        ("message", f"{story.source}:{story.ext_id}"),
        ("kind", story.kind),
        ("effective", f"{output.moment(story.effective_at)} UTC, {story.effective_on} in {story.zone}"),
        ("booked on", output.moment(story.booked_on)),
        ("recorded", output.moment(story.recorded_at) if story.recorded_at else output.NOTHING),
        ("rules", f"version {story.rules}"),
        ("correlation", story.correlation or output.NOTHING),
        ("delivery", str(story.delivery or output.NOTHING)),
    ]
    output.pairs(rows)
    output.heading("What it said")
    output.say(msgspec.json.format(bytes(story.body), indent=2).decode())
    output.heading("What was decided")
    output.say(msgspec.json.format(bytes(story.facts), indent=2).decode())


def show_account(story: "AccountStory") -> None:
    """Write where a balance comes from."""
    side = "debit" if story.balance >= 0 else "credit"
    output.say(
        f"{story.account}: {_money(abs(story.balance), story.commodity)} {side}, {output.count(story.postings, 'posting')}",
        "bold",
    )
    _contributions("Rules", ("rule", "because"), story.rules, story.commodity)
    _contributions("Days", ("day", ""), sorted(story.days, key=lambda d: d.name), story.commodity)
    _contributions("Events", ("event", "subject"), story.events, story.commodity)


def _contributions(heading: str, names: tuple[str, str], found: "list[Contribution]", commodity: str) -> None:
    if not found:
        return
    output.heading(heading)
    with_reason = any(c.because for c in found)
    columns = (names[0], ">debit", ">credit", "postings", *((names[1],) if with_reason else ()))
    rows = [
        (
            c.name,
            _side(c.debit, commodity),
            _side(c.credit, commodity),
            c.postings,
            *((c.because,) if with_reason else ()),
        )
        for c in found
    ]
    output.table(columns, rows)


def _side(number: int, commodity: str) -> str:
    return output.amount(number, commodity) if number else ""


def _money(number: int, commodity: str) -> str:
    return output.money(number, commodity)

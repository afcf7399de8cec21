"""How what may be promised came about, step by step: now, or at a past moment seen twice."""

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tallystick.app import output

if TYPE_CHECKING:
    from tallystick.app.promising.past import Then
    from tallystick.decisions.availability import Availability, Because
    from tallystick.decisions.rulebook import Terms
    from tallystick.storage.book import Connection
    from tallystick.storage.reading.promising.shelf_lines import Asked


class Account(Struct):
    """One answer: where, its numbers, the terms of the rules, and the steps that lead to it. *view* names a past one."""

    location: str
    numbers: Any
    terms: Any
    steps: Any
    view: str = "now"


class PromiseStory(Struct):
    """What may be promised of a product, by which version of the rules, and who holds promises on it."""

    channel: str
    at: Any
    rules: int
    accounts: list[Account]
    holders: list[Any] = []


async def promise_now(connection: "Connection", asked: "Asked") -> PromiseStory:
    """Explain the one product asked for at every location as it stands."""
    from tallystick.storage.reading.promising.shelf_lines import AvailabilityReader

    reader = AvailabilityReader(connection)
    lines = sorted(await reader.lines(asked), key=lambda line: line.location)
    accounts = [_account(x.location, x.numbers, x.terms, asked) for x in lines]
    return PromiseStory(asked.channel, asked.at, (await reader.rules(asked.at)).version, accounts)


async def promise_then(connection: "Connection", asked: "Asked") -> PromiseStory:
    """Explain every location as it stood at a past moment: as recorded by then, and as known now of then."""
    from msgspec.structs import replace

    from tallystick.app.promising.past import then_of, views_of

    (sku,) = asked.skus
    then: Then = await then_of(connection, sku, asked)
    accounts = []
    for location in then.locations():
        terms = then.rules.terms(asked.channel, sku, location)
        for view, numbers in views_of(then, location, asked).items():
            accounts.append(replace(_account(location, numbers, terms, asked), view=view))
    return PromiseStory(asked.channel, asked.at, then.rules.version, accounts, then.recorded.holders)


def tell_promise(story: PromiseStory) -> None:
    """Write the steps under a heading for each location."""
    who = f"channel {story.channel}" if story.channel else "any channel"
    for account in story.accounts:
        when = {"now": "", "recorded": ", as it was known then", "known_now": ", as is known now of then"}[account.view]
        output.heading(f"What may be promised at {account.location} to {who}{when}")
        output.table(("what", ">units", "because"), [[x.what, _signed(x), x.because] for x in account.steps])
    if story.holders:
        output.heading("Who held promises")
        rows = [[h.location, h.subject, h.reserved, h.owed] for h in story.holders]
        output.table(("at", "subject", "reserved", "owed"), rows)


def _account(location: str, numbers: "Availability", terms: "Terms", asked: "Asked") -> Account:
    from tallystick.decisions.availability import Question, explained

    question = Question(asked.channel, asked.at.date(), asked.until)
    return Account(location, numbers, terms, explained(numbers, terms, question))


def _signed(step: "Because") -> str:
    return f"= {step.units}" if step.is_sum else f"{step.units:+}"

"""`tally sourcing`: the policy of where orders come from, and what another one would have made of past orders."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tallystick.app import output
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.decisions.sourcing.atlas import PolicyVersion
    from tallystick.decisions.sourcing.replayed import Replay

SINCE_DAYS: Final = 30
SHOWN_MAX: Final = 20
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
File = Annotated[Path, typer.Argument(help="A file of policy, TOML or JSON; see docs/sourcing.md.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    sourcing = group(app, "sourcing")
    sourcing.command("set")(set_policy)
    sourcing.command("show")(show)
    sourcing.command("replay")(replay)


def set_policy(file: File, book: output.Book = None, as_user: output.As = None, as_json: output.Json = False) -> None:
    """Put the sourcing policy of a file in force, in place of the one before: at once, or from the moment it names.

    Orders sourced already stay where they are.

    Example: tally sourcing set sourcing.toml
    """
    from tallystick.app.access.doing import Doing
    from tallystick.app.promising.policy_file import read_policy
    from tallystick.app.promising.reporting import report_in, tell
    from tallystick.processes.members import RULES_SUBJECT

    doing = Doing("sourcing.set", RULES_SUBJECT, "availability:write")
    answer = report_in(book, as_user, doing, read_policy(file))
    detail = answer.detail or {}
    tell(answer, f"The policy of {file} is version {detail.get('version')}.", as_json=as_json)


def show(book: output.Book = None, as_json: output.Json = False) -> None:
    """Show the sourcing policy in force and those to come.

    Example: tally sourcing show
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> "list[PolicyVersion]":
        from tallystick.storage.reading.promising.sourcing import policies

        return await policies(await house.connection())

    found, now = in_house(book, work), datetime.now(UTC)
    past = [v for v in found if v.effective_from <= now]
    current = max(past, key=lambda v: (v.effective_from, v.version)) if past else None
    told = [v for v in found if v is current or v.effective_from > now]
    if as_json:
        output.json({"in_force": current.version if current else 0, "versions": told})
        return
    if not told:
        output.say("No policy: orders that name no location are refused.")
    for v in told:
        output.heading(
            f"Version {v.version}, {'in force' if v is current else 'to come'}, from {output.moment(v.effective_from)} UTC"
        )
        _tell(v)


def replay(
    policy: Annotated[Path, typer.Option(help="The other policy, a file as for `tally sourcing set`.")],
    since: Annotated[
        datetime | None, typer.Option(help="Orders recorded from then on (UTC). 30 days ago if left out.")
    ] = None,
    until: Annotated[datetime | None, typer.Option(help="Orders recorded before then (UTC).")] = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Source past orders again by another policy, and show what would differ. Writes nothing.

    Example: tally sourcing replay --policy other.toml --since 2026-11-01
    """
    from tallystick.app.promising.policy_file import read_policy
    from tallystick.app.running import in_house
    from tallystick.decisions.sourcing.atlas import Atlas
    from tallystick.decisions.sourcing.replayed import replayed

    other = read_policy(policy).policy
    begins = since.replace(tzinfo=UTC) if since else datetime.now(UTC) - timedelta(days=SINCE_DAYS)
    ends = until.replace(tzinfo=UTC) if until else NEVER

    async def work(house: "House") -> "Replay":
        from tallystick.storage.reading.promising.sourcing import decided_between

        return replayed(await decided_between(await house.connection(), begins, ends), Atlas(other, 0))

    found = in_house(book, work)
    if as_json:
        output.json({"since": begins, "until": None if ends is NEVER else ends, "replay": found})
        return
    _compare(found)


def _tell(v: "PolicyVersion") -> None:
    output.table(
        ("location", "groups", ">parcel", ">safety", ">orders a day", ">an hour"),
        [
            [
                x.location,
                ", ".join(x.groups),
                x.parcel_cost,
                x.safety,
                _most(x.day_orders_max),
                _most(x.hour_orders_max),
            ]
            for x in v.policy.locations
        ],
    )
    rows = []
    for run in v.policy.runs:
        for routing in run.routings:
            for x in routing.rules:
                of, by = ", ".join(x.groups) or "all", ", ".join(x.sort)
                rows.append([run.run, routing.routing, x.rule, of, by, x.places_max, x.otherwise])
    output.table(("run", "routing", "rule", "of", "by", ">places", "otherwise"), rows)


def _most(number: int | None) -> Any:
    return "" if number is None else number


def _compare(found: "Replay") -> None:
    output.say(f"{found.orders} orders, {len(found.differs)} of which would have come from elsewhere.", "bold")
    names = ("sourced", "unsourced", "parcels", "split", "metres", "unmeasured", "cost")
    rows: list[list[Any]] = [[name, getattr(found.was, name), getattr(found.would_be, name)] for name in names]
    places = sorted({*found.was.units, *found.would_be.units})
    rows += [[f"units from {x}", found.was.units.get(x, 0), found.would_be.units.get(x, 0)] for x in places]
    output.table(("", ">as it was", ">by the other", ">difference"), [[*row, row[2] - row[1]] for row in rows])
    if found.differs:
        output.heading("Orders that differ")
        shown = found.differs[:SHOWN_MAX]
        output.table(
            ("order", "came from", "would come from"), [[x.order, _units(x.was), _units(x.would_be)] for x in shown]
        )
    if found.unknown:
        output.say(f"Not looked at when the orders came, so taken as empty: {', '.join(found.unknown)}", "yellow")


def _units(parts: dict[str, int]) -> str:
    return ", ".join(f"{location} {units}" for location, units in parts.items()) or "nowhere"

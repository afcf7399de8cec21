"""`tally stock available`: what may be promised, now, by a day, or at a past moment."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tallystick.app import output
from tallystick.app.exits import misused, not_found
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.storage.reading.promising.shelf_lines import Asked, InboxLag, ShelfLine

FORMATS: Final = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]
Channel = Annotated[str, typer.Option(help="The sales channel that asks; without one, nobody in particular.")]
AsOf = Annotated[
    datetime | None, typer.Option(formats=FORMATS, help="A past moment, in UTC unless it names an offset.")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    group(app, "stock").command("available")(available)


def available(
    skus: Annotated[list[str], typer.Argument(metavar="SKU...", help="Products.")],
    channel: Channel = "",
    location: Annotated[list[str] | None, typer.Option(help="Only here; may be given several times.")] = None,
    group: Annotated[str, typer.Option(help="Only in this group of locations, as the rules name it.")] = "",
    date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Count goods announced up to this day.")
    ] = None,
    as_of: AsOf = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Show what may be promised of products: on hand, committed, available, incoming, available to promise.

    With --as-of, each number stands there twice: as the book had it then, and as is known now of then.

    Example: tally stock available LAMP --channel web
    """
    from tallystick.app.reporting import product
    from tallystick.app.running import in_house
    from tallystick.storage.reading.promising.shelf_lines import Asked, GroupUnknown

    at = moment(as_of)
    asked = Asked(
        [product(s) for s in skus], at, channel, location or (), group, date.date() if date is not None else None
    )
    if as_of is not None:
        _then(asked, book, as_json=as_json)
        return

    async def work(house: "House") -> "tuple[list[ShelfLine], InboxLag, int]":
        from tallystick.storage.reading.promising.shelf_lines import AvailabilityReader

        reader = AvailabilityReader(await house.connection())
        return await reader.lines(asked), await reader.inbox_lag(), (await reader.rules(at)).version

    try:
        lines, lag, version = in_house(book, work)
    except GroupUnknown as unknown:
        raise not_found(str(unknown), "see `tally stock rules show`") from unknown
    if as_json:
        inbox = {"deliveries": lag.deliveries, "oldest": lag.oldest}
        found = [_as_json(line) for line in lines]
        output.json({"channel": channel, "at": at, "rules": version, "inbox": inbox, "stock": found})
    elif not lines:
        output.say("Nothing of that was ever in stock there.")
    else:
        _table(lines)
        if lag.deliveries:
            output.note(f"{output.count(lag.deliveries, 'delivery', 'deliveries')} not in the book yet.")


def moment(as_of: datetime | None) -> datetime:
    """Return a moment in UTC: now, where none is named. Raises `Complaint` for one that is still to come."""
    now = datetime.now(UTC)
    if as_of is None:
        return now
    at = as_of.replace(tzinfo=UTC) if as_of.tzinfo is None else as_of.astimezone(UTC)
    if at > now:
        raise misused(f"{at.isoformat()} is still to come", "name a past moment; --date asks for a day ahead")
    return at


def _table(lines: "list[ShelfLine]") -> None:
    columns = ("product", "at", "on hand", "committed", "owed", "unavailable", "available", "incoming", "to promise")
    rows: list[list[Any]] = []
    for x in sorted(lines, key=lambda line: (line.sku, line.location)):
        n, kept_back = x.numbers, sum(x.unavailable().values())
        rows.append(
            [x.sku, x.location, n.on_hand, n.committed, n.owed, kept_back, n.available, n.incoming, n.promisable]
        )
    sums = [sum(row[i] for row in rows) for i in range(2, len(columns))]
    output.table(columns, rows, ["total", "", *sums] if len(rows) > 1 else None)


def _as_json(line: "ShelfLine") -> dict[str, Any]:
    n = line.numbers
    return {
        "sku": line.sku,
        "location": line.location,
        "on_hand": n.on_hand,
        "committed": n.committed,
        "owed": n.owed,
        "unavailable": line.unavailable(),
        "available": n.available,
        "fence": n.fence,
        "incoming": n.incoming,
        "overdue": n.overdue,
        "oversell": n.oversell,
        "available_to_promise": n.promisable,
        "excluded": n.excluded,
        "event": line.event,
        "recorded_at": line.recorded_at,
    }


def _then(asked: "Asked", book: str | None, *, as_json: bool) -> None:
    from tallystick.app.promising.past import Then, tell_then, then_of
    from tallystick.app.running import in_house

    async def work(house: "House") -> "list[Then]":
        return [await then_of(await house.connection(), sku, asked) for sku in asked.skus]

    tell_then(in_house(book, work), asked, as_json=as_json)

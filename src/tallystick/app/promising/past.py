"""How stock and promises stood at a past moment, twice: as the book had it then, and as is known now of then."""

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from tallystick.app import output

if TYPE_CHECKING:
    from tallystick.decisions.availability import Availability
    from tallystick.storage.book import Connection
    from tallystick.storage.reading.promising.past import PastStock
    from tallystick.storage.reading.promising.shelf_lines import Asked


class Then(Struct):
    """One product: what was recorded by then, what is known now of then, and the rules that were in force."""

    sku: str
    recorded: Any
    known_now: Any
    rules: Any

    def locations(self) -> list[str]:
        """Every location of either."""
        return sorted({*self.recorded.layers, *self.known_now.layers})


async def then_of(connection: "Connection", sku: str, asked: "Asked") -> Then:
    """Rebuild both views of one product, and find the rules."""
    from tallystick.storage.reading.promising.past import Known, stock_at
    from tallystick.storage.reading.promising.rules import rulebook

    recorded = await stock_at(connection, sku, asked.at, Known.RECORDED)
    known = await stock_at(connection, sku, asked.at, Known.EFFECTIVE)
    return Then(sku, recorded, known, (await rulebook(connection)).at(asked.at))


def numbers_of(then: Then, past: "PastStock", location: str, asked: "Asked") -> "Availability":
    """Ask the decision that promised again, with the rules of that moment."""
    from tallystick.decisions.availability import Question, availability
    from tallystick.journal.layer import Layer

    layer, terms = past.layers.get(location, Layer()), then.rules.terms(asked.channel, then.sku, location)
    return availability(layer, terms, Question(asked.channel, asked.at.date(), asked.until))


RECORDED: Final = "recorded"
KNOWN_NOW: Final = "known_now"


def views_of(then: Then, location: str, asked: "Asked") -> "dict[str, Availability]":
    """Return the numbers of a location as recorded by then, and as known now of then."""
    views = {RECORDED: then.recorded, KNOWN_NOW: then.known_now}
    return {name: numbers_of(then, past, location, asked) for name, past in views.items()}


def tell_then(found: list[Then], asked: "Asked", *, as_json: bool) -> None:
    """Write both views of every product side by side."""
    rows: list[dict[str, Any]] = []
    for then in found:
        for location in then.locations():
            if asked.locations and location not in asked.locations:
                continue
            rows.append({"sku": then.sku, "location": location, **views_of(then, location, asked)})
    if as_json:
        output.json({"channel": asked.channel, "as_of": asked.at, "rules": found[0].rules.version, "stock": rows})
        return
    output.say(f"As of {asked.at.isoformat(timespec='seconds')}: then, and as is known now of then", "bold")
    columns = ("on_hand", "committed", "owed", "available", "incoming", "promisable")
    table = [[row["sku"], row["location"], *(_both(row, column) for column in columns)] for row in rows]
    output.table(("product", "at", *(f">{c.replace('_', ' ')}" for c in columns)), table)


def _both(row: dict[str, Any], column: str) -> str:
    then, known = getattr(row["recorded"], column), getattr(row["known_now"], column)
    return str(then) if then == known else f"{then} → {known}"

"""How a book stands that is told by itself: when, how far, and what waits."""

from datetime import date, datetime

from msgspec import Struct

from tallystick.app.house import House
from tallystick.app.ledgers.timetable import Timetable, timetable_of
from tallystick.app.ledgers.unattended import Drawn, drawn_so_far
from tallystick.app.settings import read_settings


class Standing(Struct, frozen=True):
    """When workers tell this book, the last day they drew and when, and the days they could not draw.

    `when` is `off` where they do not; `next_at` is None for as soon as one looks.
    """

    when: str
    drawn_through: date | None
    drawn_at: datetime | None
    next_at: datetime | None
    held_back: tuple[date, ...]
    text: str


async def standing(house: House) -> Standing:
    """Return how *house*'s book stands by the settings in force."""
    timetable = timetable_of(read_settings(), house.info.name)
    drawn = await drawn_so_far(await house.connection())
    next_at = timetable.next_at(drawn.at, drawn.through) if timetable else None
    when = str(timetable.when) if timetable else "off"
    return Standing(when, drawn.through, drawn.at, next_at, drawn.held_back, _text(timetable, drawn, next_at))


def _text(timetable: Timetable | None, drawn: Drawn, next_at: datetime | None) -> str:
    if timetable is None:
        return "workers do not tell this book by themselves: `tally journal draw`, then `tally journal push`"
    so_far = f"drew through {drawn.through}" if drawn.through else "have not drawn yet"
    return f"workers {so_far}, the next draw is due {f'{next_at:%Y-%m-%d %H:%M} UTC' if next_at else 'now'}"

"""When a worker draws by itself, which days it draws, and what of them it cannot."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from tallystick.app.house import open_house
from tallystick.app.ledgers.policy_file import default_text, policy_file
from tallystick.app.ledgers.timetable import Timetable, When, timetable_of
from tallystick.app.ledgers.unattended import Round, Unattended, drawn_so_far
from tallystick.app.settings import SettingError, Settings, TrytonSettings
from tallystick.storage.book import Connection, connect, schema_of
from tallystick.storage.reading.ledgers.moved import moved_since
from tests.app.conftest import Tally
from tests.connectors.online_retail.paper import line, write_csv

T = TypeVar("T")
DAY_1, DAY_2 = date(2011, 3, 1), date(2011, 3, 2)
LONDON = Timetable(When.DAY_END, ZoneInfo("Europe/London"), timedelta(minutes=120), timedelta(minutes=60))


@pytest.mark.parametrize(
    ("now", "through"),
    [("2026-07-02T00:59+00:00", date(2026, 6, 30)), ("2026-07-02T01:00+00:00", date(2026, 7, 1)),
     ("2026-12-02T01:59+00:00", date(2026, 11, 30)), ("2026-12-02T02:00+00:00", date(2026, 12, 1))],
)  # fmt: skip
def test_a_day_is_due_when_it_has_ended_at_the_shop_and_the_grace_is_over(now: str, through: date) -> None:
    """Summer and winter: by the clock of the zone, never by ours; and once."""
    at = datetime.fromisoformat(now)
    assert LONDON.due(at, None, None) == LONDON.due(at, at, through - timedelta(days=1)) == through
    assert LONDON.due(at, at, through) is None
    following = LONDON.next_at(at, through)
    assert following is not None
    assert LONDON.due(following, at, through) == through + timedelta(days=1)
    assert LONDON.due(following - timedelta(seconds=1), at, through) is None


def test_again_and_again_is_todays_day_too() -> None:
    """An hour after the last draw, not before."""
    every, at = (
        Timetable(When.EVERY, ZoneInfo("UTC"), timedelta(), timedelta(minutes=60)),
        datetime(2026, 7, 1, 12, tzinfo=UTC),
    )
    assert every.due(at, None, None) == at.date()
    assert every.due(at + timedelta(minutes=59), at, at.date()) is None
    assert every.next_at(at, at.date()) == at + timedelta(minutes=60)


@pytest.mark.parametrize(
    ("change", "named"),
    [({"journals": "weekly"}, "day_end, every, off"), ({"zone": "Atlantis"}, "tryton.zone"), ({"zone": "../x"}, "tryton.zone"),
     ({"grace_minutes": "-1"}, "grace_minutes"), ({"every_minutes": "soon"}, "every_minutes")],
)  # fmt: skip
def test_a_timetable_that_cannot_be_used_is_named(change: dict[str, str], named: str) -> None:
    """The key and what it may say; also where nothing would be told."""
    with pytest.raises(SettingError, match=named):
        timetable_of(Settings(Path(), tryton=TrytonSettings(**change)), "main")


def test_only_the_book_that_is_named_is_told() -> None:
    """Nothing without a ledger, nothing where it is switched off, and no second book into one company."""
    told = Settings(Path(), book="main", tryton=TrytonSettings("http://erp"))
    assert timetable_of(told, "main") is not None
    assert timetable_of(told, "demo") is None
    assert timetable_of(Settings(Path(), tryton=TrytonSettings("http://erp", journals="off")), "main") is None
    assert timetable_of(Settings(Path(), tryton=TrytonSettings("http://erp", book="shop")), "main") is None
    assert timetable_of(Settings(Path()), "main") is None


class Desk:
    """A shop's book, a worker's rounds, and a ledger whose address nobody answers at."""

    def __init__(self, tally: Tally, home: Path, url: str) -> None:
        self.tally, self.home, self.url, self.files = tally, home, url, 0

    def sells(self, invoice: str, day: date) -> None:
        """Load an invoice of one line."""
        self.files += 1
        row = line(invoice, "LAMP", "2", "2.555", invoicedate=f"{day} 09:00:00")
        self.tally.fine("load", "online-retail", str(write_csv(self.home / f"{self.files}.csv", [row])))

    def round(self, journals: str = "every") -> Round:
        """Let a worker have one round."""
        tryton = TrytonSettings("http://127.0.0.1:9", "erp", journals=journals, every_minutes="0")

        async def one() -> Round:
            async with open_house(self.url, Settings(self.home), "main") as house:
                settings = Settings(self.home, tryton=tryton)
                return await Unattended(house, settings, await house.connection()).round()

        return asyncio.run(one())

    def asks(self, ask: Callable[[Connection], Awaitable[T]]) -> T:
        """Ask the book something."""

        async def asked() -> T:
            connection = await connect(self.url, schema_of("main"))
            try:
                return await ask(connection)
            finally:
                await connection.close()

        return asyncio.run(asked())


@pytest.fixture
def desk(tally: Tally, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A book of two days."""
    monkeypatch.setenv("TALLYSTICK_TRYTON_PASSWORD", "a-password-for-tests")
    found = Desk(tally, home, database_url)
    found.sells("1", DAY_1)
    found.sells("2", DAY_2)
    return found


@pytest.mark.parametrize("journals", ["every", "day_end"])
def test_only_what_moved_is_drawn_again(desk: Desk, journals: str) -> None:
    """Both days first; nothing while nothing moves; then the one day that moved, and its revision says more."""
    first = desk.round(journals).drawing
    assert first is not None
    assert (first.journals, first.changed) == (4, {"issued": 4})
    assert desk.round(journals).drawing is None
    desk.sells("3", DAY_2)
    again = desk.round("every").drawing
    assert again is not None
    assert (again.journals, again.changed) == (2, {"revised": 2})
    assert desk.asks(drawn_so_far).waiting == ()


def test_a_worker_draws_what_a_hand_would(desk: Desk) -> None:
    """Day by day or the whole book: the same journals, so that a draw by hand afterwards changes nothing."""
    desk.round()
    desk.sells("3", DAY_1)
    desk.round()
    drawn = desk.tally.json("journal", "draw")
    assert (drawn["journals"], drawn["unchanged"], drawn["changed"]) == (4, 4, {})


def test_what_is_not_over_yet_waits(desk: Desk) -> None:
    """A sale of tomorrow is not told today, nor forgotten: it waits by its day."""
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    desk.sells("9", tomorrow)
    drawing = desk.round("day_end").drawing
    assert drawing is not None
    assert drawing.journals == 4
    assert desk.asks(drawn_so_far).waiting == (tomorrow,)


def test_a_day_held_back_is_drawn_when_the_policy_is_mended(desk: Desk) -> None:
    """It waits, is shown in the list, and is drawn at once under the new policy, though nothing has moved."""
    file = policy_file(desk.home, "tryton")
    file.parent.mkdir()
    file.write_text(default_text().replace('"revenue:{channel}" = "4.1.1"\n', ""))
    drawing = desk.round("day_end").drawing
    assert drawing is not None
    assert [h.day for h in drawing.held_back] == [DAY_1, DAY_2]
    assert desk.tally.json("journal", "list")["worker"]["held_back"] == [str(DAY_1), str(DAY_2)]
    assert desk.round("every").drawing is None or desk.asks(drawn_so_far).held_back == (DAY_1, DAY_2)
    file.write_text(default_text())
    mended = desk.round("day_end").drawing
    assert mended is not None
    assert mended.changed == {"issued": 4}
    assert desk.tally.json("journal", "list")["worker"]["held_back"] == []


def test_a_ledger_that_is_away_is_tried_again_later(desk: Desk) -> None:
    """Each command once, then it is in its pause: the next round tries nothing, and nothing is given up."""
    assert desk.round().tried == 4
    standing = "select count(*) filter (where state = 0 and due > now() - interval '1 hour'), count(*) from outbox"
    assert [tuple(row) for row in desk.asks(lambda c: c.fetch(standing))] == [(4, 4)]
    desk.asks(lambda c: c.execute("update outbox set due = now() + interval '1 hour'"))
    assert desk.round().tried == 0


def test_while_another_tells_nobody_else_does(desk: Desk) -> None:
    """One at a time: who comes second leaves both the drawing and the pushing alone."""

    async def while_held(connection: Connection) -> Round:
        await connection.execute("select pg_advisory_lock($1, hashtext(current_schema()))", 0x9055)
        return await asyncio.to_thread(desk.round)

    assert desk.asks(while_held) == Round()
    assert desk.round().drawing is not None


def test_what_a_gate_writes_late_is_not_missed(desk: Desk) -> None:
    """Positions are kept by gate: a low gate that writes after a high one is seen. One position for all would miss it."""
    before = desk.asks(lambda c: moved_since(c, ()))
    assert before.days == (DAY_1, DAY_2)
    high = (63 << 52) | 4095
    assert desk.asks(lambda c: moved_since(c, before.positions)).days == ()
    desk.sells("3", DAY_1)
    assert desk.asks(lambda c: moved_since(c, (*before.positions, high))).days == (DAY_1,)
    broken_twin = "select count(*) from event where id > $1"
    assert desk.asks(lambda c: c.fetchval(broken_twin, high)) == 0

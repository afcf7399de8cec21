"""The same world on the real engine: inbox, worker, gate, outbox and timers on PostgreSQL, dying where a process can die."""

from collections import Counter

import pytest

from tallystick.engine.answer import Status
from tallystick.simulator.history import lived
from tallystick.simulator.memory_book import CrashPoint
from tallystick.simulator.postgres.dying import Deaths, Died
from tallystick.simulator.postgres.run import on_postgres, run_on_postgres
from tallystick.simulator.postgres.world import overtaken
from tallystick.simulator.running import Asked, fingerprint
from tallystick.simulator.shrinking.tape import Tape
from tallystick.simulator.weather import STORM, USUAL

HISTORIES, MESSAGES_MIN = 200, 50


def test_no_history_on_postgresql_breaks_a_promise(database_url: str) -> None:
    """Two hundred histories on the real engine: every promise and every proof holds, and the core comes to the same book."""
    stories = list(run_on_postgres(database_url, Asked(0, HISTORIES)))
    found = [(s.seed, v) for s in stories for v in s.violations]
    assert found == []
    assert [s.seed for s in stories] == list(range(HISTORIES))
    assert min(s.messages for s in stories) >= MESSAGES_MIN


def test_the_same_seed_tells_the_same_story_on_postgresql(database_url: str) -> None:
    """A real database, its own clock and its own numbers leave no trace in the story."""
    with on_postgres(database_url) as make:
        assert len({fingerprint(lived(make(Tape(3, USUAL)))) for _ in range(2)}) == 1


def test_the_process_dies_everywhere(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a storm it dies before the fold, before and after the commit, and after a push; nothing is lost or doubled."""
    deaths: Counter[object] = Counter()

    def counted(self: Died, *args: object) -> None:
        deaths.update(args)

    monkeypatch.setattr(Died, "__init__", counted)
    with on_postgres(database_url) as make:
        assert [lived(make(Tape(seed, STORM))).violations for seed in range(3)] == [()] * 3
    assert all(deaths[point] for point in CrashPoint)


def test_messages_that_come_together_are_one_batch(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine is driven in batches, and in a batch a duplicate is told what the first was told."""
    from tallystick.simulator.postgres.book import PostgresBook

    sizes: Counter[int] = Counter()
    told: Counter[Status] = Counter()
    deliver_all = PostgresBook.deliver_all

    def counted(self: PostgresBook, messages: list[object], crash: CrashPoint | None = None) -> object:
        sizes[len(messages)] += 1
        answers = deliver_all(self, messages, crash)  # type: ignore[arg-type]
        told.update(a.status for a in answers)
        return answers

    monkeypatch.setattr(PostgresBook, "deliver_all", counted)
    with on_postgres(database_url) as make:
        assert lived(make(Tape(3, USUAL))).violations == ()
    assert max(sizes) >= 5
    assert told[Status.ACCEPTED] > 30
    assert told[Status.DUPLICATE] > 5


def test_a_death_is_no_failure_anybody_handles() -> None:
    """Whoever catches ordinary failures must not catch this one: the process is gone."""
    assert not issubclass(Died, Exception)
    deaths = Deaths()
    deaths.due = CrashPoint.BEFORE_COMMIT
    deaths.at(CrashPoint.BEFORE_FOLD)
    with pytest.raises(Died):
        deaths.at(CrashPoint.BEFORE_COMMIT)
    deaths.at(CrashPoint.BEFORE_COMMIT)


def test_a_command_that_came_too_late_is_seen() -> None:
    """Commands of one order take effect in order; another order's may come between."""
    from tallystick.messages.payments import CapturePayment, VoidPayment

    first, second = VoidPayment("W1", "stripe"), CapturePayment("W1", "stripe", "EUR/2", 1)
    other = VoidPayment("W2", "stripe")
    assert list(overtaken({"a.1": first, "5.1": other, "a.2": second})) == []
    assert len(list(overtaken({"a.2": second, "a.1": first}))) == 1

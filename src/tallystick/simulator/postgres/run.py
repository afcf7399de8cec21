"""A history lived on PostgreSQL, and the proofs that only a database can give."""

from asyncio import AbstractEventLoop, Runner
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from secrets import token_hex

import uvloop

from tallystick.processes.fold import Watch
from tallystick.simulator.history import Story, lived
from tallystick.simulator.memory_book import MemoryBook
from tallystick.simulator.mutants.registry import put_in
from tallystick.simulator.postgres.beside import differences
from tallystick.simulator.postgres.book import PostgresBook
from tallystick.simulator.postgres.world import PostgresWorld, overtaken
from tallystick.simulator.running import Asked, in_order
from tallystick.simulator.shrinking.tape import Make, Tape, TapedRun
from tallystick.simulator.weather import Profile
from tallystick.simulator.world import World
from tallystick.storage.reading.proofs import check_book


class PostgresRun(TapedRun):
    """A history told by a tape, on the real engine. Its book is deleted when it is told."""

    book: PostgresBook
    world: PostgresWorld
    books_by_hand = False
    """The database refuses what no approval of its own stands behind: tests/access tells those stories."""

    def __init__(self, tape: Tape, loop: AbstractEventLoop, url: str) -> None:
        """Set the scene of *tape* in a new book at *url*."""
        self._loop, self._url = loop, url
        super().__init__(tape)
        self.book.on_batch = self.committed

    def make_book(self, watch: Watch | None) -> MemoryBook:  # noqa: ARG002 - the gate lets nobody watch
        """See `Run.make_book`."""
        return PostgresBook(self._loop, self._url, f"sim_{token_hex(6)}")

    def make_world(self) -> World:
        """See `Run.make_world`."""
        return PostgresWorld(self.dice, self.profile, self.book)

    def tell(self) -> Story:
        """See `Run.tell`; besides, every proof of the book must hold, and the book in memory must come to the same."""
        try:
            self.book.come_to_rest()
            for proof in self._loop.run_until_complete(check_book(self._url, self.book.stand.info)):
                if not proof.ok:
                    self.check.found(f"proof_{proof.name}", proof.detail)
            for kind, detail in self._loop.run_until_complete(differences(self.book)):
                self.check.found(kind, detail)
            for detail in overtaken(self.world.reached):
                self.check.found("command_overtaken", detail)
            return super().tell()
        finally:
            self.book.close()


def run_on_postgres(url: str, asked: Asked, mutant: str = "") -> Iterator[Story]:
    """Yield the stories of *asked*, lived on the database at *url*, in the order of their seeds."""
    return in_order(asked, partial(_block, url, asked.profile, mutant))


def _block(url: str, profile: Profile, mutant: str, seeds: tuple[int, ...]) -> list[Story]:
    with on_postgres(url) as make, put_in(mutant):
        return [lived(make(Tape(seed, profile))) for seed in seeds]


@contextmanager
def on_postgres(url: str) -> Iterator[Make]:
    """Yield what makes runs on the database at *url*."""
    # A runner cancels what an exception has left under way before it closes its loop; a loop alone waits for it for ever.
    with Runner(loop_factory=uvloop.new_event_loop) as runner:
        loop = runner.get_loop()
        yield lambda tape: PostgresRun(tape, loop, url)

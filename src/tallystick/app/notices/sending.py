"""Sending notices: a shift of the worker. It follows the book, looks each addressee up, and hands letters over.

Its lane, its threads and its database connections are its own: a mail server that hangs keeps up no partner and no order.
"""

import asyncio
from datetime import UTC, datetime
from typing import Any, Final, cast

from msgspec import Struct

from tallystick.app.house import House
from tallystick.app.notices.arranging import Arrangement, arranged, notifier_of
from tallystick.app.settings import SettingError, Settings
from tallystick.app.working.shifts import Shift, Well, connection_to, log
from tallystick.engine.delivery import LEASE_SECONDS, Delivery, Route
from tallystick.engine.patience import pause
from tallystick.messages.channels import TellCustomer
from tallystick.ports.connector import Acknowledgement, Misconfigured, Rejected, Retryable
from tallystick.ports.notices import Addressee, Notifier, Posted
from tallystick.publishing.notices.smtp import Mail
from tallystick.storage.book import Connection
from tallystick.storage.notices.following import Following
from tallystick.storage.notices.queue import TYPE, NoticeQueue
from tallystick.storage.serving.pool import Pool, lent, open_pool
from tallystick.storage.vault import who_is

REST_SECONDS_MIN, REST_SECONDS_MAX = 0.1, 1.0
ATTEMPTS_MAX: Final = 40
"""Some 35 hours of growing pauses."""
PLACES: Final = 4
MENDING_SECONDS: Final = 60.0


class Post(Struct):
    """A book's notices: what is arranged, where they wait, and who sends them."""

    house: House
    pool: Pool
    arrangement: Arrangement
    queue: NoticeQueue
    notifier: Notifier
    lease_seconds: float = LEASE_SECONDS
    secrets_at: datetime | None = None
    """When the secrets it was opened with were given."""

    def delivery(self) -> Delivery:
        """Return what sends what is due."""
        route = Route(self._push, self._ask, attempts_max=ATTEMPTS_MAX)
        found = Delivery(self.queue, {TYPE: route}, lambda: datetime.now(UTC), self.lease_seconds)
        found.places = asyncio.Semaphore(PLACES)
        if isinstance(self.notifier, Mail):
            found.room = self.notifier.lane.room
        return found

    async def _push(self, command: Struct, key: str) -> Acknowledgement:
        """Look the addressee up, write the letter, and hand it over; whom nobody knows any more is told nothing."""
        about = cast("TellCustomer", command)
        to = await self._addressee(about)
        letter = self.arrangement.templates.letter(about, to)
        begun = await self.queue.begin(key)
        if begun.before and about.kind in self.arrangement.at_most_once:
            raise _may_be_out(about)
        name = f"{key}.{begun.resent}" if begun.resent else key
        known_as = await self.notifier.send(Posted(f"{self.house.info.name}.{name}", to, letter, about))
        return Acknowledgement(known_as)

    async def _ask(self, command: Struct, key: str) -> Acknowledgement | None:  # noqa: ARG002 - nobody can be asked
        """Nobody knows whether a mail went out: what may be told twice goes again, the rest waits for a person."""
        about = cast("TellCustomer", command)
        if about.kind in self.arrangement.at_most_once:
            raise _may_be_out(about)
        raise Retryable("it may have gone out; it goes again under the same name, by which a double can be known")

    async def _addressee(self, about: TellCustomer) -> Addressee:
        async with lent(self.pool) as connection:
            known: dict[str, Any] | None = await who_is(connection, self.house.keyring, about.customer)
        if known is None:
            raise Rejected("nobody is told: the vault does not know this person, or they were erased")
        email, name, language = (str(known.get(key) or "") for key in ("email", "name", "language"))
        if not email:
            raise Rejected("nobody is told: no mail address of this person is kept")
        return Addressee(email, name, language)


def _may_be_out(about: TellCustomer) -> Rejected:
    return Rejected(
        f"it may have gone out, and `{about.kind}` is told at most once: ask the customer, or `tally notice resend` it"
    )


async def post_of(house: House, settings: Settings, pool: Pool) -> Post:
    """Return a book's notices over *pool*."""
    queue = NoticeQueue(pool)
    secrets_at = await queue.secrets_set_at()  # before they are read: one that comes meanwhile is seen
    notifier = await notifier_of(settings.notices, queue, house.keyring)
    return Post(house, pool, arranged(settings.notices), queue, notifier, settings.outbox_lease_seconds, secrets_at)


def noticing(house: House, settings: Settings, stop: asyncio.Event) -> Shift:
    """Return the shift that makes and sends notices until *stop*."""

    async def shift(well: Well) -> None:
        pool = await open_pool(house.server, house.info.schema)
        try:
            post = await _opened((house, settings, pool), stop)
            if post is not None:
                async with connection_to(house) as connection:
                    await _rounds(post, connection, (well, stop))
                await post.notifier.close()
        finally:
            await pool.close()

    return shift


async def _opened(where: tuple[House, Settings, Pool], stop: asyncio.Event) -> Post | None:
    """Open it; what a person must mend is said once, and looked for again and again."""
    told = ""
    while not stop.is_set():
        try:
            return await post_of(*where)
        except (SettingError, Misconfigured) as wrong:
            if str(wrong) != told:
                log.warning("notices_held", reason=str(wrong))
            told = str(wrong)
            await pause(stop, MENDING_SECONDS)
    return None


async def _rounds(post: Post, connection: Connection, how: tuple[Well, asyncio.Event]) -> None:
    """Do one round after another until *stop*, or until somebody gives a secret: then all is opened anew."""
    well, stop = how
    following, delivery = Following(connection, post.arrangement.wanted), post.delivery()
    await following.know()
    seconds = REST_SECONDS_MIN
    while not stop.is_set():
        if await post.queue.secrets_set_at() != post.secrets_at:
            # A letter may have been tried with the old one after it was hastened: it is tried again.
            await post.queue.hasten(datetime.now(UTC))
            return
        did = await following.run_once(datetime.now(UTC)) + await delivery.run_once(stop)
        well()
        if did:
            seconds = REST_SECONDS_MIN
        else:
            await pause(stop, seconds)
            seconds = min(2 * seconds, REST_SECONDS_MAX)


async def notices_once(house: House, settings: Settings) -> int:
    """Make and send what is due now; return how many letters were tried."""
    pool = await open_pool(house.server, house.info.schema)
    try:
        post = await post_of(house, settings, pool)
        async with connection_to(house) as connection:
            following = Following(connection, post.arrangement.wanted)
            await following.know()
            while await following.run_once(datetime.now(UTC)):
                pass
        tried = await post.delivery().run_once()
        await post.notifier.close()
    finally:
        await pool.close()
    return tried

"""Letters by a webhook: a service of the retailer's sends them. Signed as Standard Webhooks ask; its id tells doubles apart."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.channels import TellCustomer
from tallystick.ports.connector import Misconfigured, Rejected, Retryable
from tallystick.ports.notices import Posted
from tallystick.ports.publishing import Address, Gone, Publisher, Told

TYPE: Final = CATALOGUE.of(TellCustomer).type


class Hook:
    """Implements `ports.notices.Notifier`: one POST a letter, with whom it goes to and what it says."""

    def __init__(
        self, publisher: Publisher, address: Address, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Publish to *address*."""
        self._publisher, self._address, self._clock = publisher, address, clock

    async def send(self, posted: Posted) -> str:
        """Hand a letter over; the service that has its id already drops it."""
        at = self._clock()
        letter: dict[str, Any] = msgspec.to_builtins(posted.letter)
        event = {
            "specversion": "1.0",
            "id": posted.key,
            "source": "tallystick",
            "type": TYPE,
            "time": at,
            "datacontenttype": "application/json",
            "data": {"about": posted.about, "to": msgspec.to_builtins(posted.to), **letter},
        }
        try:
            await self._publisher.publish(self._address, Told(posted.key, TYPE, "", msgspec.json.encode(event)), at)
        except Gone:
            raise Misconfigured("the service at notices.hook_url says it is gone: name another one") from None
        except Rejected as no:  # of its own keys or address as likely as of this letter: told again, under the same id
            raise Retryable(str(no)) from None
        return posted.key

    async def close(self) -> None:
        """Hang up."""
        closing: Any = getattr(self._publisher, "close", None)
        if closing is not None:
            await closing()

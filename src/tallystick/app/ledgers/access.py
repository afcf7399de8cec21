"""The ledger that is configured, as an open door."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tallystick.app.settings import Settings
from tallystick.ports.connector import Misconfigured

if TYPE_CHECKING:
    from tallystick.connectors.tryton.connector import TrytonErp


@contextmanager
def open_ledger(settings: Settings) -> Iterator["TrytonErp"]:
    """Yield the door to the configured ledger; raise `Misconfigured` where there is none."""
    from tallystick.connectors.tryton.client import Access
    from tallystick.connectors.tryton.connector import TrytonErp

    tryton = settings.tryton
    if not tryton.url:
        raise Misconfigured(
            "no ledger is configured: set tryton.url, or hand journals over as a file with `tally journal export`"
        )
    door = TrytonErp(Access(tryton.url, tryton.database, tryton.user, tryton.password(), tryton.company))
    try:
        yield door
    finally:
        door.close()

"""Where a connection's files or messages come from: `--from`, put around whatever connector translates them."""

from collections.abc import Mapping
from typing import Final

from tallystick.app.connectors import Maker
from tallystick.kit.files.addresses import REACHING, Address, queue_at, scheme_of, secrets_wanted, store_at
from tallystick.kit.files.arriving import FileDoor, Intake
from tallystick.kit.files.complete import rules_in
from tallystick.kit.files.reading import Reader
from tallystick.kit.settings import number_in
from tallystick.ports.connector import Connection, Connector, Misconfigured
from tallystick.storage.connections.register import Configured, ConnectionConflict

FROM: Final = "from"
PREFIX: Final = "from."
SETTINGS: Final[Mapping[str, str]] = {
    "complete": "when a file is taken: `rename` (at once; hidden and temporary names are left alone), `stable`, or `marker`",
    "pattern": "which files, as a shell names them; all where it is left out",
    "marker": "with `marker`: what stands behind a file's name to say that it is complete; `.done`",
    "stable_seconds": "with `stable`: so long must its size and time stand still between two looks; 10",
    "file_bytes_max": "what is larger, or unpacks to more, goes to quarantine; 10000000",
    "hidden_seconds": "sqs: so long is a received message kept from others; 120",
    **REACHING,
}
"""Settings of an intake, each said as `from.NAME`."""


def check_places(configured: Configured, maker: Maker) -> None:
    """Raise `ConnectionConflict` for an intake, or another place of files, that cannot be."""
    said = _said(configured.settings)
    if said and FROM not in configured.settings:
        raise ConnectionConflict(
            f"settings: {PREFIX}{min(said)} says how files come, and nothing where from: use --from"
        )
    for name in sorted(said.keys() - SETTINGS.keys()):
        known = ", ".join(f"{PREFIX}{n} ({means})" for n, means in SETTINGS.items())
        raise ConnectionConflict(f"settings: {PREFIX}{name} is no setting of an intake: use {known}")
    try:
        rules_in(said)
        secrets_of(configured, maker)
    except Misconfigured as wrong:
        raise ConnectionConflict(f"URL or --from: {wrong}") from wrong


def takes_in_only(configured: Configured) -> bool:
    """Say whether a connection has an intake and no address: it takes no commands."""
    return not configured.url and FROM in configured.settings


def own_settings(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that are the connector's own."""
    return {name: value for name, value in settings.items() if name != FROM and not name.startswith(PREFIX)}


def wanted_of_intake(configured: Configured) -> dict[str, str]:
    """Return the secrets that an intake takes, by name."""
    address = configured.settings.get(FROM)
    return secrets_wanted(address, configured.settings, PREFIX) if address else {}


def secrets_of(configured: Configured, maker: Maker) -> dict[str, str]:
    """Return all secrets a connection takes, by name, and what each is."""
    wants = getattr(maker, "wants", None)
    own: Mapping[str, str] = wants(configured.url, configured.settings) if wants else maker.manifest.secrets
    return {**own, **wanted_of_intake(configured)}


def taking_in(inner: Connector, connection: Connection, settings: Mapping[str, str]) -> Connector:
    """Return a door around *inner* that takes files or messages in, where an intake is configured."""
    url = settings.get(FROM)
    if not url:
        return inner
    address = Address(url=url, settings=settings, secret=connection.secret, prefix=PREFIX)
    said = _said(settings)
    if scheme_of(url) == "sqs":
        from tallystick.kit.files.queue import Queue, QueueDoor

        service, queue = queue_at(address)
        hidden = number_in(said, "hidden_seconds", 120)
        return QueueDoor(inner, Queue(source=connection.name, service=service, url=queue, hidden_seconds=hidden))
    return FileDoor(inner, Intake(source=connection.name, store=store_at(address), rules=rules_in(said)))


def reading(inner: Connector, settings: Mapping[str, str]) -> Connector:
    """Return what only translates what came in that way."""
    return Reader(inner, rules_in(_said(settings)))


def _said(settings: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(PREFIX): value for name, value in settings.items() if name.startswith(PREFIX)}

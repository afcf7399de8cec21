"""What machines of the house ask for without a key: is it alive, is it ready, its metrics, its contract."""

from contextlib import suppress
from datetime import UTC, datetime

import msgspec
from prometheus_client import CollectorRegistry

from tallystick.api.call import Reply
from tallystick.api.contracts import CAPABILITIES
from tallystick.api.door import Incoming, Plain
from tallystick.api.problems import AWAY, Problem
from tallystick.api.spec.openapi import openapi
from tallystick.app.connections.channel_metrics import channel_metrics
from tallystick.app.connections.metrics import connection_metrics
from tallystick.app.serving.releases import release
from tallystick.app.serving.shared_metrics import shown
from tallystick.storage.channels.lags import channel_lags
from tallystick.storage.connections.health import connection_health
from tallystick.storage.serving.pool import Pool, lent


def plain_paths(pool: Pool, registry: CollectorRegistry) -> dict[str, Plain]:
    """Return who answers at which path."""
    contract = msgspec.json.encode(openapi(CAPABILITIES, release()))

    async def live(_: Incoming) -> Reply:
        return Reply(200, b'{"status":"live"}')

    async def ready(_: Incoming) -> Reply:
        try:
            await pool.fetchval("select 1", timeout=2)
        except Exception:  # noqa: BLE001 - whatever it is, this process cannot serve now
            raise Problem(AWAY) from None
        return Reply(200, b'{"status":"ready"}')

    async def metrics(_: Incoming) -> Reply:
        text = shown(registry)
        with suppress(Exception):  # whatever the book cannot say now, the process's own metrics are shown
            async with lent(pool) as connection:
                text += connection_metrics(await connection_health(connection))
                text += channel_metrics(await channel_lags(connection), datetime.now(UTC))
        return Reply(200, text, media=b"text/plain; version=0.0.4; charset=utf-8")

    async def described(_: Incoming) -> Reply:
        return Reply(200, contract)

    return {"/health/live": live, "/health/ready": ready, "/metrics": metrics, "/openapi.json": described}

"""What machines of the house ask for without a key: is it alive, is it ready, its metrics, its contract."""

import msgspec
from prometheus_client import CollectorRegistry

from tallystick.api.call import Reply
from tallystick.api.contracts import CAPABILITIES
from tallystick.api.door import Incoming, Plain
from tallystick.api.problems import AWAY, Problem
from tallystick.api.spec.openapi import openapi
from tallystick.app.serving.releases import release
from tallystick.app.serving.shared_metrics import shown
from tallystick.storage.serving.pool import Pool


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
        return Reply(200, shown(registry), media=b"text/plain; version=0.0.4; charset=utf-8")

    async def described(_: Incoming) -> Reply:
        return Reply(200, contract)

    return {"/health/live": live, "/health/ready": ready, "/metrics": metrics, "/openapi.json": described}

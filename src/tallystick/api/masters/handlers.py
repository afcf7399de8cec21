"""Products, locations and the catalogue over HTTP."""

from collections.abc import Sequence

from tallystick.api.call import Call, Reply, reply
from tallystick.api.contract import PREFIX, Capability
from tallystick.api.desk import Desk
from tallystick.api.masters.shapes import (
    CapabilityListed,
    CatalogueShown,
    Consumer,
    LocationsShown,
    OperationListed,
    ProductsPage,
)
from tallystick.messages.catalogue import Lifecycle
from tallystick.ports.reading import Use


async def list_products(call: Call, desk: Desk) -> Reply:
    """Read a page of product codes."""
    found = list(await desk.masters.products(call.query.after, call.query.limit))
    return reply(ProductsPage(found, found[-1] if len(found) == call.query.limit else None))


async def list_locations(_call: Call, desk: Desk) -> Reply:
    """Read every location."""
    return reply(LocationsShown(list(await desk.masters.locations())))


async def show_catalogue(call: Call, desk: Desk) -> Reply:
    """Read what is offered, by whom, and who uses it."""
    return reply(CatalogueShown(listed(call.capabilities, await desk.usage())))


def listed(capabilities: Sequence[Capability], usage: Sequence[Use]) -> list[CapabilityListed]:
    """Return *capabilities* as the catalogue shows them, with who used them lately."""
    return [
        CapabilityListed(
            c.name,
            c.owner,
            c.version,
            c.lifecycle.value,
            c.about,
            c.quota.requests,
            c.quota.window_seconds,
            [
                OperationListed(o.id, o.method, PREFIX + o.path, _stage(c, o.does is not None), o.scope, o.about)
                for o in c.operations
            ],
            [Consumer(u.client, u.last_at) for u in usage if u.capability == c.name],
        )
        for c in capabilities
    ]


def _stage(capability: Capability, is_alive: bool) -> str:  # noqa: FBT001 - said by its name at the only call
    return capability.lifecycle.value if is_alive else Lifecycle.DRAFT.value

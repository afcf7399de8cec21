"""`tally catalogue`: what the house offers to whom, and who uses it."""

from typing import TYPE_CHECKING, Any

import typer

from tallystick.app import output

if TYPE_CHECKING:
    from tallystick.app.house import House


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("catalogue")(catalogue)


def catalogue(book: output.Book = None, as_json: output.Json = False) -> None:
    """List capabilities and messages. Each with owner, lifecycle and version; capabilities with the clients seen.

    Example: tally catalogue --json
    """
    from tallystick.app.running import in_house

    found = in_house(book, _read)
    if as_json:
        output.json(found)
        return
    rows = [
        (c.name, c.owner, c.version, c.lifecycle, len(c.operations), _seen(c.consumers)) for c in found["capabilities"]
    ]
    output.table(("capability", "owner", "version", "lifecycle", ">operations", "used by"), rows)
    output.heading("Messages")
    messages = [(m["type"], m["role"], m["owner"], m["lifecycle"]) for m in found["messages"]]
    output.table(("type", "role", "owner", "lifecycle"), messages)


async def _read(house: "House") -> dict[str, Any]:
    from tallystick.api.contracts import CAPABILITIES
    from tallystick.api.masters.handlers import listed
    from tallystick.messages.catalogue import TYPES
    from tallystick.storage.serving.pool import open_pool
    from tallystick.storage.serving.quotas import Quotas

    pool = await open_pool(house.server, house.info.schema)
    try:
        uses = await Quotas(pool).uses()
    finally:
        await pool.close()
    messages = [
        {"type": t.type, "role": t.role, "owner": t.owner, "lifecycle": t.lifecycle, "version": t.version}
        for t in TYPES
    ]
    return {"capabilities": listed(CAPABILITIES, uses), "messages": messages}


def _seen(consumers: list[Any]) -> str:
    return ", ".join(f"{c.client} ({output.moment(c.last_used_at)})" for c in consumers)

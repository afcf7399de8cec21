"""`tally worker`: works off what has arrived, sends what is to be sent, and tells the ledger and customers."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.app import output

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.app.working.work import Done


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("worker")(worker)


def worker(
    book: output.Book = None,
    seconds: Annotated[float | None, typer.Option("--for", min=0, help="Stop after so many seconds.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Do what can be done now, and stop.")] = False,
    as_json: output.Json = False,
) -> None:
    """Work off the inbox, raise deadlines, deliver the outbox, tell the ledger and customers, until SIGTERM or Ctrl-C.

    Start as many as you like, on as many machines: they share a book's subjects, and when one dies the others take over
    what it had. A worker goes on when the database was away; an embedded one that died is started again. When it is told
    to stop, it finishes the batch under way. What it says of itself goes to standard error, a line an occurrence.

    Example: tally worker --once
    """
    from tallystick.app.running import in_house
    from tallystick.app.working.logs import start_logs

    start_logs()
    done = in_house(book, lambda house: _work(house, seconds, once=once))
    if as_json:
        output.json(done)
    else:
        output.say(
            f"{output.count(done.deliveries, 'delivery', 'deliveries')} worked off, "
            f"{output.count(done.deadlines, 'deadline')} raised, {output.count(done.commands, 'command')} tried."
        )


async def _work(house: "House", seconds: float | None, *, once: bool) -> "Done":
    import signal

    from tallystick.app.connectors import routes
    from tallystick.app.notices.arranging import are_told, arranged
    from tallystick.app.settings import read_settings
    from tallystick.app.working.journals import is_told
    from tallystick.app.working.logs import log_the_unheard
    from tallystick.app.working.shifts import Way
    from tallystick.app.working.work import work, work_once

    settings = read_settings()
    way = Way(routes(settings), settings.outbox_lease_seconds, settings, settings)
    is_told(house, settings)  # A setting that cannot be used is a complaint now, not a line in a log.
    if are_told(settings, house.info.name):
        arranged(settings.notices)
    if once:
        return await work_once(house, way)
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    log_the_unheard(loop)
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    if seconds is not None:
        loop.call_later(seconds, stop.set)
    return await work(house, way, stop)

"""Going live over HTTP."""

from tallystick.api.call import Call, Reply, reply
from tallystick.api.desk import Desk
from tallystick.api.golive.shapes import DayShown, GoliveChannel, GoliveShown, TakeoverShown


async def show_golive(_call: Call, desk: Desk) -> Reply:
    """Say where going live stands."""
    found = await desk.golive.standing()
    takeovers = [
        TakeoverShown(t.ledger, t.state, t.units, t.value, t.orders, t.orders_come, t.left) for t in found.takeovers
    ]
    channels = [
        GoliveChannel(c.channel, c.state, c.ledger, c.since, c.days_needed, c.kept, c.closed) for c in found.channels
    ]
    days = [DayShown(d.ledger, d.on, d.same, d.explained, d.unexplained) for d in found.days]
    return reply(GoliveShown(takeovers, channels, days))

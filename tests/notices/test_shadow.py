"""Customers of a channel in the shadow hear from the old system, and not from us, however late we look."""

from tallystick.messages.golive.reports import ChannelSwitched, ShadowBegun
from tallystick.processes.members import CHANNELS_SUBJECT
from tests.notices.conftest import ADA, BEN, Counter


async def test_nobody_is_written_to_in_the_shadow(counter: Counter) -> None:
    """What happened before the switch is told by nobody of us, also when it is followed after it; what comes then is."""
    await counter.says(CHANNELS_SUBJECT, ShadowBegun("web", "old", "user:1", 3))
    await counter.works()
    await counter.orders("W1", ADA)
    await counter.says(CHANNELS_SUBJECT, ChannelSwitched("web", "user:1", 3))
    await counter.orders("W2", BEN)
    await counter.works()
    assert set(await counter.standing()) == {"W2 confirmed"}

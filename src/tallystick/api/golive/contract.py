"""The contract of going live."""

from tallystick.api.contract import READING, Capability, Given, Operation
from tallystick.api.golive import handlers as do
from tallystick.api.golive.shapes import GoliveShown
from tallystick.messages.catalogue import Lifecycle

GOLIVE = Capability(
    name="golive",
    owner="controlling",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="What was taken over from old systems, which channels run beside one, and how the days fitted.",
    quota=READING,
    operations=(
        Operation(
            id="show_golive",
            method="GET",
            path="/golive",
            about="Takeovers, channels with what was kept for them, and the days that were compared.",
            scope="golive:read",
            does=do.show_golive,
            gives=(Given(200, "as it stands now", GoliveShown),),
        ),
    ),
)

"""The contract of fulfilment."""

from tallystick.api.contract import BUSY, Capability, Given, Operation
from tallystick.api.fulfilment import handlers as do
from tallystick.api.fulfilment.shapes import Dispatched, DispatchRefusal, FulfilmentMoved, FulfilmentStanding
from tallystick.api.orders.contract import ENTERING
from tallystick.api.orders.shapes import OrderWhere
from tallystick.api.problems import CHANGED, TOO_EARLY
from tallystick.messages.catalogue import Lifecycle

_TAKEN = (Given(200, "taken", FulfilmentMoved, ("Idempotent-Replayed",)),)

FULFILMENT = Capability(
    name="fulfilment",
    owner="warehouse operations",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="What a location was asked to send, what left, and what will not.",
    quota=BUSY,
    operations=(
        Operation(
            id="show_fulfilment",
            method="GET",
            path="/orders/{order}/fulfilment",
            about="What was asked of the location, what left, and what is waited for.",
            scope="fulfilment:read",
            does=do.show_fulfilment,
            where=OrderWhere,
            gives=(Given(200, "as it stands now", FulfilmentStanding, ("ETag",)),),
        ),
        Operation(
            id="note_dispatch",
            method="POST",
            path="/orders/{order}/dispatches",
            about="A parcel left. What has physically happened is never refused.",
            scope="fulfilment:write",
            does=do.note_dispatch,
            where=OrderWhere,
            takes=Dispatched,
            gives=_TAKEN,
            problems=(*ENTERING, TOO_EARLY, CHANGED),
            has_key=True,
            has_precondition=True,
        ),
        Operation(
            id="note_refusal",
            method="POST",
            path="/orders/{order}/dispatch-refusals",
            about="The location will not send what is still open, or some lines of it.",
            scope="fulfilment:write",
            does=do.note_refusal,
            where=OrderWhere,
            takes=DispatchRefusal,
            gives=_TAKEN,
            problems=(*ENTERING, TOO_EARLY, CHANGED),
            has_key=True,
            has_precondition=True,
        ),
    ),
)

"""The contract of orders."""

from tallystick.api.contract import BUSY, Capability, Given, Operation
from tallystick.api.orders import handlers as do
from tallystick.api.orders.shapes import (
    Address,
    CancellationWanted,
    LineCancellationWanted,
    LineWhere,
    OrderStanding,
    OrderWanted,
    OrderWhere,
    Placed,
)
from tallystick.api.problems import (
    CHANGED,
    KEY_REUSED,
    KNOWN,
    NOT_COVERED,
    OUT_OF_STOCK,
    REFUSED,
    TOO_EARLY,
    TOO_LATE,
    WAITING,
)
from tallystick.messages.catalogue import Lifecycle

ENTERING = (KEY_REUSED, REFUSED, WAITING)

ORDERS = Capability(
    name="orders",
    owner="sales operations",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="Orders are placed and reserved at once or refused at once, looked at, and cancelled.",
    quota=BUSY,
    operations=(
        Operation(
            id="place_order",
            method="POST",
            path="/orders",
            about="Place an order: all its lines are reserved, or it is refused and the lines without stock are named.",
            scope="orders:write",
            does=do.place_order,
            takes=OrderWanted,
            gives=(Given(201, "reserved", Placed, ("Location", "Idempotent-Replayed")),),
            problems=(*ENTERING, OUT_OF_STOCK, NOT_COVERED, KNOWN),
            has_key=True,
        ),
        Operation(
            id="show_order",
            method="GET",
            path="/orders/{order}",
            about="Where an order stands: its processes, lines, what was asked of others, and what is due.",
            scope="orders:read",
            does=do.show_order,
            where=OrderWhere,
            gives=(Given(200, "as it stands now", OrderStanding, ("ETag",)),),
        ),
        Operation(
            id="cancel_order",
            method="POST",
            path="/orders/{order}/cancellation",
            about="Cancel an order. What has been released is recalled; `state` says CANCELLING until the location answers.",
            scope="orders:write",
            does=do.cancel_order,
            where=OrderWhere,
            takes=CancellationWanted,
            gives=(Given(200, "cancelled, or being recalled", Placed, ("Idempotent-Replayed",)),),
            problems=(*ENTERING, TOO_EARLY, TOO_LATE, CHANGED),
            has_key=True,
            has_precondition=True,
        ),
        Operation(
            id="cancel_line",
            method="POST",
            path="/orders/{order}/lines/{line}/cancellation",
            about="Cancel a line, or some units of it. What was released is asked back: `outcome` says `asked` until then.",
            scope="orders:write",
            does=do.cancel_line,
            where=LineWhere,
            takes=LineCancellationWanted,
            gives=(Given(200, "cancelled, or asked back", Placed, ("Idempotent-Replayed",)),),
            problems=(*ENTERING, TOO_EARLY, TOO_LATE, CHANGED),
            has_key=True,
            has_precondition=True,
        ),
        Operation(
            id="change_address",
            method="PUT",
            path="/orders/{order}/address",
            about="Change where an order goes, while it has not left. The address goes to the vault.",
            scope="orders:write",
            does=do.change_address,
            where=OrderWhere,
            takes=Address,
            gives=(Given(200, "changed, or asked of the location", Placed, ("Idempotent-Replayed",)),),
            problems=(*ENTERING, TOO_EARLY, TOO_LATE, CHANGED),
            has_key=True,
            has_precondition=True,
        ),
    ),
)

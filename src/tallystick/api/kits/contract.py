"""The contract of kits."""

from tallystick.api.contract import READING, Capability, Given, Operation
from tallystick.api.kits import handlers as do
from tallystick.api.kits.shapes import KitMoved, KitQuery, KitShown, KitWanted, KitWhere
from tallystick.api.problems import KEY_REUSED, REFUSED, WAITING
from tallystick.messages.catalogue import Lifecycle

KITS = Capability(
    name="kits",
    owner="master data",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="Products sold as one and stocked as components. A line of an order with `kit` names one.",
    quota=READING,
    operations=(
        Operation(
            id="define_kit",
            method="PUT",
            path="/kits/{sku}",
            about="Declare what a kit is made of. Orders placed before keep what they were sold as.",
            scope="catalogue:write",
            does=do.define_kit,
            where=KitWhere,
            takes=KitWanted,
            gives=(Given(200, "declared", KitMoved, ("Idempotent-Replayed",)),),
            problems=(KEY_REUSED, REFUSED, WAITING),
            has_key=True,
        ),
        Operation(
            id="show_kit",
            method="GET",
            path="/kits/{sku}",
            about="What a kit is made of, and how many whole ones may be promised.",
            scope="catalogue:read",
            does=do.show_kit,
            where=KitWhere,
            query=KitQuery,
            gives=(Given(200, "as declared, and as it stands now", KitShown),),
        ),
    ),
)

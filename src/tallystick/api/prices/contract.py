"""The contract of prices."""

from tallystick.api.contract import READING, Capability, Given, Operation
from tallystick.api.prices import handlers as do
from tallystick.api.prices.shapes import PriceQuery, PricesShown, PriceWhere
from tallystick.messages.catalogue import Lifecycle

PRICES = Capability(
    name="prices",
    owner="master data",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="What a product costs in a channel, as its system of record declared it.",
    quota=READING,
    operations=(
        Operation(
            id="show_price",
            method="GET",
            path="/prices/{sku}",
            about="The price in force now or at a moment, and those that begin later.",
            scope="catalogue:read",
            does=do.show_price,
            where=PriceWhere,
            query=PriceQuery,
            gives=(Given(200, "as declared", PricesShown, ("ETag",)),),
        ),
    ),
)

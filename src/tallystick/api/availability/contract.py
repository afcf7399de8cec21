"""The contract of availability."""

from tallystick.api.availability import handlers as do
from tallystick.api.availability.shapes import ProductStock, StockQuery, StockShown, StockWanted, StockWhere
from tallystick.api.contract import READING, Capability, Given, Operation
from tallystick.messages.catalogue import Lifecycle

AVAILABILITY = Capability(
    name="availability",
    owner="inventory control",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="Units on hand, available and committed, for one product or many.",
    quota=READING,
    operations=(
        Operation(
            id="show_stock",
            method="GET",
            path="/stock/{sku}",
            about="What of one product is there, location by location.",
            scope="availability:read",
            does=do.show_stock,
            where=StockWhere,
            query=StockQuery,
            gives=(Given(200, "as it stands now", ProductStock),),
        ),
        Operation(
            id="query_stock",
            method="POST",
            path="/stock/query",
            about="The same for up to five hundred products at once.",
            scope="availability:read",
            does=do.query_stock,
            takes=StockWanted,
            gives=(Given(200, "as it stands now", StockShown),),
        ),
    ),
)

"""The contract of availability."""

from tallystick.api.availability import handlers as do
from tallystick.api.availability.shapes import (
    Explained,
    ExplanationQuery,
    OneShown,
    StockQuery,
    StockShown,
    StockWanted,
    StockWhere,
)
from tallystick.api.contract import READING, Capability, Given, Operation
from tallystick.messages.catalogue import Lifecycle

AVAILABILITY = Capability(
    name="availability",
    owner="inventory control",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="What may be promised of one product or many, by channel, place and day, and how each number came about.",
    quota=READING,
    operations=(
        Operation(
            id="show_stock",
            method="GET",
            path="/stock/{sku}",
            about="What may be promised of one product, location by location.",
            scope="availability:read",
            does=do.show_stock,
            where=StockWhere,
            query=StockQuery,
            gives=(Given(200, "as it stands now", OneShown),),
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
        Operation(
            id="explain_stock",
            method="GET",
            path="/stock/{sku}/explanation",
            about="How each number came about, step by step: now, or at a past moment.",
            scope="availability:read",
            does=do.explain_stock,
            where=StockWhere,
            query=ExplanationQuery,
            gives=(Given(200, "the steps", Explained),),
        ),
    ),
)

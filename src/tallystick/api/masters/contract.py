"""The contract of products, locations and the catalogue."""

from tallystick.api.contract import QUIET, Capability, Given, Operation
from tallystick.api.masters import handlers as do
from tallystick.api.masters.shapes import CatalogueShown, LocationsShown, ProductsPage, ProductsQuery
from tallystick.messages.catalogue import Lifecycle

MASTERS = Capability(
    name="masters",
    owner="master data",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="Products and locations the book knows, and the catalogue of what is offered.",
    quota=QUIET,
    operations=(
        Operation(
            id="list_products",
            method="GET",
            path="/products",
            about="Product codes, page by page.",
            scope="catalogue:read",
            does=do.list_products,
            query=ProductsQuery,
            gives=(Given(200, "a page", ProductsPage),),
        ),
        Operation(
            id="list_locations",
            method="GET",
            path="/locations",
            about="Every location.",
            scope="catalogue:read",
            does=do.list_locations,
            gives=(Given(200, "all of them", LocationsShown),),
        ),
        Operation(
            id="show_catalogue",
            method="GET",
            path="/catalogue",
            about="Capabilities with owner, lifecycle, version and quota, and the clients seen.",
            scope="catalogue:read",
            does=do.show_catalogue,
            gives=(Given(200, "the catalogue", CatalogueShown),),
        ),
    ),
)

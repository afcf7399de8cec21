"""The contract of purchases."""

from tallystick.api.contract import READING, Capability, Given, Operation
from tallystick.api.purchases import handlers as do
from tallystick.api.purchases.shapes import PurchaseShown, PurchaseWhere
from tallystick.messages.catalogue import Lifecycle

PURCHASES = Capability(
    name="purchases",
    owner="purchasing",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="What is ordered of suppliers: what came of it, what was invoiced, and what waits for whom.",
    quota=READING,
    operations=(
        Operation(
            id="show_purchase",
            method="GET",
            path="/purchases/{purchase}",
            about="A purchase line by line, and its invoices. What happens to it is sent as reports of `buying`.",
            scope="purchases:read",
            does=do.show_purchase,
            where=PurchaseWhere,
            gives=(Given(200, "as it stands", PurchaseShown, ("ETag",)),),
        ),
    ),
)

"""Purchases over HTTP."""

from typing import Any

from tallystick.api.call import Call, Reply, reply, tagged
from tallystick.api.desk import Desk
from tallystick.api.problems import NOT_FOUND, Problem
from tallystick.api.purchases.shapes import InvoiceShown, LineShown, PurchaseShown
from tallystick.processes.family import Family, data_of, decode_family
from tallystick.processes.members import PURCHASE


async def show_purchase(call: Call, desk: Desk) -> Reply:
    """Say where a purchase stands."""
    name = call.where.purchase
    found = await desk.standing(f"purchase/{name}")
    family = decode_family(found.family) if found else {}
    if found is None or PURCHASE not in family:
        raise Problem(NOT_FOUND, f"there is no purchase {name}: it is placed by the report purchase_placed")
    return reply(shown(family), headers=tagged(found.tag))


def shown(family: Family) -> PurchaseShown:
    """Return a purchase as it is shown."""
    data: Any = data_of(family, PURCHASE)
    return PurchaseShown(
        data.purchase,
        family[PURCHASE].state,
        data.supplier,
        data.location,
        data.currency,
        data.expected_on,
        data.matching,
        data.revision,
        data.short(),
        data.received_not_invoiced(),
        [
            LineShown(
                x.line,
                x.sku,
                x.quantity,
                x.received,
                x.rejected,
                x.invoiced,
                x.sent_back,
                data.to_come(x),
                x.received_not_invoiced(),
            )
            for x in data.lines
        ],
        [_invoice(family, name) for name in family if name.startswith("supplier_invoice/")],
    )


def _invoice(family: Family, member: str) -> InvoiceShown:
    data: Any = data_of(family, member)
    return InvoiceShown(data.invoice, family[member].state, data.amount, sum(data.paid.values()), data.reasons)

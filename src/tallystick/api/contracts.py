"""Every capability of the house. A new one is a room and a line here.

Capabilities that are drafts have their place in the contract and come alive with their processes; they are listed in
the catalogue and served by nobody.
"""

from typing import Final

from tallystick.api.availability.contract import AVAILABILITY
from tallystick.api.channels.contract import CHANNELS
from tallystick.api.contract import Capability, Operation
from tallystick.api.fulfilment.contract import FULFILMENT
from tallystick.api.gift_cards.contract import GIFT_CARDS
from tallystick.api.golive.contract import GOLIVE
from tallystick.api.journal.contract import JOURNAL
from tallystick.api.kits.contract import KITS
from tallystick.api.masters.contract import MASTERS
from tallystick.api.orders.contract import ORDERS
from tallystick.api.partners.contract import CASES, PARCELS, SCREENINGS
from tallystick.api.payments.contract import PAYMENTS
from tallystick.api.prices.contract import PRICES
from tallystick.api.proposals.contract import PROPOSALS
from tallystick.api.purchases.contract import PURCHASES
from tallystick.api.reports.contract import REPORTS
from tallystick.api.reservations.contract import RESERVATIONS
from tallystick.api.returns.contract import RETURNS
from tallystick.api.stewardship.contract import STEWARDSHIP
from tallystick.api.stocking.contract import COUNTS, TRANSFERS
from tallystick.api.tax.contract import TAX
from tallystick.messages.catalogue import Lifecycle


def _draft(name: str, owner: str, about: str, *operations: tuple[str, str, str]) -> Capability:
    """Return a capability that has its place and is not alive yet; *operations* are (id, method, path)."""
    drafted = tuple(
        Operation(id=id_, method=method, path=path, about="Not served yet.", scope=f"{name}:write")
        for id_, method, path in operations
    )
    return Capability(
        name=name, owner=owner, version="0.1.0", lifecycle=Lifecycle.DRAFT, about=about, operations=drafted
    )


CAPABILITIES: Final[tuple[Capability, ...]] = (
    AVAILABILITY,
    RESERVATIONS,
    ORDERS,
    PAYMENTS,
    FULFILMENT,
    REPORTS,
    JOURNAL,
    PROPOSALS,
    MASTERS,
    TAX,
    RETURNS,
    KITS,
    PRICES,
    PURCHASES,
    CHANNELS,
    STEWARDSHIP,
    TRANSFERS,
    COUNTS,
    GOLIVE,
    SCREENINGS,
    PARCELS,
    CASES,
    GIFT_CARDS,
)

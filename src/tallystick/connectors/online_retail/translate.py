"""What a delivery says, in canonical reports. Pure, and nothing is invented that the manifest does not declare."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.online_retail import cells, raw
from tallystick.connectors.online_retail.cells import CellFault, Moment
from tallystick.connectors.online_retail.columns import INVOICE, KNOWN
from tallystick.connectors.online_retail.deliveries import subject_of
from tallystick.connectors.online_retail.lines import (
    COUNTED,
    GIVEAWAYS,
    GOODS,
    UNSTOCKED,
    Line,
    Sheet,
    Trade,
    read_line,
    trade_of,
)
from tallystick.connectors.online_retail.raw import DeclaredOpening, RawHeader, RawRows, invoice_in, person_in
from tallystick.messages.sales import (
    BadDebtLine,
    BadDebtReported,
    CreditReported,
    SaleLine,
    SaleReported,
    ServiceLine,
)
from tallystick.messages.stock import AdjustmentLine, AdjustmentReported, DeclaredCost, ReceiptLine, ReceiptReported
from tallystick.model.amount import money
from tallystick.ports.connector import Delivery, Fault, Pseudonym, Report, Translation

LOCATION: Final = "MAIN"
CURRENCY: Final = money(cells.CURRENCY_CODE, cells.DECIMALS)
ON_ACCOUNT: Final = "account"
BY_CARD: Final = "card"


class Shop(Struct, frozen=True):
    """Whose file it is, and how its customers are referred to."""

    source: str
    pseudonym: Pseudonym

"""Masters: products, suppliers and ledger accounts, as the system of record for them says they are.

Names are those of things and firms. Nothing of a natural person belongs here.
"""

from datetime import datetime

from msgspec import Struct

from tallystick.model.amount import NaturalMinor


class ProductReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a product as *system* keeps it. *version* is its last change there (UTC, ISO 8601): later wins.

    `record` is the system's own id, `sku` the code everybody else knows it by, empty where it has none yet; *gtin* is its
    trade item number (GS1), *supplier_code* what its *supplier* calls it.
    """

    system: str
    record: str
    version: str
    sku: str
    name: str
    unit: str
    kind: str
    is_active: bool = True
    gtin: str = ""
    supplier: str = ""
    supplier_code: str = ""
    description: str = ""


class SupplierReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a firm that supplies products. *version* is its last change there (UTC, ISO 8601): later wins."""

    system: str
    record: str
    version: str
    code: str
    name: str
    is_active: bool = True


class LedgerAccountReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: an account of another ledger's chart. *version* is its last change there (UTC, ISO 8601): later wins.

    A heading (`takes_entries` False) groups accounts; a closed account takes no more entries; one that `needs_party`
    takes none without naming a customer or supplier.
    """

    system: str
    record: str
    version: str
    code: str
    name: str
    takes_entries: bool = True
    is_closed: bool = False
    needs_party: bool = False


class PriceDeclared(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: one unit of *sku* costs *amount* of the currency *priced_in* in *channel* from a moment on (UTC), until another where one is named.

    *version* is its last change in *system* (UTC, ISO 8601): of two prices that begin at once the later wins.
    """

    channel: str
    sku: str
    priced_in: str
    amount: NaturalMinor
    valid_from: datetime
    includes_tax: bool = True
    valid_until: datetime | None = None
    system: str = ""
    version: str = ""


class PriceSet(Struct, frozen=True, gc=False):
    """Fact: a product has this price."""

    price: PriceDeclared


MasterReport = ProductReported | SupplierReported | LedgerAccountReported


class ProductKnown(Struct, frozen=True, gc=False):
    """Fact: a product is new to us, or is something else now."""

    product: ProductReported


class SupplierKnown(Struct, frozen=True, gc=False):
    """Fact: a supplier is new to us, or is something else now."""

    supplier: SupplierReported


class LedgerAccountKnown(Struct, frozen=True, gc=False):
    """Fact: an account of another ledger is new to us, or is something else now."""

    account: LedgerAccountReported

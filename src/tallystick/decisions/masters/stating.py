"""What a report of a master says field by field, for the golden record of the thing it is about."""

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from tallystick.messages.masters import LedgerAccountReported, PriceDeclared, ProductReported, SupplierReported
from tallystick.messages.stewardship.records import CODE_LENGTH_MAX, Kind, MasterStated, StatedField
from tallystick.model.product import ProductError, sku

HOUSE: Final = "tallystick"
"""Who says what names no system: a person at our own command line."""
PRICE: Final = "price"
NET, GROSS = "net", "gross"


class PriceWord(Struct, frozen=True):
    """A price as a field says it: minor units of *currency*, with tax or without."""

    amount: int
    currency: str
    basis: str


def price_text(amount: int, currency: str, *, gross: bool) -> str:
    """Write a price as a field says it: `1440 EUR/2 gross`."""
    return f"{amount} {currency} {GROSS if gross else NET}"


def price_word(text: str) -> PriceWord | None:
    """Read a price; None where it is none."""
    parts = text.split(" ")
    if len(parts) != 3 or not parts[0].isdecimal() or parts[2] not in {NET, GROSS}:
        return None
    return PriceWord(int(parts[0]), parts[1], parts[2])


def statement_of(data: Struct) -> MasterStated | None:
    """Return what a report of a master says of the thing it is about; None where it is no such report.

    A product without a code, or with one the book cannot carry, goes by its system's own id: it may be a thing we know.
    """
    say = _SAYS.get(type(data))
    said = say(data) if say else None
    return said if said is not None and len(said.code) <= CODE_LENGTH_MAX else None


def product_code(text: str, otherwise: str) -> str:
    """Return a product's code as the book writes it, or *otherwise* where it is none."""
    try:
        return sku(text)
    except ProductError:
        return otherwise


def _truth(value: bool) -> str:  # noqa: FBT001 - a value, not a switch
    return "true" if value else "false"


def _stated(kind: Kind, code: str, data: Any, fields: dict[str, str]) -> MasterStated:
    told = tuple(StatedField(name, value) for name, value in fields.items() if value)
    return MasterStated(kind, code, data.system, data.version, told, data.record)


def _product(data: ProductReported) -> MasterStated:
    own = f"{data.system}:{data.record}"
    said = {"name": data.name, "unit": data.unit, "type": data.kind, "is_active": _truth(data.is_active)}
    more = {"gtin": data.gtin, "supplier": data.supplier, "supplier_code": data.supplier_code}
    return _stated("product", product_code(data.sku, own), data, said | more | {"description": data.description})


def _supplier(data: SupplierReported) -> MasterStated:
    code = data.code or f"{data.system}:{data.record}"
    return _stated("supplier", code, data, {"name": data.name, "is_active": _truth(data.is_active)})


def _account(data: LedgerAccountReported) -> MasterStated:
    held = {name: _truth(getattr(data, name)) for name in ("takes_entries", "is_closed", "needs_party")}
    return _stated("account", f"{data.system}:{data.code or data.record}", data, {"name": data.name} | held)


def _price(data: PriceDeclared) -> MasterStated:
    value = price_text(data.amount, data.priced_in, gross=data.includes_tax)
    return MasterStated(
        "price",
        f"{data.channel}/{product_code(data.sku, data.sku)}",
        data.system or HOUSE,
        data.version,
        (StatedField(PRICE, value),),
        valid_from=data.valid_from,
        valid_until=data.valid_until,
    )


_SAYS: Final[dict[type[Struct], Callable[[Any], MasterStated]]] = {
    ProductReported: _product,
    SupplierReported: _supplier,
    LedgerAccountReported: _account,
    PriceDeclared: _price,
}

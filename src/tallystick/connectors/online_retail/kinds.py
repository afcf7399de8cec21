"""Codes that no shelf holds, as data: where each is listed in a report, and under which name it is posted."""

from typing import Final

from msgspec import Struct

SERVICES: Final = "services"
CHARGES: Final = "charges"
VOUCHERS: Final = "vouchers"
VOUCHER_PREFIX: Final = "GIFT_"


class Kind(Struct, frozen=True):
    """What a code that is not merchandise stands for: the report's list it goes to, and the *service* it is posted as."""

    listed: str
    service: str


# fmt: off
NOT_MERCHANDISE: Final = {
    "POST":         Kind(SERVICES, "postage"),
    "DOT":          Kind(SERVICES, "dotcom-postage"),
    "C2":           Kind(SERVICES, "carriage"),
    "M":            Kind(SERVICES, "manual"),
    "PADS":         Kind(SERVICES, "sundry"),
    "D":            Kind(CHARGES,  "discount"),
    "S":            Kind(CHARGES,  "samples"),
    "BANK CHARGES": Kind(CHARGES,  "bank-charges"),
    "AMAZONFEE":    Kind(CHARGES,  "amazon-fee"),
    "CRUK":         Kind(CHARGES,  "charity"),
    "B":            Kind(CHARGES,  "bad-debt-adjustment"),
}
# fmt: on
VOUCHER: Final = Kind(VOUCHERS, "voucher")


def kind_of(sku: str) -> Kind | None:
    """Return what a code in canonical capitals stands for if it is not merchandise, None if it is."""
    return VOUCHER if sku.startswith(VOUCHER_PREFIX) else NOT_MERCHANDISE.get(sku)

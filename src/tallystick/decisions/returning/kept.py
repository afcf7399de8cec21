"""What is kept of a refund: a fee and the customer's label, never more than is credited."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from tallystick.decisions.returning.policies import PER_MILLE
from tallystick.messages.returning.facts import CreditedLine, ReturnFee
from tallystick.model.amount import proportion

RESTOCKING, LABEL = "restocking", "return_label"
NOTHING: Final = 0


class Fees(Struct, frozen=True, omit_defaults=True):
    """What a policy keeps: *minor* units once, *per_mille* of the credit, and *label* for the way back. Tax included."""

    minor: int = 0
    per_mille: int = 0
    label: int = 0


def kept_of(lines: Sequence[CreditedLine], fees: Fees) -> tuple[ReturnFee, ...]:
    """Return what is kept of the credit for *lines*, tax included and split as theirs.

    What is kept stays part of the price of the sale, so its tax stays owed at the sale's rate: the taxable amount is
    reduced only as far as the price is given back (Directive 2006/112/EC, Art. 90(1)).
    """
    tax = sum(x.tax for x in lines)
    credit = sum(x.net for x in lines) + tax
    found, left = [], credit
    for service, wanted in ((RESTOCKING, fees.minor + credit * fees.per_mille // PER_MILLE), (LABEL, fees.label)):
        amount = min(wanted, left)
        if amount > NOTHING:
            taxed = proportion(tax, amount, credit)
            found.append(ReturnFee(service, amount - taxed, taxed))
            left -= amount
    return tuple(found)

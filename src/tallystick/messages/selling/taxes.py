"""The tax of an order's lines, as a tax engine said it before the order was placed."""

from msgspec import Struct

from tallystick.model.amount import NaturalMinor


class LineTax(Struct, frozen=True, gc=False, omit_defaults=True):
    """What is said of one line's tax: whose it is, and what an engine made of it.

    *jurisdiction* is the tax office it is owed to (empty: the order's). *computed* is what the engine's rules make of the
    line's net (None: it was not asked), at *rate* (ten-thousandths of a percent) of *tax_class*, under *law*; *treatment*
    says why where none is charged (decisions/tax). The line itself bears what was sold.
    """

    line: int
    jurisdiction: str = ""
    computed: NaturalMinor | None = None
    rate: int = 0
    tax_class: str = ""
    treatment: str = ""
    law: str = ""

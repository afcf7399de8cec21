"""An engine that knows what tax a sale owes: the built-in rate table, or a service asked over the wire."""

from typing import Protocol

from tallystick.decisions.tax.asked import TaxAsked
from tallystick.decisions.tax.quoted import RefundAsked, TaxQuote, TaxRefund


class TaxEngine(Protocol):
    """Says what tax is owed. It keeps nothing: the same question has the same answer, from the same version of rates.

    Both raise `TaxRefused` for a question that cannot be answered, naming fields and remedies.
    """

    async def quote(self, asked: TaxAsked) -> TaxQuote:
        """Return the tax of a document."""

    async def refund(self, asked: RefundAsked) -> TaxRefund:
        """Return what of it goes back with goods, at the rates of the sale."""

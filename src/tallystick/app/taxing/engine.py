"""The built-in engine behind the port: a table of rates in memory, asked at once."""

from tallystick.decisions.tax.asked import TaxAsked
from tallystick.decisions.tax.quote import tax_quote
from tallystick.decisions.tax.quoted import RefundAsked, TaxQuote, TaxRefund
from tallystick.decisions.tax.rates import RateTable
from tallystick.decisions.tax.refund import tax_refund


class RateTableEngine:
    """Answers from a `RateTable`; see `ports.tax.TaxEngine`."""

    def __init__(self, table: RateTable) -> None:
        """Answer from *table*."""
        self._table = table

    async def quote(self, asked: TaxAsked) -> TaxQuote:
        """Return the tax of a document."""
        return tax_quote(asked, self._table)

    async def refund(self, asked: RefundAsked) -> TaxRefund:
        """Return what of it goes back."""
        return tax_refund(asked)

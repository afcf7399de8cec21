"""The contract of tax."""

from tallystick.api.contract import READING, Capability, Given, Operation
from tallystick.api.tax import handlers as do
from tallystick.decisions.tax.asked import TaxAsked
from tallystick.decisions.tax.quoted import RefundAsked, TaxQuote, TaxRefund
from tallystick.messages.catalogue import Lifecycle

REFUND_BYTES_MAX = 1024 * 1024

TAX = Capability(
    name="tax",
    owner="tax",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="What tax a sale of goods owes, where, at which rate, who collects it, and what goes back. Nothing is recorded.",
    quota=READING,
    operations=(
        Operation(
            id="quote_tax",
            method="POST",
            path="/tax/quotes",
            about="What tax a document owes, line by line, with the law of each.",
            scope="tax:read",
            does=do.quote_tax,
            takes=TaxAsked,
            gives=(Given(200, "the quote", TaxQuote),),
        ),
        Operation(
            id="refund_tax",
            method="POST",
            path="/tax/refunds",
            about="What of a quote's tax goes back when goods do, at the rates of the sale.",
            scope="tax:read",
            does=do.refund_tax,
            takes=RefundAsked,
            gives=(Given(200, "what goes back", TaxRefund),),
            body_bytes_max=REFUND_BYTES_MAX,
        ),
    ),
)

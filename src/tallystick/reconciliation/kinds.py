"""The break kinds that reconciliation raises: what each means, its likely cause, and what a person does about it."""

from typing import Final

from msgspec import Struct


class BreakKind(Struct, frozen=True):
    """A kind of break as data: read by commands, documentation and whoever works the case."""

    kind: str
    means: str
    cause: str
    remedy: str


# fmt: off
_KINDS: Final = (
    BreakKind("warehouse_stock_differs", "a location counts other units than the book has there",
              "goods were lost, stolen, miscounted or sent without a report; or a dispatch was reported and nothing left",
              "count again; then report an adjustment, or have the missing report sent"),
    BreakKind("channel_stock_differs", "a channel counts other units in its open orders than the book holds for them",
              "its counter has drifted, or one of its orders never reached us",
              "compare its open orders with ours; have the order sent again, or its counter reset"),
    BreakKind("channel_shows_other_stock", "a channel keeps showing other units than it acknowledged",
              "somebody edits its counter there, another system writes it too, or it acknowledges what it does not do",
              "it was told anew; if it comes again, find who else writes there and stop it"),
    BreakKind("capture_not_booked", "a provider took money the book does not know of",
              "its report was lost for good", "have the provider send it again, or report the capture"),
    BreakKind("capture_not_at_provider", "the book has a capture that the provider's statement does not",
              "it reported a capture that then failed", "ask the provider; capture again, or reverse the payment"),
    BreakKind("capture_differs", "a provider took another sum than it reported",
              "a partial capture, or a wrong report", "compare the captures of the order one by one"),
    BreakKind("refund_not_booked", "a provider paid a customer back and the book does not know",
              "its report was lost, or somebody refunded by hand there", "have it sent again, or report the refund"),
    BreakKind("refund_not_at_provider", "the book has a refund that the provider's statement does not",
              "it was reported and then failed", "ask the provider, then pay the customer"),
    BreakKind("refund_differs", "a provider paid back another sum than it reported",
              "paid twice, or in part", "compare the refunds of the order one by one"),
    BreakKind("chargeback_not_booked", "a provider took back money and the book does not know",
              "its report was lost", "have it sent again, or report the chargeback; contest it in time"),
    BreakKind("chargeback_not_at_provider", "the book has a chargeback that the provider's statement does not",
              "it was withdrawn", "ask the provider; report that it was won back"),
    BreakKind("chargeback_differs", "a provider took back another sum than it reported",
              "a partial dispute", "compare the steps of the dispute one by one"),
    BreakKind("settlement_not_booked", "an order's part of a payout that the book does not know of",
              "its settlement report was lost", "have it sent again, or report the settlement"),
    BreakKind("settlement_not_at_provider", "the book has a settled part that is in no payout of the provider's statement",
              "it was reported and then held back", "ask the provider which payout it is in"),
    BreakKind("settlement_differs", "an order was settled at another sum than was reported",
              "a correction by the provider", "compare the parts of the order one by one"),
    BreakKind("fee_differs", "a provider or marketplace kept another fee or commission than it reported",
              "another rate was applied", "check the rate agreed on, and claim the difference"),
    BreakKind("payout_not_at_bank", "a payout was announced and never came", "it failed, or went to another account",
              "ask the provider for proof of payment"),
    BreakKind("payout_short", "less came to the bank than was announced", "the bank or the provider kept some of it",
              "ask the provider for the difference"),
    BreakKind("payout_over", "more came to the bank than was announced", "two payouts in one, or a mistake",
              "ask the provider what it is for"),
    BreakKind("bank_line_unknown", "a provider paid something it never announced", "its statement is incomplete",
              "ask the provider what it is for"),
    BreakKind("bank_line_doubled", "the bank shows the same payout twice", "paid twice, or the statement repeats a line",
              "check the account's balance; pay it back if it came twice"),
    BreakKind("till_number_missing", "a till's numbering has a hole", "a receipt was printed and not kept, or none was printed",
              "ask the shop for the till's roll; cash may be missing"),
    BreakKind("till_number_doubled", "a till gave one number to two receipts", "its counter was set back",
              "send the second one under a number of its own"),
    BreakKind("till_sale_not_booked", "a till's journal has a receipt that the book does not",
              "its report was lost", "send the receipt again"),
    BreakKind("till_sale_unlisted", "the book has a sale that is not in its till's journal",
              "the journal is incomplete, or the sale was never made", "ask the shop for the till's roll"),
    BreakKind("till_sale_differs", "a receipt has another total in the till's journal than in the book",
              "lines are missing on one side", "compare the receipt line by line"),
    BreakKind("ledger_differs", "another ledger has another balance than the book",
              "a journal is missing there or posted twice, or somebody posted by hand",
              "compare the account's journals; send the missing one, or reverse the foreign one there"),
    BreakKind("legacy_stock_differs", "in a parallel run the old system counts other units at a location than the book",
              "a movement reached only one of the two, or was booked twice there",
              "follow the product: `tally stock explain`; have the missing message sent, or correct the old system"),
    BreakKind("legacy_order_missing", "in a parallel run the old system has an order that the book does not",
              "its message never came, or waits as a dead letter", "have the channel send it again, or mend the letter"),
    BreakKind("legacy_order_unknown", "in a parallel run the book has an order that the old system does not",
              "the old system lost it, or was never told", "enter it there as well, or find who placed it"),
    BreakKind("legacy_order_state_differs", "in a parallel run an order is in another state there, or other units of it are open",
              "a dispatch or cancellation reached only one of the two", "`tally order trace` says what reached the book"),
    BreakKind("legacy_order_amount_differs", "in a parallel run an order is worth something else there",
              "a price, a discount or a tax is translated otherwise", "compare its lines; correct the mapping before the switch"),
    BreakKind("legacy_money_differs", "in a parallel run an account of the old ledger holds something else than ours",
              "an entry reached only one of the two, or accounts are mapped wrongly",
              "compare the account's entries of the day; correct the mapping or have the entry sent"),
)
# fmt: on
KINDS: Final[dict[str, BreakKind]] = {k.kind: k for k in _KINDS}

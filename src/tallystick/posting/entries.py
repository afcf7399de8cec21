"""What manual entries write in the book. Here alone the accounts stand in the fact: a person chose them."""

from tallystick.messages.books.entries import ManualEntryPosted, ManualEntryReversed
from tallystick.posting.rule import Rule

# fmt: off
RULES = (
    #    fact                 each     debit       credit      amount    because
    Rule(ManualEntryPosted,   "lines", "{debit}",  "{credit}", "amount", "one person prepared it and another approved it"),
    Rule(ManualEntryReversed, "lines", "{credit}", "{debit}",  "amount", "what was booked by hand is taken back"),
)
# fmt: on

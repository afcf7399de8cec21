"""What going live writes in the book: all of it against `opening_balances`, which is empty once everything has come."""

from tallystick.messages.golive.facts import (
    OpeningBalancesDeclared,
    OpeningBalancesReversed,
    OpeningStockDeclared,
    OpenOrderDeclared,
)
from tallystick.posting.rule import Rule

# fmt: off
RULES = (
    #    fact                     each     debit                        credit                        amount        because
    Rule(OpeningStockDeclared,    "lines", "stock:sellable:{location}", "outside:opening:{location}", "quantity",   "they were here when the book took over"),
    Rule(OpeningStockDeclared,    "lines", "inventory:{location}",      "opening_balances:{ledger}",  "value",      "at the cost the old system had them at"),
    Rule(OpeningBalancesDeclared, "lines", "{account}",                 "opening_balances:{ledger}",  "amount",     "it stood so in the old ledger; a credit where negative"),
    Rule(OpeningBalancesReversed, "lines", "opening_balances:{ledger}", "{account}",                  "amount",     "the balance was declared wrongly and is taken back"),
    Rule(OpenOrderDeclared,       "",      "receivable:{channel}",      "opening_balances:{ledger}",  "receivable", "goods that left and were not paid; a deposit where negative"),
    Rule(OpenOrderDeclared,       "",      "psp_clearing:{provider}",   "opening_balances:{ledger}",  "clearing",   "taken by the provider and not paid out yet"),
)
# fmt: on

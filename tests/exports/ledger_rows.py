"""A few days of a shop as export rows, with the names that other ledgers find hard."""

from collections import Counter
from datetime import date

from tallystick.exports.day_rows import DayPosting

JANUARY, END, FEBRUARY = date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 2)
LONG = "sku:A VERY LONG CODE THAT NO LEDGER TAKES"
MONEY = "GBP/3"

ROWS: list[DayPosting] = [
    (JANUARY, "inventory:WH1", "goods_received:WH1", MONEY, 4999),
    (JANUARY, "outside:customer", "stock:sellable:WH1", "sku:85123A", 3),
    (JANUARY, "outside:customer", "stock:sellable:WH1", "sku:POST", 1),
    (JANUARY, "outside:customer", "stock:sellable:WH1", "sku:gift_0001_20", 2),
    (JANUARY, "outside:customer", "stock:sellable:WH1", "sku:GIFT_0001_20", 5),
    (JANUARY, "outside:customer", "stock:sellable:WH1", LONG, 1),
    (JANUARY, "receivable:Web", "revenue:Web", MONEY, 7),
    (JANUARY, "receivable:web", "revenue:web", MONEY, 2550),
    (JANUARY, "stock:sellable:WH1", "outside:supplier", "sku:85123A", 10),
    (END, "receivable:a  b; 100%", "revenue:a  b; 100%", MONEY, 1),
    (END, "receivable:web", "revenue:web", MONEY, 100),
    (END, "revenue:web", "receivable:web", MONEY, 40),
    (FEBRUARY, "bank:main", "receivable:web", MONEY, 2610),
]


def daily(rows: list[DayPosting]) -> dict[tuple[date, str, str], int]:
    """Return what each account that moved on a day holds when the day ends."""
    held: Counter[tuple[str, str]] = Counter()
    found = {}
    for day, debit, credit, commodity, amount in rows:
        held[debit, commodity] += amount
        held[credit, commodity] -= amount
        for account in (debit, credit):
            found[day, account, commodity] = held[account, commodity]
    return found

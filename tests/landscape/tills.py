"""A small shop's tills: baskets of our own making in the shape of the data set "Complete Journey", drawn from a seed."""

import csv
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

SHOP: Final = "330"
LOCATION: Final = f"shop-{SHOP}"
CHANNEL: Final = "complete-journey"
PRICES: Final = {"7": 250, "8": 399, "9": 1250, "12": 85}
_COLUMNS: Final = (
    "household_id,store_id,basket_id,product_id,quantity,sales_value,retail_disc,coupon_disc,coupon_match_disc,"
    "transaction_timestamp"
)


@dataclass(frozen=True)
class Journal:
    """A shop's day as its tills wrote it: the file, and what it comes to. Money in cents."""

    file: Path
    baskets: int
    earned: int
    units: int


def ring_up(folder: Path, seed: int, baskets: int) -> Journal:
    """Ring up *baskets* at noon in New York, each of one to three products, and write the journal.

    The day is so many days ago as the last digit of *seed* says: the last journal of a shop's day is believed, so each has a day.
    """
    dice, earned, units = random.Random(seed), 0, 0
    noon = (datetime.now(UTC) - timedelta(days=seed % 10)).replace(hour=17, minute=0, second=0)
    lines: list[list[str]] = []
    for basket in range(seed * 10_000, seed * 10_000 + baskets):
        at = f"{noon + timedelta(seconds=basket % 10_000):%Y-%m-%d %H:%M:%S}"
        for product in dice.sample(list(PRICES), dice.randint(1, 3)):
            count = dice.randint(1, 3)
            value = count * PRICES[product]
            earned, units = earned + value, units + count
            money = f"{value // 100}.{value % 100:02d}"
            lines.append([str(dice.randint(1, 9)), SHOP, str(basket), product, str(count), money, "0", "0", "0", at])
            lines[-1][0] = lines[-2][0] if len(lines) > 1 and lines[-2][2] == str(basket) else lines[-1][0]
    file = folder / f"tills-{seed}.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([_COLUMNS.split(","), *lines])
    return Journal(file, baskets, earned, units)

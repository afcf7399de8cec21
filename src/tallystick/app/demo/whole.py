"""The whole demo: real tills, the lamp shop's days, a row to mend, partners that lie, and journals handed over."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from msgspec import Struct

from tallystick.app.demo import shop
from tallystick.app.demo.days import Demo, free_name, live, read
from tallystick.app.demo.messages import payouts
from tallystick.app.house import House, open_house
from tallystick.app.ledgers.access import open_ledger
from tallystick.app.ledgers.drawing import Drawer
from tallystick.app.ledgers.policy_file import LEDGER, load_policy
from tallystick.app.ledgers.pushing import push
from tallystick.app.loading import FilePart, LoadResult, load_file
from tallystick.app.mending import Outcome, retry
from tallystick.app.reconciling import Reconciled, Wish, keep_statements, reconcile_book
from tallystick.app.settings import Settings
from tallystick.exports.journal_rows import journals_csv
from tallystick.messages.books.ledger import PostJournal
from tallystick.ports.connector import Misconfigured, Part
from tallystick.posting.table import TABLE
from tallystick.reconciliation.limits import AT_ONCE
from tallystick.storage.attention.dead_letters import letters
from tallystick.storage.book import create_book
from tallystick.storage.reading.ledgers.journals import standing_journals

TILLS: Final = "complete-journey"
TILL_PART: Final = Part(frozenset({"330", "406"}), (date(2017, 3, 1), date(2017, 3, 3)))
LAST_DAY: Final = date.fromisoformat(shop.DAYS[-1])
MORNING_AFTER: Final = datetime(2026, 11, 19, 6, tzinfo=UTC)
COUNTED: Final = "2026-11-18T22:00:00+00:00"
# The bank is short of the last payout by so many cents, and the marketplace counts so many lanterns too many.
SHORT_CENTS, DRIFTED_UNITS = 1900, 3

# fmt: off
SLIP: Final = (
    ("household_id", "store_id", "basket_id", "product_id", "quantity", "sales_value", "retail_disc", "coupon_disc", "coupon_match_disc", "transaction_timestamp"),
    ("1", "999", "7001", "1082185", "1", "2.50", "0", "0", "0", "2026-11-18 17:05:00"),
    ("1", "999", "7001", "1029743", "2", "3,19", "0", "0", "0", "2026-11-18 17:05:00"),
)
MEND: Final = {"sales_value": "3.19"}
# fmt: on


class Mended(Struct, frozen=True):
    """The row that could not be read, what was said of it, and what came of mending it."""

    letter: int
    reason: str
    remedy: str
    outcome: Outcome


class HandedOver(Struct, frozen=True):
    """The journals handed over: how many, and where: a file, or the ledger's name."""

    journals: int
    to: str
    ok: bool
    is_pushed: bool = False


class Whole(Struct, frozen=True):
    """All that the demo shows. `tills` is None where the real data is not installed."""

    demo: Demo
    tills: LoadResult | None
    mended: Mended
    lies: Reconciled
    handed: HandedOver

    @property
    def ok(self) -> bool:
        """Whether every proof holds, the row is mended, and what was handed over has arrived."""
        return self.demo.ok and self.mended.outcome.closed and self.handed.ok


async def run_whole(url: str, settings: Settings, erp: Settings | None) -> Whole:
    """Live through everything in a book that did not exist before; *erp* names a ledger to push to, else it is a file."""
    name = await free_name(url)
    await create_book(url, name, shop.CURRENCY, TABLE)
    async with open_house(url, settings, name) as house:
        tills = await _tills(house)
        days = await live(house)
        mended = await _mend(house, settings.home)
        lies = await _reconcile(house, settings.home)
        handed = await _hand_over(house, settings, erp)
        return Whole(await read(house, days), tills, mended, lies, handed)


async def _tills(house: House) -> LoadResult | None:
    """Load some real days of real shops, where the data is installed."""
    try:
        return await load_file(house, TILLS, FilePart(None, TILL_PART))
    except Misconfigured:
        return None


async def _mend(house: House, folder: Path) -> Mended:
    """A corner shop's slip has a comma where a point belongs: its neighbours are booked, the row waits for a person."""
    await load_file(house, TILLS, FilePart(_written(folder / "slip.csv", SLIP)))
    letter = (await letters(await house.connection(), closed=False, limit=100))[-1]
    return Mended(letter.id, letter.reason, letter.remedy, await retry(house, letter.id, MEND))


async def _reconcile(house: House, folder: Path) -> Reconciled:
    """The marketplace's own counter has drifted, and the bank is short of a payout: both are found the next morning."""
    for name, rows in (("marketplace.csv", _counted()), ("bank.csv", _banked())):
        await keep_statements(house, _written(folder / name, list(rows)))
    return await reconcile_book(house, Wish(MORNING_AFTER, ("stock", "bank"), AT_ONCE))


def _counted() -> Iterable[Sequence[str]]:
    yield ("statement", "keeper", "measure", "at", "sku", "units")
    held: Counter[str] = Counter()
    for number, _, _, goods, fate in shop.ORDERS:
        if number.startswith(shop.MARKET_ORDER) and fate == "open":
            for part in goods.split(", "):
                quantity, sku = part.split()
                held[sku] += int(quantity)
    held["LAMP-PAPER"] += DRIFTED_UNITS
    for sku, units in sorted(held.items()):
        yield (f"{shop.MARKET}/{LAST_DAY}", shop.MARKET, "promised", COUNTED, sku, str(units))


def _banked() -> Iterable[Sequence[str]]:
    yield ("statement", "bank", "currency", "through", "line", "party", "reference", "amount", "on")
    paid = payouts()
    for number, payout in enumerate(sorted(paid), 1):
        cents = paid[payout] - (SHORT_CENTS if number == len(paid) else 0)
        amount = f"{cents // 100}.{cents % 100:02}"
        on = shop.DAYS[min(number, len(shop.DAYS)) - 1]
        yield (f"main/{LAST_DAY}", "main", shop.CURRENCY, str(LAST_DAY), str(number), shop.PROVIDER, payout, amount, on)


async def _hand_over(house: House, settings: Settings, erp: Settings | None) -> HandedOver:
    """Draw a journal for each channel and day, and push them to the ledger, or write them to a file."""
    drawn = await Drawer(house, await house.connection(), load_policy(settings.home)).draw(LAST_DAY)
    if erp is not None:
        with open_ledger(erp) as door:
            pushed = await push(house, door, LEDGER)
        return HandedOver(pushed.arrived, LEDGER, drawn.ok and not (pushed.waiting or pushed.dead), is_pushed=True)
    known = await standing_journals(await house.connection(), f"journal/{LEDGER}/")
    issued = [PostJournal(j.data.journal, j.data.revision) for j in known if j.data.journal.lines]
    file = settings.home / "journals.csv"
    file.write_text("".join(f"{line}\n" for line in journals_csv(issued)), "utf-8")
    return HandedOver(len(issued), str(file), drawn.ok)


def _written(file: Path, rows: Sequence[Sequence[str]]) -> Path:
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)
    return file

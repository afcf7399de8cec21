"""The shops' tills: numbered receipts, and at the end of the day a journal of all of them."""

from functools import partial

from tallystick.messages.sales import SaleLine, SaleReported
from tallystick.messages.statements import TillJournalReported, TillReceipt
from tallystick.simulator.estate.depot import KIND, Depot
from tallystick.simulator.estate.faults import difference
from tallystick.simulator.estate.town import Town
from tallystick.simulator.weather import DAY, HOUR

SHOPS = ("north", "south", "west")
LIES = ("till_number_skipped", "till_number_doubled", "till_sale_unreported", "till_sale_misread")


class Tills:
    """One till in each shop, numbering on through the days."""

    def __init__(self, town: Town, depot: Depot) -> None:
        """Sell from the shelves of *depot*."""
        self.town, self.depot = town, depot
        self.next = dict.fromkeys(SHOPS, 1)
        self.first = dict.fromkeys(SHOPS, 1)
        self.printed: dict[str, list[TillReceipt]] = {shop: [] for shop in SHOPS}

    def sells(self, shop: str, sku: str) -> None:
        """Ring something up; now and then the till, or who reports it, gets it wrong."""
        town, number = self.town, self.next[shop]
        quantity, lie = 1, ""
        gross = (100 + int(town.chance.random() * 2000)) * 12
        if town.lies:
            lie = LIES[int(town.chance.random() * len(LIES))]
        if lie in {"till_number_doubled", "till_sale_unreported"} and not town.log.takes(f"shelf/{shop}/{sku}"):
            lie = ""
        self.next[shop] += 1
        if lie == "till_number_skipped":
            town.log.shown(lie, {("till_number_missing", difference("till", shop, str(number))): 0})
            return
        self.depot.shelves[shop][sku] -= quantity
        told = gross + 120 if lie == "till_sale_misread" else gross
        self.printed[shop].append(TillReceipt(number, told))
        if lie == "till_number_doubled":
            self.depot.shelves[shop][sku] -= quantity
            self.printed[shop].append(TillReceipt(number, gross))
        if lie != "till_sale_unreported":
            net = gross * 5 // 6
            line = SaleLine(1, sku, quantity, net, gross - net)
            sale = SaleReported(str(number), shop, shop, "EUR/2", "cash", (line,), jurisdiction="DE")
            town.send(shop, f"sale/{shop}/{number}", sale)
        self._confesses(lie, (shop, sku, number), gross)

    def _confesses(self, lie: str, sold: tuple[str, str, int], gross: int) -> None:
        shop, sku, number = sold
        receipt, shelf = difference("till", shop, str(number)), (KIND, difference("stock", shop, sku))
        expects = {
            "till_number_doubled": {("till_number_doubled", receipt): gross, shelf: -1},
            "till_sale_unreported": {("till_sale_not_booked", receipt): gross, shelf: -1},
            "till_sale_misread": {("till_sale_differs", receipt): 120},
        }
        if lie in expects:
            self.town.log.shown(lie, expects[lie])

    def opens(self, shop: str, skus: tuple[str, ...]) -> None:
        """A day at the till."""
        for _ in range(1 + int(self.town.chance.random() * 2)):
            sku = skus[int(self.town.chance.random() * len(skus))]
            self.town.after(self.town.between(0, 9 * HOUR), partial(self.sells, shop, sku))

    def closes(self, shop: str) -> None:
        """Send the day's journal; a day without a receipt has none."""
        town, first = self.town, self.first[shop]
        self.first[shop] = self.next[shop]
        receipts, self.printed[shop] = tuple(self.printed[shop]), []
        if self.next[shop] == first:
            return
        name = f"{shop}/{town.now // DAY}"
        journal = TillJournalReported(name, shop, "EUR/2", town.today, first, self.next[shop] - 1, receipts)
        town.send(shop, f"statement/till/{name}", journal)

"""The promise of goods in transit: what the ledger has between two places is what transfers say they sent, less what came and was given up."""

from collections import Counter
from collections.abc import Callable, Iterable

from tallystick.journal.layer import IN_TRANSIT
from tallystick.journal.posting import Posting
from tallystick.processes.family import Family, data_of
from tallystick.processes.members import TRANSFER
from tallystick.processes.stocking.transfer_data import TransferData

Found = Callable[[str, str], None]


def check_transit(families: Iterable[Family], postings: Iterable[Posting], found: Found) -> None:
    """Hold transfers against *postings*, unit by unit and by value; tell *found* what does not fit."""
    units, money = _booked(postings)
    for family in families:
        if TRANSFER not in family:
            continue
        data: TransferData = data_of(family, TRANSFER)
        money[data.target] -= data.transit_value
        for x in data.lines:
            units[data.transfer, x.sku] -= x.transit
            due = x.sent - x.received - x.lost + x.surplus
            if x.transit != due or x.transit < 0:
                found("transit_off", f"{data.transfer} line {x.line}: {x.transit} in transit, {due} are due: {x}")
    for key, number in (*units.items(), *money.items()):
        if number:
            found("transit_off", f"{key}: the ledger has {number} more than the transfers know of")


def _booked(postings: Iterable[Posting]) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    """Return units in transit by (transfer, product), and their value by the place they go to."""
    units, money = Counter[tuple[str, str]](), Counter[str]()
    for p in postings:
        for address, sign in ((p.debit, 1), (p.credit, -1)):
            if address.startswith(IN_TRANSIT):
                units[address.removeprefix(IN_TRANSIT), p.item] += sign * p.number
            elif address.startswith("goods_in_transit:"):
                money[address.partition(":")[2]] += sign * p.number
    return units, money

"""What becomes of an order to a supplier: placed, acknowledged, advised, received, sent back, cancelled."""

import hashlib

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.buying.three_way_match import Counted, over_delivered
from tallystick.decisions.valuation import Shelf
from tallystick.decisions.view import View
from tallystick.messages.buying.facts import GoodsBought, GoodsSentBack, SentBackValue
from tallystick.messages.buying.reports import (
    GoodsSentBackReported,
    PurchaseAcknowledged,
    PurchaseLine,
    PurchasePlaced,
    PurchaseReceiptLine,
    PurchaseReceiptReported,
    SentBackLine,
    ShipmentAdvised,
)
from tallystick.messages.buying.tells import InvoiceCleared
from tallystick.messages.stock import ValuedLine
from tallystick.processes.buying.purchase_data import Advised, Promised, PurchaseData, changed_expectations
from tallystick.processes.records.recorded_sales import shortage_breaks
from tallystick.processes.repeats import booked_already
from tallystick.processes.table import Break, Decision, Step

CONDITIONS = ("sellable", "quarantine", "damaged")


def place(data: PurchaseData | None, step: Step, view: View) -> Decision:
    """Expect what was ordered; a higher revision replaces quantities, prices and dates, and keeps what has come."""
    told: PurchasePlaced = step.data
    key = f"order/{told.revision}"
    if data is None:
        fresh = _ordered(told, tuple(_fresh(x) for x in told.lines))
        return _moved("placed", None, noted(fresh, key, told))
    if told.revision <= data.revision:
        same = data.booked.get(key, digest_of(told)) == digest_of(told)
        return booked_already(data, same, f"{data.purchase}: revision {told.revision}")
    known = {x.line: x for x in data.lines}
    lines = {x.line: _revised(x, known.get(x.line)) for x in told.lines}
    moved = [x for x in data.lines if x.received or x.invoiced]
    kept = tuple(replace(x, quantity=max(0, x.received)) for x in moved if x.line not in lines)
    after = replace(
        _ordered(told, (*lines.values(), *kept)),
        advised=data.advised,
        waiting=data.waiting,
        booked={**data.booked, key: digest_of(told)},
        told_over=data.told_over,
    )
    if moved:  # What is booked is booked there, with him.
        after = replace(after, location=data.location, supplier=data.supplier)
    held = [x.line for x in told.lines if lines[x.line].net * x.quantity != x.net * lines[x.line].per]
    text = f"{data.purchase}: revision {told.revision} changes what has moved already: {held or 'supplier or place'}"
    changed = moved and (held or (told.location, told.supplier) != (data.location, data.supplier))
    breaks = (Break("revision_differs", text),) if changed else ()
    after, cleared = _unblocked(after)
    decision = _moved("placed", data, after)
    return replace(decision, breaks=breaks, tells=(*decision.tells, *cleared))


def _ordered(told: PurchasePlaced, lines: tuple[Counted, ...]) -> PurchaseData:
    return PurchaseData(
        told.purchase,
        told.supplier,
        told.location,
        told.currency,
        told.expected_on,
        told.jurisdiction,
        told.matching,
        told.tolerance,
        told.revision,
        lines,
    )


def _fresh(x: PurchaseLine) -> Counted:
    return Counted(x.line, x.sku, x.quantity, x.net, x.quantity)


def _revised(x: PurchaseLine, known: Counted | None) -> Counted:
    """Return a line as revised: of what moved, the price stands, for GR/IR was booked at it."""
    if known is None or not (known.received or known.invoiced):
        return _fresh(x)
    return replace(known, quantity=x.quantity) if known.sku == x.sku else known


def acknowledge(data: PurchaseData, step: Step, view: View) -> Decision:
    """Expect what the supplier says; units he will not send are somebody's case."""
    told: PurchaseAcknowledged = step.data
    known = {x.line for x in data.lines}
    promised = {x.line: Promised(x.quantity, x.expected_on) for x in told.lines if x.line in known}
    after = replace(data, promised=promised)
    short = sum(max(0, x.quantity - promised[x.line].units) for x in data.lines if x.line in promised)
    text = f"{data.purchase}: {data.supplier} will not send {short} of the units ordered"
    breaks = (Break("supplier_short", text),) if short else ()
    return replace(_moved("acknowledged", data, after), breaks=breaks)


def advise(data: PurchaseData, step: Step, view: View) -> Decision:
    """Expect the shipment on its day instead of the order's; a later word of it replaces the earlier one."""
    told: ShipmentAdvised = step.data
    units: dict[int, int] = {}
    for x in told.lines:
        units[x.line] = units.get(x.line, 0) + x.quantity
    before = data.advised.get(told.asn)
    advised = Advised(told.expected_on, units, before.came if before else {})
    strange = sorted(set(units) - {x.line for x in data.lines})
    text = f"{data.purchase}: {told.asn} advises lines {strange} that were not ordered"
    breaks = (Break("advice_differs", text),) if strange else ()
    return replace(_moved("advised", data, replace(data, advised={**data.advised, told.asn: advised})), breaks=breaks)


def cancel(data: PurchaseData, step: Step, view: View) -> Decision:
    """Expect nothing more. What came stays, and is invoiced."""
    after = replace(data, final=True)
    outcome = "closed" if any(x.received for x in data.lines) else "cancelled"
    return _moved(outcome, data, after)


def receive(data: PurchaseData, step: Step, view: View) -> Decision:
    """Take in what came, at the ordered price; what was rejected never came in, and is still expected."""
    told: PurchaseReceiptReported = step.data
    key = f"receipt/{told.receipt}"
    if key in data.booked:
        return booked_already(data, data.booked[key] == digest_of(told), f"{data.purchase}: receipt {told.receipt}")
    shelf, after, breaks = Shelf(view), noted(data, key, told), []
    put: dict[str, list[ValuedLine]] = {name: [] for name in CONDITIONS}
    for number, x in enumerate(told.lines, 1):
        after, value, found = _came(after, x, shelf)
        breaks += found
        if x.quantity:
            line = ValuedLine(number, x.sku, x.quantity, value)
            shelf.put(line, data.location, x.condition)
            put[x.condition].append(line)
    after = _under_advice(after, told)
    after = replace(after, final=after.final or told.final)
    after, over = _over(after)
    goods = GoodsBought(
        data.purchase,
        told.receipt,
        data.supplier,
        data.location,
        data.currency,
        *(tuple(put[name]) for name in CONDITIONS),
    )
    facts = shelf.facts(data.location, (goods,)) if any(put.values()) else ()
    after, cleared = _unblocked(after)
    outcome = "some" if any(after.to_come(x) for x in after.lines) else "all"
    decision = _moved(outcome, data, after)
    return replace(decision, facts=facts, breaks=(*breaks, *over), tells=(*decision.tells, *cleared))


def _came(data: PurchaseData, x: PurchaseReceiptLine, shelf: Shelf) -> tuple[PurchaseData, int, list[Break]]:
    """Count a line in. Returns the purchase, the value of what came, and what somebody must look at."""
    known = data.line(x.line)
    if known is None or known.sku != x.sku:
        value = shelf.known_cost(x.sku, data.location, x.quantity)
        text = f"{data.purchase}: {x.quantity} of {x.sku} came and were not ordered: keep and settle, or send back"
        return _with_wrong_item(data, x, value), value, [Break("unordered_goods", text, value, data.currency)]
    upto = known.received + x.quantity
    value = known.worth(upto) - known.worth(known.received)
    breaks = []
    if x.condition == "damaged" and x.quantity:
        text = f"{data.purchase}: {x.quantity} of {x.sku} came damaged: claim them of {data.supplier}"
        breaks.append(Break("goods_damaged", text, value, data.currency))
    return (
        data.with_line(replace(known, received=upto, rejected=known.rejected + x.rejected)),
        value,
        breaks,
    )


def _with_wrong_item(data: PurchaseData, x: PurchaseReceiptLine, value: int) -> PurchaseData:
    """Keep what was not ordered as a line of its own behind the others: it can be invoiced, or sent back."""
    if not x.quantity:
        return data
    number = max((line.line for line in data.lines), default=0) + 1
    return replace(
        data, lines=(*data.lines, Counted(number, x.sku, x.quantity, value, x.quantity, received=x.quantity))
    )


def _under_advice(data: PurchaseData, told: PurchaseReceiptReported) -> PurchaseData:
    advised = data.advised.get(told.asn)
    if advised is None:
        return data
    came = dict(advised.came)
    for x in told.lines:
        came[x.line] = came.get(x.line, 0) + x.quantity + x.rejected
    return replace(data, advised={**data.advised, told.asn: replace(advised, came=came)})


def _over(data: PurchaseData) -> tuple[PurchaseData, list[Break]]:
    """Tell of units beyond what was ordered, each once."""
    told, breaks = dict(data.told_over), []
    for x in data.lines:
        over = over_delivered(x, data.tolerance)
        if over > told.get(x.line, 0):
            text = f"{data.purchase}: {over} of {x.sku} came beyond the {x.quantity} ordered"
            value = x.worth(x.received) - x.worth(max(0, x.received - over))
            breaks.append(Break("over_delivered", text, value, data.currency))
            told[x.line] = over
    return replace(data, told_over=told), breaks


def _unblocked(data: PurchaseData) -> tuple[PurchaseData, tuple[tuple[str, Struct], ...]]:
    """Clear the invoices whose goods are here now, or ordered now; what is disputed of one keeps blocking it."""
    there = data.invoiceable()
    waiting, cleared = {}, []
    for invoice, w in data.waiting.items():
        needs = {n: units for n, units in w.needs.items() if units > there.get(n, 0)}
        if needs or w.disputed:
            waiting[invoice] = replace(w, needs=needs)
        else:
            cleared.append((f"supplier_invoice/{invoice}", InvoiceCleared()))
    return replace(data, waiting=waiting), tuple(cleared)


def send_back(data: PurchaseData, step: Step, view: View) -> Decision:
    """Goods leave for their supplier at their average cost; at the ordered price they are not owed any more."""
    told: GoodsSentBackReported = step.data
    key = f"consignment/{told.consignment}"
    if key in data.booked:
        what = f"{data.purchase}: consignment {told.consignment}"
        return booked_already(data, data.booked[key] == digest_of(told), what)
    shelf, after, breaks = Shelf(view), noted(data, key, told), []
    out: dict[str, list[SentBackValue]] = {name: [] for name in CONDITIONS}
    for number, x in enumerate(told.lines, 1):
        known = after.line(x.line)
        if known is None or known.sku != x.sku:
            text = f"{data.purchase}: {x.quantity} of {x.sku} went back and never came under this purchase"
            breaks.append(Break("sent_back_unknown", text))
            known = None
        for condition, units in _where(shelf, data.location, x):
            cost = shelf.take(x.sku, data.location, units, condition)
            owed = 0
            if known is not None:
                left = max(0, known.received - units)
                owed = known.worth(known.received) - known.worth(left)
                known = replace(known, received=left, sent_back=known.sent_back + units)
            out[condition].append(SentBackValue(number, x.sku, units, owed, cost - owed))
        after = after.with_line(known) if known else after
    fact = GoodsSentBack(
        data.purchase,
        told.consignment,
        data.supplier,
        data.location,
        data.currency,
        *(tuple(out[name]) for name in CONDITIONS),
    )
    decision = _moved("sent_back", data, after)
    breaks += shortage_breaks(shelf, view)
    return replace(decision, facts=shelf.facts(data.location, (fact,)), breaks=tuple(breaks))


def _where(shelf: Shelf, location: str, x: SentBackLine) -> list[tuple[str, int]]:
    """Say out of which condition units leave: the one that was said as far as it goes, then from the sellable."""
    there = min(x.quantity, getattr(shelf.layer(x.sku, location), x.condition))
    if x.condition == "sellable" or there == x.quantity:
        return [(x.condition, x.quantity)]
    return [(c, n) for c, n in ((x.condition, there), ("sellable", x.quantity - there)) if n]


def noted(data: PurchaseData, key: str, told: Struct) -> PurchaseData:
    """Return the purchase with a document booked under its business key."""
    return replace(data, booked={**data.booked, key: digest_of(told)})


def digest_of(told: Struct) -> str:
    """Return a short digest of a document, to tell the same again from another under its key."""
    return hashlib.blake2b(msgspec.json.encode(told), digest_size=8).hexdigest()


def _moved(outcome: str, before: PurchaseData | None, after: PurchaseData) -> Decision:
    return Decision(outcome, after, tells=changed_expectations(before, after))

"""The judge: asks every system by itself, lays what it says beside the book's reports, and names what does not agree.

Where two systems should agree without the book (the shop's parcels and the warehouse's, Stripe's payments and the shop's
totals), they are compared with each other as well: a mistake of the book cannot hide there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.landscape.plan import OUTLET, WEB, Order
from tests.landscape.readings import book, others, vendure, warehouse
from tests.landscape.systems import SKUS, WAREHOUSE, Landscape
from tests.landscape.tills import CHANNEL, LOCATION, Journal

NAMED_MAX: Final = 5
Said = Mapping[str, int]


@dataclass(frozen=True)
class Row:
    """One thing compared: how many cells, what they come to on either side, and each cell that differs, in words."""

    system: str
    what: str
    other: str
    cells: int
    theirs: int
    ours: int
    differences: tuple[str, ...]


def compared(where: tuple[str, str, str], theirs: Said, ours: Said) -> Row:
    """Compare cell by cell; *where* names the system, what is compared, and with whom."""
    system, what, other = where
    cells = {*theirs, *ours}
    off = tuple(
        f"{system}, {what}, {cell}: {theirs.get(cell, 'nothing')} there, {ours.get(cell, 'nothing')} in {other}"
        for cell in sorted(cells)
        if theirs.get(cell) != ours.get(cell)
    )
    return Row(system, what, other, len(cells), _total(theirs), _total(ours), off)


def _total(said: Said) -> int:
    """What it comes to, debits and credits alike: balances of a whole ledger would come to nothing."""
    return sum(abs(n) for n in said.values())


def judged(here: Landscape, orders: Sequence[Order], journals: Sequence[Journal]) -> list[Row]:
    """Compare everything with everything it should agree with."""
    known = book.orders(here)
    return [
        *_customers(orders, known),
        *_web(here, known),
        *_outlet(here, known),
        *_stripe(here, known),
        *_warehouse(here, known),
        *_tills(here, journals),
        *_ledger(here),
        *_the_book(here),
    ]


def differences(rows: Iterable[Row]) -> list[str]:
    """Return what does not agree."""
    return [line for row in rows for line in row.differences]


def _customers(orders: Sequence[Order], known: Mapping[str, book.BookOrder]) -> list[Row]:
    """What customers did, as they remember it."""
    placed = {o.number: 1 for o in orders if o.number}
    there = dict.fromkeys(known, 1)
    return [compared(("customers", "orders placed", "the book"), placed, there)]


def _web(here: Landscape, known: Mapping[str, book.BookOrder]) -> list[Row]:
    shop = vendure.orders(here.admin)
    mine = {n: o for n, o in known.items() if o.channel == WEB}
    parcels = _flat({n: o.shipped for n, o in shop.items()})
    left = _flat({n: u for n, u in warehouse.shipped(here.warehouse.file).items() if n in mine})
    return [
        _money("Vendure", "paid", {n: o.paid for n, o in shop.items()}, {n: o.captured for n, o in mine.items()}),
        _money(
            "Vendure", "paid back", {n: o.refunded for n, o in shop.items()}, {n: o.given_back for n, o in mine.items()}
        ),
        compared(("Vendure", "orders ended", "the book"), *_ended(shop, mine)),
        compared(("Vendure", "units in parcels", "the warehouse"), parcels, left),
        _shown("Vendure", vendure.stock(here.admin), here),
    ]


def _outlet(here: Landscape, known: Mapping[str, book.BookOrder]) -> list[Row]:
    shop = others.oscar_orders(here.outlet.database)
    mine = {n: o for n, o in known.items() if o.channel == OUTLET}
    ended = {n: int(status == "cancelled") for n, (status, _) in shop.items()}
    left = {n: int(status == "shipped") for n, (status, _) in shop.items()}
    gone = {n: int(n in warehouse.shipped(here.warehouse.file)) for n in mine}
    payments = others.stripe_payments(here.stripe.url)
    kept = {n: total for n, (status, total) in shop.items() if status != "cancelled"}
    taken = {n: p.received for n, p in payments.items() if n.startswith(f"{OUTLET}-") and p.received}
    return [
        compared(("oscar", "orders ended", "the book"), ended, {n: int(o.is_ended) for n, o in mine.items()}),
        compared(("oscar", "orders shipped", "the warehouse"), left, gone),
        compared(("oscar", "totals of orders that stand", "Stripe"), kept, taken),
        _shown("oscar", others.oscar_stock(here.outlet.database), here),
    ]


def _stripe(here: Landscape, known: Mapping[str, book.BookOrder]) -> list[Row]:
    there = others.stripe_payments(here.stripe.url)
    mine = {n: o for n, o in known.items() if o.provider == "stripe"}
    held = {n: 1 for n, p in there.items() if p.status == "requires_capture"}
    return [
        _money("Stripe", "taken", {n: p.received for n, p in there.items()}, {n: o.captured for n, o in mine.items()}),
        _money(
            "Stripe", "paid back", {n: p.refunded for n, p in there.items()}, {n: o.given_back for n, o in mine.items()}
        ),
        compared(("Stripe", "still held", "the book"), held, {}),
    ]


def _warehouse(here: Landscape, known: Mapping[str, book.BookOrder]) -> list[Row]:
    file = here.warehouse.file
    back, left = warehouse.returned(file), warehouse.shipped(file)
    kept = {n: {s: u - back.get(n, {}).get(s, 0) for s, u in units.items()} for n, units in left.items()}
    sent = _flat({n: o.sent for n, o in known.items()})
    stands = {sku: n for sku, n in warehouse.on_hand(file).items() if sku in SKUS}
    return [
        compared(("warehouse", "units with customers", "the book"), _flat(kept), sent),
        compared(("warehouse", "units on hand", "the book"), stands, book.shelves(here, WAREHOUSE)),
        compared(("warehouse", "units still to leave", "the book"), warehouse.promised(file), {}),
    ]


def _tills(here: Landscape, journals: Sequence[Journal]) -> list[Row]:
    (count,) = here.tallied.rows("select count(distinct ext_id) from event where ext_id ~ '^[0-9]+#'")[0]
    held = book.accounts(here)
    revenue, safe = -held.get(f"revenue:{CHANNEL}", 0), held.get(f"safe:{LOCATION}", 0)
    earned = sum(j.earned for j in journals)
    theirs = {"baskets": sum(j.baskets for j in journals), "revenue": earned, "takings": earned, "units left": 0}
    left = sum(book.shelves(here, LOCATION).values())
    ours = {"baskets": int(count), "revenue": revenue, "takings": safe, "units left": left}
    return [compared(("tills", "journals", "the book"), theirs, ours)]


def _ledger(here: Landscape) -> list[Row]:
    ours = book.by_code(here, book.accounts(here))
    return [compared(("ERP", "balances by account", "the book"), others.erp_balances(here.erp.file), ours)]


def _the_book(here: Landscape) -> list[Row]:
    """The book's own proofs, and what waits for a person in it."""
    proofs = here.tallied.tally("book", "check", codes=(0, 1))["proofs"]
    held = {p["name"]: int(p["ok"]) for p in proofs}
    letters = {f"letter {x['id']}": 1 for x in here.tallied.tally("dead", "list")["letters"]}
    dead = {
        f"{kind} {subject}": 1
        for kind, subject in here.tallied.rows("select kind, subject from outbox where state = 2")
    }
    ledger = here.tallied.tally("reconcile", "ledger", codes=(0, 1))
    return [
        compared(("book", "proofs that hold", "themselves"), held, dict.fromkeys(held, 1)),
        compared(("book", "dead letters and dead commands", "nobody"), {**letters, **dead}, {}),
        compared(("book", "its own comparison with the ERP", "itself"), {"even": int(ledger["ok"])}, {"even": 1}),
    ]


def _money(system: str, what: str, theirs: Said, ours: Said) -> Row:
    """Compare what was moved for each order; an order that nobody knows there is a difference, also without money."""
    return compared((system, what, "the book"), theirs, ours)


def _ended(
    shop: Mapping[str, vendure.ShopOrder], mine: Mapping[str, book.BookOrder]
) -> tuple[dict[str, int], dict[str, int]]:
    there = {n: int(o.is_cancelled) for n, o in shop.items()}
    return there, {n: int(o.is_ended) for n, o in mine.items()}


def _shown(system: str, shown: Said, here: Landscape) -> Row:
    """What a shop would sell must be what stands in the warehouse and is promised to nobody: the book is not asked."""
    stands, promised = warehouse.on_hand(here.warehouse.file), warehouse.promised(here.warehouse.file)
    free = {sku: stands.get(sku, 0) - promised.get(sku, 0) for sku in SKUS}
    return compared((system, "stock shown", "the warehouse"), shown, free)


def _flat(units: Mapping[str, Said]) -> dict[str, int]:
    return {f"{order} {sku}": n for order, of in units.items() for sku, n in of.items() if n}


def table(rows: Sequence[Row]) -> str:
    """Print what was compared, a line each; then each difference, as far as there is room."""
    lines = ["| system | what | compared with | cells | there | here | agrees |", "|---|---|---|--:|--:|--:|---|"]
    for r in rows:
        agrees = f"no: {len(r.differences)}" if r.differences else "yes"
        lines.append(f"| {r.system} | {r.what} | {r.other} | {r.cells} | {r.theirs} | {r.ours} | {agrees} |")
    return "\n".join([*lines, *(line for r in rows for line in r.differences[:NAMED_MAX])])

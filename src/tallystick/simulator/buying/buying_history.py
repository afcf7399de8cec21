"""One history of buying, with what must hold at its end: shelves, what suppliers are owed, GR/IR and disputes."""

from functools import partial
from random import Random
from typing import Any

from msgspec.structs import replace

from tallystick.journal.posting import balances
from tallystick.processes.buying.purchase_data import PurchaseData
from tallystick.processes.buying.supplier_invoice import BLOCKED
from tallystick.processes.family import data_of
from tallystick.processes.fold import Watch
from tallystick.processes.folded import Folded
from tallystick.simulator.buying.suppliers import PLACE, Suppliers
from tallystick.simulator.history import Story
from tallystick.simulator.invariants import StepCheck, final_violations
from tallystick.simulator.memory_book import MemoryBook
from tallystick.simulator.weather import DAY, HOUR, USUAL, Profile
from tallystick.simulator.world import World

PURCHASES, LOSSES = 6, 4
ASKED_AGAIN = 0.3
"""Suppliers' documents come twice, by message and by nightly file, far more often than a shop's."""


def buying_history(seed: int, profile: Profile = USUAL, watch: Watch | None = None) -> Story:
    """Run the history of *seed*: no real time, no chance but the seed's."""
    book = MemoryBook(watch=watch)
    world = World(Random(seed), replace(profile, backfilled=ASKED_AGAIN), book)  # noqa: S311
    suppliers, check = Suppliers(world), StepCheck(book)
    lines: list[str] = []

    def committed(*batch: Folded) -> None:
        check.committed(*batch)
        for folded in batch:
            world.committed(folded)
            m = folded.message
            lines.append(f"{folded.event} {m.subject} {type(m.data).__name__}: {folded.outcome}, {folded.state}")

    book.on_commit = committed
    for does, times in ((suppliers.orders, PURCHASES), (suppliers.loses, LOSSES)):
        for _ in range(times):
            world.after(world.between(HOUR, 10 * DAY), does)
    world.run()
    final_violations(check)
    _check_truth(check, suppliers)
    return Story(seed, len(book.entries), tuple(check.violations), tuple(lines))


def _check_truth(check: StepCheck, suppliers: Suppliers) -> None:
    """Hold the ledger against what suppliers and dock did, and against what the purchases know."""
    ledger = balances(p for folded in check.book.entries for p in folded.postings)
    owes = partial(_balance, ledger)
    for payee, owed in suppliers.true.owed.items():
        if owes(f"payable:{payee}") != -owed:
            check.found("payable_off", f"{payee}: is owed {owed}, the ledger has {-owes(f'payable:{payee}')}")
    families = check.book.loaded.families
    known = [data_of(families[f"purchase/{name}"], "purchase") for name in suppliers.true.purchases]
    expected = sum(data.received_not_invoiced() for data in known)
    if owes(f"goods_received:{PLACE}") != -expected:
        check.found("gr_ir_off", f"purchases {expected}, the ledger {-owes(f'goods_received:{PLACE}')}")
    for supplier in {data.supplier for data in known}:
        waits = [w for data in known if data.supplier == supplier for w in data.waiting.values()]
        disputed = sum(sum(w.disputed.values()) for w in waits)
        if owes(f"disputed_invoices:{supplier}") != disputed:
            check.found("disputed_off", f"{supplier}: {disputed}, {owes(f'disputed_invoices:{supplier}')}")
    for name, data in zip(suppliers.true.purchases, known, strict=True):
        _check_blocked(check, families[f"purchase/{name}"], data)
    for sku, units in suppliers.true.units.items():
        layer = check.book.loaded.layers[sku, PLACE]
        if layer.on_hand - layer.short != units:
            check.found("units_off", f"{sku}: {units} are there, the book has {layer.on_hand} less {layer.short}")


def _check_blocked(check: StepCheck, family: Any, data: PurchaseData) -> None:
    """An invoice is blocked as long as it waits for goods that are not there, or for somebody to agree; no longer."""
    blocked = {name.partition("/")[2] for name, member in family.items() if member.state == BLOCKED}
    if blocked != set(data.waiting):
        check.found("blocked_off", f"{data.purchase}: {sorted(blocked)} are blocked, {sorted(data.waiting)} wait")
    there = data.invoiceable()
    for invoice, w in data.waiting.items():
        if not w.disputed and all(units <= there.get(line, 0) for line, units in w.needs.items()):
            check.found("blocked_off", f"{data.purchase}: {invoice} waits for nothing: {w}, {there}")


def _balance(ledger: Any, account: str) -> int:
    return int(ledger[account, "EUR/2"])

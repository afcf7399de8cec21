"""One history of stock keeping, with what must hold at its end: shelves, goods in transit, counts, and who decided what."""

from collections import Counter
from random import Random

from msgspec.structs import replace

from tallystick.messages.stocking.corrections import StockCorrected
from tallystick.processes.family import data_of
from tallystick.processes.fold import Watch
from tallystick.processes.folded import Folded
from tallystick.processes.limits import ADJUSTMENT_MINOR_MAX
from tallystick.processes.members import CORRECTION, TRANSFER
from tallystick.processes.stocking.transfer_data import TransferData
from tallystick.simulator.history import Story
from tallystick.simulator.invariants import StepCheck, final_violations
from tallystick.simulator.memory_book import MemoryBook
from tallystick.simulator.stocking.keepers import PLACES, SKUS, Keepers
from tallystick.simulator.weather import DAY, HOUR, USUAL, Profile
from tallystick.simulator.world import World

ASKED_AGAIN = 0.25
"""Papers come twice, by handheld and by nightly file."""
GONE = 3
"""Units of a product that vanish from a place without anybody saying so, before the count at the end."""


def stock_history(seed: int, profile: Profile = USUAL, watch: Watch | None = None) -> Story:
    """Run the history of *seed*: no real time, no chance but the seed's."""
    book = MemoryBook(watch=watch)
    world = World(Random(seed), replace(profile, backfilled=ASKED_AGAIN), book)  # noqa: S311
    keepers, check = Keepers(world), StepCheck(book)
    lines: list[str] = []

    def committed(*batch: Folded) -> None:
        check.committed(*batch)
        for folded in batch:
            world.committed(folded)
            _check_alone(check, folded)
            m = folded.message
            lines.append(f"{folded.event} {m.subject} {type(m.data).__name__}: {folded.outcome}, {folded.state}")

    book.on_commit = committed
    keepers.stocks()
    plans = (keepers.wants, 5), (keepers.corrects, 3), (keepers.puts_aside, 3), (keepers.plans, 1)
    for does, times in plans:
        for _ in range(times):
            world.after(world.between(HOUR, 10 * DAY), does)
    world.run()
    _check_papers(check, keepers)
    _count_everything(world, keepers)
    _check_counted(check, keepers)
    final_violations(check)
    for told in keepers.blind:
        check.found("counter_learned", told)
    return Story(seed, len(book.entries), tuple(check.violations), tuple(lines))


def _check_alone(check: StepCheck, folded: Folded) -> None:
    """Nobody decides alone about what is worth far more than one person may decide."""
    for fact in folded.facts:
        if isinstance(fact, StockCorrected) and not fact.proposal:
            value = sum(x.value for x in (*fact.found, *fact.lost))
            if value > ADJUSTMENT_MINOR_MAX + len((*fact.found, *fact.lost)):
                check.found("posted_alone", f"{folded.message.subject}: {value} were corrected by one person")


def _corrected(check: StepCheck, subject: str = "") -> Counter[tuple[str, str]]:
    """Return the units that corrections found less those they lost, by product and place; of one *subject* only, if named."""
    sums = Counter[tuple[str, str]]()
    for folded in check.book.entries:
        for fact in folded.facts:
            if isinstance(fact, StockCorrected) and subject in {"", folded.message.subject}:
                for lines, sign in ((fact.found, 1), (fact.lost, -1)):
                    for x in lines:
                        sums[x.sku, fact.location] += sign * x.quantity
    return sums


def _check_papers(check: StepCheck, keepers: Keepers) -> None:
    """The shelves are what the papers come to, and what counts and corrections changed."""
    due = keepers.papers.units.copy()
    due.update(_corrected(check))
    for (sku, place), units in due.items():
        layer = check.book.loaded.layer(sku, place)
        if layer.on_hand - layer.short != units:
            check.found("units_off", f"{sku} at {place}: {units} by the papers, {layer.on_hand} less {layer.short}")
    for name in keepers.papers.transfers:
        _check_transfer(check, keepers, name)
    for name, (sku, place, units) in keepers.papers.corrections.items():
        state = check.book.loaded.families[f"correction/{name}"][CORRECTION].state
        moved = _corrected(check, f"correction/{name}")[sku, place]
        if moved != (units if state == "POSTED" else 0):
            check.found("correction_off", f"{name}: {moved} were posted of {units}, {state}")


def _check_transfer(check: StepCheck, keepers: Keepers, name: str) -> None:
    """What a transfer has on its way, or gave up, is what its papers sent and nobody received."""
    data: TransferData = data_of(check.book.loaded.families[f"transfer/{name}"], TRANSFER)
    for sku in SKUS:
        still_out = sum(x.transit + x.lost - x.surplus for x in data.lines if x.sku == sku)
        by_papers = keepers.papers.sent[name, sku] - keepers.papers.received[name, sku]
        if still_out != by_papers:
            check.found("papers_off", f"{name} {sku}: {still_out} by the book, {by_papers} by its papers")


def _count_everything(world: World, keepers: Keepers) -> None:
    """When all is quiet, units vanish unseen; then everything is counted, and what waits is approved."""
    keepers.is_quiet = True
    for sku in SKUS:
        layer = world.book.loaded.layer(sku, "WH1")
        there = layer.sellable + layer.reserved - layer.short
        if there >= GONE:
            keepers.missing[sku, "WH1"] = GONE
        elif there < 0:  # More left than the book ever had: there are none, and the count finds what was lacking.
            keepers.missing[sku, "WH1"] = there
    for place in PLACES:
        keepers.plans(place)
    world.run()
    for subject in [s for s in world.book.loaded.families if s.startswith("cycle_count/")]:
        keepers.approves(subject)
    world.run()


def _check_counted(check: StepCheck, keepers: Keepers) -> None:
    """The last count found all that was gone: at the places where it could be approved, the book is what is there."""
    families = check.book.loaded.families
    last = [s for s in families if s.startswith("cycle_count/")][-len(PLACES) :]
    for subject in last:
        if families[subject]["cycle_count"].state != "SETTLED":
            check.found("count_open", f"{subject} is {families[subject]['cycle_count'].state} when all is quiet")
    for sku in SKUS:
        found = sum(_corrected(check, subject)[sku, "WH1"] for subject in last)
        if -found != keepers.missing[sku, "WH1"]:
            gone = keepers.missing[sku, "WH1"]
            check.found("count_off", f"{sku}: {gone} were gone, the counts corrected them by {found}")

"""One history of a marketplace, with what must hold at its end: what it owes, kept and withheld, whose tax is whose, who was told."""

from random import Random

from msgspec.structs import replace

from tallystick.journal.posting import balances
from tallystick.messages.payments import AuthorisePayment, CapturePayment, VoidPayment
from tallystick.processes.family import data_of
from tallystick.processes.fold import Watch
from tallystick.processes.folded import Folded
from tallystick.simulator.history import Story
from tallystick.simulator.invariants import StepCheck, final_violations
from tallystick.simulator.marketplaces.bazaar import BANK, NAME, SKUS, Bazaar
from tallystick.simulator.memory_book import MemoryBook
from tallystick.simulator.money import check_money, check_rest
from tallystick.simulator.weather import DAY, HOUR, USUAL, Profile
from tallystick.simulator.world import World

ORDERS, CHARGES = 6, 2
ASKED_AGAIN = 0.3
"""A marketplace's events come by poll again and again, far more often than a provider's webhooks."""


def marketplace_history(seed: int, profile: Profile = USUAL, watch: Watch | None = None) -> Story:
    """Run the history of *seed*: no real time, no chance but the seed's."""
    book = MemoryBook(watch=watch)
    world = World(Random(seed), replace(profile, backfilled=ASKED_AGAIN), book)  # noqa: S311
    bazaar, check = Bazaar(world), StepCheck(book)
    lines: list[str] = []

    def committed(*batch: Folded) -> None:
        check.committed(*batch)
        for folded in batch:
            world.committed(folded)
            m = folded.message
            lines.append(f"{folded.event} {m.subject} {type(m.data).__name__}: {folded.outcome}, {folded.state}")

    book.on_commit = committed
    for sku in SKUS:
        bazaar.opens(sku)
    for does, times in ((bazaar.sells, ORDERS), (bazaar.charges, CHARGES)):
        for _ in range(times):
            world.after(world.between(HOUR, 10 * DAY), does)
    world.run()
    final_violations(check)
    check_money(check)
    check_rest(check)
    _check_truth(check, bazaar)
    _check_told(check, bazaar, is_fair=not (profile.delayed or profile.reordered))
    return Story(seed, len(book.entries), tuple(check.violations), tuple(lines))


def _check_truth(check: StepCheck, bazaar: Bazaar) -> None:
    """Hold the ledger against what the marketplace did."""
    ledger, true = balances(p for folded in check.book.entries for p in folded.postings), bazaar.true
    for account, wanted in (
        (f"psp_clearing:{NAME}", true.taken - true.back - true.disputed - true.settled),
        (f"marketplace_fees:{NAME}", true.kept + true.charged),
        (f"marketplace_reserve:{NAME}", true.held),
        (f"marketplace_tax:{NAME}", true.withheld - true.their_tax),
        ("tax_payable:US-CA", -true.our_tax),
        (f"bank:{BANK}", true.settled - true.kept - true.withheld - true.charged - true.held),
    ):
        found = int(ledger[account, "EUR/2"])
        if found != wanted:
            check.found("truth_off", f"{account}: {found}, truly {wanted}")


def _check_told(check: StepCheck, bazaar: Bazaar, *, is_fair: bool) -> None:
    """Nothing is asked of a provider, no refund twice; what is late or does not fit has been told."""
    for _, command in check.book.commands():
        if isinstance(command, AuthorisePayment | CapturePayment | VoidPayment):
            check.found("asked_of_nobody", f"{command.order}: {type(command).__name__}")
    told = {(b.kind, b.detail.partition(":")[0]) for folded in check.book.entries for b in folded.breaks}
    for name, deal in bazaar.deals.items():
        family = check.book.loaded.families[f"order/{name}"]
        if data_of(family, "payment/1").missing and ("marketplace_differs", name) not in told:
            check.found("silent_marketplace", f"{name}: what left and what was taken do not fit, and nobody was told")
        # In bad weather goods may be here before the book hears that they were paid back.
        if is_fair and deal.back > deal.due:
            check.found("refund_asked_twice", f"{name}: {deal.back} paid back, {deal.due} were due")
        if deal.late and not deal.changed and ("ship_by_missed", name) not in told:
            check.found("silent_lateness", f"{name}: its day passed, and nobody was told")

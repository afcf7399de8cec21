"""One history of going live, with what must hold: nothing is told in the shadow, nothing kept is ever sent, all of it ties out."""

from random import Random
from typing import Any

from msgspec import Struct

from tallystick.journal.posting import balances
from tallystick.messages.channels import TellShipment
from tallystick.messages.fulfilment import RecallLines, RecallShipment, RedirectShipment, ShipOrder
from tallystick.messages.golive.reports import ChannelPutBack, ChannelSwitched, ShadowBegun
from tallystick.messages.payments import AuthorisePayment, CapturePayment, PayRefund, VoidPayment
from tallystick.messages.sales import CancelLines, CancelOrder, RefuseOrder
from tallystick.processes.fold import Watch
from tallystick.processes.folded import Folded
from tallystick.simulator.golive.old_system import LEDGER, MONEY, PLACE, OldSystem
from tallystick.simulator.history import Story
from tallystick.simulator.invariants import StepCheck, final_violations
from tallystick.simulator.memory_book import MemoryBook
from tallystick.simulator.money import check_money
from tallystick.simulator.weather import USUAL, Profile
from tallystick.simulator.world import World

COMMANDS: tuple[type[Struct], ...] = (
    *(AuthorisePayment, CapturePayment, VoidPayment, PayRefund),
    *(ShipOrder, RecallShipment, RecallLines, RedirectShipment),
    *(RefuseOrder, CancelOrder, CancelLines, TellShipment),
)


class Partners:
    """Takes what we tell: it must have been decided while the channel was ours."""

    def __init__(self, old: OldSystem, check: StepCheck) -> None:
        """Do as *old* says partners do; find into *check*."""
        self.old, self.check = old, check
        self.ours: set[int] = set()
        """The events decided while the channel was ours."""

    def take(self, key: str, command: Struct) -> None:
        """Take a command of ours."""
        if int(key.partition(".")[0]) not in self.ours:
            self.check.found("kept_sent", f"{key}: {type(command).__name__} was the old system's to do")
        self.old.take(key, command)


class Shadow:
    """Knows from what was committed when the channel was whose, and has the old system do what is kept."""

    def __init__(self, partners: Partners) -> None:
        """Begin before anything."""
        self.partners, self.is_shadow = partners, False

    def committed(self, folded: Folded) -> None:
        """Look at what one message told and kept."""
        check, report = self.partners.check, folded.message.data
        if isinstance(report, ShadowBegun | ChannelPutBack) and folded.outcome in {"begun", "put_back"}:
            self.is_shadow = True
        elif isinstance(report, ChannelSwitched) and folded.outcome == "switched":
            self.is_shadow = False
        if self.is_shadow and folded.commands:
            check.found("told_in_shadow", f"event {folded.event}: {type(folded.commands[0]).__name__}")
        if not self.is_shadow and folded.kept:
            check.found("kept_when_live", f"event {folded.event}: {type(folded.kept[0]).__name__}")
        if not self.is_shadow:
            self.partners.ours.add(folded.event)
        for command in (*folded.commands, *folded.kept):
            if isinstance(command, ShipOrder) and command.order in self.partners.old.asked:
                check.found("asked_twice", f"{command.order}: its location had been asked by the old system")
        for n, command in enumerate(folded.kept):
            self.partners.old.take(f"old/{folded.event}.{n}", command)


def golive_history(seed: int, profile: Profile = USUAL, watch: Watch | None = None) -> Story:
    """Run the history of *seed*: no real time, no chance but the seed's."""
    book = MemoryBook(watch=watch)
    world = World(Random(seed), profile, book)  # noqa: S311
    old, check = OldSystem(world), StepCheck(book)
    partners = Partners(old, check)
    shadow, lines = Shadow(partners), list[str]()
    world.partners.update(dict.fromkeys(COMMANDS, partners))

    def committed(*batch: Folded) -> None:
        check.committed(*batch)
        for folded in batch:
            shadow.committed(folded)
            old.committed(folded)
            world.committed(folded)
            m = folded.message
            lines.append(f"{folded.event} {m.subject} {type(m.data).__name__}: {folded.outcome}, {folded.state}")

    book.on_commit = committed
    old.begins()
    world.run()
    final_violations(check)
    check_money(check)
    _check_truth(check, old)
    return Story(seed, len(book.entries), tuple(check.violations), tuple(lines))


def _check_truth(check: StepCheck, old: OldSystem) -> None:
    """Hold the book against what the old system had and what left since."""
    ledger: Any = balances(p for folded in check.book.entries for p in folded.postings)
    left = ledger[f"opening_balances:{LEDGER}", MONEY]
    if left:
        check.found("opening_off", f"{left} are left in the opening balances of {LEDGER}")
    for line in old.opening.balances:
        if line.account.startswith(("bank:", "equity:")) and ledger[line.account, MONEY] != line.amount:
            check.found("opening_off", f"{line.account} holds {ledger[line.account, MONEY]}, not {line.amount}")
    for sku, units in old.units.items():
        layer = check.book.loaded.layer(sku, PLACE)
        if layer.on_hand - layer.short != units:
            check.found("units_off", f"{sku}: {units} are there, the book has {layer.on_hand} less {layer.short}")

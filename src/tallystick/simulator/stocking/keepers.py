"""Everybody who keeps stock: who sends and receives, who counts, who corrects; and what their papers come to."""

from collections import Counter
from datetime import date, timedelta
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from tallystick.engine.answer import Answer
from tallystick.messages.stock import ReceiptLine, ReceiptReported
from tallystick.messages.stocking import corrections, counts, transfers
from tallystick.messages.stocking.corrections import StockState
from tallystick.processes.family import data_of
from tallystick.processes.members import CORRECTION
from tallystick.simulator.weather import DAY, HOUR
from tallystick.simulator.world import BEGIN, Call, World

SKUS = ("LAMP", "SHADE", "VASE")
COSTS = {"LAMP": 400, "SHADE": 150, "VASE": 6_000}
PLACES = ("WH1", "S1")
STATES: tuple[StockState, ...] = ("sellable", "sellable", "quarantine", "damaged", "refurbish")
COUNTERS = ("ann", "bob", "cyd", "dan")
LOSSES = ("transit_loss", "transit_damage", "theft")
REASONS = ((-1, "damage"), (-1, "sample"), (-2, "own_use"), (1, "found"), (-3, "theft"), (2, "miscount"))


class Papers(Struct):
    """What was reported, whatever the book made of it: units that came to and left places, and what each transfer's papers say."""

    units: Counter[tuple[str, str]]
    sent: Counter[tuple[str, str]]
    received: Counter[tuple[str, str]]
    transfers: list[str]
    corrections: dict[str, tuple[str, str, int]]


class Keepers:
    """The people of two places. `blind` collects what a counter was told that he should not have been."""

    def __init__(self, world: World) -> None:
        """Live in *world*, and do what its commands ask."""
        self.world = world
        self.papers = Papers(Counter(), Counter(), Counter(), [], {})
        self.made = 0
        self.missing: Counter[tuple[str, str]] = Counter()
        self.blind: list[str] = []
        self.is_quiet = False
        for kind in (transfers.ShipTransfer, transfers.RecallTransfer, transfers.ExpectTransfer, counts.CountStock):
            world.partners[kind] = self
        world.on_answer = self._answered
        self._taken: set[str] = set()

    def stocks(self) -> None:
        """Begin with goods at both places."""
        for place in PLACES:
            lines = tuple(ReceiptLine(n, sku, 12, 12 * COSTS[sku] + n) for n, sku in enumerate(SKUS, 1))
            self.papers.units.update({(x.sku, place): x.quantity for x in lines})
            self.world.send("dock", f"stock/{place}", ReceiptReported(place, place, "EUR/2", "opening", lines))

    def take(self, key: str, command: Struct) -> None:
        """Do what a command asks, once."""
        if key in self._taken:
            return
        self._taken.add(key)
        if isinstance(command, transfers.ShipTransfer) and self.world.happens(0.9):
            self._later(partial(self._ships, command.transfer, command.location, command.lines), 5)
        elif isinstance(command, counts.CountStock) and (self.is_quiet or self.world.happens(0.85)):
            self._later(partial(self._counts, command), 2)

    def wants(self) -> None:
        """Ask for a transfer; what follows of it, follows in any order."""
        world, chance = self.world, self.world.chance
        name = f"T{len(self.papers.transfers) + 1}"
        self.papers.transfers.append(name)
        source, target = PLACES if chance.random() < 0.6 else reversed(PLACES)
        lines = tuple(
            transfers.TransferLine(n, SKUS[int(chance.random() * 3)], 1 + int(chance.random() * 7))
            for n in range(1, 2 + int(chance.random() * 2))
        )
        bears: transfers.Bearer = "target" if chance.random() < 0.3 else "source"
        told = transfers.TransferRequested(name, source, target, "EUR/2", self._day(4), lines, bears)
        self._say(f"transfer/{name}", told, bears="target" if bears == "source" else "source")
        if world.happens(0.1):
            self._later(partial(self._ships, name, source, lines), 3)
        unasked = world.happens(0.08)
        if unasked:
            self._later(partial(self._arrive, name, target, lines), 1)
            self._later(partial(self._leaves, name, (source, target), lines), 4)
        if not unasked and world.happens(0.85):
            partial_ = world.happens(0.6)
            for _ in range(1 + world.happens(0.2)):
                self._later(partial(self._tell, transfers.TransferReleased(name, partial_)), 3)
        for share, does in (
            (0.2, partial(self._tell, transfers.TransferCancelled(name, "not needed"))),
            (0.25, partial(self._loses, name, lines[0])),
            (0.1, partial(self._arrive, name, target, lines[:1])),
            (0.1, partial(self._arrive, name, target, ())),
            (0.2, partial(self._tell, transfers.TransferClosed(name, "EUR/2", LOSSES[int(chance.random() * 3)]))),
        ):
            if world.happens(share):
                self._later(does, 12)

    def _ships(self, name: str, source: str, lines: tuple[transfers.TransferLine, ...]) -> None:
        """Send everything at once, in two parts, or less than was asked."""
        draw = self.world.chance.random()
        target = PLACES[1 - PLACES.index(source)]
        if draw < 0.55:
            self._leaves(name, (source, target), lines)
        elif draw < 0.75:
            half = tuple(replace(x, quantity=-(-x.quantity // 2)) for x in lines)
            rest = [replace(x, quantity=x.quantity - h.quantity) for x, h in zip(lines, half, strict=True)]
            self._leaves(name, (source, target), half)
            self._later(partial(self._leaves, name, (source, target), tuple(x for x in rest if x.quantity)), 4)
        elif draw < 0.9:
            fewer = tuple(replace(x, quantity=x.quantity - 1) for x in lines if x.quantity > 1)
            self._leaves(name, (source, target), fewer, final=True)
        else:
            self._leaves(name, (source, target), (), final=True)

    def _leaves(
        self, name: str, way: tuple[str, str], lines: tuple[transfers.TransferLine, ...], *, final: bool = False
    ) -> None:
        if not lines and not final:
            return
        for x in lines:
            self.papers.sent[name, x.sku] += x.quantity
            self.papers.units[x.sku, way[0]] -= x.quantity
        told = transfers.TransferDispatchReported(name, self._name("D"), "EUR/2", lines, final)
        self._say(f"transfer/{name}", told, final=not final or not lines, lines=(*lines, _more(lines)))
        if lines and self.world.happens(0.9):
            self._later(partial(self._arrive, name, way[1], lines), 5)

    def _arrive(self, name: str, target: str, lines: tuple[transfers.TransferLine, ...]) -> None:
        """All comes, less, more, or another day; the last paper may say that nothing more comes."""
        chance, came = self.world.chance, list[transfers.ArrivedLine]()
        for x in lines:
            units = max(0, x.quantity + (int(chance.random() * 3) - 1 if chance.random() < 0.35 else 0))
            if units:
                came.append(transfers.ArrivedLine(x.line, x.sku, units, STATES[int(chance.random() * 5)]))
                self.papers.received[name, x.sku] += units
                self.papers.units[x.sku, target] += units
        final = self.world.happens(0.3) or not came
        told = transfers.TransferReceiptReported(name, self._name("R"), "EUR/2", tuple(came), final)
        self._say(f"transfer/{name}", told, lines=(*came, _more(lines)), final=True)
        if final and self.world.happens(0.6):
            self._later(partial(self._tell, transfers.TransferClosed(name, "EUR/2")), 10)

    def _loses(self, name: str, line: transfers.TransferLine) -> None:
        reason = LOSSES[int(self.world.chance.random() * 3)]
        lost = replace(line, quantity=1 + int(self.world.chance.random() * 2))
        told = transfers.TransferLossReported(name, self._name("L"), "EUR/2", reason, (lost,))
        self._say(f"transfer/{name}", told, reason="theft" if reason != "theft" else "transit_loss")

    def corrects(self) -> None:
        """Say that units are gone or found; what is dear is approved, dropped, or forgotten."""
        chance = self.world.chance
        sku, place = SKUS[int(chance.random() * 3)], PLACES[int(chance.random() * 2)]
        units, reason = REASONS[int(chance.random() * len(REASONS))]
        name = self._name("K")
        self.papers.corrections[name] = (sku, place, units)
        line = corrections.CorrectionLine(1, sku, units, STATES[int(chance.random() * 5)])
        told = corrections.CorrectionReported(name, place, "EUR/2", reason, (line,))
        self._say(f"correction/{name}", told, note="otherwise")
        draw = chance.random()
        if draw < 0.5:
            self._later(partial(self.approves, f"correction/{name}"), 8)
        elif draw < 0.8:
            self._later(partial(self._drops, name), 1)

    def _drops(self, name: str) -> None:
        self.world.send("desk", f"correction/{name}", corrections.CorrectionDropped(name, "found again"))
        if self.world.happens(0.3):
            self._later(partial(self.approves, f"correction/{name}"), 2)

    def approves(self, subject: str) -> None:
        """A second person approves what waits there, if anything does: sometimes twice."""
        family = self.world.book.loaded.families.get(subject, {})
        if CORRECTION not in family or family[CORRECTION].state == "DROPPED":
            return
        self.made += 1
        told = corrections.CorrectionApproved(self.made, data_of(family, CORRECTION).to_approve(), 1, 2)
        for _ in range(1 + self.world.happens(0.2)):
            self.world.send("approvals", subject, told)

    def puts_aside(self) -> None:
        """Goods are put into another state, whatever the book has there."""
        chance = self.world.chance
        come = STATES[int(chance.random() * 5)]
        others = [s for s in STATES if s != come]
        go = others[int(chance.random() * len(others))]
        line = corrections.MoveLine(1, SKUS[int(chance.random() * 3)], 1 + int(chance.random() * 3), come, go)
        name = self._name("M")
        told = corrections.StockMoveReported(name, PLACES[int(chance.random() * 2)], "looked at", (line,))
        self._say(f"stock_move/{name}", told, lines=(line, replace(line, line=2)))

    def plans(self, place: str = "WH1") -> None:
        """Have all products of a place counted, in every state."""
        states = dict.fromkeys(STATES)
        lines = tuple(
            counts.CountLine(n, sku, state)
            for n, (sku, state) in enumerate(((sku, state) for sku in SKUS for state in states), 1)
        )
        limits = counts.CountLimits(approval_minor=2_000)
        name = self._name("C")
        told = counts.CountPlanned(name, place, "EUR/2", self._day(3), lines, limits)
        self._say(f"cycle_count/{name}", told, plan="otherwise")
        if not self.is_quiet and self.world.happens(0.15):
            self._later(partial(self._count_tell, counts.CountCancelled(name)), 3)

    def _counts(self, asked: counts.CountStock) -> None:
        """Count what is there; the first one errs now and then, and some of the lines are counted later."""
        who = next((c for c in COUNTERS if c not in asked.not_by), COUNTERS[-1])
        if self.world.happens(0.4):
            self._count_tell(counts.CountStarted(asked.count, who))
        lines = tuple(counts.CountedLine(x.line, self._there(x, asked)) for x in asked.lines)
        split = len(lines) // 2 if self.world.happens(0.3) else 0
        for part in filter(None, (lines[:split], lines[split:])):
            self._count_tell(counts.CountTaken(asked.count, who, part))
            if self.world.happens(0.15):
                self._count_tell(counts.CountTaken(asked.count, who, part))

    def _there(self, x: counts.CountLine, asked: counts.CountStock) -> int:
        """Units on the shelf: what the book would have if it knew all, less what is gone unseen; round one may err."""
        layer = self.world.book.loaded.layer(x.sku, asked.location)
        if x.state == "sellable":
            there = layer.sellable + layer.reserved - layer.short - self.missing[x.sku, asked.location]
        else:
            there = getattr(layer, x.state)
        errs = int(self.world.chance.random() * 3) - 1 if asked.round == 1 and self.world.happens(0.1) else 0
        return max(0, there + errs)

    def _answered(self, call: Call, answer: Answer) -> None:
        """Look at what a counter hears: which lines were taken, and nothing that the book's number has a part in."""
        if isinstance(call.data, counts.CountTaken) and answer.outcome == "taken":
            told = {x.line for x in call.data.lines}
            is_plain = answer.detail is not None and answer.detail.keys() == {"lines"}
            if answer.state != "COUNTING" or not is_plain or not told.issuperset((answer.detail or {})["lines"]):
                self.blind.append(f"{call.subject}: {call.data.counter} was told {answer.state}, {answer.detail}")

    def _tell(self, told: Struct) -> None:
        self.world.send("planner", f"transfer/{told.transfer}", told)  # type: ignore[attr-defined]

    def _count_tell(self, told: Struct) -> None:
        self.world.send("handheld", f"cycle_count/{told.count}", told)  # type: ignore[attr-defined]

    def _say(self, subject: str, told: Struct, **otherwise: object) -> None:
        self.world.send_named("keeper", subject, told, **otherwise)

    def _later(self, do: partial[None], days: int) -> None:
        self.world.after(self.world.between(HOUR, days * DAY), do)

    def _name(self, letter: str) -> str:
        self.made += 1
        return f"{letter}{self.made}"

    def _day(self, days: int) -> date:
        return (BEGIN + timedelta(seconds=self.world.now, days=days)).date()


def _more(lines: tuple[transfers.TransferLine, ...]) -> transfers.TransferLine:
    return transfers.TransferLine(len(lines) + 10, "LAMP", 1)

"""The fold: one message through its family's tables, pure, leaving either everything it does or nothing at all.

The gate hands in what it has locked and stores what comes out; the in-memory runner uses the very same code.
"""

from collections import deque
from collections.abc import Callable, Sequence
from copy import copy
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import astuple

from tallystick.decisions.promises.fences import changes_of, shrunk, with_change
from tallystick.decisions.view import OpenSale
from tallystick.journal.card import Card
from tallystick.journal.layer import COST_SCALE, NO_PLANS, NUMBERS, Layer, column_of
from tallystick.journal.posting import PostingError
from tallystick.messages.availability import FenceChanged, FenceLine, IncomingChanged
from tallystick.messages.envelope import Message
from tallystick.messages.sales import (
    CreditedLine,
    DeadlinePassed,
    ReversedLine,
    SaleCredited,
    SaleRecorded,
    SaleReversed,
)
from tallystick.messages.sourcing.decided import OrderSourced
from tallystick.messages.stock import GoodsReceived
from tallystick.posting.table import PostingTable
from tallystick.processes.family import BORN, Family, Member, data_of
from tallystick.processes.folded import Folded, NewSale, Refused, Timer, TooEarly
from tallystick.processes.gift_cards.moves import CARD_FACTS, flaw_of_card, moved
from tallystick.processes.golive.standing import parted, shadow_of
from tallystick.processes.holding import rulebook_of
from tallystick.processes.limits import LIMITS_SECONDS
from tallystick.processes.loaded import Loaded
from tallystick.processes.members import CHANNELS_SUBJECT, FULFILMENT, RULES_SUBJECT, member_of
from tallystick.processes.registry import process_of
from tallystick.processes.soundness import REMEDY, flaw_of, misplaced
from tallystick.processes.sourcing.asked_of import fulfilment_for
from tallystick.processes.table import Action, Break, Decision, Early, Ignored, Other, ProcessError, Row, Step

STEPS_MAX: Final = 64
PROMISED: Final = ("sellable", "reserved")
STORED_LIMIT: Final = 2**62
"""A number of a layer beyond this would soon not fit a bigint."""
Watch = Callable[[str, Row], None]
"""Told of each row a member takes, tells included."""


class Fold:
    """Folds messages one by one over what is loaded."""

    def __init__(self, loaded: Loaded, table: PostingTable, watch: Watch | None = None) -> None:
        """Work on *loaded*, post by *table*; *watch* is told of each row taken, also where the message fails later."""
        self.loaded, self.table, self.watch = loaded, table, watch

    def fold(self, message: Message, event: int) -> Folded:
        """Fold one message as event number *event*.

        Raises `TooEarly`, `Refused` or `NotLoaded`, in which case nothing has changed.
        """
        run = _Run(self, message, event)
        try:
            run.steps()
            if run.planned:
                run.fit_fences()
            run.check_layers()
        except PostingError as wrong:
            run.undo()
            raise Refused(str(wrong), REMEDY) from wrong
        except BaseException:
            run.undo()
            raise
        self.loaded.families[message.subject] = run.family
        if message.subject == RULES_SUBJECT:
            self.loaded.rulebook = rulebook_of(run.family)
        elif message.subject == CHANNELS_SUBJECT:
            self.loaded.shadow = shadow_of(run.family)
        if self.loaded.shadow and run.result.commands:
            run.result.commands, run.result.kept = parted(run.result.commands, run.family, self.loaded.shadow)
        run.note()
        return run.result


class _Run:
    """One message under way, with what is needed to undo it."""

    def __init__(self, fold: Fold, message: Message, event: int) -> None:
        self.loaded, self.table, self.watch, self.message = fold.loaded, fold.table, fold.watch, message
        known = fold.loaded.families.get(message.subject)
        self.family: Family = dict(known) if known else {}
        self.result = Folded(event, message)
        self.before: dict[tuple[str, str], tuple[Layer, tuple[Any, ...]]] = {}
        self.revalued: set[tuple[str, str]] = set()
        self.planned: dict[tuple[str, str], None] = {}
        self.replanned: set[tuple[str, str]] = set()
        self.answered = False
        self.sales_used: dict[tuple[str, str, int, int], OpenSale] = {}
        self.sales_before: list[tuple[OpenSale, int, int]] = []
        self.sales_added: list[list[OpenSale]] = []
        self.cards_before: dict[str, Card] = {}

    def note(self) -> None:
        """Say what has moved, now that nothing is undone any more."""
        self.loaded.moved_layers.update(self.before)
        if self.revalued:
            self.loaded.revalued_layers.update(self.revalued)
        if self.replanned:
            self.loaded.replanned_layers.update(self.replanned)
        if self.sales_used:
            self.loaded.used_sales.update(self.sales_used)
        if self.cards_before:
            self.loaded.moved_cards.update(self.cards_before)

    def steps(self) -> None:
        flaw = flaw_of(self.message.data) or misplaced(self.message.data, self.message.subject)
        if flaw:
            raise Refused(f"{type(self.message.data).__name__} of {self.message.subject}: {flaw}", REMEDY)
        currency = getattr(self.message.data, "currency", self.loaded.currency)
        if currency != self.loaded.currency:
            reason = f"{self.message.subject} is in {currency}, this book values its stock in {self.loaded.currency}"
            raise Refused(reason, "send it to a book of that currency: one book holds no two, for there is no fx yet")
        root = member_of(self.message.data)
        if root == FULFILMENT and not isinstance(self.message.data, DeadlinePassed):
            root = fulfilment_for(self.message.data, self.family)
        work: deque[tuple[str, Struct]] = deque([(root, self.message.data)])
        for _ in range(STEPS_MAX):
            if not work:
                return
            member, data = work.popleft()
            decision = self.step(member, data)
            if decision is not None:
                work.extend(decision.tells)
                if not self.answered:
                    self.result.answer = decision.answer
            self.answered = self.answered or decision is None or not decision.passes_on
        raise Refused(
            f"more than {STEPS_MAX} steps", "the processes tell each other in a circle: report this as a defect"
        )

    def step(self, name: str, data: Struct) -> Decision | None:
        process, member = process_of(name), self.family.get(name, BORN)
        found = process.find(member.state, type(data))
        if not self.answered:
            self.result.state = member.state
        if not isinstance(found, Action):
            self.left_alone(name, data, found)
            return None
        if isinstance(data, DeadlinePassed) and data.version != member.version:
            return None  # A deadline set before the member last moved means nothing any more.
        step = Step(data, self.message, self.result.event, name)
        decision = found.decide(data_of(self.family, name), step, self.loaded)
        row = found.outcomes.get(decision.outcome)
        if row is None:
            raise ProcessError(f"{process.name}: {member.state} has no outcome {decision.outcome!r}")
        self.move(name, row, decision)
        return decision

    def left_alone(self, name: str, data: Struct, found: Other | None) -> None:
        """Take no row: the message means nothing here, or too early, or for a person."""
        if isinstance(found, Ignored):
            return
        if isinstance(found, Early):
            raise TooEarly(found.because)
        state = self.family.get(name, BORN).state
        remedy = found.remedy if found else "no process takes it: report this as a defect"
        raise Refused(f"{type(data).__name__} in state {state} of {self.message.subject} {name}", remedy)

    def move(self, name: str, row: Row, decision: Decision) -> None:
        result = self.result
        if self.watch is not None:
            self.watch(name, row)
        version = self.family.get(name, BORN).version + row.moves
        member = Member(row.to_state, version, decision.data)
        if name != "order" or name in self.family:
            self.family[name] = member
        else:  # The order stands first, however late it is born.
            self.family = {name: member, **self.family}
        if result.outcome == "ignored" and not decision.passes_on:
            result.outcome, result.state = decision.outcome, row.to_state
        if row.within:
            result.timers.append(Timer(name, version, self.due(row.within, decision)))
        if decision.commands or decision.tells:
            _check_told(row, decision)
            result.commands.extend(decision.commands)
        if decision.explains:
            # What one step of this message opened and the next explains was never there.
            result.breaks = [b for b in result.breaks if b.kind not in decision.explains]
            result.explained = [*result.explained, *decision.explains]
        if decision.breaks:
            result.breaks.extend(decision.breaks)
        for fact in decision.facts:
            self.post(fact)

    def due(self, limit: str, decision: Decision) -> datetime:
        """Return when a member that now stands under *limit* has stood there too long."""
        since, rules = self.message.recorded_at, self.loaded.rulebook.at(self.message.recorded_at)
        due = None
        if rules.has_deadlines:
            told = decision.data
            due = rules.due((limit, getattr(told, "channel", ""), getattr(told, "location", "")), since)
        if due is None:
            due = since + _span(LIMITS_SECONDS[limit])
        nearer = decision.within_seconds
        return due if nearer is None else min(due, since + _span(nearer))

    def post(self, fact: Struct) -> None:
        postings = self.table.post(fact)
        self.result.facts.append(fact)
        self.result.postings.extend(postings)
        for _, debited, credited, _, number, item in postings:
            debit, credit = column_of(debited), column_of(credited)
            if debit is not None:
                self.change(item, debit, number)
            if credit is not None:
                self.change(item, credit, -number)
        if type(fact) in _REMEMBERED:
            self.remember(fact)

    def change(self, sku: str, where: tuple[str, str, int], number: int) -> None:
        column, location, sign = where
        key = (sku, location)
        known = self.before.get(key)
        layer = self.touched(*key) if known is None else known[0]
        setattr(layer, column, getattr(layer, column) + sign * number)
        if column not in PROMISED:
            self.revalued.add(key)

    def remember(self, fact: Struct) -> None:
        """Keep what a fact says beyond its postings: declared costs, what a customer may bring back, what is arranged."""
        if isinstance(fact, GoodsReceived):
            for declared in fact.declared_costs:
                layer = self.touched(declared.sku, fact.location)
                layer.last_cost = layer.last_cost or declared.unit_cost * COST_SCALE
                self.revalued.add((declared.sku, fact.location))
        elif isinstance(fact, SaleRecorded) and fact.customer is not None:
            self.remember_sale(fact, fact.customer)
        elif isinstance(fact, SaleCredited) and fact.matched:
            self.use_sales(fact.customer or "", fact.matched)
        elif isinstance(fact, SaleReversed) and fact.customer is not None:
            self.use_sales(fact.customer, fact.goods)
        elif type(fact) in CARD_FACTS:
            self.move_card(fact)
        else:
            for change in changes_of(fact):
                layer = self.touched(change.sku, change.location)
                layer.plans = with_change(layer.plans, change)
                self.replanned.add((change.sku, change.location))
                self.planned[change.sku, change.location] = None

    def fit_fences(self) -> None:
        """Goods that are gone cannot be kept for a channel: what has physically happened stands, and its fences shrink."""
        for sku, location in tuple(self.planned):
            layer = self.before[sku, location][0]
            over = layer.plans.fenced - layer.sellable
            if over > 0:
                lines = [FenceLine(c, sku, -n) for c, n in shrunk(layer.plans.fences, layer.sellable).items()]
                self.post(FenceChanged(location, "goods are gone", tuple(lines)))
                text = f"{over} of {sku} at {location} were kept for {', '.join(x.channel for x in lines)} and are gone"
                self.result.breaks.append(Break("fence_shrunk", text))

    def move_card(self, fact: Any) -> None:
        card = self.loaded.card(fact.card)
        if fact.card not in self.cards_before:
            self.cards_before[fact.card] = copy(card)
        moved(card, fact)
        card.event = self.result.event
        flaw = flaw_of_card(card)
        if flaw:
            raise Refused(f"{self.message.subject}: gift card {fact.card}: {flaw}", _OVERSPENT)

    def touched(self, sku: str, location: str) -> Layer:
        key = (sku, location)
        known = self.before.get(key)
        if known is None:
            layer = self.loaded.layer(sku, location)
            known = self.before[key] = (layer, astuple(layer))
            layer.event = self.result.event
            if layer.plans is not NO_PLANS:
                self.planned[key] = None
        return known[0]

    def remember_sale(self, fact: SaleRecorded, customer: str) -> None:
        added = self.result.new_sales = []
        for x in fact.goods:
            sale = OpenSale(self.result.event, x.line, x.quantity, x.cost, x.net // x.quantity)
            added.append(NewSale(customer, x.sku, sale))
            known = self.loaded.open_sales.get((customer, x.sku))
            if known is None:
                unseen = self.loaded.new_sales if self.loaded.strict else self.loaded.open_sales
                known = unseen.setdefault((customer, x.sku), [])
            known.append(sale)
            self.sales_added.append(known)

    def use_sales(self, customer: str, lines: Sequence[CreditedLine | ReversedLine]) -> None:
        for x in lines:
            for sale in self.loaded.sales(customer, x.sku):
                if (sale.event, sale.line) == (x.of_event, x.of_line):
                    self.sales_before.append((sale, sale.left, sale.cost_left))
                    self.sales_used[customer, x.sku, sale.event, sale.line] = sale
                    sale.left -= x.quantity
                    sale.cost_left -= x.cost

    def check_layers(self) -> None:
        """What physically cannot be below zero is not, and every number can be stored.

        The last known unit cost is kept for when stock runs out.
        """
        for key, (layer, before) in self.before.items():
            # A promise moves two columns only, and the others were sound before.
            if key not in self.revalued and 0 <= layer.sellable < STORED_LIMIT and 0 <= layer.reserved < STORED_LIMIT:
                continue
            if layer.value != before[_VALUE] and layer.on_hand:
                layer.last_cost = layer.value * COST_SCALE // layer.on_hand
            now = astuple(layer)[:_NUMBERS]
            least = min(now)
            if least < 0 and not _only_a_debt(layer):
                raise Refused(
                    f"{self.message.subject} would leave a stock layer below zero: {layer}",
                    "a decision gave away what is not there: report this as a defect",
                )
            if max(now) >= STORED_LIMIT or least <= -STORED_LIMIT:
                raise Refused(f"{self.message.subject} would make a stock layer too large to store: {layer}", REMEDY)

    def undo(self) -> None:
        for layer, values in self.before.values():
            for name, value in zip(Layer.__struct_fields__, values, strict=True):
                setattr(layer, name, value)
        for sale, left, cost_left in reversed(self.sales_before):
            sale.left, sale.cost_left = left, cost_left
        for known in self.sales_added:
            known.pop()
        self.loaded.cards.update(self.cards_before)


@cache
def _span(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)


_REMEMBERED: Final = CARD_FACTS | {
    *(GoodsReceived, SaleRecorded, SaleCredited, SaleReversed, FenceChanged, IncomingChanged, OrderSourced),
}
_OVERSPENT: Final = "a decision gave away what is not there: report this as a defect"
_NUMBERS: Final = len(NUMBERS) - 1
"""What is counted stands before the event that touched the layer last."""
_VALUE: Final = Layer.__struct_fields__.index("value")


def _only_a_debt(layer: Layer) -> bool:
    """The suspended cost alone may be below zero: units guessed dearer than they proved to be."""
    units = (layer.sellable, layer.reserved, layer.quarantine, layer.damaged, layer.refurbish, layer.short, layer.owed)
    return min(*units, layer.value) >= 0


def _check_told(row: Row, decision: Decision) -> None:
    for told in decision.commands:
        if type(told) not in row.tells:
            raise ProcessError(f"{row.state} on {row.message.__name__} may not send {type(told).__name__}")
    for _, told in decision.tells:
        if type(told) not in row.tells:
            raise ProcessError(f"{row.state} on {row.message.__name__} may not tell {type(told).__name__}")

"""What must hold after every message, and what must hold when everything has come to rest."""

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

from msgspec import Struct

from tallystick.decisions.promises.fences import changes_of, with_change
from tallystick.decisions.promises.turns import free_for
from tallystick.journal.layer import STATES, Layer, effects, layers_of
from tallystick.journal.posting import balances
from tallystick.messages.fulfilment import ShipOrder
from tallystick.messages.oversells import TurnCame
from tallystick.messages.sales import DeadlinePassed
from tallystick.messages.stock import StockReserved
from tallystick.processes.family import data_of
from tallystick.processes.folded import Folded
from tallystick.processes.holding import claims_of, held_by
from tallystick.processes.registry import PROCESSES
from tallystick.simulator.memory_book import MemoryBook
from tallystick.simulator.stocking.transit import check_transit
from tallystick.simulator.worth import OpenSales, Told, Units, business_keys, taken_back, told

COLUMNS = (*STATES, "short", "short_value", "value", "owed")
NEVER_BELOW_ZERO = (*STATES, "short", "value", "owed")
_STATES_OF = {name: frozenset(process.states) for name, process in PROCESSES.items()}


class Violation(Struct, frozen=True):
    """A promise that was broken, at which step."""

    kind: str
    detail: str
    step: int


class StepCheck:
    """Follows a book message by message with a shadow of its own, built from postings and process data only."""

    def __init__(self, book: MemoryBook) -> None:
        """Watch *book*; hand every committed message to `committed`."""
        self.book = book
        self.violations: list[Violation] = []
        self.step = 0
        self._shadow: dict[tuple[str, str], Layer] = defaultdict(Layer)
        self._posted: set[tuple[Any, ...]] = set()
        self._held: dict[str, Counter[tuple[str, str]]] = {}
        self._held_all: Counter[tuple[str, str]] = Counter()
        self._owed: dict[str, Counter[tuple[str, str]]] = {}
        self._owed_all: Counter[tuple[str, str]] = Counter()
        self.sales = OpenSales()

    def found(self, kind: str, detail: str) -> None:
        """Record a violation at this step."""
        self.violations.append(Violation(kind, detail, self.step))

    def committed(self, *batch: Folded) -> None:
        """Check what was committed at once: one message, or a batch of them in order."""
        touched: set[tuple[str, str]] = set()
        for folded in batch:
            self.step = folded.event
            touched |= self._follow(folded)
            self.sales.follow(folded, self.found)
            self._check_turn(folded)
            message = folded.message
            if isinstance(message.data, DeadlinePassed) and message.recorded_at < message.data.due:
                self.found("rang_early", f"{message.subject}: the deadline of {message.data.due} came before its time")
            for fact in folded.facts:
                touched |= self._plan(fact)
                self._posted.difference_update(taken_back(fact, message.subject))
                for key in business_keys(fact, message.subject):
                    if key in self._posted:
                        self.found("posted_twice", f"{key[0].__name__} {key[1:]}")
                    self._posted.add(key)
        self._check_layers(touched)
        promised: set[tuple[str, str]] = set()
        for subject in dict.fromkeys(folded.message.subject for folded in batch):
            promised |= self._check_family(subject)
        self._check_promised(promised)

    def _plan(self, fact: Struct) -> set[tuple[str, str]]:
        """Change what is arranged about the shadow as *fact* says."""
        touched = set()
        for change in changes_of(fact):
            layer = self._shadow[change.sku, change.location]
            layer.plans = with_change(layer.plans, change)
            touched.add((change.sku, change.location))
        return touched

    def _follow(self, folded: Folded) -> set[tuple[str, str]]:
        """Move the shadow by the postings, and compare what they move with what the facts say."""
        touched, moved = set(), Told()
        for posting in folded.postings:
            if posting.number <= 0 or posting.debit == posting.credit:
                self.found("unbalanced", f"{posting}")
            for sku, location, column, change in effects(posting):
                layer = self._shadow[sku, location]
                setattr(layer, column, getattr(layer, column) + change)
                touched.add((sku, location))
                _note(moved, (sku, location, column), change)
            for address, number in ((posting.debit, posting.number), (posting.credit, -posting.number)):
                if address.startswith("receivable:"):
                    moved.owed += number
                elif address.startswith("tax_payable:"):
                    moved.tax -= number
        self._compare(folded, moved, told(folded.facts))
        return touched

    def _compare(self, folded: Folded, moved: Told, said: Told | None) -> None:
        if said is None:
            return
        subject = folded.message.subject
        for kind, facts, postings in (
            ("inventory_off", said.worth, moved.worth),
            ("owed_off", said.owed, moved.owed),
            ("tax_off", said.tax, moved.tax),
        ):
            if facts != postings:
                self.found(kind, f"facts move {facts}, postings {postings}: {subject}")
        if said.units != moved.units:
            self.found("state_off", f"facts move {_shown(said.units)}, postings {_shown(moved.units)}: {subject}")

    def _check_layers(self, touched: set[tuple[str, str]]) -> None:
        for key in sorted(touched):
            live, shadow = self.book.loaded.layers[key], self._shadow[key]
            for column in COLUMNS:
                if getattr(live, column) != getattr(shadow, column):
                    self.found("layer_off", f"{key} {column}: live {live}, journal {shadow}")
            if live.plans != shadow.plans:
                self.found("plans_off", f"{key}: live {live.plans}, facts {shadow.plans}")
            if shadow.plans.fenced > shadow.sellable:
                self.found("fenced_off", f"{key}: {shadow.plans.fences} fenced, {shadow.sellable} sellable")
            for column in NEVER_BELOW_ZERO:
                if getattr(shadow, column) < 0:
                    self.found("below_zero", f"{key} {column} is {getattr(shadow, column)}")
            if shadow.on_hand == 0 and shadow.value:
                self.found("value_without_units", f"{key} holds {shadow.value} for nothing")

    def _check_family(self, subject: str) -> set[tuple[str, str]]:
        """Look at a family's states, and at what it holds and is owed; return the shelves whose promises may have moved."""
        family = self.book.loaded.families[subject]
        for name, member in family.items():
            if member.state not in _STATES_OF[name.partition("/")[0]]:
                self.found("unknown_state", f"{subject} {name} is {member.state}")
        held, owed = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        for x in held_by(family):
            held[x.sku, x.location] += x.held
            owed[x.sku, x.location] += x.owed
        return _moved(subject, held, (self._held, self._held_all)) | _moved(subject, owed, (self._owed, self._owed_all))

    def _check_turn(self, folded: Folded) -> None:
        """Nobody is given what earlier sales wait for, and nothing is asked of a location that is not there yet."""
        subject, families = folded.message.subject, self.book.loaded.families
        order = data_of(families[subject], "order") if "order" in families[subject] else None
        if order is not None and order.owed and any(isinstance(c, ShipOrder) for c in folded.commands):
            self.found("asked_too_early", f"{subject}: its location was asked for goods that it is still owed")
        if any(b.kind == "backorder_overdue" for b in folded.breaks):
            self._check_unserved(folded)
        served = [f for f in folded.facts if isinstance(f, StockReserved)]
        if order is None or not isinstance(folded.message.data, TurnCame) or not served:
            return
        rules = self.book.loaded.rules(folded.message.recorded_at)
        for shelf in {(x.sku, f.location) for f in served for x in f.lines}:
            before = [c for s in families for c in claims_of(s, families[s]) if s != subject and c.shelf == shelf]
            claimed = sum(c.units for c in before if c.since < order.since and c.channel == order.channel)
            left = free_for(order.channel, self.book.loaded.layer(*shelf), rules.terms("", *shelf).safety)
            if claimed > left:
                self.found(
                    "out_of_turn", f"{subject} took of {shelf} what {claimed} units sold before wait for: {left} left"
                )

    def _check_unserved(self, folded: Folded) -> None:
        """Nobody is told that goods have not come which have been there for a day, and that nobody else has a claim on."""
        subject, loaded, now = folded.message.subject, self.book.loaded, folded.message.recorded_at
        claims = [c for s, family in loaded.families.items() for c in claims_of(s, family)]
        for mine in (c for c in claims if c.subject == subject):
            layer, claimed = loaded.layer(*mine.shelf), sum(c.units for c in claims if c.shelf == mine.shelf)
            moved = next((f for f in reversed(self.book.entries) if f.event == layer.event), folded)
            is_old = now - moved.message.recorded_at > timedelta(days=1)
            if is_old and free_for(mine.channel, layer, loaded.rules(now).terms("", *mine.shelf).safety) >= claimed:
                self.found("unserved", f"{subject}: {mine.units} of {mine.shelf} are there, and it waits for them")

    def _check_promised(self, keys: set[tuple[str, str]]) -> None:
        for key in sorted(keys):
            if self._held_all[key] != self._shadow[key].reserved:
                self.found(
                    "reserved_off", f"{key}: orders hold {self._held_all[key]}, {self._shadow[key].reserved} reserved"
                )
            if self._owed_all[key] != self._shadow[key].owed:
                self.found("owed_off", f"{key}: orders are owed {self._owed_all[key]}, {self._shadow[key].owed} owed")


_Kept = tuple[dict[str, Counter[tuple[str, str]]], Counter[tuple[str, str]]]
"""What each subject holds, and what all of them hold together."""


def _moved(subject: str, now: Counter[tuple[str, str]], kept: _Kept) -> set[tuple[str, str]]:
    """Put what *subject* holds now in place of what it held before; return the products and locations to look at."""
    each, together = kept
    before = each.get(subject, Counter())
    if before != now:
        together.subtract(before)
        together.update(now)
        each[subject] = now
    return {*now, *before}


def _note(moved: Told, what: tuple[str, str, str], change: int) -> None:
    if what[2] == "value":
        moved.worth += change
    elif what[2] in STATES:
        moved.units[what] += change


def _shown(units: Units) -> str:
    """Write units by place, those that do not move left out."""
    return ", ".join(f"{n:+} {'/'.join(place)}" for place, n in sorted(units.items()) if n) or "none"


def final_violations(check: StepCheck) -> list[Violation]:
    """Return what does not fit when everything has come to rest."""
    book = check.book
    postings = [p for folded in book.entries for p in folded.postings]
    ledger = balances(postings)
    totals: Counter[str] = Counter()
    for (_, commodity), number in ledger.items():
        totals[commodity] += number
    for commodity, number in totals.items():
        if number:
            check.found("unbalanced", f"{commodity} sums to {number}")
    _check_stock(check, layers_of(postings), ledger)
    check_transit(book.loaded.families.values(), postings, check.found)
    _check_rest(check)
    return check.violations


def _check_stock(check: StepCheck, rebuilt: Any, ledger: Counter[tuple[str, str]]) -> None:
    book, value, short = check.book, Counter[str](), Counter[str]()
    for key, layer in book.loaded.layers.items():
        journal = rebuilt.get(key, Layer())
        if any(getattr(layer, c) != getattr(journal, c) for c in COLUMNS):
            check.found("layer_off", f"{key}: live {layer}, journal {journal}")
        value[key[1]] += layer.value
        short[key[1]] += layer.short_value
    for location, number in value.items():
        if number != ledger[f"inventory:{location}", "EUR/2"]:
            check.found(
                "inventory_off", f"{location}: layers {number}, ledger {ledger[f'inventory:{location}', 'EUR/2']}"
            )
        suspended = -ledger[f"unexplained_stock:{location}", "EUR/2"]
        if short[location] != suspended:
            check.found("suspense_off", f"{location}: layers {short[location]}, ledger {suspended}")


def _check_rest(check: StepCheck) -> None:
    """Nothing waits any more."""
    book = check.book
    if book.inbox:
        check.found("stuck", f"{len(book.inbox)} messages in the inbox")
    for subject, messages in book.held.items():
        for message in messages:
            check.found("stuck", f"{subject}: {type(message.data).__name__} still waits")
    for subject, messages in book.parked.items():
        answer = book.answers[messages[0].source, messages[0].id]
        check.found("parked", f"{subject}: {answer.reason}")
    for subject, rows in book.outbox.items():
        if rows:
            check.found("stuck", f"{subject}: {len(rows)} commands not delivered")

"""The gate in memory: what is durable, what a crash takes away, and the same answers as the real gate gives."""

from collections import deque
from collections.abc import Callable, Iterator
from copy import copy
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.promises.turns import turns
from tallystick.decisions.view import OpenSale
from tallystick.engine.answer import Answer, Status
from tallystick.engine.timers import Turn
from tallystick.journal.card import Card
from tallystick.journal.layer import Layer
from tallystick.messages.envelope import Message
from tallystick.posting.table import TABLE, PostingTable
from tallystick.processes.family import decode_family, encode_family
from tallystick.processes.fold import Fold, Watch
from tallystick.processes.folded import Folded, Refused, TooEarly
from tallystick.processes.golive.standing import shadow_of
from tallystick.processes.holding import claims_of, rulebook_of
from tallystick.processes.loaded import Loaded
from tallystick.processes.members import CHANNELS_SUBJECT, RULES_SUBJECT

CURRENCY = "EUR/2"


class CrashPoint(StrEnum):
    """Where a crash can hit a delivery; the last one hits the outbox instead."""

    BEFORE_FOLD = "before the fold"
    BEFORE_COMMIT = "after the fold, before the commit"
    BEFORE_ANSWER = "after the commit, before the answer"
    BEFORE_MARKING = "after the push, before it is marked as done"


class Crash(Exception):
    """The process died here. Whoever was waiting for an answer gets none, and repeats."""


class OutboxRow(Struct):
    """A command to be pushed under *key* until its partner has acknowledged it."""

    key: str
    subject: str
    command: Struct
    done: bool = False


class MemoryBook:
    """Folds one message a transaction. All that survives a crash is in the lists and dictionaries below.

    `loaded` is the working memory: `restart` throws it away and reads families, layers and open sales again.
    """

    def __init__(self, table: PostingTable = TABLE, watch: Watch | None = None) -> None:
        """Start an empty book that posts by *table*; *watch* sees every row that is taken."""
        self.table, self.watch = table, watch
        self.entries: list[Folded] = []
        self.answers: dict[tuple[str, str], Answer] = {}
        self.inbox: deque[Message] = deque()
        self.held: dict[str, list[Message]] = {}
        self.parked: dict[str, list[Message]] = {}
        self.outbox: dict[str, deque[OutboxRow]] = {}
        self.on_commit: Callable[[Folded], None] = lambda _: None
        self._families: dict[str, bytes] = {}
        self._layers: dict[tuple[str, str], Layer] = {}
        self._sales: dict[tuple[str, str], list[OpenSale]] = {}
        self._cards: dict[str, Card] = {}
        self.loaded, self.fold = self._booted()

    def deliver(self, message: Message, crash: CrashPoint | None = None) -> Answer:
        """Take one message and answer it; a duplicate is told what the original was told.

        Raises `Crash` where *crash* says so: the book must then be restarted, and the sender repeats.
        """
        key = (message.source, message.id)
        known = self.answers.get(key)
        if known is None:
            self.inbox.append(message)
            self.work(crash)
        if crash in {CrashPoint.BEFORE_ANSWER, CrashPoint.BEFORE_FOLD, CrashPoint.BEFORE_COMMIT}:
            raise Crash(crash)
        if known is not None and known.status is Status.ACCEPTED:
            return replace(known, status=Status.DUPLICATE)
        return self.answers[key]

    def work(self, crash: CrashPoint | None = None) -> None:
        """Fold what is in the inbox; a message leaves it only with its effect committed."""
        while self.inbox:
            message = self.inbox[0]
            if crash is CrashPoint.BEFORE_FOLD:
                raise Crash(crash)
            if (message.source, message.id) not in self.answers:
                self._take(message, crash)
            self.inbox.popleft()

    def restart(self) -> None:
        """Come back after a crash: forget the working memory, read what is durable, go on with the inbox."""
        self.loaded, self.fold = self._booted()
        self.work()

    def release(self, subject: str, *, drop_first: bool = False) -> None:
        """Let a parked subject go again, with its first message mended or, with *drop_first*, put aside."""
        waiting = self.parked.pop(subject, [])
        for message in waiting[1:] if drop_first else waiting:
            self._take(message, None)

    def pushed(self, row: OutboxRow) -> None:
        """Mark a command as acknowledged by its partner."""
        row.done = True
        self.outbox[row.subject].popleft()

    def commands(self) -> Iterator[tuple[str, Struct]]:
        """All commands the book ever decided, by key, told from the journal and not from the outbox."""
        for folded in self.entries:
            for n, command in enumerate(folded.commands):
                yield f"{folded.event}.{n}", command

    def next_event(self) -> int:
        """Return the number of the next event: its place."""
        return len(self.entries) + 1

    def turns(self, now: datetime) -> list[Turn]:
        """Return whose turn it is at *now*, first to be served first, as the engine's own clock finds it."""
        claims = [c for subject, family in self.loaded.families.items() for c in claims_of(subject, family)]
        rules = self.loaded.rules(now)
        shelves = {c.shelf: (self.loaded.layer(*c.shelf), rules.terms("", *c.shelf).safety) for c in claims}
        moved = {
            s: max(shelves[c.shelf][0].event for c in claims if c.subject == s) for s in {c.subject for c in claims}
        }
        return [Turn(s.subject, f"{s.key}/{moved[s.subject]}", s.most) for s in turns(claims, shelves, now)]

    def _booted(self) -> tuple[Loaded, Fold]:
        loaded = Loaded(CURRENCY, strict=False)
        loaded.families = {subject: decode_family(body) for subject, body in self._families.items()}
        loaded.layers = {key: copy(layer) for key, layer in self._layers.items()}
        loaded.open_sales = {key: [copy(s) for s in sales] for key, sales in self._sales.items()}
        loaded.cards = {name: copy(card) for name, card in self._cards.items()}
        loaded.rulebook = rulebook_of(loaded.families.get(RULES_SUBJECT, {}))
        loaded.shadow = shadow_of(loaded.families.get(CHANNELS_SUBJECT, {}))
        return loaded, Fold(loaded, self.table, self.watch)

    def _take(self, message: Message, crash: CrashPoint | None) -> None:
        answer = self._folded(message, crash)
        self.answers[message.source, message.id] = answer
        if answer.status is Status.ACCEPTED and answer.outcome != "ignored":
            self._retry_held(message.subject)

    def _folded(self, message: Message, crash: CrashPoint | None) -> Answer:
        subject = message.subject
        if subject in self.parked:
            self.parked[subject].append(message)
            return Answer(Status.WAITING, reason=f"{subject} is parked", remedy="mend the message before it")
        event = self.next_event()
        try:
            folded = self.fold.fold(message, event)
        except TooEarly as early:
            self.held.setdefault(subject, []).append(message)
            return Answer(Status.EARLY, reason=str(early), remedy="it is tried again when its subject has moved")
        except Refused as refused:
            return self._park(message, refused.reason, refused.remedy)
        except Exception as defect:  # noqa: BLE001 - one bad message never stops the others
            return self._park(message, f"{type(defect).__name__}: {defect}", "report this as a defect")
        if crash is CrashPoint.BEFORE_COMMIT:
            raise Crash(crash)
        self._commit(folded)
        return Answer(Status.ACCEPTED, event, folded.outcome, folded.state, folded.answer)

    def _park(self, message: Message, reason: str, remedy: str) -> Answer:
        self.parked[message.subject] = [message]
        return Answer(Status.REFUSED, reason=reason, remedy=remedy)

    def _commit(self, folded: Folded) -> None:
        """Make everything of one message durable; nothing in here can fail halfway."""
        message = folded.message
        self.entries.append(folded)
        self._families[message.subject] = encode_family(self.loaded.families[message.subject])
        self._keep_moved(folded)
        if folded.commands:
            rows = self.outbox.setdefault(message.subject, deque())
            rows.extend(OutboxRow(f"{folded.event}.{n}", message.subject, c) for n, c in enumerate(folded.commands))
        self.on_commit(folded)

    def _keep_moved(self, folded: Folded) -> None:
        """Write the stock rows and open sales that the message moved, and no others: the rest is durable already."""
        loaded = self.loaded
        for key in loaded.moved_layers:
            self._layers[key] = copy(loaded.layers[key])
        loaded.moved_layers.clear()
        for name in loaded.moved_cards:
            self._cards[name] = copy(loaded.cards[name])
        loaded.moved_cards.clear()
        if folded.new_sales or loaded.used_sales:
            moved = {(n.customer, n.sku) for n in folded.new_sales} | {key[:2] for key in loaded.used_sales}
            for customer in moved:
                self._sales[customer] = [copy(s) for s in loaded.open_sales[customer]]
            loaded.used_sales.clear()

    def _retry_held(self, subject: str) -> None:
        """Try each early message of *subject* once more; those still early go back to waiting."""
        for message in self.held.pop(subject, ()):
            self._take(message, None)

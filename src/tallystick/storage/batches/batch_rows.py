"""What a batch did, as rows: the one place where folded messages become columns."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from tallystick.decisions.promises.fences import PLANS, changes_of
from tallystick.journal.layer import NO_PLANS, Plans
from tallystick.journal.period import booked_on
from tallystick.messages.catalogue import CATALOGUE, address_of
from tallystick.messages.oversells import OrderOversold
from tallystick.messages.sales import OrderPlaced
from tallystick.messages.stock import StockNoLongerOwed, StockOwed
from tallystick.model.amount import UNITS_PREFIX
from tallystick.processes.family import encode_family
from tallystick.processes.folded import Folded
from tallystick.processes.golive.standing import channel_of
from tallystick.processes.holding import LONG_AGO, claims_of
from tallystick.processes.loaded import Loaded

DIGEST_BYTES: Final = 8
NO_ITEM: Final = 0
_ENCODE: Final = msgspec.json.Encoder().encode
_PLANS: Final = msgspec.json.Decoder(Plans)

Ids = Mapping[str, Mapping[str, int]]


def layer_id(commodity: int, location: int) -> int:
    """Return the key of a stock row: commodity, location, and 0 for no lot and no owner."""
    return commodity << 32 | location << 16


def shelf_id(key: tuple[str, str], ids: Ids) -> int:
    """Return the key of the stock row of (sku, location); a location's calendar is the row of no product."""
    return layer_id(ids["commodity"][UNITS_PREFIX + key[0]] if key[0] else NO_ITEM, ids["location"][key[1]])


def layer_ids(keys: Iterable[tuple[str, str]], ids: Ids) -> dict[int, tuple[str, str]]:
    """Return the layers of (sku, location) by their keys as stock rows; raise `KeyError` where a name has no number."""
    commodity, location = ids["commodity"], ids["location"]
    return {(commodity[UNITS_PREFIX + k[0]] if k[0] else NO_ITEM) << 32 | location[k[1]] << 16: k for k in keys}


def family_digest(body: bytes) -> bytes:
    """Return what an event keeps of the family it left behind, so that a change made by hand is found."""
    return hashlib.blake2b(body, digest_size=DIGEST_BYTES).digest()


def encode_facts(facts: Sequence[msgspec.Struct]) -> bytes:
    """Write facts as `[["goods_dispatched", {…}], …]`."""
    return _ENCODE([(CATALOGUE.of(type(fact)).name, fact) for fact in facts])


def encode_plans(plans: Plans) -> str | None:
    """Write what is arranged about a layer, None where nothing is."""
    return _ENCODE(plans).decode() if plans.fences or plans.incoming or plans.work else None


def decode_plans(text: str | None) -> Plans:
    """Read what `encode_plans` wrote."""
    return _PLANS.decode(text) if text else NO_PLANS


def encode_answer(folded: Folded) -> bytes:
    """Write what the sender is told, now and whenever it asks again."""
    told: dict[str, Any] = {"outcome": folded.outcome, "state": folded.state}
    if folded.answer is not None:
        told["detail"] = folded.answer
    return _ENCODE(told)


def names_needed(folded: Sequence[Folded]) -> dict[str, set[str]]:
    """Return the names a batch writes, by table."""
    needed: dict[str, set[str]] = {"source": set(), "kind": set(), "account": set(), "commodity": set()}
    kinds: set[type[msgspec.Struct]] = set()
    for f in folded:
        needed["source"].add(f.message.source)
        kinds.add(type(f.message.data))
        kinds.update(map(type, (*f.commands, *f.kept)))
        for p in f.postings:
            needed["account"].add(p.debit)
            needed["account"].add(p.credit)
            needed["commodity"].add(p.commodity)
            if p.item:  # a coupon scanned by itself names a product of which no unit ever moved
                needed["commodity"].add(UNITS_PREFIX + p.item)
    needed["kind"] = {CATALOGUE.of(k).type for k in kinds}
    return needed


class BatchRows:
    """The rows of one batch, ready to be copied."""

    def __init__(self, folded: Sequence[Folded], loaded: Loaded, ids: Ids) -> None:
        """Number every name by *ids* and lay the rows out."""
        self.folded, self.loaded, self.ids = folded, loaded, ids
        self.last = {f.message.subject: f.event for f in folded}
        self.families = self._families()
        self.postings = self._postings()
        self.deltas = self._deltas()
        self.outbox = self._outbox()
        self.explained = self._explained()
        self.kinds = [ids["kind"][CATALOGUE.type_of[type(f.message.data)]] for f in folded]

    def events(self, rules: int, closed_through: Any) -> list[tuple[Any, ...]]:
        """Return event rows; the last of a family in the batch carries the digest of what it left."""
        last = self.last
        after = {row[3]: family_digest(row[4]) for row in self.families}
        source = self.ids["source"]
        rows = []
        for f, kind in zip(self.folded, self.kinds, strict=True):
            m = f.message
            rows.append(
                (
                    f.event,
                    source[m.source],
                    kind,
                    rules,
                    m.effective_at,
                    m.effective_on,
                    booked_on(m.effective_on, closed_through),
                    m.zone,
                    m.id,
                    m.subject,
                    m.correlation,
                    m.causation,
                    m.traceparent,
                    m.body,
                    encode_facts(f.facts),
                    encode_answer(f),
                    after[f.event] if last[m.subject] == f.event else None,
                )
            )
        return rows

    def _families(self) -> list[tuple[Any, ...]]:
        """Return (subject, kind, state, event, body) of every family that moved."""
        rows = []
        for subject, event in sorted(self.last.items()):
            family = self.loaded.families[subject]
            root = next(iter(family), "none")
            state = family[root].state if family else "NEW"
            rows.append((subject, root, state, event, encode_family(family)))
        return rows

    def _postings(self) -> list[tuple[int, ...]]:
        account, commodity = self.ids["account"], self.ids["commodity"]
        items = {"": NO_ITEM}
        rows: list[tuple[int, ...]] = []
        for f in self.folded:
            event = f.event
            for n, (rule, debit, credit, moved, number, of) in enumerate(f.postings, 1):
                item = items.get(of)
                if item is None:
                    item = items[of] = commodity[UNITS_PREFIX + of]
                rows.append((event, n, rule, account[debit], account[credit], commodity[moved], item, number))
        return rows

    def _deltas(self) -> list[tuple[int, int, int]]:
        """Return (account, commodity, change) for money only: units are kept in layers, and each would be a row a SKU."""
        total: defaultdict[tuple[str, str], int] = defaultdict(int)
        for f in self.folded:
            for p in f.postings:
                if not p.commodity.startswith(UNITS_PREFIX):
                    total[p.debit, p.commodity] += p.number
                    total[p.credit, p.commodity] -= p.number
        account, commodity = self.ids["account"], self.ids["commodity"]
        return sorted((account[a], commodity[c], n) for (a, c), n in total.items())

    def _outbox(self) -> list[tuple[Any, ...]]:
        """Return one row a command; `n` numbers the commands of an event."""
        kind = self.ids["kind"]
        return [
            (
                f.event,
                n,
                kind[CATALOGUE.type_of[type(c)]],
                f.message.subject,
                _ENCODE(c),
                f.message.recorded_at,
                address_of(c),
            )
            for f in self.folded
            for n, c in enumerate(f.commands, 1)
        ]

    def kept(self) -> list[tuple[Any, ...]]:
        """Return one row a command that an old system carries out in our place."""
        kind, families = self.ids["kind"], self.loaded.families
        return [
            (
                *(f.event, n, kind[CATALOGUE.type_of[type(c)]], f.message.subject),
                *(channel_of(c, families[f.message.subject]), _ENCODE(c)),
            )
            for f in self.folded
            for n, c in enumerate(f.kept, 1)
        ]

    def timers(self) -> list[tuple[Any, ...]]:
        """Return one row a deadline."""
        return [(f.message.subject, t.member, t.version, t.due) for f in self.folded for t in f.timers]

    def breaks(self) -> list[tuple[Any, ...]]:
        """Return one row a surprise."""
        return [
            (f.event, n, b.kind, f.message.subject, b.detail, b.amount, b.commodity)
            for f in self.folded
            for n, b in enumerate(f.breaks, 1)
        ]

    def plan_changes(self) -> list[tuple[Any, ...]]:
        """Return one row for each change of what is arranged about a layer; `what` is its place in `PLANS`."""
        return [
            (
                f.event,
                n,
                shelf_id((c.sku, c.location), self.ids),
                PLANS.index(c.what),
                c.key,
                c.change,
            )
            for f in self.folded
            for n, c in enumerate((c for fact in f.facts for c in changes_of(fact)), 1)
        ]

    def _explained(self) -> list[tuple[Any, ...]]:
        """Return (subject, kind, event, time, text) of what is no longer a break."""
        return [
            (f.message.subject, kind, f.event, f.message.recorded_at, f"explained by event {f.event}")
            for f in self.folded
            for kind in f.explained
        ]

    def new_sales(self) -> list[tuple[Any, ...]]:
        """Return one row for each line a known customer may bring back."""
        commodity = self.ids["commodity"]
        return [
            (
                s.customer,
                commodity[UNITS_PREFIX + s.sku],
                s.sale.event,
                s.sale.line,
                s.sale.left,
                s.sale.cost_left,
                s.sale.unit_net,
            )
            for f in self.folded
            for s in f.new_sales
        ]

    def waiting(self) -> list[tuple[Any, ...]]:
        """Return what each order waits for now, of those whose owed units moved; no units where it waits no more."""
        shelves: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        for f in self.folded:
            if isinstance(f.message.data, OrderPlaced) and f.message.data.reservation:
                shelves[f.message.subject].update()
            for fact in f.facts:
                if isinstance(fact, StockOwed | StockNoLongerOwed):
                    shelves[f.message.subject].update((x.sku, fact.location) for x in fact.lines)
        return [row for subject, touched in shelves.items() for row in self._waits(subject, touched)]

    def _waits(self, subject: str, touched: set[tuple[str, str]]) -> list[tuple[Any, ...]]:
        claims = {c.shelf: c for c in claims_of(subject, self.loaded.families[subject])}
        commodity, location = self.ids["commodity"], self.ids["location"]
        rows = []
        for shelf in sorted(touched | claims.keys()):
            key, claim = layer_id(commodity[UNITS_PREFIX + shelf[0]], location[shelf[1]]), claims.get(shelf)
            told = (claim.units, claim.channel, claim.since, claim.turn_at) if claim else (0, "", LONG_AGO, None)
            rows.append((subject, key, *told))
        return rows

    def oversells(self) -> list[tuple[Any, ...]]:
        """Return one row an oversell."""
        return [
            (
                f.event,
                f.message.subject,
                x.channel,
                x.location,
                x.policy,
                sum(line.quantity for line in x.lines),
                x.amount,
                x.currency,
                x.sold_at,
                x.expected_on,
                _ENCODE([(line.line, line.sku, line.quantity) for line in x.lines]).decode(),
            )
            for f in self.folded
            for x in f.facts
            if isinstance(x, OrderOversold)
        ]

"""Whatever the rules, fences and layers: no promise reaches below what is kept back, and every number adds up."""

from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tallystick.decisions.availability import Question, availability, explained
from tallystick.decisions.holding import Freed, Holding, freed_facts, handed_on, kept_facts
from tallystick.decisions.promises.fences import changes_of, free_to_fence, shrunk, with_change
from tallystick.decisions.reservation import Place, Promise, promised
from tallystick.decisions.rulebook import Lookup, Rulebook, RulesVersion, Terms
from tallystick.journal.layer import Layer, Plans, effects
from tallystick.messages.availability import ChannelRule, Rules, SafetyRule
from tallystick.messages.reservations import KeptLine, WantedLine
from tallystick.posting.table import TABLE
from tallystick.processes.loaded import Loaded

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHANNELS = ("web", "market", "app")
CASES = settings(max_examples=400, deadline=None, derandomize=True)
few = st.integers(0, 8)
terms = st.builds(
    Terms,
    safety=few,
    buffer=few,
    threshold=st.integers(0, 3),
    oversell=st.integers(0, 4),
    incoming_days=st.sampled_from([0, 7]),
    states=st.sampled_from([("sellable",), ("sellable", "quarantine")]),
    excluded=st.sampled_from([False, False, False, True]),
)
wanted = st.lists(st.integers(1, 6), min_size=1, max_size=4)


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    """A layer whose fences fit into what is sellable, with goods expected sooner, later and too late."""
    fences = {c: n for c in CHANNELS if (n := draw(st.integers(0, 5)))}
    days = {day: n for day in ("2026-11-20", "2026-11-25", "2026-12-24") if (n := draw(st.integers(0, 4)))}
    return Layer(
        sellable=sum(fences.values()) + draw(st.integers(0, 12)),
        quarantine=draw(st.integers(0, 4)),
        reserved=draw(few),
        owed=draw(st.integers(0, 5)),
        plans=Plans(fences, days),
    )


def view_of(layer: Layer, rule: Terms) -> Loaded:
    """A book with one layer of lamps and one rule for the web shop."""
    channel = ChannelRule(
        "web",
        buffer=rule.buffer,
        threshold=rule.threshold,
        oversell=rule.oversell,
        incoming_days=rule.incoming_days,
        states=rule.states,
    )
    rules = Rules(safety=(SafetyRule(rule.safety),), channels=(channel,))
    loaded = Loaded("EUR/2", strict=False)
    loaded.layers["LAMP", "WH1"] = layer
    loaded.rulebook = Rulebook((RulesVersion(1, NOON, rules),))
    return loaded


def promise_of(layer: Layer, rule: Terms, units: list[int], *, partial: bool = False) -> tuple[Promise, Loaded]:
    """What the web shop is promised of lamps, in as many lines."""
    view = view_of(layer, rule)
    lines = [WantedLine(n, "LAMP", quantity) for n, quantity in enumerate(units, 1)]
    return promised(lines, Place("web", "WH1", NOON), view, partial=partial), view


def after(layer: Layer, facts: tuple[object, ...]) -> Layer:
    """The layer once *facts* are posted."""
    found = replace(layer)
    for fact in facts:
        for change in changes_of(fact):  # type: ignore[arg-type]
            found.plans = with_change(found.plans, change)
        for posting in TABLE.post(fact):  # type: ignore[arg-type]
            for _, _, column, number in effects(posting):
                setattr(found, column, getattr(found, column) + number)
    return found


@CASES
@given(layers(), terms, wanted, st.booleans())
def test_no_promise_reaches_below_what_is_kept_back(layer: Layer, rule: Terms, units: list[int], partial: bool) -> None:  # noqa: FBT001
    """What is held leaves safety stock, buffer and other channels' fences untouched; what is owed stays within its limits."""
    rule = replace(rule, excluded=False)
    promise, _ = promise_of(layer, rule, units, partial=partial)
    assume(partial or not promise.lacking)
    held, owed = sum(x.held for x in promise.lines), sum(x.owed for x in promise.lines)
    left = after(layer, kept_facts(Holding("W1", "WH1", "web", promise.lines)))
    others = sum(n for channel, n in layer.plans.fences.items() if channel != "web")

    counted = sum(getattr(left, state) for state in rule.states)
    assert not held or counted >= rule.safety + rule.buffer + others
    assert left.plans.fenced <= left.sellable
    assert {c: n for c, n in left.plans.fences.items() if c != "web"} == {
        c: n for c, n in layer.plans.fences.items() if c != "web"
    }
    incoming = layer.plans.incoming.get("2026-11-25", 0) if rule.incoming_days else 0
    states = sum(getattr(layer, state) for state in rule.states)
    assert not owed or held + owed + layer.owed <= states + incoming + rule.oversell
    assert all(x.held + x.owed <= quantity for x, quantity in zip(promise.lines, units, strict=True))


@CASES
@given(layers(), terms, wanted)
def test_a_promise_is_whole_or_none(layer: Layer, rule: Terms, units: list[int]) -> None:
    """Lines of one product count together: all of them are lacking, or none is and every line is kept in full."""
    promise, view = promise_of(layer, rule, units)
    found = availability(layer, view.rules(NOON).terms("web", "LAMP", "WH1"), Question("web", NOON.date()))
    assert bool(promise.lacking) == (sum(units) > found.promisable)
    if promise.lacking:
        assert promise.lacking == tuple(range(1, len(units) + 1))
    else:
        assert [x.held + x.owed for x in promise.lines] == units


@CASES
@given(layers(), terms, wanted)
def test_on_request_a_promise_takes_what_is_there(layer: Layer, rule: Terms, units: list[int]) -> None:
    """Cut down, it is neither more than may be promised nor less than is wanted and there."""
    promise, view = promise_of(layer, rule, units, partial=True)
    found = availability(layer, view.rules(NOON).terms("web", "LAMP", "WH1"), Question("web", NOON.date()))
    assert sum(x.held + x.owed for x in promise.lines) == min(sum(units), found.promisable)


@CASES
@given(layers(), terms, wanted)
def test_letting_go_undoes_a_promise(layer: Layer, rule: Terms, units: list[int]) -> None:
    """Held, owed and fenced units are back where they were; and whoever looks beforehand sees just that."""
    promise, view = promise_of(layer, rule, units, partial=True)
    holding = Holding("W1", "WH1", "web", promise.lines, "reservation/1")
    left = after(layer, kept_facts(holding))
    assert after(left, freed_facts(holding)) == layer
    view.layers["LAMP", "WH1"] = left
    assert Freed(view, holding).layer("LAMP", "WH1") == layer
    assert view.layers["LAMP", "WH1"] is left


@CASES
@given(layers(), terms, st.sampled_from(["web", "phone", ""]))
def test_the_explanation_adds_up(layer: Layer, rule: Terms, channel: str) -> None:
    """The steps before each sum come to it, unless the last one says why nothing may be promised."""
    question = Question(channel, NOON.date())
    found = availability(layer, rule, question)
    steps = explained(found, rule, question)
    first = next(place for place, step in enumerate(steps) if step.is_sum)
    assert sum(s.units for s in steps[:first]) == steps[first].units == found.available
    last = steps[-1]
    if found.excluded or found.below_threshold:
        assert last.units == 0
    else:
        more = sum(s.units for s in steps[first + 1 : -1])
        assert last.units == max(0, found.available + max(0, more)) == found.promisable


@CASES
@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 9)), st.integers(-2, 40))
def test_fences_shrink_to_what_is_left(fences: dict[str, int], units: int) -> None:
    """Together they keep what there is, no more and, where they must shrink, no less; a smaller fence keeps no more."""
    changes = shrunk(fences, units)
    left = {channel: n - changes.get(channel, 0) for channel, n in fences.items()}
    assert sum(left.values()) == min(sum(fences.values()), max(0, units))
    assert all(0 <= left[c] <= n for c, n in fences.items())
    ranked = sorted(fences, key=lambda c: (fences[c], c))
    assert all(left[a] <= left[b] for a, b in pairwise(ranked))


@CASES
@given(layers(), terms)
def test_a_new_fence_takes_nothing_from_anybody(layer: Layer, rule: Terms) -> None:
    """Fenced for another channel, the units were nobody's: what each channel has of its own stays promisable to it."""
    question = Question("", NOON.date())
    free = free_to_fence(layer, Terms(rule.safety), question)
    fences = {**layer.plans.fences, "phone": free}
    assert sum(fences.values()) <= layer.sellable
    before = {c: availability(layer, Terms(rule.safety), Question(c, NOON.date())) for c in CHANNELS}
    fenced = replace(layer, plans=Plans(fences, layer.plans.incoming))
    for channel, found in before.items():
        now = availability(fenced, Terms(rule.safety), Question(channel, NOON.date()))
        assert now.available >= min(found.available, found.fence)


kept_lines = st.lists(
    st.builds(KeptLine, st.integers(1, 9), st.sampled_from(["LAMP", "SHADE"]), few, few, st.just(0)), max_size=4
)


@CASES
@given(st.lists(st.tuples(st.sampled_from(["LAMP", "SHADE", "BULB"]), st.integers(1, 9)), max_size=4), kept_lines)
def test_nothing_is_lost_when_a_reservation_is_handed_on(lines: list[tuple[str, int]], held: list[KeptLine]) -> None:
    """Each unit held is the order's or left over, of the same product, and no line gets more than it wants."""
    orders = [WantedLine(n, sku, quantity) for n, (sku, quantity) in enumerate(lines, 1)]
    found = handed_on(orders, held)
    for sku in ("LAMP", "SHADE"):
        for kind in ("held", "owed"):
            before = sum(getattr(x, kind) for x in held if x.sku == sku)
            assert before == sum(getattr(x, kind) for x in (*found.lines, *found.surplus) if x.sku == sku)
    assert all(x.held + x.owed <= line.quantity for x, line in zip(found.lines, orders, strict=True))


def test_the_closest_rule_is_found_whatever_the_order() -> None:
    """Product before location, channel before all channels: the order of the file does not matter."""
    rules = [ChannelRule("*", buffer=1), ChannelRule("web", buffer=2), ChannelRule("web", location="WH1", buffer=3)]
    rules.append(ChannelRule("web", sku="LAMP", buffer=4))
    for order in (rules, rules[::-1]):
        lookup = Lookup(Rules(channels=tuple(order)), 1)
        found = [lookup.terms(*key).buffer for key in (("app", "LAMP", "WH1"), ("web", "MUG", "WH2"))]
        found += [lookup.terms(*key).buffer for key in (("web", "MUG", "WH1"), ("web", "LAMP", "WH1"))]
        assert found == [1, 2, 3, 4]

"""What goods are worth: nothing gained, nothing lost, to the last minor unit."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tallystick.decisions.reservation import Place, lines_without_stock, promised
from tallystick.decisions.return_match import match_credit
from tallystick.decisions.valuation import Shelf
from tallystick.decisions.view import OpenSale
from tallystick.journal.layer import Layer
from tallystick.messages.sales import OrderLine
from tallystick.messages.stock import ShortageCovered, ShortageExplained, ValuedLine
from tallystick.processes.fold import Loaded

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
moves = st.lists(st.tuples(st.booleans(), st.integers(1, 9), st.integers(0, 9999)), max_size=25)
layers = st.builds(Layer, sellable=st.integers(1, 20), value=st.integers(0, 99_999))
lines = st.lists(st.tuples(st.sampled_from(["LAMP", "SHADE"]), st.integers(1, 5)), min_size=1, max_size=5)
sales = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 500), st.sampled_from([900, 1000])), max_size=6)


def view_of(layer: Layer | None = None) -> Loaded:
    """A book that holds one layer of lamps."""
    view = Loaded("EUR/2", strict=False)
    view.layers["LAMP", "WH1"] = layer or Layer()
    return view


@given(layers, moves)
def test_value_is_conserved_to_the_last_minor_unit(layer: Layer, steps: list[tuple[bool, int, int]]) -> None:
    """What came in, less what went out, plus what was lent by the unexplained, is what the shelf is worth."""
    start, shelf = layer.value, Shelf(view_of(layer))
    came = gone = 0
    for line, (comes, quantity, value) in enumerate(steps, 1):
        if comes:
            shelf.put(ValuedLine(line, "LAMP", quantity, value), "WH1")
            came += value
        else:
            gone += shelf.take("LAMP", "WH1", quantity)
    stands = shelf.layer("LAMP", "WH1")
    facts = shelf.facts("WH1", ())
    covered = sum(x.value for f in facts if isinstance(f, ShortageCovered) for x in f.lines)
    explained = sum(x.value for f in facts if isinstance(f, ShortageExplained) for x in f.lines)
    difference = sum(x.difference for f in facts if isinstance(f, ShortageExplained) for x in f.lines)
    assert stands.value == start + came - gone + covered - explained
    assert stands.short_value == covered - explained - difference
    assert stands.on_hand >= 0
    assert stands.value >= 0
    assert stands.short >= 0
    if stands.on_hand == 0:
        assert stands.value == 0


@given(layers, st.integers(1, 30))
def test_looking_at_a_shelf_changes_nothing(layer: Layer, quantity: int) -> None:
    """A decision works on a copy: the book changes by postings only."""
    before = (layer.sellable, layer.value, layer.short)
    Shelf(view_of(layer)).take("LAMP", "WH1", quantity)
    assert before == (layer.sellable, layer.value, layer.short)


@given(layers)
def test_the_last_unit_takes_the_last_minor_unit(layer: Layer) -> None:
    """Taken one by one, the goods cost exactly what they were worth."""
    value, shelf = layer.value, Shelf(view_of(layer))
    assert sum(shelf.take("LAMP", "WH1", 1) for _ in range(layer.sellable)) == value
    assert shelf.shortages() == []


@given(lines, st.integers(0, 9), st.integers(0, 9))
def test_an_order_is_held_whole_or_not_at_all(wanted: list[tuple[str, int]], lamps: int, shades: int) -> None:
    """No line is named when everything is there; otherwise exactly the lines of the items that lack."""
    view = view_of(Layer(sellable=lamps))
    view.layers["SHADE", "WH1"] = Layer(sellable=shades)
    order = [OrderLine(n, sku, quantity, 0) for n, (sku, quantity) in enumerate(wanted, 1)]
    total = {sku: sum(q for s, q in wanted if s == sku) for sku in ("LAMP", "SHADE")}
    lacking = {sku for sku, there in (("LAMP", lamps), ("SHADE", shades)) if total[sku] > there}
    promise = promised(order, Place("web", "WH1", NOON), view)
    assert lines_without_stock(promise) == tuple(x.line for x in order if x.sku in lacking)


@given(sales, st.integers(1, 15), st.sampled_from([900, 1000, 1100]))
def test_a_credit_never_takes_more_back_than_was_sold(
    sold: list[tuple[int, int, int]], quantity: int, unit_net: int
) -> None:
    """Units and cost matched never exceed what each sale has left; the rest is blind, and nothing is changed yet."""
    open_sales = [OpenSale(n, 1, left, cost, net) for n, (left, cost, net) in enumerate(sold)]
    matches, rest = match_credit(open_sales, quantity, unit_net)
    by_event = {s.event: s for s in open_sales}
    assert sum(m.quantity for m in matches) + rest == quantity
    assert rest == max(0, quantity - sum(s.left for s in open_sales))
    for m in matches:
        sale = by_event[m.event]
        assert 0 < m.quantity <= sale.left
        assert m.cost <= sale.cost_left
        assert m.quantity < sale.left or m.cost == sale.cost_left
    assert len({m.event for m in matches}) == len(matches)


@given(sales, st.sampled_from([900, 1000]))
def test_a_sale_at_the_credited_price_goes_first(sold: list[tuple[int, int, int]], unit_net: int) -> None:
    """One unit at a known price belongs to the latest sale at that price, if there is one with units left."""
    open_sales = [OpenSale(n, 1, left, cost, net) for n, (left, cost, net) in enumerate(sold)]
    same = [s.event for s in open_sales if s.left and s.unit_net == unit_net]
    matches, _ = match_credit(open_sales, 1, unit_net)
    if same:
        assert matches[0].event == max(same)

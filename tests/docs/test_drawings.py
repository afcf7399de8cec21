"""Drawings of processes can be read: nothing stands on anything else, and every row of a table is on its drawing."""

from itertools import combinations

import pytest

from tallystick.exports.docs_pages.layered import Edge, Node, lay_out
from tallystick.exports.docs_pages.ordering import crossings, ordered
from tallystick.exports.docs_pages.placing import placed
from tallystick.exports.docs_pages.state_graph import StateGraph, state_graph
from tallystick.processes.registry import PROCESSES

WIDTH_MAX = 1850
"""What still can be read when it is shown 900 pixels wide."""


def overlaps(nodes: list[Node]) -> list[tuple[str, str]]:
    """Pairs of boxes, labels and line stations that share ground."""
    return [
        (a.key, b.key)
        for a, b in combinations(nodes, 2)
        if abs(a.x - b.x) * 2 < a.width + b.width and a.y < b.y + b.height and b.y < a.y + a.height
    ]


@pytest.fixture(params=sorted(PROCESSES))
def graph(request: pytest.FixtureRequest) -> StateGraph:
    """Each process, laid out."""
    return state_graph(PROCESSES[request.param])


def test_nothing_stands_on_anything(graph: StateGraph) -> None:
    """No label meets a box, another label or a foreign line, and all is within the paper."""
    nodes = list(graph.layout.nodes.values())
    assert overlaps(nodes) == []
    assert all(n.x - n.width / 2 >= -1 and n.x + n.width / 2 <= graph.layout.width + 1 for n in nodes)
    assert graph.layout.width <= WIDTH_MAX


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_every_row_is_on_the_drawing(name: str) -> None:
    """Each row is a label on the line between its states, or a note in the state it does not leave."""
    process = PROCESSES[name]
    graph = state_graph(process)
    labels = {(e.source, e.target): lines for e, lines in zip(graph.layout.edges, graph.labels, strict=True)}
    for row in process.rows:
        words = labels.get((row.state, row.to_state), graph.notes[row.state])
        assert any(row.message.__name__ in line for line in words)


def test_an_overlap_would_be_caught() -> None:
    """Two boxes in one place are found."""
    assert overlaps([Node("a", 10, 10), Node("b", 10, 10, x=5)]) == [("a", "b")]


def test_lines_are_uncrossed() -> None:
    """Two lines that cross for no reason are put side by side."""
    links = [("a", "y"), ("b", "x")]
    assert crossings([["a", "b"], ["x", "y"]], {"a": ["y"], "b": ["x"]}) == 1
    order = ordered([["a", "b"], ["x", "y"]], links)
    assert crossings(order, {"a": ["y"], "b": ["x"]}) == 0


def test_neighbours_are_kept_apart() -> None:
    """Two boxes below one stand on both sides of its middle, not on each other."""
    middles = placed(
        [["top"], ["left", "right"]], {"top": 10, "left": 40, "right": 40}, [("top", "left"), ("top", "right")], []
    )
    assert middles["right"] - middles["left"] >= 40
    assert abs((middles["left"] + middles["right"]) / 2 - middles["top"]) < 1


def test_a_way_back_goes_up() -> None:
    """A line to an earlier state is drawn as one that goes up, its label between the two."""
    layout = lay_out([Node("A", 40, 20), Node("B", 40, 20)], [Edge("A", "B", 20, 10), Edge("B", "A", 20, 10)])
    down, up = layout.edges
    assert (down.is_upward, up.is_upward) == (False, True)
    a, label, b = (layout.nodes[key] for key in ("A", up.label_at, "B"))
    assert a.y + a.height <= label.y
    assert label.y + label.height <= b.y

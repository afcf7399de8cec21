"""A layered layout: boxes in layers from top to bottom, edges and their labels between them, nothing on top of anything.

After Sugiyama, Tagawa and Toda (1981). An edge that spans layers is cut into stations, one a rank; its label is such a
station, wide enough for its text, so that no label can meet a box, another label or a foreign line.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from tallystick.exports.docs_pages.ordering import ordered
from tallystick.exports.docs_pages.placing import placed

GAP: Final = 40
"""Height between two ranks: where lines bend."""


class Node(Struct):
    """A box, or a station of an edge. `rank` counts from the top; `x` is its middle, `y` its upper side."""

    key: str
    width: int
    height: int
    rank: int = 0
    x: int = 0
    y: int = 0
    is_box: bool = True


class Edge(Struct):
    """A line from one box to another with a label, by way of `stations` (keys, from the upper box to the lower)."""

    source: str
    target: str
    label_width: int
    label_height: int
    stations: tuple[str, ...] = ()
    label_at: str = ""
    is_upward: bool = False

    @property
    def ends(self) -> tuple[str, str]:
        """The upper and the lower box."""
        return (self.target, self.source) if self.is_upward else (self.source, self.target)


class Layout(Struct):
    """Where everything stands."""

    nodes: dict[str, Node]
    edges: list[Edge]
    width: int = 0
    height: int = 0

    def links(self) -> list[tuple[str, str]]:
        """Return the pieces of all edges, each from one rank to the next."""
        found: list[tuple[str, str]] = []
        for edge in self.edges:
            upper, lower = edge.ends
            way = (upper, *edge.stations, lower)
            found += pairwise(way)
        return found


def lay_out(nodes: Sequence[Node], edges: Sequence[Edge]) -> Layout:
    """Place *nodes* and *edges*. The order of *nodes* says which way is down: an edge to an earlier node goes up."""
    layout = Layout({n.key: n for n in nodes}, list(edges))
    _rank(layout)
    for number, edge in enumerate(layout.edges):
        _cut(layout, edge, number)
    ranks = _ranks(layout)
    links = layout.links()
    order = ordered([[n.key for n in rank] for rank in ranks], links)
    middles = placed(order, {k: n.width for k, n in layout.nodes.items()}, links, [e.stations for e in edges])
    left = min(middles[n.key] - n.width / 2 for n in layout.nodes.values())
    for node in layout.nodes.values():
        node.x = round(middles[node.key] - left)
    layout.width = max(n.x + n.width // 2 for n in layout.nodes.values())
    layout.height = _set_heights(ranks)
    return layout


def _rank(layout: Layout) -> None:
    """Put each box below all that lead down to it; odd ranks are kept for labels."""
    place = {key: i for i, key in enumerate(layout.nodes)}
    for edge in layout.edges:
        edge.is_upward = place[edge.target] < place[edge.source]
    for key, node in layout.nodes.items():
        above = [layout.nodes[e.ends[0]].rank for e in layout.edges if e.ends[1] == key]
        node.rank = max(above, default=-2) + 2


def _cut(layout: Layout, edge: Edge, number: int) -> None:
    """Cut an edge into stations, its label on the rank between its ends that has most room left."""
    upper, lower = (layout.nodes[key] for key in edge.ends)
    ranks = range(upper.rank + 1, lower.rank)
    crowd = {r: sum(n.width for n in layout.nodes.values() if n.rank == r) for r in ranks if r % 2}
    label_rank = min(crowd, key=lambda r: (crowd[r], r))
    keys = []
    for rank in ranks:
        key = f"{number}@{rank}"
        is_label = rank == label_rank
        size = (edge.label_width, edge.label_height) if is_label else (0, 0)
        layout.nodes[key] = Node(key, *size, rank=rank, is_box=False)
        keys.append(key)
        edge.label_at = key if is_label else edge.label_at
    edge.stations = tuple(keys)


def _ranks(layout: Layout) -> list[list[Node]]:
    ranks: list[list[Node]] = [[] for _ in range(max(n.rank for n in layout.nodes.values()) + 1)]
    for node in layout.nodes.values():
        ranks[node.rank].append(node)
    return ranks


def _set_heights(ranks: Sequence[Sequence[Node]]) -> int:
    """Give each rank the height of its highest node, everything in it centred; return the height of all."""
    y = 0
    for rank in ranks:
        height = max((n.height for n in rank), default=0)
        for node in rank:
            node.y = y + (height - node.height) // 2
        y += height + GAP
    return y - GAP

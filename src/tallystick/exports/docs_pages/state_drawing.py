"""A laid-out process as SVG text: quiet boxes, one bend style, each label on its own line."""

from typing import Final
from xml.sax.saxutils import escape

from tallystick.exports.docs_pages.layered import GAP, Edge, Node
from tallystick.exports.docs_pages.state_graph import DOT, LINE, PORT, StateGraph, state_graph
from tallystick.processes.table import NEW, Process

MARGIN: Final = 20
Point = tuple[float, float]

_STYLE: Final = (
    "text{font:12px 'DejaVu Sans',Verdana,sans-serif;fill:#333}"
    ".name{font-weight:bold;font-size:13px;fill:#1d3344;text-anchor:middle}"
    ".note{fill:#666;font-size:11px;text-anchor:middle}.on{text-anchor:middle;font-size:11px}"
    ".box{fill:#eef3f6;stroke:#5f7d91;stroke-width:1.2}.end{fill:#f3f0e8;stroke:#8a7d5c}"
    ".way{fill:none;stroke:#7d8f9b;stroke-width:1.2}.up{stroke:#b08968;stroke-dasharray:5 3}.paper{fill:#fff}"
)
_TIP: Final = (
    '<marker id="tip" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse">'
    '<path d="M0 0.8 8 4 0 7.2z" fill="#6b7d89"/></marker>'
)


def draw(process: Process) -> str:
    """Return the state diagram of *process* as an SVG document."""
    graph = state_graph(process)
    width, height = graph.layout.width + 2 * MARGIN, graph.layout.height + 2 * MARGIN
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="States of {escape(process.name)}">',
        f"<title>{escape(process.name)}</title>",
        f"<style>{_STYLE}</style>",
        f"<defs>{_TIP}</defs>",
        f'<rect class="paper" width="{width}" height="{height}"/>',
        f'<g transform="translate({MARGIN},{MARGIN})">',
        *_ways(graph),
        *(_box(node, graph) for node in graph.layout.nodes.values() if node.is_box),
        *(_label(graph.layout.nodes[e.label_at], ls) for e, ls in zip(graph.layout.edges, graph.labels, strict=True)),
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _ways(graph: StateGraph) -> list[str]:
    ports = _ports(graph)
    return [_way(edge, number, graph, ports) for number, edge in enumerate(graph.layout.edges)]


def _ports(graph: StateGraph) -> dict[tuple[str, int], float]:
    """Give each line its own place on the side of a box, in the order of where it comes from or goes to."""
    nodes, sides = graph.layout.nodes, dict[tuple[str, bool], list[tuple[int, int]]]()
    for number, edge in enumerate(graph.layout.edges):
        upper, lower = edge.ends
        sides.setdefault((upper, True), []).append((nodes[edge.stations[0]].x, number))
        sides.setdefault((lower, False), []).append((nodes[edge.stations[-1]].x, number))
    found = {}
    for (box, _), lines in sides.items():
        for i, (_, number) in enumerate(sorted(lines)):
            found[box, number] = nodes[box].x + (i - (len(lines) - 1) / 2) * PORT
    return found


def _way(edge: Edge, number: int, graph: StateGraph, ports: dict[tuple[str, int], float]) -> str:
    """Draw a line that bends only between ranks, straight through each rank's height."""
    nodes = graph.layout.nodes
    upper, lower = (nodes[key] for key in edge.ends)
    points: list[Point] = [(ports[upper.key, number], upper.y + upper.height)]
    for key in edge.stations:
        top, bottom = _band(nodes[key], graph)
        points += [(nodes[key].x, top), (nodes[key].x, bottom)]
    points.append((ports[lower.key, number], lower.y))
    tip = "marker-start" if edge.is_upward else "marker-end"
    return f'<path class="way{" up" if edge.is_upward else ""}" d="{_path(points, upper, graph)}" {tip}="url(#tip)"/>'


def _path(points: list[Point], upper: Node, graph: StateGraph) -> str:
    """Bend between the bands; a box lower than its rank gets a straight piece first."""
    (x, y), rest = points[0], points[1:]
    floor = _band(upper, graph)[1]
    text = f"M{x:g} {y:g}V{floor:g}" if floor > y else f"M{x:g} {y:g}"
    y = max(y, floor)
    for i, (a, b) in enumerate(rest):
        if i % 2:
            text += f"V{b:g}"
        else:
            end = min(b, y + GAP)
            middle = (y + end) / 2
            text += f"C{x:g} {middle:g} {a:g} {middle:g} {a:g} {end:g}" + (f"V{b:g}" if b > end else "")
        x, y = a, b
    return text


def _band(node: Node, graph: StateGraph) -> tuple[int, int]:
    """Return the upper and lower side of a node's rank."""
    rank = [n for n in graph.layout.nodes.values() if n.rank == node.rank]
    return min(n.y for n in rank), max(n.y + n.height for n in rank)


def _box(node: Node, graph: StateGraph) -> str:
    if node.key == NEW and node.width == DOT:
        return f'<circle class="box" cx="{node.x}" cy="{node.y + DOT // 2}" r="{DOT // 2}"/>'
    left, notes = node.x - node.width // 2, graph.notes[node.key]
    kind = "box end" if node.key in graph.ends else "box"
    lines = [
        f'<rect class="{kind}" x="{left}" y="{node.y}" width="{node.width}" height="{node.height}" rx="6"/>',
        f'<text class="name" x="{node.x}" y="{node.y + 21}">{escape(node.key)}</text>',
        *(
            f'<text class="note" x="{node.x}" y="{node.y + 21 + LINE * i}">{escape(n)}</text>'
            for i, n in enumerate(notes, 1)
        ),
    ]
    return "\n".join(lines)


def _label(node: Node, lines: tuple[str, ...]) -> str:
    """Write a label over its own line, on paper of its own."""
    left, first = node.x - node.width // 2, node.y + 13
    texts = [f'<text class="on" x="{node.x}" y="{first + LINE * i}">{escape(x)}</text>' for i, x in enumerate(lines)]
    paper = f'<rect class="paper" x="{left}" y="{node.y}" width="{node.width}" height="{node.height}"/>'
    return "\n".join([paper, *texts])

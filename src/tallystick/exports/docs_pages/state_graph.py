"""A process table as a graph: its states as boxes, its rows as labelled edges, rows that change no state in the box."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from tallystick.exports.docs_pages.layered import Edge, Layout, Node, lay_out
from tallystick.processes.limits import LIMITS_SECONDS
from tallystick.processes.table import NEW, Process, Row

LETTER: Final = 7
"""Width of a letter at 12 px, rounded up: an SVG cannot ask a font."""
LINE: Final = 15
PORT: Final = 16
DOT: Final = 18
"""Across the dot that stands for a process not yet born."""
_UNITS: Final = (("days", 86400), ("hours", 3600), ("minutes", 60))


class StateGraph(Struct):
    """A laid-out process: the words in each box, the words on each edge, and where they go."""

    layout: Layout
    notes: dict[str, tuple[str, ...]]
    labels: list[tuple[str, ...]]
    ends: frozenset[str]


def state_graph(process: Process) -> StateGraph:
    """Lay the table of *process* out."""
    pairs: dict[tuple[str, str], list[str]] = {}
    for row in process.rows:
        lines = pairs.setdefault((row.state, row.to_state), [])
        if (label := _label(row, process.rows)) not in lines:
            lines.append(label)
    moves = {pair: tuple(lines) for pair, lines in pairs.items() if pair[0] != pair[1]}
    notes = {s: (*_waits(s, process.rows), *(f"↻ {x}" for x in pairs.get((s, s), ()))) for s in process.states}
    edges = [Edge(a, b, _widest(lines), LINE * len(lines) + 4) for (a, b), lines in moves.items()]
    nodes = [_box(s, notes[s], edges) for s in process.states]
    ends = frozenset(s for s in process.states if not any(a == s for a, _ in moves))
    return StateGraph(lay_out(nodes, edges), notes, list(moves.values()), ends)


def limit_text(name: str) -> str:
    """Say a limit as a person would: `48 hours`."""
    seconds = LIMITS_SECONDS[name]
    word, size = next((w, s) for w, s in _UNITS if name.endswith(f"_{w}_max"))
    return f"{seconds // size} {word}"


def _label(row: Row, rows: Sequence[Row]) -> str:
    """Name the message, and the outcome only where it decides the way."""
    ways = {r.to_state for r in rows if (r.state, r.message) == (row.state, row.message)}
    name = row.message.__name__
    return f"{name} · {row.outcome}" if len(ways) > 1 else name


def _waits(state: str, rows: Sequence[Row]) -> tuple[str, ...]:
    limits = dict.fromkeys(limit_text(r.within) for r in rows if r.within and r.to_state == state)
    return tuple(f"at most {limit}" for limit in limits)


def _widest(lines: Sequence[str]) -> int:
    return max(map(len, lines), default=0) * LETTER + 8


def _box(state: str, notes: Sequence[str], edges: Sequence[Edge]) -> Node:
    if state == NEW and not notes:
        return Node(state, DOT, DOT)
    ports = max(sum(e.source == state for e in edges), sum(e.target == state for e in edges), 1)
    width = max(len(state) * (LETTER + 2) + 28, _widest(notes) + 16, ports * PORT + 16)
    return Node(state, width, 32 + LINE * len(notes))

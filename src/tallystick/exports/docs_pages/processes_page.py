"""The process tables: one section each, with its drawing, its rows, and what is done with every other message."""

from collections.abc import Mapping, Sequence

from tallystick.exports.docs_pages.markdown import code, link, page, table
from tallystick.exports.docs_pages.state_drawing import draw
from tallystick.exports.docs_pages.state_graph import limit_text
from tallystick.processes.table import Early, Ignored, Other, Process, Row, Unexpected

HEAD = (
    "A process is a table: in a state, on a message, a pure function decides; its outcome names the next state. Every pair "
    "of state and message is a row, or is declared ignored, early or unexpected with the reason. Full lines lead to a "
    "later state of the table, dashed ones back to an earlier one; ↻ marks what happens without leaving the state; sand-"
    "coloured states are left no more. A deadline that passes comes as the message `DeadlinePassed`."
)
_KINDS: Mapping[type[Other], str] = {Ignored: "ignored", Early: "early: held back", Unexpected: "to a person"}


def processes_page(processes: Mapping[str, Process]) -> str:
    """Return the page of all processes."""
    contents = ", ".join(link(name, name) for name in processes)
    return page("Processes", HEAD, contents, *(_section(p) for p in processes.values()))


def process_drawings(processes: Mapping[str, Process]) -> dict[str, str]:
    """Return the drawing of each process by its file name."""
    return {f"{name}.svg": draw(process) for name, process in processes.items()}


def _section(process: Process) -> str:
    parts = [
        f"## {process.name}",
        _opening(process),
        f"![States of the process {process.name}](processes/{process.name}.svg)",
        _rows(process.rows),
        _others(process.others),
        f"<details><summary>The same as Mermaid</summary>\n\n{_mermaid(process)}\n\n</details>",
    ]
    return "\n\n".join(part for part in parts if part)


def _opening(process: Process) -> str:
    states = ", ".join(code(s) for s in process.states)
    return f"{len(process.states)} states: {states}. What it knows: {code(process.data.__name__)}."


def _rows(rows: Sequence[Row]) -> str:
    cells = [
        (
            code(r.state),
            code(r.message.__name__),
            r.outcome,
            code(r.to_state),
            ", ".join(code(t.__name__) for t in r.tells),
            f"{limit_text(r.within)} ({code(r.within)})" if r.within else "",
        )
        for r in rows
    ]
    return table(("in state", "on message", "outcome", "to state", "tells and commands", "within"), cells)


def _others(others: Sequence[Other]) -> str:
    if not others:
        return ""
    cells = [
        (_KINDS[type(o)], code(o.message.__name__), ", ".join(map(code, o.states)), _reason(o))
        for o in _by_kind(others)
    ]
    return "Everything else:\n\n" + table(("what is done", "message", "in states", "because, or remedy"), cells)


def _by_kind(others: Sequence[Other]) -> list[Other]:
    return [o for kind in _KINDS for o in others if isinstance(o, kind)]


def _reason(other: Other) -> str:
    return other.remedy if isinstance(other, Unexpected) else other.because


def _mermaid(process: Process) -> str:
    moves = dict.fromkeys((r.state, r.to_state, f"{r.message.__name__} ({r.outcome})") for r in process.rows)
    lines = [f"    {a} --> {b}: {label}" for a, b, label in moves]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])

"""What each connector pulls, pushes and answers, by which proof, and what it declares because its source does not say it."""

from collections.abc import Sequence

from msgspec import Struct

from tallystick.exports.docs_pages.markdown import code, page, table
from tallystick.ports.connector import Manifest

PROOFS = {
    "live": "against a running system",
    "contract": "against the partner's published schema",
    "samples": "against published messages or files",
    "twin": "against a twin of our own only",
}
HEAD = (
    "One folder in `src/tallystick/connectors/` and one line in `src/tallystick/app/connectors.py` each. *Proven by* says "
    "what its tests hold it against."
)


def connectors_page(manifests: Sequence[Manifest]) -> str:
    """Return the page of all connectors."""
    rows = [(code(m.name), m.system, m.role, _kinds(m.pulls), _kinds(m.pushes), _proof(m)) for m in manifests]
    overview = table(("connector", "system", "role", "pulls", "pushes", "proven by"), rows)
    return page("Connectors", HEAD, overview, *(_section(m) for m in manifests))


def _section(manifest: Manifest) -> str:
    rows = [
        ("system", manifest.system),
        ("role", manifest.role),
        ("foreign version", manifest.foreign_version),
        ("authentication", manifest.auth),
        ("pulls", _kinds(manifest.pulls)),
        ("pushes", _kinds(manifest.pushes)),
        ("answers", _kinds(manifest.asks)),
        ("page size at most", str(manifest.page_size_max) if manifest.page_size_max else "no pages"),
        (
            "requests a second at most",
            _pace(manifest),
        ),
        ("proven by", _proof(manifest)),
    ]
    declared = [(code(name), sentence) for name, sentence in manifest.declared.items()]
    said = (
        f"Declared, because the source does not say it:\n\n{table(('name', 'declaration'), declared)}"
        if declared
        else ""
    )
    return "\n\n".join(filter(None, [f"## {manifest.name}", table(("", ""), rows), said]))


def _pace(manifest: Manifest) -> str:
    if manifest.requests_per_second_max:
        return str(manifest.requests_per_second_max)
    return "no limit of its own" if manifest.asks or manifest.pushes else "none sent"


def _kinds(kinds: Sequence[type[Struct]]) -> str:
    return ", ".join(f"[{k.__name__}](messages.md#{k.__name__.lower()})" for k in kinds) or "nothing"


def _proof(manifest: Manifest) -> str:
    return f"{manifest.proven_by}: {PROOFS[manifest.proven_by]}" if manifest.proven_by else "not proven yet"

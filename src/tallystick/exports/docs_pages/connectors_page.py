"""What each connector pulls, pushes and answers, by which proof, how it is set up, and what it declares."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tallystick.exports.docs_pages.markdown import code, page, table
from tallystick.messages.catalogue import TYPES
from tallystick.ports.connector import Manifest

PROOFS = {
    "live": "against a running system",
    "contract": "against the partner's published schema",
    "samples": "against published messages or files",
    "twin": "against a twin of our own only",
}
HEAD = (
    "One folder in `src/tallystick/connectors/` and one line in `src/tallystick/app/connectors.py` each. *Proven by* says "
    "what its tests hold it against. All keep one contract: `tally connector check NAME` tries each promise against a "
    "hostile twin; what does not apply to a connector is said with it. [How to write one](../how-to/connector.md)."
)
SETUP = """To set one up, name it, say where the system is, and give its secrets, each from a file or standard input:

```text
tally connection add NAME {name} URL{settings}
{secrets}
tally connection test NAME
```"""
OPTIONAL = "left out"
"""What the words of a setting say that need not be given."""


def connectors_page(manifests: Sequence[Manifest], covered: Mapping[str, Mapping[str, Sequence[str]]]) -> str:
    """Return the page of all connectors; *covered* says by connector and message which fields are used."""
    rows = [(code(m.name), m.system, m.role, _kinds(m.pulls), _kinds(m.pushes), _proof(m)) for m in manifests]
    overview = table(("connector", "system", "role", "pulls", "pushes", "proven by"), rows)
    return page("Connectors", HEAD, overview, *(_section(m, covered.get(m.name, {})) for m in manifests))


def _section(manifest: Manifest, covered: Mapping[str, Sequence[str]]) -> str:
    rows = [
        ("system", manifest.system),
        ("role", manifest.role),
        ("foreign version", manifest.foreign_version),
        ("authentication", manifest.auth),
        ("pulls", _kinds(manifest.pulls)),
        ("pushes", _kinds(manifest.pushes)),
        ("answers", _kinds(manifest.asks)),
        ("webhooks", "taken, and checked by their signature" if manifest.hooks else "none"),
        *([("addressed", _addresses(manifest))] if manifest.pushes else []),
        ("page size at most", str(manifest.page_size_max) if manifest.page_size_max else "no pages"),
        (
            "requests a second at most",
            _pace(manifest),
        ),
        ("proven by", _proof(manifest)),
    ]
    parts = [
        f"## {manifest.name}",
        table(("", ""), rows),
        _named("Settings of a connection:", ("setting", "means"), manifest.settings),
        _named("Secrets of a connection:", ("secret", "is"), manifest.secrets),
        _setup(manifest),
        _named("Declared, because the source does not say it:", ("name", "declaration"), manifest.declared),
        _named("Translated:", ("message", "becomes"), manifest.translated),
        _named("Kept for a person:", ("what", "because"), manifest.quarantined),
        _coverage(covered),
        _named("Promises of the contract that do not apply to it:", ("promise", "because"), manifest.not_held_to),
    ]
    return "\n\n".join(filter(None, parts))


def _named(sentence: str, columns: tuple[str, str], said: Mapping[str, str]) -> str:
    return f"{sentence}\n\n{table(columns, [(code(n), means) for n, means in said.items()])}" if said else ""


def _coverage(covered: Mapping[str, Sequence[str]]) -> str:
    if not covered:
        return ""
    rows = [(code(place), str(len(paths)), ", ".join(map(code, paths))) for place, paths in covered.items()]
    return "Fields used; all else is kept as it came:\n\n" + table(("message", "fields", "which"), rows)


def _setup(manifest: Manifest) -> str:
    """Say how a connector is set up: by its own words, or by a connection with what it needs."""
    guide = f"More in [{manifest.guide}](../{manifest.guide})." if manifest.guide else ""
    if manifest.setup:
        words = [line for line in manifest.setup.splitlines() if not line.startswith("    ")]
        commands = [line.strip() for line in manifest.setup.splitlines() if line.startswith("    ")]
        block = "\n".join(("```text", *commands, "```")) if commands else ""
        return "\n\n".join(filter(None, ("\n".join(words), block, guide)))
    needed = [name for name, means in manifest.settings.items() if OPTIONAL not in means]
    secrets = "\n".join(f"tally connection secret NAME {name} --file FILE" for name in manifest.secrets)
    settings = "".join(f" --set {name}=VALUE" for name in needed)
    added = SETUP.format(name=manifest.name, settings=settings, secrets=secrets).replace("\n\ntally", "\ntally")
    return "\n\n".join(filter(None, (added, guide)))


def _addresses(manifest: Manifest) -> str:
    said = [f"{kind.__name__} by its {code(field)}" for kind, field in manifest.addressed_by.items()]
    return ", ".join(said) or "by type only"


def _pace(manifest: Manifest) -> str:
    if manifest.requests_per_second_max:
        return str(manifest.requests_per_second_max)
    return "no limit of its own" if manifest.asks or manifest.pushes else "none sent"


def _kinds(kinds: Sequence[type[Struct]]) -> str:
    return ", ".join(_linked(k) for k in kinds) or "nothing"


def _linked(kind: type[Struct]) -> str:
    """Name a kind, with the way to its page where it is a message; what became of a command is asked of any door."""
    is_message = any(t.struct is kind for t in TYPES)
    return f"[{kind.__name__}](messages.md#{kind.__name__.lower()})" if is_message else kind.__name__


def _proof(manifest: Manifest) -> str:
    return f"{manifest.proven_by}: {PROOFS[manifest.proven_by]}" if manifest.proven_by else "not proven yet"

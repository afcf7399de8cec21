"""`tally connector`: the doors the house has."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.exits import Code

if TYPE_CHECKING:
    from tallystick.ports.connector import Manifest


def register(app: typer.Typer) -> None:
    """Add the commands."""
    connector = typer.Typer(no_args_is_help=True, help="Connectors: the doors to foreign systems.")
    connector.command("list")(list_all)
    connector.command("check")(check)
    connector.command("new")(new)
    connector.command("drift")(drift)
    app.add_typer(connector, name="connector")


def list_all(as_json: output.Json = False) -> None:
    """Say which connectors there are, what each takes in, and how that was proved.

    Example: tally connector list
    """
    from tallystick.app.connectors import manifests

    found = manifests()
    if as_json:
        output.json({"connectors": [_shown(m) for m in found]})
        return
    rows = [[m.name, m.system, m.role, m.proven_by, ", ".join(t.__name__ for t in m.pulls)] for m in found]
    output.table(("name", "system", "role", "proven by", "takes in"), rows)


def check(
    name: Annotated[str, typer.Argument(help="Its name, or the module of a connector of your own: my_shop.connector.")],
    as_json: output.Json = False,
) -> None:
    """Lay the contract of all connectors on one, against its hostile twin; ends with 1 where a promise is broken.

    Example: tally connector check drop-folder
    """
    from tallystick.app.craft.trying import kept, tried

    found = []
    for verdict in tried(name):
        found.append(verdict)
        if not as_json:
            output.note(f"{verdict.check}: {verdict.standing}")
    if as_json:
        output.json({"connector": name, "ok": kept(found), "promises": found})
    else:
        output.table(("promise", "standing", "because"), [[v.check, v.standing, v.reason] for v in found])
    if not kept(found):
        raise typer.Exit(Code.NOT_IN_ORDER)


def new(
    name: Annotated[str, typer.Argument(help="Its name: small letters, digits and hyphens.")],
    checkout: Annotated[Path, typer.Option("--checkout", help="The checkout to put it into.")] = Path(),
) -> None:
    """Make a new connector in a checkout: a whole one for a made-up shop, with its twin and tests, to be made your own.

    Example: tally connector new corner-shop
    """
    from tallystick.app.craft.scaffolding import scaffolded

    root = checkout.resolve()
    for file in scaffolded(name, root):
        output.say(file.relative_to(root).as_posix())
    output.note(f"It keeps the contract as it stands: `tally connector check {name}`. Now make it yours:")
    output.note("docs/how-to/connector.md says in which order.")


def drift(
    name: Annotated[str, typer.Argument(help="Its name, or the module of a connector of your own.")],
    against: Annotated[
        Path,
        typer.Option(
            "--against",
            exists=True,
            dir_okay=False,
            help="The partner's schema: OpenAPI 3 or JSON Schema as JSON, GraphQL.",
        ),
    ],
    as_json: output.Json = False,
) -> None:
    """Compare what a connector uses of its partner's messages with the schema the partner publishes now.

    Only what harms is named; ends with 1 where something is.

    Example: tally connector drift corner-shop --against openapi.json
    """
    from tallystick.app.craft.drifting import drift_of

    found = drift_of(name, against)
    if as_json:
        output.json({"connector": name, "ok": not found, "findings": found})
    elif found:
        output.table(("place", "field", "now", "detail"), [[f.place, f.path, f.kind, f.detail] for f in found])
    else:
        output.say("Everything it uses is there as it was.")
    if found:
        raise typer.Exit(Code.NOT_IN_ORDER)


def _shown(manifest: "Manifest") -> dict[str, Any]:
    return {
        "name": manifest.name,
        "system": manifest.system,
        "role": manifest.role,
        "foreign_version": manifest.foreign_version,
        "proven_by": manifest.proven_by,
        "pulls": [t.__name__ for t in manifest.pulls],
        "pushes": [t.__name__ for t in manifest.pushes],
        "asks": [t.__name__ for t in manifest.asks],
        "declared": dict(manifest.declared),
    }

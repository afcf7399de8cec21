"""`tally docs`: the reference pages, written from the code and checked against it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tallystick.app import output

if TYPE_CHECKING:
    from tallystick.exports.docs_pages.command_page import Command, Parameter

FOLDER: Final = Path("docs/reference")
WRITTEN: Final = (".md", ".svg", ".json")
RELEASED: Final = "released"
"""The contracts as they were last released: nothing in them may break before it was deprecated."""

Folder = Annotated[Path, typer.Option("--folder", help="The folder of the reference pages.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    docs = typer.Typer(no_args_is_help=True, help="The reference pages: write them from the code, or check them.")
    docs.command("write")(write)
    docs.command("check")(check)
    app.add_typer(docs, name="docs")


def write(ctx: typer.Context, folder: Folder = FOLDER) -> None:
    """Write the reference pages anew from the code.

    Example: tally docs write
    """
    found = pages(ctx.find_root().command)
    for name, text in found.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    for file in _left_over(folder, found):
        file.unlink()
    output.say(f"{output.count(len(found), 'page')} written to {folder}.")


def check(ctx: typer.Context, folder: Folder = FOLDER) -> None:
    """Say whether the reference pages are what the code would write now; exit code 1 names those that are not.

    Example: tally docs check
    """
    from tallystick.app.exits import not_in_order

    wanted = pages(ctx.find_root().command)
    complaints = stale(folder, wanted)
    if complaints:
        raise not_in_order(f"not as the code would write them: {', '.join(complaints)}", "run `make docs` and commit")
    broken = breaking(folder / RELEASED, wanted)
    if broken:
        raise not_in_order(
            f"would break clients of the released contract: {'; '.join(broken)}",
            "offer the new beside the old and deprecate the old one: docs/how-to/api.md",
        )
    output.say("The reference pages are fresh.")


def pages(root: Any) -> dict[str, str]:
    """Return every reference page by its name below the folder; *root* is the command `tally`."""
    from tallystick.api.contracts import CAPABILITIES
    from tallystick.api.spec.asyncapi import asyncapi
    from tallystick.api.spec.openapi import openapi
    from tallystick.api.spec.page import api_page
    from tallystick.app.connectors import COVERAGES, manifests
    from tallystick.app.craft.covering import covered_by
    from tallystick.app.exits import MEANINGS
    from tallystick.app.serving.releases import release
    from tallystick.app.settings import CONFIGURATION_FILE, ENVIRONMENT_ONLY, SETTINGS
    from tallystick.app.taxing.rates_file import built_in_rates
    from tallystick.decisions.tax.rules import RULES
    from tallystick.exports.docs_pages.access_page import access_page
    from tallystick.exports.docs_pages.breaks_page import breaks_page
    from tallystick.exports.docs_pages.command_page import command_page
    from tallystick.exports.docs_pages.connectors_page import connectors_page
    from tallystick.exports.docs_pages.messages_page import messages_page
    from tallystick.exports.docs_pages.processes_page import process_drawings, processes_page
    from tallystick.exports.docs_pages.rules_page import rules_page
    from tallystick.exports.docs_pages.settings_page import SettingLine, settings_page
    from tallystick.exports.docs_pages.sources.coverage_page import coverage_page
    from tallystick.exports.docs_pages.taxes.rates_page import tax_page
    from tallystick.journal.chart import CHART
    from tallystick.messages.catalogue import TYPES
    from tallystick.posting.table import NOT_POSTED, TABLE
    from tallystick.processes.registry import PROCESSES
    from tallystick.reconciliation.kinds import KINDS
    from tallystick.security.roles import MATRIX, MEANS

    lines = [SettingLine("" if s.key in ENVIRONMENT_ONLY else s.key, s.variable, s.default, s.means) for s in SETTINGS]
    return {
        "posting-rules.md": rules_page(TABLE, CHART, NOT_POSTED),
        "processes.md": processes_page(PROCESSES),
        "breaks.md": breaks_page(KINDS.values()),
        "messages.md": messages_page(TYPES),
        "connectors.md": connectors_page(manifests(), {m.name: covered_by(m.name) for m in manifests()}),
        "files.md": coverage_page(COVERAGES),
        "api.md": api_page(CAPABILITIES),
        "openapi.json": _contract(openapi(CAPABILITIES, release())),
        "asyncapi.json": _contract(asyncapi(release())),
        "cli.md": command_page(list(_commands(root, "tally")), {int(c): means for c, means in MEANINGS.items()}),
        "access.md": access_page(MATRIX, MEANS),
        "tax.md": tax_page(RULES, built_in_rates()),
        "configuration.md": settings_page(lines, CONFIGURATION_FILE),
        **{f"processes/{name}": text for name, text in process_drawings(PROCESSES).items()},
    }


def breaking(released: Path, wanted: dict[str, str]) -> list[str]:
    """Return what in the contracts, as they would be written now, breaks a client of those that were released."""
    import msgspec

    from tallystick.api.spec.breaking import breaks, message_breaks

    found = []
    for name, compare in (("openapi.json", breaks), ("asyncapi.json", message_breaks)):
        file = released / name
        if file.exists():
            found += compare(msgspec.json.decode(file.read_bytes()), msgspec.json.decode(wanted[name]))
    return found


def _contract(document: Any) -> str:
    import json

    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def stale(folder: Path, wanted: dict[str, str]) -> list[str]:
    """Return a complaint for each page in *folder* that is missing, stale, or written no longer."""
    found = []
    for name, text in wanted.items():
        file = folder / name
        if not file.exists():
            found.append(f"{name} is missing")
        elif file.read_text("utf-8") != text:
            found.append(f"{name} is stale")
    return found + [f"{file.relative_to(folder)} is written no longer" for file in _left_over(folder, wanted)]


def _left_over(folder: Path, wanted: dict[str, str]) -> list[Path]:
    files = sorted(file for file in folder.rglob("*") if file.suffix in WRITTEN and RELEASED not in file.parts)
    return [file for file in files if file.relative_to(folder).as_posix() not in wanted]


def _commands(command: Any, name: str) -> Iterator["Command"]:
    """Walk the tree of commands, hidden ones left out, in the order of their names."""
    from tallystick.exports.docs_pages.command_page import Command

    context = command.context_class(command, info_name=name)
    shown = [p for p in command.params if not getattr(p, "hidden", False)]
    arguments = tuple(_parameter(p, context) for p in shown if p.param_type_name == "argument")
    options = tuple(_parameter(p, context) for p in shown if p.param_type_name == "option")
    children = getattr(command, "commands", {})
    only_gathers = bool(children) and not command.invoke_without_command
    yield Command(name, (command.help or "").strip(), arguments, options, only_gathers)
    for child in sorted(children):
        if not children[child].hidden:
            yield from _commands(children[child], f"{name} {child}")


def _parameter(found: Any, context: Any) -> "Parameter":
    from tallystick.exports.docs_pages.command_page import Parameter

    is_option = found.param_type_name == "option"
    written = found.get_help_record(context)[0] if is_option else found.metavar or found.name.upper()
    default = "" if found.default in {None, False} or callable(found.default) else str(found.default)
    return Parameter(written, found.help or "", default, found.required)

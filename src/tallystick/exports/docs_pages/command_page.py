"""The command line as a page: what the roof hands in, written down."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from tallystick.exports.docs_pages.markdown import code, link, page, table

EXAMPLE: Final = "Example: "


class Parameter(Struct, frozen=True):
    """An argument or option: how it is written, what it means, what it is without being said."""

    written: str
    means: str
    default: str = ""
    is_required: bool = False


class Command(Struct, frozen=True):
    """One command by its whole name, such as `tally book check`; *is_group* when it only gathers others."""

    name: str
    help: str
    arguments: tuple[Parameter, ...] = ()
    options: tuple[Parameter, ...] = ()
    is_group: bool = False

    @property
    def usage(self) -> str:
        """How it is written on one line."""
        wanted = [p.written if p.is_required else f"[{p.written}]" for p in self.arguments]
        return " ".join([self.name, *(["[OPTIONS]"] if self.options else []), *wanted])


def command_page(commands: Sequence[Command], codes: Mapping[int, str]) -> str:
    """Return the page of all *commands* and exit *codes*."""
    leaves = [c for c in commands if not c.is_group]
    overview = table(("command", "does"), [(link(code(c.name), c.name), _first(c.help)) for c in leaves])
    meanings = table(("exit code", "meaning"), [(str(number), means) for number, means in codes.items()])
    return page(
        "Command line",
        "Results go to standard output, everything else to standard error. With `--json` a command writes one JSON object "
        "and nothing else there. What cannot be undone asks for `--yes`.",
        overview,
        f"## Exit codes\n\n{meanings}",
        *(_section(c) for c in leaves),
    )


def _first(text: str) -> str:
    return text.partition("\n\n")[0].replace("\n", " ")


def _section(command: Command) -> str:
    parts = [f"## {command.name}", f"```text\n{command.usage}\n```", *map(_paragraph, command.help.split("\n\n"))]
    for title, found in (("argument", command.arguments), ("option", command.options)):
        if found:
            parts.append(
                table((title, "meaning", "default"), [(code(p.written), p.means, code(p.default)) for p in found])
            )
    return "\n\n".join(parts)


def _paragraph(text: str) -> str:
    """Show an example as what one would type."""
    is_example = text.startswith(EXAMPLE)
    return f"```sh\n{text.removeprefix(EXAMPLE)}\n```" if is_example else text

"""The command line: `tally`. Every file in commands/ adds its own; nothing heavy is imported before it is needed."""

from importlib import import_module
from pkgutil import walk_packages
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tallystick.app import commands
from tallystick.app.exits import MEANINGS, explained

CODES = "  ".join(f"{code.value} {meaning}." for code, meaning in MEANINGS.items())


ORDER = ("demo", "doctor", "load", "book", "stock", "order", "trace", "dead")
"""How a newcomer meets the commands; what is not named here follows by name."""


class Explained(TyperGroup):
    """A group whose commands end in a message and an exit code, never in a traceback, when something expected fails."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands in the order they are met."""
        names = super().list_commands(ctx)
        return sorted(names, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with explained():
            return super().invoke(ctx)


def command_line() -> typer.Typer:
    """Return `tally` with every command of commands/."""
    app = typer.Typer(
        name="tally",
        cls=Explained,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog=f"Exit codes: {CODES}",
    )
    app.callback()(tally)
    for found in sorted(m.name for m in walk_packages(commands.__path__, f"{commands.__name__}.") if not m.ispkg):
        import_module(found).register(app)
    return app


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"tallystick {version('tallystick')}")
        except PackageNotFoundError:
            typer.echo("tallystick, run from its source")
        raise typer.Exit


def tally(
    version: Annotated[
        bool, typer.Option("--version", help="Say which release this is.", is_eager=True, callback=_say_version)
    ] = False,
) -> None:
    """The integration layer of a retailer, with one double-entry book of every unit and every cent.

    New here? `tally demo` shows a shop's three days. `tally doctor` looks whether everything is in order.
    """

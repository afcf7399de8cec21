"""The command line: `tally`. Every file in commands/ adds its own; nothing heavy is imported before it is needed."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tallystick.app import commands
from tallystick.app.exits import MEANINGS, explained

CODES = "  ".join(f"{code.value} {meaning}." for code, meaning in MEANINGS.items())


class Explained(TyperGroup):
    """A group whose commands end in a message and an exit code, never in a traceback, when something expected fails."""

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
    for found in sorted(m.name for m in iter_modules(commands.__path__)):
        import_module(f"{commands.__name__}.{found}").register(app)
    return app


def tally(
    version: Annotated[bool, typer.Option("--version", help="Say which release this is.")] = False,
) -> None:
    """The integration layer of a retailer, with one double-entry book of every unit and every cent.

    New here? `tally demo` shows a shop's three days. `tally doctor` looks whether everything is in order.
    """
    if version:
        from importlib.metadata import version as release

        typer.echo(f"tallystick {release('tallystick')}")
        raise typer.Exit

"""The entry point of `tally` and `python -m tallystick`: the commands of the roof, and the simulator's above it."""

import typer

from tallystick.app.main import command_line
from tallystick.simulator.command import simulate


def tally() -> typer.Typer:
    """Return `tally` with every command there is."""
    app = command_line()
    simulate.register(app)
    return app


def main() -> None:
    """Run the command line."""
    tally()(prog_name="tally")


if __name__ == "__main__":
    main()

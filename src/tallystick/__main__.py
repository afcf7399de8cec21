"""The entry point of `tally` and `python -m tallystick`."""

from tallystick.app.main import command_line


def main() -> None:
    """Run the command line."""
    command_line()(prog_name="tally")


if __name__ == "__main__":
    main()

"""`tally book backup` and `restore`: one book into one file and back."""

from pathlib import Path
from typing import Annotated

import typer

from tallystick.app import output
from tallystick.app.groups import group


def register(app: typer.Typer) -> None:
    """Add the commands."""
    book = group(app, "book")
    book.command("backup")(back_up)
    book.command("restore")(bring_back)


def back_up(
    file: Annotated[
        Path, typer.Argument(help="The file to write; an older one there is replaced once this one is whole.")
    ],
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Write a book into one file, and read it back to see that it is whole.

    Keep the key file beside it (`tally doctor` shows its place): without the key, raw bodies stay sealed for ever.

    Example: tally book backup main-2026-11-23.tally
    """
    from tallystick.app.access.keeping import note_keeping
    from tallystick.app.house import database
    from tallystick.app.running import run
    from tallystick.app.settings import read_settings
    from tallystick.storage.book import schema_of
    from tallystick.storage.embedded.backup import backup

    settings = read_settings()
    name = book or settings.book
    with database(settings) as url:
        backup(url, schema_of(name), file)
        run(note_keeping(url, settings, "book.backup", name))
    size = file.stat().st_size
    if as_json:
        output.json({"book": name, "file": str(file), "bytes": size})
    else:
        output.say(f"Book {name} is in {file} ({size / 1e6:.1f} MB), and could be read back.")


def bring_back(
    file: Annotated[Path, typer.Argument(help="A file that `tally book backup` wrote.")],
    name: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Call the book so; by default the configured one.")
    ] = None,
    as_json: output.Json = False,
) -> None:
    """Bring a book back from its file. A book that exists is never touched.

    Example: tally book restore main-2026-11-23.tally --as main_again
    """
    from tallystick.app.access.keeping import note_keeping
    from tallystick.app.house import database
    from tallystick.app.running import run
    from tallystick.app.settings import read_settings
    from tallystick.storage.book import open_book, schema_of
    from tallystick.storage.embedded.backup import restore

    settings = read_settings()
    wanted = name or settings.book
    with database(settings) as url:
        restore(url, file, schema_of(wanted))
        info = run(open_book(url, wanted))
        run(note_keeping(url, settings, "book.restore", wanted))
    if as_json:
        output.json({"book": info.name, "file": str(file), "currency": info.currency})
    else:
        output.say(f"Book {info.name} is back, as {file} had it.")
        output.note("`tally book check` proves it.")

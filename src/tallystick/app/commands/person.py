"""`tally person`: whom a reference stands for, and the right to be forgotten."""

from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.app import output

if TYPE_CHECKING:
    from tallystick.app.house import House

Source = Annotated[str, typer.Argument(help="The system that knows the person, such as online-retail.")]
Id = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="What that system calls the person; or the reference itself, person:…, that messages carry."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    person = typer.Typer(no_args_is_help=True, help="Personal data: kept apart from the book, erased on request.")
    person.command("show")(show)
    person.command("erase")(erase)
    app.add_typer(person, name="person")


def show(source: Source, number: Id, book: output.Book = None, as_json: output.Json = False) -> None:
    """Say under which reference a person stands in messages, and what the vault holds of them.

    Exit code 4 when the vault knows nobody by that name, or not any more.

    Example: tally person show online-retail 17850
    """
    from tallystick.app.exits import not_found
    from tallystick.app.running import in_house
    from tallystick.storage.vault import who_is

    async def work(house: "House") -> tuple[str, dict[str, str] | None]:
        reference = _reference(house, source, number)
        return reference, await who_is(await house.connection(), house.keyring, reference)

    reference, known = in_house(book, work)
    if known is None:
        raise not_found(f"the vault knows no {number} of {source}", "see how that system writes it; it may be erased")
    if as_json:
        output.json({"reference": reference, "known": known})
    else:
        output.pairs([("reference", reference), *known.items()])


def erase(
    source: Source,
    number: Id,
    book: output.Book = None,
    yes: output.Yes = False,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Forget a person: their key, what the vault knew, and every raw body that named them.

    The book itself never held anything of them and stays as it is, its proofs and seals included. Not to be undone.

    Example: tally person erase online-retail 17850 --yes
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.running import in_house
    from tallystick.storage.vault import erase as forget

    if not yes:
        output.say(f"Everything kept of {number} of {source} would be erased for good. Say --yes to do it.")
        return

    async def work(house: "House") -> int:
        reference = _reference(house, source, number)
        async with acting(house, as_user, Doing("person.erase", reference, "people:erase")) as actor:
            return await forget(actor.connection, reference)

    bodies = in_house(book, work)
    if as_json:
        output.json({"erased_bodies": bodies})
    else:
        output.say(f"Erased, with {bodies} raw bodies.")


def _reference(house: "House", source: str, number: str) -> str:
    from tallystick.model.party import PERSON_PREFIX

    return number if number.startswith(PERSON_PREFIX) else house.keyring.pseudonym(source, number)

"""`tally master`: products, suppliers and ledger accounts, pulled from their system of record."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tallystick.app import output
from tallystick.app.commands.ledger.sending import SCOPE
from tallystick.app.exits import Code, not_found
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.app.ledgers.masters import Pulled


class Kind(StrEnum):
    """The kinds of masters."""

    PRODUCTS = "products"
    SUPPLIERS = "suppliers"
    ACCOUNTS = "accounts"


PROCESS: Final = {Kind.PRODUCTS: "product", Kind.SUPPLIERS: "supplier", Kind.ACCOUNTS: "ledger_account"}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    master = group(app, "master")
    master.command("pull")(pull)
    master.command("list")(list_all)
    master.command("show")(show)


def pull(book: output.Book = None, as_user: output.As = None, as_json: output.Json = False) -> None:
    """Pull chart of accounts, products and suppliers from the ERP. What has not changed adds nothing.

    Example: tally master pull
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.ledgers.access import open_ledger
    from tallystick.app.ledgers.masters import pull_masters
    from tallystick.app.running import in_house
    from tallystick.app.settings import read_settings

    async def work(house: "House") -> "Pulled":
        async with acting(house, as_user, Doing("master.pull", "masters", SCOPE)):
            with open_ledger(read_settings()) as door:
                return await pull_masters(house, door)

    pulled = in_house(book, work)
    if as_json:
        output.json({"ok": not pulled.dead, **{k: getattr(pulled, k) for k in pulled.__struct_fields__}})
    else:
        rows = [[kind, pulled.read[kind], pulled.new[kind]] for kind in pulled.read]
        output.table(("kind", "read", "new or changed"), rows)
    if pulled.dead:
        output.note(f"{pulled.dead} could not be understood: see `tally dead list`", "red")
        raise typer.Exit(Code.NOT_IN_ORDER)


def list_all(
    kind: Annotated[Kind, typer.Argument(help="Which.")], book: output.Book = None, as_json: output.Json = False
) -> None:
    """List the masters of a kind as their system of record last described them.

    Example: tally master list products
    """
    found = _read(book, kind)
    if as_json:
        output.json({"kind": kind, "masters": found})
        return
    rows = [[_code(m), m.name, _standing(m), m.system, m.record] for m in found]
    output.table(("code", "name", "standing", "system", "record"), rows)


def show(
    kind: Annotated[Kind, typer.Argument(help="Which.")],
    code: Annotated[str, typer.Argument(metavar="CODE", help="Its code, or its record number in its system.")],
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Show a master by its code.

    Example: tally master show products LAMP-ARC
    """
    found = [m for m in _read(book, kind) if code in (_code(m), m.record)]
    if not found:
        raise not_found(
            f"no {kind.value} have the code {code}", f"`tally master list {kind.value}` names those there are"
        )
    if as_json:
        output.json({"kind": kind, "masters": found})
        return
    for master in found:
        output.pairs([(name, str(getattr(master, name))) for name in master.__struct_fields__])


def _read(book: str | None, kind: Kind) -> list[Any]:
    from tallystick.app.running import in_house
    from tallystick.storage.reading.ledgers.masters import masters

    async def work(house: "House") -> list[Any]:
        return [*await masters(await house.connection(), PROCESS[kind])]

    return sorted(in_house(book, work), key=lambda m: (_code(m), m.record))


def _code(master: Any) -> str:
    return str(getattr(master, "sku", None) or getattr(master, "code", ""))


def _standing(master: Any) -> str:
    if not getattr(master, "is_active", True):
        return "inactive"
    if getattr(master, "is_closed", False):
        return "closed"
    if not getattr(master, "takes_entries", True):
        return "heading"
    return "needs a party" if getattr(master, "needs_party", False) else "in use"

"""`tally kit`: products sold as one and stocked as their components."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.access.doing import Doing
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House

Sku = Annotated[str, typer.Argument(metavar="KIT", help="The code it is sold under.")]
Components = Annotated[
    list[str],
    typer.Argument(
        metavar="PRODUCT=UNITS@PRICE...",
        help="Units in one kit, and what one sells for by itself, net, in minor units.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    kit = group(app, "kit")
    kit.command("show")(show)
    kit.command("set")(declare)


def declare(
    sku: Sku,
    components: Components,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Declare what a kit is made of. Orders placed before keep what they were sold as.

    Example: tally kit set STUDY-SET LAMP=1@1200 SHADE=2@300
    """
    from tallystick.app.buying.typed import typed
    from tallystick.app.promising.reporting import product, report_in, tell
    from tallystick.messages.selling.kits import KitComponent, KitDeclared

    code = product(sku)
    made_of = tuple(KitComponent(x.sku, x.units, x.price) for x in typed(components, priced=True))
    told = KitDeclared(code, made_of, "tallystick", datetime.now(UTC).isoformat(timespec="microseconds"))
    answer = report_in(book, as_user, Doing("kit.set", f"kit/{code}", "catalogue:write"), told)
    tell(answer, f"{code} is made of {', '.join(f'{x.quantity} {x.sku}' for x in made_of)}.", as_json=as_json)


def show(sku: Sku, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show what a kit is made of.

    Exit code 4 when nobody has declared it.

    Example: tally kit show STUDY-SET
    """
    from tallystick.app.exits import not_found
    from tallystick.app.promising.reporting import product
    from tallystick.app.running import in_house

    code = product(sku)

    async def work(house: "House") -> tuple[str, Any]:
        from tallystick.processes.family import data_of
        from tallystick.storage.attention.subjects import family_of

        family = await family_of(await house.connection(), f"kit/{code}")
        return house.info.currency, data_of(family, "kit") if family else None

    currency, data = in_house(book, work)
    if data is None:
        raise not_found(f"nobody has declared {code} as a kit", "declare it: `tally kit set`")
    if as_json:
        output.json({"sku": code, "components": data.kit.components})
        return
    rows = [[x.sku, x.quantity, output.amount(x.stand_alone, currency)] for x in data.kit.components]
    output.table(("product", ">in one kit", ">sells by itself for"), rows)

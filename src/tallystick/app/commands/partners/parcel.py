"""`tally parcel label|cancel|show`: labels booked with carriers, and where parcels are."""

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from tallystick.app import output
from tallystick.app.access.doing import Doing
from tallystick.app.groups import group

if TYPE_CHECKING:
    from msgspec import Struct

    from tallystick.app.house import House
    from tallystick.processes.family import Family

Order = Annotated[str, typer.Argument(metavar="ORDER", help="Its number.")]
Parcel = Annotated[str, typer.Argument(metavar="PARCEL", help="The shipment under which it leaves.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    parcel = group(app, "parcel")
    parcel.command("label")(label)
    parcel.command("cancel")(cancel)
    parcel.command("show")(show)


def label(
    order: Order,
    parcel: Parcel,
    carrier: Annotated[str, typer.Option(help="The carrier, as its connection serves it.")],
    grams: Annotated[int, typer.Option(min=0, max=10_000_000, help="What it weighs; 0: not known.")] = 0,
    size: Annotated[str, typer.Option(metavar="LxWxH", help="In millimetres, such as 300x200x100.")] = "",
    service: Annotated[str, typer.Option(help="The carrier's own name of a service.")] = "",
    rma: Annotated[str, typer.Option(help="A label for goods that come back under this permission.")] = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Ask a carrier for a label; what it is followed by is told to whoever hears of the shipment.

    Example: tally parcel label W1 S-1 --carrier postman --grams 1200 --size 300x200x100
    """
    from tallystick.messages.partners.parcels import LabelRequested

    measured = _size(grams, size)

    def told(family: "Family") -> "Struct":
        from tallystick.processes.family import data_of

        recipient = data_of(family, "order").recipient if "order" in family else ""
        return LabelRequested(order, parcel, carrier, measured, service, recipient, rma)

    _say((order, parcel, "label"), (book, as_user), told, as_json=as_json)


def cancel(
    order: Order,
    parcel: Parcel,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Cancel a label that was not used.

    Example: tally parcel cancel W1 S-1 --reason "packed anew"
    """
    from tallystick.messages.partners.parcels import LabelCancellationRequested

    said = LabelCancellationRequested(order, parcel, reason)
    _say((order, parcel, "cancel"), (book, as_user), lambda _: said, as_json=as_json)


def show(order: Order, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show the parcels of an order: their labels, and where they are.

    Example: tally parcel show W1
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> list[dict[str, Any]]:
        from tallystick.processes.family import data_of
        from tallystick.storage.attention.subjects import family_of

        family = await family_of(await house.connection(), f"order/{order}")
        names = [name for name in family if name.startswith("parcel/")]
        return [{"state": family[n].state, **msgspec.to_builtins(data_of(family, n))} for n in names]

    found = in_house(book, work)
    if as_json:
        output.json({"order": order, "parcels": found})
    elif not found:
        output.say(f"{order} has no parcel with a label or a carrier's word.")
    else:
        columns = ("parcel", "is", "carrier", "tracking", "label", "said at", "reason")
        output.table(columns, [[x.get(name, "") for name in _FIELDS] for x in found])


_FIELDS = ("parcel", "state", "carrier", "tracking", "label", "said_at", "reason")


def _say(what: tuple[str, str, str], who: tuple[str | None, str | None], told: Any, *, as_json: bool) -> None:
    from tallystick.app.promising.reporting import report_made, tell

    order, parcel, verb = what

    async def made(house: "House") -> "Struct":
        from tallystick.app.exits import not_found
        from tallystick.storage.attention.subjects import family_of

        family = await family_of(await house.connection(), f"order/{order}")
        if not family:
            raise not_found(f"there is no order {order}", "check its number: see `tally order show`")
        found: Struct = told(family)
        return found

    answer = report_made(*who, Doing(f"parcel.{verb}", f"order/{order}", "fulfilment:write"), made)
    tell(answer, f"{order} {parcel}: {answer.outcome.replace('_', ' ')}, now {answer.state.lower()}.", as_json=as_json)


def _size(grams: int, text: str) -> Any:
    from tallystick.app.exits import misused
    from tallystick.messages.partners.parcels import Size

    parts = text.lower().split("x") if text else ["0", "0", "0"]
    if len(parts) != 3 or not all(p.isdecimal() and len(p) <= 5 for p in parts):
        raise misused(f"--size {text} is none", "write LENGTHxWIDTHxHEIGHT in millimetres, such as 300x200x100")
    return Size(grams, *(int(p) for p in parts))

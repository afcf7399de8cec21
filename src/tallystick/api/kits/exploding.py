"""Lines of an order that name a kit, taken apart before anything is held: the book sees components only."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tallystick.api.desk import Desk
from tallystick.api.orders.shapes import LineWanted, OrderWanted
from tallystick.api.problems import INVALID, Flaw, Problem
from tallystick.api.words import LINES_MAX, sku_of
from tallystick.decisions.kits import allocated
from tallystick.messages.selling.kits import KitDeclared, KitPart, KitSold
from tallystick.processes.family import data_of, decode_family


class Exploded(Struct, frozen=True):
    """An order whose lines are components and products, numbered as they stand, and the kits that some of them are."""

    wanted: OrderWanted
    kits: tuple[KitSold, ...] = ()


async def kit_of(sku: str, desk: Desk) -> KitDeclared | None:
    """Return what a product is made of, None where it is no kit."""
    found = await desk.standing(f"kit/{sku}")
    if found is None:
        return None
    data: Any = data_of(decode_family(found.family), "kit")
    kit: KitDeclared = data.kit
    return kit


async def exploded(wanted: OrderWanted, desk: Desk) -> Exploded:
    """Take kits apart; the price of each goes to its components by what they sell for by themselves. Raises `Problem`."""
    if not any(x.kit for x in wanted.lines):
        return Exploded(wanted)
    if wanted.partial:
        raise Problem(INVALID, errors=[Flaw("an order of kits is taken whole: no half of a kit is one", "/partial")])
    lines: list[LineWanted] = []
    kits: list[KitSold] = []
    for n, x in enumerate(wanted.lines):
        if not x.kit:
            lines.append(x)
            continue
        kit = await kit_of(sku_of(x.sku), desk)
        if kit is None:
            raise Problem(
                INVALID, errors=[Flaw("nobody has declared it as a kit: PUT /v1/kits/{sku}", f"/lines/{n}/sku")]
            )
        parts = _components(x, kit)
        numbered = enumerate(zip(parts, kit.components, strict=True), len(lines) + 1)
        kits.append(KitSold(n + 1, kit.sku, x.quantity, tuple(KitPart(line, c.quantity) for line, (_, c) in numbered)))
        lines += parts
    if len(lines) > LINES_MAX:
        raise Problem(
            INVALID, errors=[Flaw(f"come to {len(lines)} with the components of kits, at most {LINES_MAX}", "/lines")]
        )
    return Exploded(replace(wanted, lines=tuple(lines)), tuple(kits))


def _components(x: LineWanted, kit: KitDeclared) -> list[LineWanted]:
    shares = [[None] * len(kit.components) if n is None else allocated(n, kit.components) for n in (x.net, x.gross)]
    taxes = allocated(x.tax, kit.components)
    return [
        replace(x, sku=c.sku, quantity=c.quantity * x.quantity, net=net, gross=gross, tax=tax, kit=False)
        for c, net, gross, tax in zip(kit.components, *shares, taxes, strict=True)
    ]

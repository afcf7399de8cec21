"""Lines as they are typed in the stock room: `LAMP=10`, `LAMP=-2`, `LAMP=0`; and who counts."""

from typing import TYPE_CHECKING, Any

from tallystick.app.exits import misused, not_found
from tallystick.app.promising.reporting import product

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.processes.family import Family


def units_of(items: list[str], *, least: int = 1) -> list[tuple[str, int]]:
    """Read `LAMP=10` as product and units. Raises `Complaint` naming the item; below *least* only for a signed one."""
    found = []
    for item in items:
        name, sign, text = item.rpartition("=")
        number = text.removeprefix("-").removeprefix("+")
        if not sign or not number.isdecimal() or (least > 0 and int(text) < least) or (least == 0 and int(text) < 0):
            raise misused(f"{item} is no line", "write PRODUCT=UNITS, such as LAMP=10")
        found.append((product(name), int(text)))
    return found


async def family_named(house: "House", subject: str, member: str) -> "Family":
    """Return the processes of *subject*. Raises `Complaint` where *member* is none of them."""
    from tallystick.storage.attention.subjects import family_of

    family = await family_of(await house.connection(), subject)
    if member not in family:
        raise not_found(f"there is no {subject}", "check its name")
    return family


async def data_named(house: "House", subject: str, member: str) -> Any:
    """Return what *member* of *subject* knows. Raises `Complaint` where there is none."""
    from tallystick.processes.family import data_of

    return data_of(await family_named(house, subject, member), member)


async def counter_of(house: "House", as_user: str | None, said: str) -> str:
    """Return how a counter is called: by the number of the person, or, in a book without users, as *said*."""
    from tallystick.app.access.acting import actor_of

    actor = await actor_of(house, as_user)
    if actor.principal is not None:
        if said:
            raise misused("--counter is for a book without users", "say who counts: --as NAME")
        return f"user-{actor.principal.person}"
    if not said:
        raise misused("nobody has said who counts", "--counter NAME, or --as NAME in a book with users")
    return said

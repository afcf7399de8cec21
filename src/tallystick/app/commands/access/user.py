"""`tally user`: who is let into a book, as what, and who acts for whom."""

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.access.doing import Doing
from tallystick.app.exits import misused
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.security.roles import Role
    from tallystick.storage.access.principals import KnownPrincipal

Name = Annotated[str, typer.Argument(metavar="NAME", help="Small letters, digits, dot and dash, such as `mia`.")]
RoleName = Annotated[str, typer.Argument(metavar="ROLE", help="One of those on docs/reference/access.md.")]
Limit = Annotated[
    str | None, typer.Option(metavar="AMOUNT", help="Up to which amount an approver approves, such as 1000.00.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    user = group(app, "user")
    user.command("add")(add)
    user.command("list")(list_all)
    user.command("grant")(grant)
    user.command("revoke")(revoke)
    user.command("disable")(disable)
    user.command("enable")(enable)
    user.command("delegate")(delegate)


def add(
    name: Name,
    role: Annotated[
        list[str] | None, typer.Option(metavar="ROLE", help="A role to begin with; may be repeated.")
    ] = None,
    client_of: Annotated[
        str, typer.Option(metavar="USER", help="Add a client instead: a program that acts for this user.")
    ] = "",
    same_person_as: Annotated[
        str, typer.Option(metavar="USER", help="A further name of a person who has one already.")
    ] = "",
    limit: Limit = None,
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Let a user in, or with --client-of a client. The first user of a book is its administrator.

    Roles are granted by an administrator, never to oneself. A client and every further name of a person count as that
    person: what one of them prepared, none of them approves.

    Example: tally user add root --role administrator
    """
    from tallystick.app.access.acting import acting, known_principal
    from tallystick.app.running import in_house
    from tallystick.security.principal import Kind
    from tallystick.storage.access.principals import Grant, NewPrincipal, add_principal, grant_role

    roles = [_role(r) for r in role or []]
    if client_of and same_person_as:
        raise misused("a client is no further name of a person", "say --client-of or --same-person-as, not both")

    async def work(house: "House") -> int:
        await _require_administrator_first(house, as_user, roles)
        doing = Doing("user.add", f"user/{name}", "users:manage")
        async with acting(house, as_user, doing) as actor, actor.connection.transaction():
            owner = client_of or same_person_as
            person = (await known_principal(actor.connection, owner)).person if owner else None
            kind = Kind.CLIENT if client_of else Kind.USER
            number = await add_principal(actor.connection, NewPrincipal(kind, name, person), actor.number)
            for r in roles:
                grant = Grant(number, r, actor.number, _limit(limit, house.info.currency, r))
                await grant_role(actor.connection, grant)
            return number

    number = in_house(book, work)
    if as_json:
        output.json({"id": number, "name": name, "roles": [str(r) for r in roles]})
    else:
        output.say(f"{name} is let in as number {number}, {', '.join(roles) if roles else 'without a role yet'}.")


def list_all(book: output.Book = None, as_json: output.Json = False) -> None:
    """List users and clients with their roles.

    Example: tally user list
    """
    from tallystick.app.running import in_house
    from tallystick.storage.access.principals import delegations, principals

    async def work(house: "House") -> "tuple[str, list[KnownPrincipal], list[tuple[str, str, datetime]]]":
        connection = await house.connection()
        return house.info.currency, await principals(connection), await delegations(connection)

    currency, found, lent = in_house(book, work)
    if as_json:
        acting = [{"giver": giver, "taker": taker, "until": until} for giver, taker, until in lent]
        output.json({"users": [_as_json(p, currency) for p in found], "delegations": acting})
        return
    if not found:
        output.say("This book has no users: whoever may read its data folder may do everything but approve.")
        return
    rows = [[p.id, p.name, p.kind.value, p.person_name, _roles(p, currency), _state(p)] for p in found]
    output.table(("id", "name", "kind", "person", "roles", "state"), rows)
    for giver, taker, until in lent:
        output.say(f"{taker} acts for {giver} until {output.moment(until)}.")


def grant(
    name: Name,
    role: RoleName,
    limit: Limit = None,
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Grant a role. An approver needs a limit; a changed limit is a grant revoked and another granted.

    Example: tally user grant carl approver --limit 1000.00 --as root
    """
    from tallystick.app.access.acting import acting, known_principal
    from tallystick.app.running import in_house
    from tallystick.storage.access.principals import Grant, grant_role

    wanted = _role(role)

    async def work(house: "House") -> None:
        async with acting(house, as_user, Doing("user.grant", f"user/{name}/{wanted}", "users:manage")) as actor:
            known = await known_principal(actor.connection, name)
            amount = _limit(limit, house.info.currency, wanted)
            await grant_role(actor.connection, Grant(known.id, wanted, actor.number, amount))

    in_house(book, work)
    _told(as_json, f"{name} is {wanted} now.", {"name": name, "role": str(wanted), "granted": True})


def revoke(
    name: Name, role: RoleName, as_user: output.As = None, book: output.Book = None, as_json: output.Json = False
) -> None:
    """End a role, at once. The last administrator stays.

    Example: tally user revoke carl approver --as root
    """
    from tallystick.app.access.acting import acting, known_principal
    from tallystick.app.exits import not_found
    from tallystick.app.running import in_house
    from tallystick.storage.access.principals import revoke_role

    wanted = _role(role)

    async def work(house: "House") -> None:
        async with acting(house, as_user, Doing("user.revoke", f"user/{name}/{wanted}", "users:manage")) as actor:
            known = await known_principal(actor.connection, name)
            if not await revoke_role(actor.connection, known.id, wanted, actor.number):
                raise not_found(f"{name} is no {wanted}", "see `tally user list`")

    in_house(book, work)
    _told(as_json, f"{name} is no {wanted} any more.", {"name": name, "role": str(wanted), "granted": False})


def disable(name: Name, as_user: output.As = None, book: output.Book = None, as_json: output.Json = False) -> None:
    """Shut a user or client out, with every key and token, at once.

    Example: tally user disable carl --as root
    """
    _switch(book, name, as_user, disabled=True)
    _told(as_json, f"{name} is out, keys and tokens too.", {"name": name, "disabled": True})


def enable(name: Name, as_user: output.As = None, book: output.Book = None, as_json: output.Json = False) -> None:
    """Let a disabled user or client in again, with the roles and keys they had.

    Example: tally user enable carl --as root
    """
    _switch(book, name, as_user, disabled=False)
    _told(as_json, f"{name} is in again.", {"name": name, "disabled": False})


def delegate(
    taker: Annotated[str, typer.Argument(metavar="NAME", help="Who shall act for you.")],
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day, UTC; 92 days ahead at most.")
    ] = None,
    end: Annotated[bool, typer.Option("--end", help="Take it back, at once.")] = False,
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Let somebody approve on your behalf while you are away, up to your limit. What was lent is not lent again.

    Example: tally user delegate otto --until 2026-12-31 --as carl
    """
    from tallystick.app.access.acting import acting, known_principal
    from tallystick.app.exits import not_found
    from tallystick.app.running import in_house
    from tallystick.storage.access.principals import delegate as lend
    from tallystick.storage.access.principals import take_back

    if (until is None) != end:
        raise misused("a delegation has a last day, or ends", "say --until DAY, or --end")

    async def work(house: "House") -> None:
        async with acting(house, as_user, Doing("user.delegate", f"user/{taker}")) as actor:
            giver, known = actor.user(), await known_principal(actor.connection, taker)
            if until is not None:
                last = datetime.combine(until.date(), time.max, UTC)
                await lend(actor.connection, giver.id, known.id, last)
            elif not await take_back(actor.connection, giver.id, known.id):
                raise not_found(f"{taker} does not act for {giver.name}", "see `tally user list`")

    in_house(book, work)
    ends = until.date().isoformat() if until else None
    said = f"{taker} acts for you until {ends}." if ends else f"{taker} does not act for you any more."
    _told(as_json, said, {"taker": taker, "until": ends})


async def _require_administrator_first(house: "House", as_user: str | None, roles: "list[Role]") -> None:
    """With users and no administrator, nobody could ever grant anything."""
    from tallystick.app.access.acting import actor_of
    from tallystick.security.roles import Role

    if (await actor_of(house, as_user)).principal is None and Role.ADMINISTRATOR not in roles:
        raise misused("the first user of a book is its administrator", "say --role administrator")


def _switch(book: str | None, name: str, as_user: str | None, *, disabled: bool) -> None:
    from tallystick.app.access.acting import acting, known_principal
    from tallystick.app.running import in_house
    from tallystick.storage.access.principals import disable as shut_out

    async def work(house: "House") -> None:
        action = "user.disable" if disabled else "user.enable"
        async with acting(house, as_user, Doing(action, f"user/{name}", "users:manage")) as actor:
            known = await known_principal(actor.connection, name)
            if not await shut_out(actor.connection, known.id, disabled=disabled):
                raise misused(f"{name} is {'disabled' if disabled else 'enabled'} already", "see `tally user list`")

    in_house(book, work)


def _role(text: str) -> "Role":
    from tallystick.security.roles import Role

    try:
        return Role(text)
    except ValueError:
        raise misused(f"there is no role {text!r}", f"roles are {', '.join(Role)}") from None


def _limit(text: str | None, currency: str, role: "Role") -> int | None:
    from tallystick.model.amount import AmountError, decimals_of, parse_decimal
    from tallystick.security.roles import Role

    if role is not Role.APPROVER:
        return None
    try:
        number = parse_decimal(text or "", decimals_of(currency))
    except AmountError as wrong:
        raise misused(f"an approver has a limit: {wrong}", "say it as --limit 1000.00") from wrong
    return number


def _told(as_json: bool, text: str, found: dict[str, Any]) -> None:
    if as_json:
        output.json(found)
    else:
        output.say(text)


def _roles(p: "KnownPrincipal", currency: str) -> str:
    return ", ".join(r if m is None else f"{r} up to {output.money(m, currency)}" for r, m in sorted(p.roles.items()))


def _state(p: "KnownPrincipal") -> str:
    return f"disabled {output.moment(p.disabled_at)}" if p.disabled_at else "in"


def _as_json(p: "KnownPrincipal", currency: str) -> dict[str, Any]:
    return {
        "id": p.id,
        "name": p.name,
        "kind": p.kind,
        "person": p.person_name,
        "roles": {role: None if m is None else output.amount(m, currency) for role, m in sorted(p.roles.items())},
        "acts_for": list(p.acts_for),
        "disabled_at": p.disabled_at,
    }

"""Users and clients, the roles they were granted, and who acts for whom. Nothing is removed: grants end."""

from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec
from msgspec import Struct

from tallystick.security.principal import Kind, Principal
from tallystick.security.proposals import AccessRefused
from tallystick.security.roles import Role, scopes_of
from tallystick.storage.access.refusals import said_plainly

_ADD: Final = (
    "with n as (select nextval(pg_get_serial_sequence('principal', 'id')) as id) "
    "insert into principal (id, kind, name, person, created_by) overriding system value "
    "select id, $1, $2, coalesce($3, id), $4 from n returning id"
)
_SELECT: Final = (
    "select p.id, p.kind, p.name, p.person, o.name as person_name, p.created_at, p.disabled_at, "
    "coalesce((select jsonb_object_agg(g.role, g.amount_max) from role_grant g "
    "where g.principal = p.id and g.revoked_at is null), '{}')::text as roles, "
    "array(select g.name from delegation d join principal g on g.id = d.giver where d.taker = p.id "
    "and d.revoked_at is null and d.until > clock_timestamp() order by 1) as acts_for "
    "from principal p join principal o on o.id = p.person"
)
_GRANT: Final = "insert into role_grant (principal, role, amount_max, granted_by) values ($1, $2, $3, $4)"
_REVOKE: Final = (
    "update role_grant set revoked_at = clock_timestamp(), revoked_by = $3 "
    "where principal = $1 and role = $2 and revoked_at is null returning id"
)
_DISABLE: Final = (
    "update principal set disabled_at = case when $2 then clock_timestamp() end "
    "where id = $1 and (disabled_at is null) = $2 returning id"
)
_LEND: Final = "insert into delegation (giver, taker, until) values ($1, $2, $3)"
_TAKE_BACK: Final = (
    "update delegation set revoked_at = clock_timestamp() "
    "where giver = $1 and taker = $2 and revoked_at is null and until > clock_timestamp() returning id"
)
_LENT: Final = (
    "select g.name, t.name, d.until from delegation d join principal g on g.id = d.giver "
    "join principal t on t.id = d.taker where d.revoked_at is null and d.until > clock_timestamp() order by d.id"
)


class KnownPrincipal(Struct, frozen=True):
    """A user or client as it stands.

    `roles` maps each role to its limit in minor units, None where it has none; `acts_for` names the approvers who let
    them act for them now.
    """

    id: int
    kind: Kind
    name: str
    person: int
    person_name: str
    created_at: datetime
    disabled_at: datetime | None
    roles: dict[Role, int | None]
    acts_for: tuple[str, ...] = ()

    def in_book(self, book: str, narrowed: frozenset[str] | None = None) -> Principal:
        """Return it as one who acts in *book*, with no more than the scopes in *narrowed*; disabled, with none."""
        roles = frozenset(self.roles) if self.disabled_at is None else frozenset[Role]()
        if self.acts_for and self.disabled_at is None:
            roles |= {Role.APPROVER}
        scopes = scopes_of(roles)
        if narrowed is not None:
            scopes &= narrowed
        return Principal(self.id, self.kind, self.name, self.person, book, roles, scopes)


class NewPrincipal(Struct, frozen=True):
    """Who is let in. *person* is the user a client acts for, or the one an additional user name belongs to."""

    kind: Kind
    name: str
    person: int | None = None


class Grant(Struct, frozen=True):
    """*role* for *principal*, by *by* (None: the first administrator of a book). Approvers need a limit, in minor units."""

    principal: int
    role: Role
    by: int | None
    amount_max: int | None = None


async def add_principal(connection: asyncpg.Connection, new: NewPrincipal, by: int | None) -> int:
    """Let somebody in, without any role yet, and return their number. Raises `AccessRefused` for a name in use."""
    with said_plainly(f"{new.name} is in use already, or no name: small letters, digits, dot and dash, at most 63"):
        async with connection.transaction():
            found: int = await connection.fetchval(_ADD, new.kind, new.name, new.person, by)
    return found


async def grant_role(connection: asyncpg.Connection, grant: Grant) -> None:
    """Grant a role. Raises `AccessRefused`: to oneself, by who is no administrator, twice, a limit missing."""
    if (grant.role is Role.APPROVER) != (grant.amount_max is not None):
        raise AccessRefused("an approver, and nobody else, has a limit: say up to which amount")
    with said_plainly(f"{grant.role} is granted already"):
        async with connection.transaction():
            await connection.fetch(_GRANT, grant.principal, grant.role, grant.amount_max, grant.by)


async def revoke_role(connection: asyncpg.Connection, principal: int, role: Role, by: int | None) -> bool:
    """End a grant and say whether there was one. The last administrator stays: nobody could grant anything any more."""
    async with connection.transaction():
        if role is Role.ADMINISTRATOR:
            await _require_another_administrator(connection, principal)
        return bool(await connection.fetch(_REVOKE, principal, role, by))


async def disable(connection: asyncpg.Connection, principal: int, *, disabled: bool) -> bool:
    """Shut somebody out, keys and all, or let them in again; say whether anything changed."""
    async with connection.transaction():
        if disabled:
            await _require_another_administrator(connection, principal)
        return bool(await connection.fetch(_DISABLE, principal, disabled))


async def delegate(connection: asyncpg.Connection, giver: int, taker: int, until: datetime) -> None:
    """Let *taker* approve on behalf of *giver* until a moment (UTC). Raises `AccessRefused`."""
    with said_plainly():
        async with connection.transaction():
            await connection.fetch(_LEND, giver, taker, until)


async def take_back(connection: asyncpg.Connection, giver: int, taker: int) -> bool:
    """End a delegation and say whether there was one."""
    return bool(await connection.fetch(_TAKE_BACK, giver, taker))


async def delegations(connection: asyncpg.Connection) -> list[tuple[str, str, datetime]]:
    """Return (giver, taker, until) of those in force."""
    return [(giver, taker, until) for giver, taker, until in await connection.fetch(_LENT)]


async def principals(connection: asyncpg.Connection) -> list[KnownPrincipal]:
    """Return everybody who was ever let in, oldest first."""
    return [_known(row) for row in await connection.fetch(f"{_SELECT} order by p.id")]


async def principal_named(connection: asyncpg.Connection, name: str) -> KnownPrincipal | None:
    """Return the user or client called *name*."""
    row = await connection.fetchrow(f"{_SELECT} where p.name = $1", name)
    return _known(row) if row else None


async def principal_numbered(connection: asyncpg.Connection, number: int) -> KnownPrincipal | None:
    """Return user or client *number*."""
    row = await connection.fetchrow(f"{_SELECT} where p.id = $1", number)
    return _known(row) if row else None


async def has_users(connection: asyncpg.Connection) -> bool:
    """Say whether this book has users: until the first one, whoever owns the data folder may do everything but approve."""
    return bool(await connection.fetchval("select exists (select from principal)"))


async def _require_another_administrator(connection: asyncpg.Connection, principal: int) -> None:
    """Refuse to lock everybody out."""
    await connection.fetch("select id from role_grant where role = 'administrator' order by id for update")
    others = await connection.fetchval(
        "select count(*) from role_grant g join principal p on p.id = g.principal where g.role = 'administrator' "
        "and g.revoked_at is null and p.disabled_at is null and p.id <> $1",
        principal,
    )
    is_one = await connection.fetchval(
        "select exists (select from role_grant where principal = $1 and role = 'administrator' and revoked_at is null)",
        principal,
    )
    if is_one and not others:
        raise AccessRefused("this is the last administrator: make another one first")


def _known(row: Any) -> KnownPrincipal:
    values = dict(row)
    roles = msgspec.json.decode(values.pop("roles"), type=dict[Role, int | None])
    acts_for = tuple(values.pop("acts_for"))
    return KnownPrincipal(**values | {"kind": Kind(values["kind"])}, roles=roles, acts_for=acts_for)

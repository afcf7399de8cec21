"""The matrix of roles, cell by cell: what is written is allowed, everything else is denied."""

import re

import pytest

from tallystick.security.principal import Denied, Kind, Principal, require
from tallystick.security.roles import MATRIX, PEOPLE_ONLY, SCOPES, Permission, Role, roles_with, scopes_of

CELLS = [(role, permission) for role in Role for permission in MATRIX]

# Said twice on purpose: a slip in the table is a slip in who may do what, and must be made in two places to go unseen.
SIGNED = {
    Role.VIEWER: "availability:read reservations:read orders:read payments:read fulfilment:read catalogue:read stock:read "
    "entries:read tax:read purchases:read masters:read transfers:read golive:read returns:read",
    Role.OPERATOR: "availability:read availability:write reservations:read reservations:write orders:read orders:write "
    "payments:read payments:write fulfilment:read fulfilment:write returns:write catalogue:read catalogue:write "
    "inbox:write stock:read breaks:close dead:read dead:mend people:read reconciliation:write tax:read "
    "purchases:read purchases:write notices:write masters:read masters:steward stock:move stock:adjust "
    "transfers:read transfers:write counts:plan counts:count counts:review golive:read screenings:read "
    "screenings:decide cases:read cases:write giftcards:read giftcards:write returns:read returns:propose",
    Role.CONTROLLER: "availability:read reservations:read orders:read payments:read fulfilment:read catalogue:read stock:read "
    "entries:read entries:propose proposals:read periods:close breaks:close dead:read dead:mend audit:read "
    "reconciliation:write ledgers:write tax:read purchases:read purchases:release masters:read stock:adjust "
    "transfers:read counts:plan counts:review golive:read golive:write screenings:read returns:read returns:govern",
    Role.APPROVER: "availability:read reservations:read orders:read payments:read fulfilment:read catalogue:read stock:read "
    "entries:read proposals:read proposals:decide tax:read purchases:read masters:read transfers:read golive:read "
    "golive:override returns:read",
    Role.INTEGRATOR: "availability:read reservations:read reservations:write orders:read orders:write payments:read payments:write "
    "fulfilment:read fulfilment:write returns:write catalogue:read catalogue:write webhooks:manage inbox:write "
    "stock:read tax:read purchases:read purchases:write masters:read stock:move stock:adjust transfers:read "
    "transfers:write counts:count cases:read cases:write giftcards:read giftcards:write returns:read "
    "returns:propose",
    Role.ADMINISTRATOR: "catalogue:read webhooks:manage people:erase users:manage connections:manage audit:read",
}


def somebody(*roles: Role, scopes: frozenset[str] | None = None) -> Principal:
    """A user with *roles*."""
    found = scopes_of(frozenset(roles))
    return Principal(1, Kind.USER, "mia", 1, "main", frozenset(roles), found if scopes is None else found & scopes)


@pytest.mark.parametrize(("role", "permission"), CELLS, ids=[f"{r}-{p.scope}" for r, p in CELLS])
def test_a_cell_says_what_was_signed(role: Role, permission: Permission) -> None:
    """Each cell is allowed or denied as it was signed, and denial names who may."""
    scope = permission.scope
    if scope in SIGNED[role].split():
        require(somebody(role), scope)
        return
    with pytest.raises(Denied, match=f"mia may not {scope} in main"):
        require(somebody(role), scope)


def test_without_a_role_nothing_is_allowed() -> None:
    """Deny by default: nobody is anything unless it was granted, and a scope nobody has is nobody's."""
    assert scopes_of(frozenset()) == frozenset()
    for scope in [*SCOPES, "nothing:at-all"]:
        with pytest.raises(Denied):
            require(somebody(), scope)
    with pytest.raises(Denied, match="no role has it"):
        require(somebody(*Role), "nothing:at-all")


def test_who_prepares_and_who_approves_are_two_roles() -> None:
    """No single role can both prepare and decide, and none that does business lets people in."""
    for role in Role:
        both = scopes_of(frozenset({role}))
        assert not {"entries:propose", "proposals:decide"} <= both
        assert "users:manage" not in both or not {s for s in both if s.endswith((":write", ":decide", ":propose"))}
    assert frozenset({Role.APPROVER, Role.ADMINISTRATOR}) == PEOPLE_ONLY


def test_scopes_are_written_in_one_form() -> None:
    """A scope is `capability:verb`, stands once, and somebody has it."""
    assert len(SCOPES) == len(MATRIX)
    assert all(re.fullmatch(r"[a-z]+:[a-z]+", p.scope) and p.roles and p.means for p in MATRIX)
    assert all(roles_with(p.scope) == tuple(r for r in Role if r in p.roles) for p in MATRIX)


def test_roles_add_up_and_keys_narrow() -> None:
    """Two roles give both their scopes; a key or token gives no more than its principal has."""
    both = somebody(Role.VIEWER, Role.CONTROLLER)
    require(both, "entries:propose")
    narrowed = somebody(Role.VIEWER, Role.CONTROLLER, scopes=frozenset({"orders:read", "users:manage"}))
    assert narrowed.scopes == {"orders:read"}

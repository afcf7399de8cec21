"""The matrix of roles as a page an auditor can read."""

from collections.abc import Mapping, Sequence

from tallystick.exports.docs_pages.markdown import code, page, table
from tallystick.security.roles import PEOPLE_ONLY, Permission, Role

HEAD = (
    "What a user or client may do in one book follows from its roles there, and from nothing else: what is not marked here "
    "is denied. A key or token may narrow it, never widen it. A role in one book says nothing about another."
)


def access_page(matrix: Sequence[Permission], means: Mapping[Role, str]) -> str:
    """Return the page of roles, scopes, and which role has which."""
    roles = [
        (code(role), "people only" if role in PEOPLE_ONLY else "people and programs", means[role]) for role in Role
    ]
    cells = [(code(p.scope), *("✓" if role in p.roles else "" for role in Role), p.means) for p in matrix]
    return page(
        "Access",
        HEAD,
        f"## Roles\n\n{table(('role', 'for', 'means'), roles)}",
        f"## Scopes by role\n\n{table(('scope', *Role, 'lets one'), cells)}",
        "Signed: ____________________ (administrator), ____________________ (controller), date ____________",
    )

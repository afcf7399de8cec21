"""Role × operation × book, cell by cell: who may, may; who may not, is told so; and in another book nobody is known."""

from pathlib import Path

from tallystick.api.contracts import CAPABILITIES
from tallystick.api.spec.examples import example_of
from tallystick.app.settings import Settings
from tallystick.posting.table import TABLE
from tallystick.security.roles import MATRIX, SCOPES, scopes_of
from tallystick.storage.book import create_book
from tests.api.conftest import Api
from tests.api.people import CLIENTS, PEOPLE, let_in, roles_of

OPERATIONS = [o for c in CAPABILITIES for o in c.served]


async def _asked(api: Api, operation_id: str, key: str) -> int:
    operation = next(o for o in OPERATIONS if o.id == operation_id)
    example = example_of(operation_id)
    path = "/v1" + example.path.replace("{event}", "1").replace("{card}", f"gc_{0:032}")
    headers = {"authorization": f"Bearer {key}"}
    return (await api.client.request(operation.method, path, json=example.body, headers=headers)).status_code


async def test_every_cell(api: Api) -> None:
    """403 exactly where the role lacks the scope; anything else is the operation's own answer."""
    wrong = []
    for name in (*CLIENTS, *PEOPLE):
        allowed = scopes_of(roles_of(name))
        for operation in OPERATIONS:
            status = await _asked(api, operation.id, api.keys[name])
            if (status == 403) != (operation.scope not in allowed) or status in {401, 500}:
                wrong.append((name, operation.id, status))
    assert not wrong


async def test_every_cell_of_another_book(api: Api, tmp_path: Path) -> None:
    """A key of one book is nobody's in another, whatever its role is there."""
    await create_book(api.house.url, "brand_b", "EUR/2", TABLE)
    elsewhere = await let_in(api.house.url, Settings(tmp_path), "brand_b")
    statuses = {
        (name, operation.id): await _asked(api, operation.id, key)
        for name, key in elsewhere.items()
        for operation in OPERATIONS
    }
    assert set(statuses.values()) == {401}


def test_every_operation_has_a_scope_of_the_matrix() -> None:
    """A scope that nobody can have would be a door that never opens."""
    named = {o.scope for c in CAPABILITIES for o in c.served}
    assert named <= SCOPES
    assert len({(p.capability, p.verb) for p in MATRIX}) == len(MATRIX)

"""Manual entries over HTTP: prepared by one, approved by another; one's own is approved by nobody, whatever is tried."""

import asyncio

import msgspec

from tallystick.api.spec.examples import example_of
from tests.api.conftest import Api

RENT = example_of("propose_manual_entry").body


async def proposed(api: Api, by: str = "controller") -> dict[str, object]:
    """A proposal that waits."""
    done = await api.post("/proposals/entries", RENT, api.by(by))
    assert done.status_code == 201, done.text
    found: dict[str, object] = done.json()
    return found


async def test_the_same_key_proposes_once(api: Api) -> None:
    """Twenty tries under one key are one proposal; other content under it is refused; without a key, and of others, each counts."""
    by = {**api.by("controller"), "idempotency-key": "rent-11"}
    tried = await asyncio.gather(*(api.post("/proposals/entries", RENT, by) for _ in range(20)))
    assert {(a.status_code, a.json()["proposal"]) for a in tried} == {(201, tried[0].json()["proposal"])}
    for other in ({**RENT, "reason": "rent of December"}, {**RENT, "expires_days": 3}):
        done = await api.post("/proposals/entries", other, by)
        assert (done.status_code, done.json()["type"]) == (422, "urn:tallystick:problem:key-reused")
    another = await api.post("/proposals/entries", RENT, {**await both_roles(api), "idempotency-key": "rent-11"})
    listed = (await api.get("/proposals", headers=api.by("controller"))).json()["proposals"]
    assert [p["proposal"] for p in listed] == [tried[0].json()["proposal"], another.json()["proposal"]]
    first, second = [await proposed(api) for _ in range(2)]
    assert first["proposal"] != second["proposal"]


async def test_another_person_approves(api: Api) -> None:
    """What was approved is in the book when the worker has been by, and names both."""
    waiting = await proposed(api)
    verdict = {"says": "approved", "digest": waiting["digest"]}
    done = await api.post(f"/proposals/{waiting['proposal']}/verdict", verdict, api.by("approver"))
    assert (done.status_code, done.json()["state"]) == (200, "approved"), done.text
    await api.works()
    shown = (await api.get(f"/proposals/{waiting['proposal']}", headers=api.by("approver"))).json()
    assert (shown["state"], shown["prepared_by"], shown["decided_by"]) == ("done", "controller", "approver")
    entry = (await api.get(f"/journal/entries/{shown['event']}", headers=api.by("controller"))).json()
    assert (entry["lines"][0]["debit"], entry["lines"][0]["amount"]) == ("operating_expense:rent", 120000)
    await api.ties_out()


async def test_nobody_approves_their_own_by_this_door(api: Api) -> None:
    """Many attempts at once, by key: none succeeds, and each is refused by name."""
    waiting = await proposed(api)
    path, verdict = f"/proposals/{waiting['proposal']}/verdict", {"says": "approved", "digest": waiting["digest"]}
    tried = await asyncio.gather(*(api.post(path, verdict, api.by("controller")) for _ in range(50)))
    assert {a.status_code for a in tried} == {403}
    both = await both_roles(api)
    own = (await api.post("/proposals/entries", RENT, both)).json()
    verdict = {"says": "approved", "digest": own["digest"]}
    tried = await asyncio.gather(*(api.post(f"/proposals/{own['proposal']}/verdict", verdict, both) for _ in range(50)))
    assert {(a.status_code, a.json()["type"]) for a in tried} == {(409, "urn:tallystick:problem:ruled-out")}
    await api.works()
    assert (await api.get(f"/proposals/{own['proposal']}", headers=both)).json()["state"] == "open"


async def both_roles(api: Api) -> dict[str, str]:
    """Somebody who is controller and approver, which the roles allow and the database holds apart."""
    from tallystick.security.principal import Kind
    from tallystick.security.roles import Role
    from tallystick.storage.access.keys import NewKey, create_key
    from tallystick.storage.access.principals import Grant, NewPrincipal, add_principal, grant_role, principal_named

    connection = await api.house.connection()
    root = await principal_named(connection, "root")
    assert root is not None
    number = await add_principal(connection, NewPrincipal(Kind.USER, "both"), root.id)
    await grant_role(connection, Grant(number, Role.CONTROLLER, root.id))
    await grant_role(connection, Grant(number, Role.APPROVER, root.id, 10**9))
    key = await create_key(connection, api.house.keyring, api.house.info.name, NewKey(number, number))
    return {"authorization": f"Bearer {key.text}"}


async def test_what_was_not_looked_at_is_not_approved(api: Api) -> None:
    """A verdict on other content than the proposal's is refused."""
    waiting = await proposed(api)
    verdict = {"says": "approved", "digest": "0" * 64}
    done = await api.post(f"/proposals/{waiting['proposal']}/verdict", verdict, api.by("approver"))
    assert done.status_code == 409


async def test_an_account_that_is_proved_otherwise_is_closed(api: Api) -> None:
    """Nobody books goods by hand."""
    lines = [{"debit": "inventory:WH1", "credit": "accruals:x", "amount": 1}]
    done = await api.post("/proposals/entries", {**RENT, "lines": lines}, api.by("controller"))
    assert (done.status_code, done.json()["type"]) == (409, "urn:tallystick:problem:ruled-out")
    assert "inventory" in done.json()["detail"]


async def test_a_proposal_is_withdrawn_by_who_prepared_it(api: Api) -> None:
    """Taken back, it can be approved by nobody."""
    waiting = await proposed(api)
    path = f"/proposals/{waiting['proposal']}"
    assert (await api.post(f"{path}/withdrawal", {}, api.by("controller"))).json()["state"] == "withdrawn"
    verdict = {"says": "approved", "digest": waiting["digest"]}
    assert (await api.post(f"{path}/verdict", verdict, api.by("approver"))).status_code == 409
    listed = await api.get("/proposals", params={"state": "withdrawn"}, headers=api.by("approver"))
    assert len(msgspec.json.decode(listed.content)["proposals"]) == 1

"""Thousands at once try to approve their own, by every door: none succeeds, and every legitimate approval does."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tallystick.app.house import House, open_house
from tallystick.app.settings import Settings
from tallystick.storage.access.audit import prove_audit
from tallystick.storage.reading.proofs import check_book
from tests.access.conftest import MASTER, Desk
from tests.access.crowd import AMOUNT, DOORS, Crowd
from tests.api.serving import serving

CI, SOAK = 1_000, 5_000
Doors = tuple[House, httpx.AsyncClient]


@pytest.fixture
async def doors(desk: Desk, tmp_path: Path) -> AsyncIterator[Doors]:
    """The house of the desk's book, and `tally serve` over it, asked over HTTP."""
    settings = Settings(tmp_path, desk.stand.url)
    settings.key_file.parent.mkdir(mode=0o700)
    settings.key_file.write_text(MASTER.hex())
    with serving(desk.stand.url, tmp_path, people=False) as server:
        async with open_house(desk.stand.url, settings) as house, httpx.AsyncClient(base_url=server.url) as api:
            yield house, api


async def _rush(desk: Desk, doors: Doors, count: int) -> None:
    crowd = await Crowd(desk, *doors).gather()
    outcome = await crowd.rush(count)
    assert (outcome.taken, outcome.hindered) == ({}, 0)
    assert outcome.refused.total() == count
    assert set(outcome.refused) == set(DOORS)
    assert outcome.given_by == {"carl": count}

    await desk.work_off()
    assert await desk.sql.fetchval("select count(*) from execution") == count
    assert len(await desk.letters()) == outcome.refused["by_inbox"]
    assert await desk.balance("operating_expense:rent") == count * AMOUNT
    assert [p.detail for p in await check_book(desk.stand.url, desk.stand.info) if not p.ok] == []
    async with desk.sql.transaction(isolation="repeatable_read", readonly=True):
        proof, end = await prove_audit(desk.sql, desk.keyring)
    assert proof.ok
    assert end.id >= 2 * count


async def test_nobody_approves_their_own_however_many_try(desk: Desk, doors: Doors) -> None:
    """A share of the five thousand; both sides race for the same proposals."""
    await _rush(desk, doors, CI)


@pytest.mark.soak
async def test_nobody_of_five_thousand_approves_their_own(desk: Desk, doors: Doors) -> None:
    """All five thousand, and as many legitimate approvals."""
    await _rush(desk, doors, SOAK)


@pytest.mark.parametrize(
    "switched_off",
    [
        ("verdict", "verdict_checked", "by_desk"),
        ("verdict", "verdict_checked", "by_http"),
        ("verdict", "verdict_stays", "by_rewriting"),
    ],
)
async def test_without_a_guard_the_same_crowd_gets_through(
    desk: Desk, doors: Doors, switched_off: tuple[str, str, str]
) -> None:
    """The broken twin: with one trigger switched off the very same attempts succeed, so the test above can fail."""
    table, trigger, door = switched_off
    crowd = await Crowd(desk, *doors).gather()
    await desk.sql.execute(f"alter table {table} disable trigger {trigger}")
    outcome = await crowd.rush(90)
    assert outcome.taken[door] > 0

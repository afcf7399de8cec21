"""Rolling deltas up changes no balance, and a second gate may write meanwhile."""

from tallystick.storage.reading.proofs import check_book
from tallystick.storage.reading.trial_balance import trial_balance
from tallystick.storage.rolling import roll_up
from tests.engine.conftest import Stand, flush, receipt


async def test_rolling_up_changes_no_balance(stand: Stand) -> None:
    """Thirty receipts, rolled up twice: the same trial balance, every proof holds, and few rows are left."""
    gate = await stand.gate()
    for n in range(15):
        await flush(gate, receipt(5, name=f"R{n}"))
    assert not await roll_up(stand.sql, deltas_kept=1000)
    assert await roll_up(stand.sql, deltas_kept=10)
    for n in range(15, 30):
        await flush(gate, receipt(5, name=f"R{n}"))
    before = await trial_balance(stand.sql)
    assert await roll_up(stand.sql, deltas_kept=10)
    assert await trial_balance(stand.sql) == before
    assert await stand.sql.fetchval("select count(*) from delta") == 0
    assert [p.name for p in await check_book(stand.url, stand.info) if not p.ok] == []

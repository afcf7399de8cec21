"""Ten thousand buyers for a hundred lamps: none oversold, and none left unsold while somebody wanted it."""

from collections.abc import Sequence

import pytest

from tallystick.decisions.reservation import Place, Promise, Wanted, promised
from tallystick.decisions.view import View
from tallystick.engine.answer import Unit
from tallystick.messages.availability import (
    AllocationLine,
    AllocationRequested,
    AvailabilityRulesDeclared,
    ChannelRule,
    Rules,
)
from tallystick.processes.orders import order_steps
from tallystick.storage.reading.proofs import check_book
from tests.engine.buyers import CHANNELS, LAMPS, Outcome, rush
from tests.engine.conftest import Stand, receipt, unit

ROUNDS, ROUNDS_SOAKED = 20, 100
BUYERS = 10_000


def fences() -> list[Unit]:
    """Ten lamps for each channel; the other sixty are anybody's."""
    line = (AllocationLine(1, "LAMP", 10),)
    return [unit(f"allocation/{c}", AllocationRequested(c, "WH1", line, "", c), f"fence-{c}") for c in CHANNELS]


async def a_round(stand: Stand, seed: int, *more: Unit, buyers: int = BUYERS) -> Outcome:
    """One rush over a fresh book, and every proof afterwards."""
    found = await (await rush(stand, seed, [receipt(LAMPS), *fences(), *more])).runs(buyers)
    assert [p for p in await check_book(stand.url, stand.info) if not p.ok] == []
    return found


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_ten_thousand_buyers_get_a_hundred_lamps(stand: Stand, seed: int) -> None:
    """Four channels with fences of their own, baskets, two lines of one lamp, 30% of the payments failing or never made."""
    found = await a_round(stand, seed)
    assert (found.sent, found.left, found.falsely_refused) == (LAMPS, 0, 0)
    assert found.tries >= BUYERS


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(ROUNDS, ROUNDS_SOAKED))
async def test_a_hundred_rounds(stand: Stand, seed: int) -> None:
    """The same, often."""
    found = await a_round(stand, seed)
    assert (found.sent, found.left, found.falsely_refused) == (LAMPS, 0, 0)


async def test_a_shop_that_looks_first_and_promises_later_oversells(stand: Stand) -> None:
    """The naive twin: stock is looked at outside the lock, and the promise is made without looking again."""
    blind = Rules(channels=tuple(ChannelRule(c, oversell=BUYERS) for c in CHANNELS))
    careless = unit("rules/availability", AvailabilityRulesDeclared(blind), "blind")
    found = await a_round(stand, 1, careless, buyers=400)
    assert found.sent > LAMPS


async def test_a_shop_that_counts_each_line_for_itself_is_stopped_by_the_book(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other naive twin: two lines of one lamp, each of which would fit. The fold refuses what is not there."""

    def line_by_line(wanted: Sequence[Wanted], place: Place, view: View, *, partial: bool) -> Promise:
        promises = [promised([line], place, view, partial=partial) for line in wanted]
        lacking = tuple(n for p in promises for n in p.lacking)
        return Promise(tuple(p.lines[0] for p in promises), lacking)

    monkeypatch.setattr(order_steps, "promised", line_by_line)
    with pytest.raises(AssertionError, match=r"below zero|would be -1"):
        await a_round(stand, 1, buyers=400)


async def test_a_shop_that_refuses_what_it_has_is_found_out(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proof that never fails proves nothing: an overcautious twin keeps the last lamp, and each refusal of it is counted."""
    refusals = iter([(1,), ()] * BUYERS)
    monkeypatch.setattr(order_steps, "lines_without_stock", lambda promise: promise.lacking or next(refusals))
    found = await a_round(stand, 1, buyers=400)
    assert found.falsely_refused > 0

"""Gift cards in bad weather: whatever is lost, doubled, late or out of order, each card says what was had of it."""

import pytest

from tallystick.simulator.coverage import TENDERS, Coverage
from tallystick.simulator.mutants.change import Code, Posted
from tallystick.simulator.tenders.card_history import card_history
from tallystick.simulator.weather import STORM, USUAL

HISTORIES = 600
TRIED = 120
STEPS = "processes.gift_cards.tender_steps"


def test_every_history_ties_out_and_every_row_is_reached() -> None:
    """Cards, what is owed for them, orders and providers agree in each history, and no row of the tables is dead."""
    coverage = Coverage(TENDERS)
    for seed in range(HISTORIES):
        story = card_history(seed, STORM if seed % 4 == 0 else USUAL, coverage.seen)
        assert story.violations == (), (seed, story.violations)
    assert coverage.missed() == []


def test_the_same_seed_tells_the_same_story() -> None:
    """Byte for byte."""
    assert card_history(7) == card_history(7)


TWINS: dict[str, tuple[Code | Posted, str]] = {
    "spent twice": (Code(f"{STEPS}:ask", "view.card(tender.card).usable(day, told.currency)",
                         "view.card(tender.card).balance"), "parked"),
    "refunded beyond what it paid": (Code(f"{STEPS}:credit", "[x.kept for x in data.parts[:-1]]",
                                          "[told.amount for x in data.parts[:-1]]"), "parked"),
    "held for ever": (Code(f"{STEPS}:release", "-x.open) for x in data.parts[:-1] if x.open",
                           "-x.open) for x in data.parts[:-1] if False"), "card_off"),
    "held after a failed payment": (Code("processes.orders.order_steps:fail", "data.with_cards", "False"), "card_held"),
    "taxed twice": (Code("processes.gift_cards.moves:redeeming", "card.tax_left - after.tax_left", "0"), "card_tax_off"),
    "lost to its holder": (Code(f"{STEPS}:lower", "if n and x.card)", "if False)"), "card_off"),
    "money kept for nothing": (Code(f"{STEPS}:lower", "if off[-1] and not parts[-1].wanted:", "if False:"), "not_at_rest"),
    "paid, and still owed": (Posted("gift_card_redeemed.net"), "cards_owed_off"),
}  # fmt: skip


@pytest.mark.parametrize("name", TWINS)
def test_twins_are_found(name: str) -> None:
    """Each of these mistakes breaks a promise within some histories, which none breaks without it."""
    twin, found = TWINS[name]
    with twin.applied():
        kinds = {v.kind for seed in range(TRIED) for v in card_history(seed).violations}
    assert found in kinds

"""The fold: one message, everything or nothing."""

from datetime import UTC, datetime

import pytest
from msgspec import Struct

from tallystick.decisions.view import NotLoaded
from tallystick.journal.posting import Posting
from tallystick.messages.envelope import Message
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.payments import PaymentAuthorised
from tallystick.messages.sales import (
    CreditReported,
    DeadlinePassed,
    OrderCancellationRequested,
    OrderLine,
    OrderPlaced,
    SaleLine,
    SaleReported,
)
from tallystick.messages.stock import HeldLine, ReceiptLine, ReceiptReported
from tallystick.posting.table import TABLE, PostingTable
from tallystick.processes.family import decode_family, encode_family
from tallystick.processes.fold import Fold
from tallystick.processes.folded import Refused, TooEarly
from tallystick.processes.loaded import Loaded

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LAMPS = ReceiptReported("r1", "WH1", "EUR/2", "supplier", (ReceiptLine(1, "LAMP", 10, 4000),))
ORDER = OrderPlaced("W1", "web", "WH1", "EUR/2", "stripe", (OrderLine(1, "LAMP", 2, 2400),))


def message(subject: str, data: Struct) -> Message:
    """A message opened for folding."""
    return Message("test", "1", subject, data, b"", NOON, NOON.date(), NOON)


class Breaking(PostingTable):
    """A table that fails after everything of one fact has been posted."""

    def post(self, fact: Struct) -> list[Posting]:
        """Post the fact, and then what cannot be."""
        postings = super().post(fact)
        return [*postings, postings[0]._replace(debit="stock:sellable:WH1", credit="stock:quarantine:WH1", number=99)]


@pytest.fixture
def loaded() -> Loaded:
    """A book with ten lamps."""
    loaded = Loaded("EUR/2", strict=False)
    Fold(loaded, TABLE).fold(message("stock/r1", LAMPS), 1)
    return loaded


def test_a_failing_message_leaves_nothing_behind(loaded: Loaded) -> None:
    """Two lines of a credit that use one sale are both undone when the message fails in the end."""
    bought = SaleReported("1", "till", "WH1", "EUR/2", "cash", (SaleLine(1, "LAMP", 5, 5000),), customer="person:1")
    Fold(loaded, TABLE).fold(message("sale/1", bought), 2)
    sale, layer = loaded.open_sales["person:1", "LAMP"][0], loaded.layers["LAMP", "WH1"]
    before = (sale.left, sale.cost_left, layer.sellable, layer.value, layer.quarantine)

    back = (SaleLine(1, "LAMP", 1, 1000), SaleLine(2, "LAMP", 2, 2000))
    credit = CreditReported("C", "till", "WH1", "EUR/2", "cash", back, customer="person:1")
    with pytest.raises(Refused):
        Fold(loaded, Breaking()).fold(message("credit/C", credit), 3)
    assert before == (sale.left, sale.cost_left, layer.sellable, layer.value, layer.quarantine)
    assert "credit/C" not in loaded.families


def test_an_order_and_its_tells_are_one_message(loaded: Loaded) -> None:
    """Order, payment and fulfilment of one family move together, and the commands leave with them."""
    fold = Fold(loaded, TABLE)
    fold.fold(message("order/W1", ORDER), 2)
    folded = fold.fold(message("order/W1", PaymentAuthorised("W1", "stripe", 2400)), 3)
    family = loaded.families["order/W1"]
    assert {name: m.state for name, m in family.items()} == {
        "order": "RELEASED",
        "payment/1": "AUTHORISED",
        "fulfilment/1": "REQUESTED",
    }
    assert [type(c).__name__ for c in folded.commands] == ["ShipOrder"]


def test_a_family_survives_storing_at_every_step(loaded: Loaded) -> None:
    """What a family knows is read back from its JSON exactly, and the next message is folded all the same."""
    fold = Fold(loaded, TABLE)
    for data in (
        ORDER,
        PaymentAuthorised("W1", "stripe", 2400),
        DispatchReported("W1", "S", (HeldLine(1, "LAMP", 2),)),
    ):
        fold.fold(message("order/W1", data), 2)
        body = encode_family(loaded.families["order/W1"])
        loaded.families["order/W1"] = decode_family(body)
        assert encode_family(decode_family(body)) == body
    assert loaded.families["order/W1"]["order"].state == "SHIPPED"


def test_what_overtook_its_cause_is_early_and_what_makes_no_sense_is_refused(loaded: Loaded) -> None:
    """The first waits for its order; the second is for a person, with a remedy."""
    fold = Fold(loaded, TABLE)
    with pytest.raises(TooEarly):
        fold.fold(message("order/W9", OrderCancellationRequested("W9")), 2)
    with pytest.raises(Refused) as refused:
        fold.fold(message("order/W9", DeadlinePassed("order", 1, NOON)), 3)
    assert "defect" in refused.value.remedy
    assert loaded.families.keys() == {"stock/r1"}


def test_a_stale_deadline_means_nothing(loaded: Loaded) -> None:
    """A deadline set before the order last moved rings in vain."""
    fold = Fold(loaded, TABLE)
    fold.fold(message("order/W1", ORDER), 2)
    folded = fold.fold(message("order/W1", DeadlinePassed("order", 0, NOON)), 3)
    assert (folded.outcome, folded.state) == ("ignored", "RESERVED")


def test_a_strict_book_names_what_was_not_loaded() -> None:
    """Looking at stock that the gate has not locked is not answered with a guess."""
    with pytest.raises(NotLoaded):
        Fold(Loaded("EUR/2"), TABLE).fold(message("order/W1", ORDER), 1)

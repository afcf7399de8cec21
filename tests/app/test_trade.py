"""`tally order cancel|refund|capture|void` and `tally price`: what a clerk and the treasury type."""

import pytest

from tallystick.app.access.doing import Doing
from tallystick.app.exits import GateRefusal
from tallystick.engine.answer import REPORT_DEFECT, Answer, Status
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.payments import PaymentAuthorised
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.messages.stock import HeldLine, ReceiptLine, ReceiptReported
from tests.app.conftest import Tally


@pytest.fixture
def shop(tally: Tally) -> Tally:
    """A book with ten lamps and an order of three at 12.00 and tax, paid for."""
    from tallystick.app.promising.reporting import report_in

    tally.fine("book", "create", "main", "--currency", "EUR/2")
    receipt = ReceiptReported("r1", "WH1", "EUR/2", "supplier", (ReceiptLine(1, "LAMP", 10, 4000),))
    report_in(None, None, Doing("receive", "stock/r1"), receipt)
    placed = OrderPlaced("W1", "web", "WH1", "EUR/2", "stripe", (OrderLine(1, "LAMP", 3, 3600, 720),))
    for data in (placed, PaymentAuthorised("W1", "stripe", 4320)):
        report_in(None, None, Doing("trade", "order/W1"), data)
    return tally


def _left(units: int) -> None:
    from tallystick.app.promising.reporting import report_in

    report_in(None, None, Doing("trade", "order/W1"), DispatchReported("W1", "S1", (HeldLine(1, "LAMP", units),)))


def test_units_of_a_line_are_asked_back(shop: Tally) -> None:
    """Released already: the location is asked. Once all has left it is too late, and the exit code says so."""
    assert shop.json("order", "cancel", "W1", "--line", "1", "--units", "1")["outcome"] == "asked"
    _left(3)
    late = shop("order", "cancel", "W1", "--line", "1")
    assert late.exit_code == 1
    assert "too late" in late.stdout


def test_units_need_a_line(shop: Tally) -> None:
    """Which line is meant is never guessed."""
    assert "which line" in shop("order", "cancel", "W1", "--units", "1").stderr


def test_money_back_within_what_was_sold(shop: Tally) -> None:
    """The answer to too much says how much it may be."""
    too_early = shop("order", "refund", "W1", "100")
    assert (too_early.exit_code, "at most: 0" in too_early.stdout) == (1, True)
    _left(3)
    told = shop.json("order", "refund", "W1", "100", "--reason", "a scratch")
    assert (told["outcome"], told["detail"]) == ("granted", {"number": 1})
    assert shop.fine("book", "check")


def test_the_treasury_takes_and_lets_go(shop: Tally) -> None:
    """A deposit is asked for; what is taken cannot be let go any more."""
    assert shop.json("order", "capture", "W1", "--amount", "1000")["state"] == "CAPTURING"
    assert shop("order", "void", "W1").exit_code == 1


def test_a_price_is_declared_and_shown(shop: Tally) -> None:
    """Now and later; a product nobody has priced is not found."""
    shop.fine("price", "set", "lamp", "1440", "--channel", "web")
    shop.fine("price", "set", "LAMP", "1600", "--channel", "web", "--from", "2099-01-01")
    prices = shop.json("price", "show", "lamp", "--channel", "web")["prices"]
    assert [(p["amount"], p["in_force"]) for p in prices] == [(1440, True), (1600, False)]
    assert "14.40 EUR with tax" in shop("price", "show", "LAMP", "--channel", "web").stdout
    assert shop("price", "show", "SHADE", "--channel", "web").exit_code == 4


def test_why_the_gate_would_not_is_in_the_log(shop: Tally) -> None:
    """Whoever reads the log sees the reason, as the clerk did; of a defect its kind only, for its text may quote anything."""
    said = shop.complains(1, "order", "cancel", "W9")
    (refused, begun) = [d for d in shop.json("audit", "list")["deeds"] if d["subject"] == "order/W9"]
    assert (begun["outcome"], refused["outcome"]) == ("begun", "refused")
    assert refused["detail"]
    assert refused["detail"].casefold() in said.casefold()
    defect = Answer(Status.REFUSED, reason="KeyError: 'Jane Doe'", remedy=REPORT_DEFECT)
    assert GateRefusal(defect, defect.remedy).why == "KeyError"

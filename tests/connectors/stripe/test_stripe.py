"""What the contract does not ask: declines, several payments of an order, search that lags, parts, and digits."""

import json
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.connectors.stripe.connector import Stripe
from tallystick.connectors.stripe.money import Digits
from tallystick.connectors.stripe.translate import delivery_of
from tallystick.connectors.stripe.twin import DECLINED, StripeTwin
from tallystick.kit.twins.server import Twin
from tallystick.messages.payments import (
    AuthorisePayment,
    CapturePayment,
    CaptureReported,
    PaymentAuthorised,
    PaymentDeclined,
    PayRefund,
    RefundFailed,
    VoidPayment,
    VoidReported,
)
from tallystick.model.amount import AmountError
from tallystick.ports.connector import Connection, Misconfigured, Outcome, OutcomeAsked, Rejected

KEY = "sk_test"
Opens = Callable[..., Stripe]


@pytest.fixture
def account() -> StripeTwin:
    """An account without payments."""
    return StripeTwin(KEY)


@pytest.fixture
def opens(account: StripeTwin) -> Iterator[Opens]:
    """Opens doors to it, with settings."""
    made: list[Stripe] = []
    with Twin(account.answer) as twin:

        def door(**settings: str) -> Stripe:
            made.append(Stripe(Connection(name="stripe", url=twin.url, secret=lambda _: KEY, settings=settings)))
            return made[-1]

        yield door
        for one in made:
            one.close()


def authorise(order: str, amount: int, currency: str = "EUR/2") -> AuthorisePayment:
    """Command it."""
    return AuthorisePayment(order, "stripe", currency, amount)


def test_a_decline_is_an_answer_and_its_event_the_report(account: StripeTwin, opens: Opens) -> None:
    """The bank said no: the command is done, is found when asked for, and the order hears why."""
    intent, door = account.intend("A", 500, "eur", DECLINED), opens()
    done = door.push(authorise("A", 500), "1.0")
    assert (done.foreign_id, door.push(authorise("A", 500), "1.0")) == (intent["id"], done)
    assert door.ask(OutcomeAsked(authorise("A", 500), "1.0")) == Outcome(done)
    (event,) = door.pull(PaymentDeclined, "").deliveries
    assert [r.data for r in door.parse(event).reports] == [PaymentDeclined("A", "insufficient_funds")]


def test_what_search_does_not_know_yet_is_found_among_the_latest(account: StripeTwin, opens: Opens) -> None:
    """Search lags; an order placed this minute is authorised all the same, also behind many others."""
    account.intend("A", 500, "eur")
    account.unsearchable.add("A")
    for n in range(5):
        account.intend(f"B-{n}", 100, "eur")
    assert opens().push(authorise("A", 500), "1.0").foreign_id == "pi_1"


def test_quotes_in_an_order_number_are_no_query(account: StripeTwin, opens: Opens) -> None:
    """An order named like a query finds itself and nothing else."""
    account.intend('A" OR status:"succeeded', 500, "eur")
    account.intend("B", 100, "eur")
    order = 'A" OR status:"succeeded'
    assert opens().push(authorise(order, 500), "1.0").foreign_id == "pi_1"


def test_of_several_payments_the_one_that_came_furthest_counts(account: StripeTwin, opens: Opens) -> None:
    """A customer who tried another card left a payment behind; money is taken from the one that holds it."""
    door = opens()
    account.intend("A", 500, "eur")
    door.push(authorise("A", 500), "1.0")
    account.intend("A", 500, "eur")
    assert door.push(CapturePayment("A", "stripe", "EUR/2", 500), "2.0").foreign_id.startswith("pi_1/")


def test_parts_are_captured_one_by_one_where_the_account_may(account: StripeTwin, opens: Opens) -> None:
    """Each shipment takes its own; each capture is reported once whatever tells of it, and equal ones are two."""
    door = opens(multicapture="yes")
    account.intend("A", 1000, "eur")
    door.push(authorise("A", 1000), "1.0")
    for key, amount in (("2.0", 300), ("3.0", 300), ("4.0", 400)):
        door.push(CapturePayment("A", "stripe", "EUR/2", amount), key)
    seen: dict[str, int] = {}
    for event in account.events[1:]:
        for report in door.parse(delivery_of("stripe", event)).reports:
            assert isinstance(report.data, CaptureReported)
            assert seen.setdefault(report.data.reference, report.data.amount) == report.data.amount
    assert sorted(seen.values()) == [300, 300, 400]


def test_without_parts_the_rest_is_released(account: StripeTwin, opens: Opens) -> None:
    """A second capture is refused before Stripe is asked, and says what is held."""
    door = opens()
    account.intend("A", 1000, "eur")
    door.push(authorise("A", 1000), "1.0")
    door.push(CapturePayment("A", "stripe", "EUR/2", 300), "2.0")
    with pytest.raises(Rejected, match="0 eur are held"):
        door.push(CapturePayment("A", "stripe", "EUR/2", 300), "3.0")


def test_what_is_taken_cannot_be_let_go(account: StripeTwin, opens: Opens) -> None:
    """It can be paid back."""
    door = opens()
    account.intend("A", 1000, "eur")
    door.push(authorise("A", 1000), "1.0")
    door.push(CapturePayment("A", "stripe", "EUR/2", 1000), "2.0")
    with pytest.raises(Rejected, match="paid back"):
        door.push(VoidPayment("A", "stripe"), "3.0")


def test_a_refund_that_fails_later_is_told_and_its_money_is_there_again(account: StripeTwin, opens: Opens) -> None:
    """The bank sent it back: the process hears it, and the same refund may be paid anew."""
    door = opens()
    account.intend("A", 1000, "eur")
    door.push(authorise("A", 1000), "1.0")
    door.push(CapturePayment("A", "stripe", "EUR/2", 1000), "2.0")
    door.push(PayRefund("A", 1, "stripe", "EUR/2", 1000), "3.0")
    account.refunds[0].update(status="failed", failure_reason="lost_or_stolen_card")
    event = account.tell("refund.failed", account.refunds[0])
    (report,) = door.parse(delivery_of("stripe", event)).reports
    assert report.data == RefundFailed("A", 1, "lost_or_stolen_card")


def test_events_older_than_the_cursor_are_read_from_the_beginning_when_it_is_gone(
    account: StripeTwin, opens: Opens
) -> None:
    """Stripe forgets events after a month, a cursor among them: what there is is read, and known where it was seen."""
    door = opens()
    for n in range(5):
        account.tell("payment_intent.canceled", account.intend(f"A-{n}", 1, "eur"))
    page = door.pull(VoidReported, "evt_gone")
    assert [d.id for d in page.deliveries] == ["evt_1"]
    rest = door.pull(VoidReported, page.cursor)
    assert ([d.id for d in rest.deliveries], rest.more) == (["evt_2", "evt_3"], True)


def test_a_payment_that_took_its_money_at_once_is_authorised_and_captured(account: StripeTwin, opens: Opens) -> None:
    """A shop with automatic capture is understood all the same."""
    intent = account.intend("A", 700, "jpy")
    intent.update(capture_method="automatic_async", amount_received=700, status="succeeded")
    (first, second) = opens().parse(delivery_of("stripe", account.tell("payment_intent.succeeded", intent))).reports
    assert first.data == PaymentAuthorised("A", "stripe", 700, "pi_1")
    assert second.data == CaptureReported("A", "stripe", 700, "pi_1/others_700")


def test_a_payment_of_nobody_is_a_fault_that_says_what_is_missing(account: StripeTwin, opens: Opens) -> None:
    """It stays as a dead letter; nothing is guessed."""
    intent = account.intend("A", 700, "jpy")
    intent["metadata"] = {}
    (fault,) = opens().parse(delivery_of("stripe", account.tell("payment_intent.canceled", intent))).faults
    assert "order" in fault.reason
    assert "`order`" in fault.remedy


def test_an_event_of_another_kind_says_nothing(account: StripeTwin, opens: Opens) -> None:
    """A webhook endpoint may be sent more than we asked for."""
    told = account.tell("customer.created", {"id": "cus_1"})
    assert opens().parse(delivery_of("stripe", told)).reports == ()


@pytest.mark.parametrize(
    ("name", "value"), [("zone", "Europe/Nowhere"), ("digits", "GBP"), ("multicapture", "perhaps")]
)
def test_a_setting_that_cannot_be_is_named_at_once(opens: Opens, name: str, value: str) -> None:
    """Before any money moves."""
    with pytest.raises(Misconfigured, match=name):
        opens(**{name: value})


@pytest.mark.parametrize(
    ("ours", "commodity", "theirs"),
    [
        (1990, "EUR/2", (1990, "eur")),
        (700, "JPY/0", (700, "jpy")),
        (1230, "KWD/3", (1230, "kwd")),
        (5, "ISK/0", (500, "isk")),
        (19900, "GBP/3", (1990, "gbp")),
    ],
)
def test_each_currency_has_its_own_digits(ours: int, commodity: str, theirs: tuple[int, str]) -> None:
    """Stripe writes yen whole, dinars in thousandths, and Icelandic crowns with two digits they do not have."""
    digits = Digits("GBP/3")
    assert digits.theirs(ours, commodity) == theirs
    assert digits.ours(*theirs) == ours


@pytest.mark.parametrize(("amount", "commodity"), [(1, "KWD/3"), (1, "GBP/3"), (1, "EUR/3"), (1, "euro/2")])
def test_what_stripe_cannot_say_exactly_is_refused(amount: int, commodity: str) -> None:
    """Never rounded."""
    with pytest.raises(AmountError):
        Digits("GBP/3").theirs(amount, commodity)


@given(st.integers(0, 10**12), st.sampled_from(["EUR/2", "JPY/0", "ISK/0", "USD/2", "UGX/0", "KRW/0"]))
def test_an_amount_comes_back_as_it_went(amount: int, commodity: str) -> None:
    """For every amount and currency."""
    digits = Digits()
    assert digits.ours(*digits.theirs(amount, commodity)) == amount


def test_the_body_keeps_what_stripe_said(account: StripeTwin) -> None:
    """Every field, known to us or not; how often it was tried to be sent does not make it another event."""
    event = account.tell("payment_intent.canceled", account.intend("A", 1, "eur"))
    first, again = (delivery_of("stripe", {**event, "pending_webhooks": n}) for n in (1, 0))
    assert json.loads(first.body)["data"]["object"]["nobody_knows"] == "kept"
    assert first.digest == again.digest

"""What is billed: each fact that earns from customers, or gives back to them, as the lines of an invoice or credit note."""

from datetime import date
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import fields

from tallystick.decisions.journal_lines import DaySum
from tallystick.decisions.ledger_policy import ChannelPolicy, LedgerPolicy, PolicyError, read_policy
from tallystick.messages.fulfilment import GoodsDispatched
from tallystick.messages.payments import PaymentCaptured
from tallystick.messages.returns import GoodsLost, GoodsReturned
from tallystick.messages.sales import AllowanceGranted, SaleCredited, SaleRecorded
from tallystick.posting.table import TABLE
from tallystick.processes.ledgers.billing import BILLED, RECEIVABLE, EventTold, documents, less

DAY = date(2026, 11, 3)
ACCOUNTS = {
    "receivable:{channel}": "1.2.9",
    "revenue:{channel}": "4.1.1",
    "service_revenue:{service}": "4.1.2",
    "sales_credits:{channel}": "4.3.3",
    "allowances:{channel}": "4.3.3",
    "tax_payable:{jurisdiction}": "2.2.3",
}
WEB = ChannelPolicy("sale", None, "WEB", {"GB": ("VAT 20%",)})
POLICY = LedgerPolicy(ledger="tryton", accounts=ACCOUNTS, journals={}, channels={"web": WEB})


def made(kind: type[Struct], **said: Any) -> Any:
    """Make a fact or line of the channel `web` in GB of what is *said*; what else it must have is empty."""
    plain = {"channel": "web", "jurisdiction": "GB", "currency": "GBP/2", "location": "WH1", "disposition": "sellable"}
    values: dict[str, Any] = {}
    for field in fields(kind):
        hint = get_type_hints(kind)[field.name]
        if field.name in said:
            given = said[field.name]
            is_lines = isinstance(given, list)
            values[field.name] = tuple(made(get_args(hint)[0], **one) for one in given) if is_lines else given
        elif field.name in plain or field.required:
            values[field.name] = plain.get(field.name, () if get_origin(hint) is tuple else "" if hint is str else 0)
    return kind(**values)


MUG = {"line": 1, "sku": "MUG", "quantity": 3, "net": 1000, "tax": 200, "cost": 300}
POST = {"line": 9, "sku": "POST", "service": "postage", "quantity": 1, "net": 401, "tax": 80}
CUT = {"line": 1, "sku": "MUG", "net": 100, "tax": 20}
SOLD = [("MUG", 3, 1000, 200, "revenue:web"), ("", 1, 401, 80, "service_revenue:postage")]
CASES: list[tuple[Any, list[tuple[str, int, int, int, str]]]] = [
    (made(GoodsDispatched, lines=[MUG], services=[POST]), SOLD),
    (made(GoodsDispatched, unheld=[MUG]), SOLD[:1]),
    (made(SaleRecorded, goods=[MUG], services=[POST]), SOLD),
    (
        made(SaleCredited, matched=[MUG], services=[POST]),
        [("MUG", 3, -1000, -200, "sales_credits:web"), ("", 1, -401, -80, "service_revenue:postage")],
    ),
    (made(GoodsReturned, lines=[MUG]), [("MUG", 3, -1000, -200, "sales_credits:web")]),
    (made(GoodsLost, lines=[MUG]), [("MUG", 3, -1000, -200, "sales_credits:web")]),
    (made(AllowanceGranted, lines=[CUT]), [("", 1, -100, -20, "allowances:web")]),
    (made(SaleRecorded, vouchers=[POST], giveaways=[MUG]), []),
    (made(PaymentCaptured), []),
]


@pytest.mark.parametrize(("fact", "lines"), CASES, ids=lambda x: type(x).__name__ if isinstance(x, Struct) else "")
def test_each_fact_is_billed_as_it_is_posted(fact: Any, lines: list[tuple[str, int, int, int, str]]) -> None:
    """Goods by their code, services and price cuts without one; money paid, vouchers and gifts are no invoice lines."""
    found = documents([EventTold(31, DAY, "order/A/1", (fact,))], "web", POLICY, ("GBP/2", {"MUG": "Mug"}))
    assert [(x.product, x.quantity, x.net, x.tax, x.account) for d in found for x in d.items] == lines
    assert [(d.name, d.order, d.subject, d.customer, d.taxes) for d in found] == (
        [("A%2F1.1f", "A/1", "document/tryton/web/A%2F1.1f", "WEB", ("VAT 20%",))] if lines else []
    )


@pytest.mark.parametrize("fact", [fact for fact, lines in CASES if lines], ids=lambda f: type(f).__name__)
def test_journals_and_documents_together_are_what_was_posted(fact: Any) -> None:
    """Posted by the table, less what the document moves: nothing is left on customers, revenue and tax, all else is."""
    moved: dict[str, int] = {}
    for p in TABLE.post(fact):
        if not p.commodity.startswith("sku:"):
            moved[p.debit] = moved.get(p.debit, 0) + p.number
            moved[p.credit] = moved.get(p.credit, 0) - p.number
    sums = [DaySum(DAY, "web", account, amount) for account, amount in moved.items()]
    told = documents([EventTold(31, DAY, "order/A1", (fact,))], "web", POLICY, ("GBP/2", {}))
    left = {s.account: s.amount for s in less(sums, told, 1) if s.amount}
    assert {
        a for a in left if a.partition(":")[0] in {x.partition(":")[0] for x in (*BILLED, RECEIVABLE, "tax_payable:")}
    } == set()
    assert sum(left.values()) == 0
    assert sum(x.amount for d in told for x in d.lines) == 0


def test_documents_are_never_rounded() -> None:
    """A ledger with fewer decimals than the book is told so; one with more is told the same amounts."""
    event = [EventTold(31, DAY, "order/A1", (CASES[0][0],))]
    with pytest.raises(PolicyError, match="never rounded"):
        documents(event, "web", _counting("GBP/2"), ("GBP/3", {}))
    (told,) = documents(event, "web", _counting("GBP/3"), ("GBP/2", {}))
    assert [x.net for x in told.items] == [10_000, 4_010]
    assert [x.amount for x in less([DaySum(DAY, "web", "revenue:web", -1000)], [told], 10)] == [0]


def _counting(currency: str) -> LedgerPolicy:
    return LedgerPolicy(
        ledger="tryton",
        accounts=ACCOUNTS,
        journals={},
        currency=currency,
        rounding_account="6.2.8",
        channels=POLICY.channels,
    )


def test_a_policy_without_a_customer_is_refused() -> None:
    """The field and the remedy are named."""
    told = {"ledger": "tryton", "accounts": {}, "journals": {}, "channels": {"web": {"documents": "sale"}}}
    with pytest.raises(PolicyError, match=r"channels.web.customer: .* give the code"):
        read_policy(told)
    with pytest.raises(PolicyError, match="documents"):
        read_policy(told | {"channels": {"web": {"documents": "invoice"}}})


@given(st.integers(-(10**7), 10**7), st.integers(1, 5000), st.sampled_from([0, 2, 3, 4]))
def test_prices_come_to_the_net_amount_whatever_it_is(net: int, quantity: int, decimals: int) -> None:
    """Each line rounded as Tryton does, halves to even, the lines come to the net amount and the units to the quantity."""
    from tallystick.connectors.tryton.documents.prices import PRICE_DECIMALS, amount_of, priced

    lines = priced(net, quantity, decimals)
    scale = 10 ** (PRICE_DECIMALS - decimals)
    amounts = [(1 if x.quantity > 0 else -1) * amount_of(abs(x.quantity), x.price, scale) for x in lines]
    assert len(lines) <= 2
    assert (sum(amounts), abs(sum(x.quantity for x in lines))) == (net, quantity)
    assert all(x.price >= 0 and x.quantity for x in lines)

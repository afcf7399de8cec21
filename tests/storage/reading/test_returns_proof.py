"""The proof of returns finds what was changed behind the book's back."""

from datetime import timedelta

import msgspec
import pytest
from msgspec import Struct

from tallystick.engine.answer import Status, Unit
from tallystick.engine.gate import Gate
from tallystick.engine.metrics import GateMetrics
from tallystick.messages.envelope import Message
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.payments import CaptureReported, PaymentAuthorised
from tallystick.messages.returning.policies import ReturnPoliciesDeclared, ReturnPolicy
from tallystick.messages.returns import ReturnedLine, ReturnReceived, ReturnRequested
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.messages.stock import HeldLine, ReceiptLine, ReceiptReported
from tallystick.posting.table import TABLE
from tallystick.storage.batches.gate_store import PgGateStore
from tallystick.storage.book import connect, create_book
from tallystick.storage.names import Names
from tallystick.storage.reading.proofs import check_book
from tests.scenarios.shop import BEGIN

LAMPS = (HeldLine(1, "LAMP", 2),)
TOLD: list[tuple[str, Struct]] = [
    ("rules/returns", ReturnPoliciesDeclared((ReturnPolicy("usual", advance_up_to=9_000),))),
    ("stock/R1", ReceiptReported("R1", "WH1", "EUR/2", "supplier", (ReceiptLine(1, "LAMP", 3, 900),))),
    ("order/W1", OrderPlaced("W1", "web", "WH1", "EUR/2", "stripe", (OrderLine(1, "LAMP", 2, 2000, 400),), "GB")),
    ("order/W1", PaymentAuthorised("W1", "stripe", 2400)),
    ("order/W1", DispatchReported("W1", "S1", LAMPS)),
    ("order/W1", CaptureReported("W1", "stripe", 2400)),
    ("order/W1", ReturnRequested("W1", "R1", LAMPS)),
    ("order/W1", ReturnReceived("W1", "R1", "WH1", (ReturnedLine(1, "LAMP", 1, "sellable"),), "P1")),
]
BODY = "update process set body = convert_to(replace(convert_from(body, 'UTF8'), '{}', '{}'), 'UTF8') where subject = 'order/W1'"


ELSEWHERE = (
    "update posting set debit = (select id from account where name = 'psp_clearing:stripe') "
    "where debit = (select id from account where name = 'return_claims:web')"
)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("", ""),
        (BODY.format('"advanced":2400,"paid_ahead"', '"advanced":2399,"paid_ahead"'), "its returns know of 2399"),
        (BODY.format('"known":1', '"known":2'), "line 1 has 1 back, its returns 2"),
        (
            ELSEWHERE,
            "returns claim 2400, their postings come to 0",
        ),
    ],
    ids=["nothing", "a claim", "units that wait", "an advance booked elsewhere"],
)
async def test_what_was_changed_is_found(database_url: str, change: str, found: str) -> None:
    """A refund paid ahead, one of two lamps back: each side of the proof is held against the other."""
    info = await create_book(database_url, "main", "EUR/2", TABLE)
    connection, naming = await connect(database_url, info.schema), await connect(database_url, info.schema)
    try:
        gate = Gate(PgGateStore(connection, await Names(naming).load(), info.currency, 0), TABLE, GateMetrics())
        for number, (subject, data) in enumerate(TOLD):
            at = BEGIN + timedelta(minutes=number)
            message = Message("test", f"m{number}", subject, data, msgspec.json.encode(data), at, at.date(), at)
            ((answer,),) = await gate.flush([Unit((message,), subject)])
            assert answer.status is Status.ACCEPTED, answer
        assert not change or await connection.execute(change) != "UPDATE 0"
    finally:
        await connection.close()
        await naming.close()
    (proof,) = [p for p in await check_book(database_url, info) if p.name == "returns"]
    assert proof.ok is not bool(found), proof
    assert found in proof.detail

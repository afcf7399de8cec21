"""The Python client: the server's own types, one key for all tries, refusals as exceptions."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tallystick.api.fulfilment.shapes import Dispatched, LineSent
from tallystick.api.orders.shapes import LineWanted, OrderWanted
from tallystick.api.payments.shapes import Authorised, Captured
from tallystick.app.running import run
from tallystick.client.problems import OutOfStock, Refused, Unreachable
from tallystick.client.tally import Tally, report_of
from tallystick.client.wire import TRIES, Wire
from tallystick.messages.stock import ReceiptLine, ReceiptReported
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book
from tests.api.serving import Server, serving
from tests.api.test_served import stocked


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    """A server over a fresh book."""
    run(create_book(database_url, "main", "EUR/2", TABLE))
    with serving(database_url, tmp_path) as found:
        yield found


def wanted(number: str, quantity: int = 1) -> OrderWanted:
    """An order of lamps."""
    return OrderWanted(number, "web", "WH1", "stripe", (LineWanted("LAMP", quantity, 1200 * quantity),))


def test_a_life_by_client(server: Server) -> None:
    """Stock comes in, an order is placed, paid, sent and taken; its story is told; what lacks stock is an exception."""
    with Tally(Wire(server.url, server.keys["shop"])) as tally:
        stocked(server, 4)
        receipt = ReceiptReported("R2", "WH1", "EUR/2", "supplier", (ReceiptLine(1, "SHADE", 1, 400),))
        assert tally.report([report_of(receipt, id="1", source="wms", time=datetime.now(UTC))]).kept == 1
        assert tally.stock("lamp").available == 4
        assert tally.place(wanted("W1", 2)).state == "RESERVED"
        with pytest.raises(OutOfStock) as refused:
            tally.place(wanted("W2", 4))
        assert refused.value.lines == [1]
        assert tally.paid("W1", Authorised("stripe", 2400, "pi")).state == "AUTHORISED"
        assert tally.fulfilment("W1").waiting[0].quantity == 2
        assert tally.sent("W1", Dispatched("S1", (LineSent(1, "LAMP", 2),))).state == "DISPATCHED"
        assert tally.paid("W1", Captured("stripe", 2400, "ch")).state == "CAPTURED"
        assert (tally.order("W1").state, tally.payment("W1").captured) == ("SHIPPED", 2400)
        assert tally.stock_of(["LAMP", "NOPE"]).unknown == ["NOPE"]
        assert [e.subject for e in tally.entries(limit=1, subject="order/W1")] == ["order/W1"] * 4
        assert tally.story("order/W1").subjects == ["order/W1"]
        with pytest.raises(Refused) as wrong:
            tally.place(wanted("W 3"))
        assert (wrong.value.name, wrong.value.errors[0].pointer) == ("invalid", "/order")
        with pytest.raises(Refused, match="Too late"):
            tally.cancel("W1")


def flaky(
    answers: list[httpx.Response | Exception], seen: list[httpx.Request]
) -> Callable[[httpx.Request], httpx.Response]:
    """A server that answers one thing after the other, and keeps what it was asked."""

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    return answer


def test_one_key_for_all_tries() -> None:
    """A lost connection and a 503 are tried again under the same key, after the pause the server asked for."""
    done = httpx.Response(201, json={"order": "W1", "outcome": "reserved", "state": "RESERVED"})
    seen, pauses = list[httpx.Request](), list[float]()
    answers: list[httpx.Response | Exception] = [
        httpx.ReadTimeout("slow"),
        httpx.Response(503, headers={"retry-after": "7"}),
        done,
    ]
    transport = httpx.MockTransport(flaky(answers, seen))
    assert Tally(Wire("http://tally", "k", transport, pauses.append)).place(wanted("W1")).state == "RESERVED"
    assert len({request.headers["idempotency-key"] for request in seen}) == 1
    assert len(seen) == 3
    assert pauses[1] >= 7


def test_a_server_that_never_answers() -> None:
    """After some tries the caller is told that the outcome is unknown, and under which key it may go on."""
    transport = httpx.MockTransport(flaky([httpx.ConnectError("no")] * TRIES, []))
    with pytest.raises(Unreachable, match="my-key"):
        Tally(Wire("http://tally", "k", transport, lambda _: None)).place(wanted("W1"), "my-key")

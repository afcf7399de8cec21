"""Tax over HTTP: the same answers as the engine's, refusals with pointers, and nothing recorded."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tallystick.app.running import run
from tallystick.client.problems import Refused
from tallystick.client.tally import Tally
from tallystick.client.wire import Wire
from tallystick.decisions.tax.quote import tax_quote
from tallystick.decisions.tax.quoted import RefundAsked, Returned
from tallystick.posting.table import TABLE as POSTING
from tallystick.storage.book import create_book
from tests.api.conftest import Api
from tests.api.serving import Server, serving
from tests.tax.asking import TABLE, asked
from tests.tax.cases import CASES


async def test_the_door_says_what_the_engine_says(api: Api) -> None:
    """Every worked case that needs no rates of one's own comes out over HTTP as in memory, field by field."""
    told = 0
    for case in CASES:
        if "TX" in (case.question.ship_to.region, case.question.ship_from.region):
            continue
        answer = await api.post("/tax/quotes", msgspec.to_builtins(case.question))
        assert answer.status_code == 200, (case.name, answer.text)
        expected = json.loads(msgspec.json.encode(tax_quote(case.question, TABLE)))
        assert answer.json() | {"rates": TABLE.version} == expected
        told += 1
    assert told > 50


async def test_nothing_is_recorded(api: Api) -> None:
    """Asking about tax leaves no event behind."""
    await api.post("/tax/quotes", msgspec.to_builtins(asked("DE>DE", 11900)))
    assert (await api.get("/journal/entries")).json()["entries"] == []


async def test_what_is_wrong_is_pointed_at(api: Api) -> None:
    """What cannot be answered is a 422 that lists each flaw with its JSON pointer and the remedy."""
    lines = [{"amount": 1, "tax_class": "books"}, {"amount": 1, "tax_class": "toys"}]
    answer = await api.post("/tax/quotes", msgspec.to_builtins(asked("DE>DE", *lines)))
    assert answer.status_code == 422
    assert [e["pointer"] for e in answer.json()["errors"]] == ["/lines/0/tax_class", "/lines/1/tax_class"]
    assert "rates file" in answer.json()["errors"][0]["detail"]


async def test_who_may_not_read_is_denied(api: Api) -> None:
    """An administrator does no business: taxes are not told."""
    question = msgspec.to_builtins(asked("DE>DE", 11900))
    answer = await api.post("/tax/quotes", question, headers=api.by("administrator"))
    assert answer.status_code == 403


@pytest.fixture
def server(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server that was given a file of rates."""
    file = tmp_path / "rates.toml"
    file.write_text(
        'version = "shop-1"\n'
        'rates = [{ jurisdiction = "DE", class = "books", rate = 70_000, first_day = 2020-01-01, law = "own" }]\n'
    )
    monkeypatch.setenv("TALLYSTICK_TAX_RATES_FILE", str(file))
    run(create_book(database_url, "main", "EUR/2", POSTING))
    with serving(database_url, tmp_path) as found:
        yield found


def test_by_client_with_rates_of_ones_own(server: Server) -> None:
    """The client asks with the engine's own types; the server knows the class that only its file names."""
    with Tally(Wire(server.url, server.keys["shop"])) as tally:
        quote = tally.tax(asked("DE>DE", {"amount": 2140, "quantity": 2, "tax_class": "books"}))
        assert (quote.net, quote.tax, quote.rates.partition("+")[2]) == (2000, 140, "shop-1")
        back = tally.tax_back(RefundAsked(lines=quote.lines, returned=(Returned(1, 1),)))
        assert (back.net, back.tax) == (1000, 70)
        with pytest.raises(Refused) as wrong:
            tally.tax(asked("DE>DE", {"amount": 1, "tax_class": "toys"}))
        assert wrong.value.errors[0].pointer == "/lines/0/tax_class"

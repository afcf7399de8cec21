"""Tokens are given so often and no oftener: for each client over all workers, for each address here."""

from collections import Counter

import httpx
import pytest
from msgspec.structs import replace

from tallystick.api.contract import Quota
from tallystick.app.serving import token_quotas
from tallystick.app.serving.token_quotas import CountedHere
from tests.api.conftest import Api
from tests.api.people import SHOP

FEW = Quota(5, 40 * 365 * 86_400)
"""Windows begin at multiples of their length since 1970: no test straddles two of these."""


async def ask(api: Api, secret: str, count: int) -> list[httpx.Response]:
    """Ask for tokens, one after the other."""
    form = {"grant_type": "client_credentials", "client_id": SHOP, "client_secret": secret}
    return [await api.client.post("/oauth/token", data=form, headers={"authorization": ""}) for _ in range(count)]


@pytest.mark.parametrize(("counted", "secret"), [("TOKENS", "shop"), ("KNOCKS", ""), ("KNOCKS", "shop")])
async def test_who_asks_too_often_is_told_to_wait(
    api: Api, monkeypatch: pytest.MonkeyPatch, counted: str, secret: str
) -> None:
    """A client gets as many tokens as its quota, a stranger as many refusals; then 429 and how long to wait."""
    monkeypatch.setattr(token_quotas, counted, replace(getattr(token_quotas, counted), quota=FEW))
    answers = await ask(api, api.keys.get(secret, "wrong"), 8)
    told = 200 if secret else 401
    assert [a.status_code for a in answers] == [told] * 5 + [429] * 3
    refused = answers[-1]
    assert refused.json()["type"] == "urn:tallystick:problem:too-many"
    assert 0 < int(refused.headers["retry-after"]) <= FEW.window_seconds
    # What a key may do besides is no matter of tokens.
    assert (await api.get("/stock/LAMP")).status_code == 404


async def test_strangers_use_up_nothing_of_a_client(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever guesses at a client's secret does not lock the client out."""
    monkeypatch.setattr(token_quotas, "TOKENS", replace(token_quotas.TOKENS, quota=FEW))
    assert Counter(a.status_code for a in await ask(api, "guess", 20)) == {401: 20}
    assert Counter(a.status_code for a in await ask(api, api.keys["shop"], 6)) == {200: 5, 429: 1}


async def test_addresses_stay_out_of_the_book(api: Api) -> None:
    """An address is personal data: what is counted of it is in no table."""
    await ask(api, api.keys["shop"], 2)
    connection = await api.house.connection()
    counted = await connection.fetch("select client, capability from quota")
    assert [tuple(row) for row in counted if row["capability"].startswith("token")] == [(SHOP, "tokens")]


async def test_what_is_remembered_of_addresses_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many addresses cost no more memory than a few; those of past windows go first."""
    monkeypatch.setattr(token_quotas, "ADDRESSES_MAX", 10)
    here = CountedHere()
    for number in range(8):
        await here.lease(f"old-{number}", "token-requests", 0, (1, 1))
    for number in range(9):
        await here.lease(f"new-{number}", "token-requests", 60, (1, 1))
    assert (await here.lease("new-1", "token-requests", 60, (1, 1))).granted == 0
    for number in range(100):
        await here.lease(f"more-{number}", "token-requests", 60, (1, 1))
    assert len(here._taken) <= 10

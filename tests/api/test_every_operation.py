"""Every operation against its own contract, with requests nobody thought of (Schemathesis), over a running server."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks

from tallystick.api.contracts import CAPABILITIES
from tallystick.api.spec.examples import (
    CORRECTION,
    COUNT,
    POLICIES,
    PRICE,
    PURCHASE,
    SCREENINGS,
    SETTLEMENT,
    TRANSFER,
    WORDS,
    example_of,
)
from tallystick.api.spec.openapi import openapi
from tallystick.app.running import run
from tallystick.posting.table import TABLE
from tallystick.security.roles import scopes_of
from tallystick.storage.book import create_book
from tests.api.conftest import order
from tests.api.people import CLIENTS, PEOPLE, roles_of
from tests.api.serving import Server, serving
from tests.api.test_served import eventually, stocked

load_all_checks()
CONTRACT: Final = schemathesis.openapi.from_dict(json.loads(json.dumps(openapi(CAPABILITIES, "1"))))
OPERATIONS: Final[list[Any]] = [found.ok() for found in CONTRACT.get_all_operations()]  # type: ignore[union-attr]
# What is accepted depends on the book as well as on the shape, and callers are tested elsewhere cell by cell.
LEFT_OUT: Final = CHECKS.get_by_names(["positive_data_acceptance", "ignored_auth", "missing_required_header"])
ORDERS, PROPOSED = 40, 20
AS_IN_THE_EXAMPLE: Final = {
    "quote_tax",
    "refund_tax",
    "take_count",
    "propose_stock_correction",
    "look_up_gift_card",
    "define_kit",
    "inspect_return",
    "refurbish_return",
    "declare_return_policies",
}
"""What is asked for as the reference does: chance would not find a body that can be taken."""
POSITIVE, NEGATIVE = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE


class Known:
    """What is there to be asked for: orders in several states, a product, an event."""

    def __init__(self, server: Server) -> None:
        """Place orders and pay some."""
        self.url, self.keys = server.url, server.keys
        with httpx.Client(base_url=server.url, headers=server.by()) as client:
            declared = client.put("/v1/return-policies", json=POLICIES, headers=server.by("controller"))
            assert declared.status_code == 200, declared.text
            for number in range(ORDERS):
                assert client.post("/v1/orders", json=order(f"W{number}")).status_code == 201
                held = {"channel": "web", "location": "WH1", "lines": [{"sku": "LAMP", "quantity": 1}]}
                client.post(f"/v1/orders/W{number}/reservations/basket", json=held)
                if number % 2:
                    money = {"provider": "stripe", "amount": 1440, "reference": "pi"}
                    client.post(f"/v1/orders/W{number}/payment/authorisations", json=money)
                if number % 4 == 1:
                    left = {"shipment": f"S{number}", "lines": [{"line": 1, "sku": "LAMP", "quantity": 1}]}
                    client.post(f"/v1/orders/W{number}/dispatches", json=left)
                    self.returns(client, number)
                if number % 5 == 0:
                    client.post(f"/v1/orders/W{number}/cancellation", json={})
                if number % 4 == 1 or number % 5 == 0:
                    money = {"provider": "stripe", "amount": 1440, "reference": "ch"}
                    client.post(f"/v1/orders/W{number}/payment/captures", json=money)
            for _ in range(PROPOSED):
                headers = server.by("controller")
                self.proposal = client.post(
                    "/v1/proposals/entries", json=example_of("propose_manual_entry").body, headers=headers
                ).json()
            self.reports(client, server)
            self.held = self.screened(client, server)
            card = client.post("/v1/gift-cards", json=example_of("issue_gift_card").body)
            self.card = card.json()["card"]
            assert client.put("/v1/kits/LAMP-SET", json=example_of("define_kit").body).status_code == 200
            self.event = client.get("/v1/journal/entries").json()["entries"][0]["event"]

    def reports(self, client: httpx.Client, server: Server) -> None:
        """Have integrators and clerks report what is not about orders, and wait until it is known."""
        sent = client.post("/v1/reports", json=[PURCHASE, PRICE, *WORDS])
        assert sent.json()["kept"] == 4, sent.text
        eventually(lambda: client.get("/v1/prices/LAMP?channel=web").status_code == 200, server)
        eventually(lambda: client.get("/v1/purchases/P1").status_code == 200, server)
        eventually(lambda: client.get("/v1/master-conflicts").json()["conflicts"], server)
        assert client.post("/v1/reports", json=[TRANSFER]).json()["kept"] == 1
        dear = client.post("/v1/reports", json=[COUNT, CORRECTION], headers=server.by("operator"))
        assert dear.json()["kept"] == 2, dear.text
        eventually(lambda: client.get("/v1/transfers/T1").status_code == 200, server)
        eventually(lambda: client.get("/v1/counts/C1/sheet").status_code == 200, server)
        for number in range(ORDERS):
            client.post(f"/v1/orders/W{number}/labels", json={"parcel": "S-1", "carrier": "postman"})
        client.post("/v1/cases", json={"case": "C1", "channel": "web"})

    def screened(self, client: httpx.Client, server: Server) -> str:
        """Declare that orders of the phone are screened; return the first that is held, once the rule is in force."""
        assert client.post("/v1/reports", json=[SCREENINGS]).json()["kept"] == 1
        tries, held = count(), [""]

        def is_held() -> bool:
            held[0] = f"H{next(tries)}"
            assert client.post("/v1/orders", json=order(held[0]) | {"channel": "phone"}).status_code == 201
            return client.get(f"/v1/orders/{held[0]}/screening").status_code == 200

        eventually(is_held, server)
        return held[0]

    def returns(self, client: httpx.Client, number: int) -> None:
        """Have what was sent come back: every other order's goods are here, of the rest they are awaited."""
        line, path = {"line": 1, "sku": "LAMP", "quantity": 1}, f"/v1/orders/W{number}/returns"
        asked = client.post(path, json={"rma": "R1", "lines": [line]})
        assert asked.json()["outcome"] == "authorised", asked.text
        if number % 8 == 1:
            came = {"parcel": "B1", "location": "WH1", "lines": [line]}
            assert client.post(f"{path}/R1/parcels", json=came).json()["outcome"] == "received"

    def values(self, operation: Any) -> st.SearchStrategy[dict[str, Any]]:
        """Draw parameters of a path that lead somewhere."""
        there: dict[str, Any] = {
            "order": st.sampled_from([f"W{n}" for n in range(ORDERS)]),
            "sku": st.just("LAMP-SET" if "/kits/" in operation.path else "LAMP"),
            "purchase": st.just("P1"),
            "transfer": st.just("T1"),
            "count": st.just("C1"),
            "event": st.just(self.event),
            "number": st.just(0),
            "rma": st.just("R1"),
            "reservation": st.just("basket"),
            "proposal": st.integers(1, PROPOSED),
            "channel": st.just("web"),
            "parcel": st.just("S-1"),
            "case": st.just("C1"),
            "card": st.just(self.card),
        }
        if "/screening" in operation.path:
            there["order"] = st.just(self.held)
        return st.fixed_dictionaries({name: there[name] for name in there if f"{{{name}}}" in operation.path})

    def bodies(self, operation: Any) -> st.SearchStrategy[dict[str, Any]]:
        """Draw a body that can be taken, where chance would not find one; nothing where it does."""
        drawn: dict[str, st.SearchStrategy[Any]] = {
            "place_order": st.integers(0, 10**6).map(lambda n: order(f"N{n}")),
            "refund_payment": st.uuids().map(lambda made: {"reference": str(made), "amount": 1}),
            "give_verdict": st.just({"says": "rejected", "digest": self.proposal["digest"]}),
            "settle_master_conflict": st.just(SETTLEMENT),
        }
        name = operation.definition.raw["operationId"]
        if name in AS_IN_THE_EXAMPLE:
            drawn[name] = st.just(example_of(name).body)
        if name not in drawn:
            return st.just({})
        return drawn[name].map(lambda body: {"body": body, "media_type": "application/json"})

    def query(self, operation: Any) -> dict[str, Any]:
        """Return what a query must say to find anything."""
        known = {"/v1/trace": {"reference": "order/W1"}, "/v1/prices/{sku}": {"channel": "web"}}
        known["/v1/master-record"] = {"kind": "product", "code": "BULB"}
        return known.get(operation.path, {})


@pytest.fixture(scope="module")
def known(cluster_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Known]:
    """A server over a book with orders in it, for all operations."""
    from secrets import token_hex
    from urllib.parse import urlsplit, urlunsplit

    from tests.conftest import _sql

    name = f"every_{token_hex(6)}"
    _sql(cluster_url, f"CREATE DATABASE {name} TEMPLATE template0")
    url = urlunsplit(urlsplit(cluster_url)._replace(path=f"/{name}"))
    run(create_book(url, "main", "EUR/2", TABLE))
    home: Path = tmp_path_factory.mktemp("every-operation")
    with serving(url, home) as server:
        stocked(server, 100_000)
        yield Known(server)
        assert "Traceback" not in server.log()
    _sql(cluster_url, f"DROP DATABASE {name} WITH (FORCE)")


def asked(known: Known, operation: Any, token: str, examples: int) -> Counter[int]:
    """Ask *examples* times each: as the contract says, of things that are there, and against the contract."""
    statuses: Counter[int] = Counter()
    session = requests.Session()
    at_home = st.tuples(known.values(operation), known.bodies(operation)).flatmap(
        lambda drawn: operation.as_strategy(path_parameters=drawn[0], query=known.query(operation), **drawn[1])
    )

    def ask(case: Any) -> None:
        answer = case.call(base_url=known.url, session=session, headers={"Authorization": f"Bearer {token}"})
        statuses[answer.status_code] += 1
        assert answer.status_code < 500, answer.text
        case.validate_response(answer, excluded_checks=LEFT_OUT)

    for strategy in (at_home, operation.as_strategy(), operation.as_strategy(generation_mode=NEGATIVE)):
        trial = given(strategy)(ask)
        settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(trial)()
    return statuses


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.definition.raw["operationId"])
@pytest.mark.parametrize("name", [*CLIENTS, *PEOPLE])
def test_no_undocumented_answer(known: Known, operation: Any, name: str, reached: dict[str, Counter[int]]) -> None:
    """Whatever is asked by whomever, no answer is a failure of ours or one that the contract does not promise."""
    statuses = asked(
        known, operation, known.keys[name], examples=8 if name in {"shop", "controller", "approver"} else 2
    )
    reached[operation.label].update(statuses)
    if operation.definition.raw["x-scope"] not in scopes_of(roles_of(name)):
        assert not any(200 <= status < 300 for status in statuses), statuses
        assert statuses[403]


def test_operations_reach_success(reached: dict[str, Counter[int]]) -> None:
    """At least 95% of operations answer with success among all that: the requests did not die at the threshold."""
    assert len(reached) == len(OPERATIONS), "runs after all operations of this file"
    failing = [name for name, statuses in reached.items() if not any(200 <= s < 300 for s in statuses)]
    assert len(failing) <= len(OPERATIONS) * 0.05, failing


@pytest.fixture(scope="module")
def reached() -> dict[str, Counter[int]]:
    """The answers each operation gave, whoever asked."""
    return defaultdict(Counter)


@pytest.mark.soak
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.definition.raw["operationId"])
def test_no_undocumented_answer_in_earnest(known: Known, operation: Any) -> None:
    """The same with hundreds of requests for each operation."""
    asked(known, operation, known.keys["shop"], examples=400)

"""What we use of each running shop is there as we take it, compared by the very command that finds a new release's changes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query

from tallystick.app.craft.drifting import drift_of
from tallystick.kit.drift.fields import Kind
from tests.connectors.fields.reading import json_schema_of
from tests.counterparts.oscar.server import PASSWORD, USER, Shop, buys, needs_oscar, served
from tests.shops.conftest import Web

LAMP, MUG = 1, 2
UNSEEN = {(Kind.FIELD_GONE, f"/*/surcharges/*/{name}") for name in ("name", "excl_tax", "incl_tax")}
"""None of these orders has a surcharge, so nothing says what one holds."""


def test_vendure_is_as_we_take_it(web: Web, tmp_path: Path) -> None:
    """Against its own introspection. Three fields of a refund will go; this release still wants them."""
    asked = {"query": get_introspection_query(descriptions=False, input_value_deprecation=True)}
    answer = httpx.post(f"{web.shop.url}/admin-api", json=asked, timeout=60).raise_for_status()
    (tmp_path / "schema.json").write_text(answer.text)
    found = drift_of("vendure", tmp_path / "schema.json")
    assert {(f.kind, f.path) for f in found} == {
        (Kind.DEPRECATED, f"/input/{name}") for name in ("lines", "shipping", "adjustment")
    }


@pytest.fixture(scope="module")
def oscar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A running oscar, which answers lists whole."""
    needs_oscar()
    with served(tmp_path_factory.mktemp("oscar"), pages=False) as found:
        yield found


def test_oscar_is_as_we_take_it(oscar: Shop, tmp_path: Path) -> None:
    """It publishes no description, so what it answers is described: types, what is always there, what is null."""
    numbers = [buys(oscar.url, {LAMP: 2})["number"], buys(oscar.url, {MUG: 1})["number"]]
    client = httpx.Client(base_url=oscar.url, auth=(USER, PASSWORD))

    def answer(path: str) -> Any:
        return client.get(path).raise_for_status().json()

    orders, products = answer("/api/admin/orders/"), answer("/api/admin/products/")
    record = products[0]["stockrecords"][0]["url"]
    answers = {
        "/api/admin/orders/": [orders],
        "/api/admin/orders/{id}/lines/": [answer(order["lines"]) for order in orders],
        "/api/admin/products/": [products],
        "/api/admin/stockrecords/{id}/": [answer(record)],
        "/api/tallystick/orders/{number}/status/": [answer(f"/api/tallystick/orders/{n}/status/") for n in numbers],
    }
    client.close()
    (tmp_path / "openapi.json").write_text(json.dumps({"openapi": "3.0.0", "paths": _paths(answers)}))
    assert _found(tmp_path) == UNSEEN
    spoilt = {**answers, "/api/admin/stockrecords/{id}/": [{**answer_less(answers, "partner_sku")}]}
    (tmp_path / "openapi.json").write_text(json.dumps({"openapi": "3.0.0", "paths": _paths(spoilt)}))
    assert _found(tmp_path) - UNSEEN == {(Kind.FIELD_GONE, "/partner_sku")}


def _found(folder: Path) -> set[tuple[Kind, str]]:
    """What was found of what is read."""
    found = drift_of("oscar", folder / "openapi.json")
    return {(f.kind, f.path) for f in found if f.kind is not Kind.PLACE_GONE}


def answer_less(answers: dict[str, list[Any]], name: str) -> dict[str, Any]:
    """The broken twin: a stock record without one of its fields."""
    (record,) = answers["/api/admin/stockrecords/{id}/"]
    return {k: v for k, v in record.items() if k != name}


def _paths(answers: dict[str, list[Any]]) -> dict[str, Any]:
    """Describe what is read; what is sent, nobody answers with."""
    told = {path: {"application/json": {"schema": json_schema_of(said)}} for path, said in answers.items()}
    return {path: {"get": {"responses": {"200": {"content": content}}}} for path, content in told.items()}

"""The written contract: complete, told by examples that run, and never broken for those who rely on it."""

import copy
import json
from typing import Any

import jsonschema_rs
import pytest

from tallystick.api.contracts import CAPABILITIES
from tallystick.api.spec.asyncapi import asyncapi
from tallystick.api.spec.breaking import breaks, message_breaks
from tallystick.api.spec.examples import STORY
from tallystick.api.spec.openapi import openapi
from tallystick.messages.catalogue import TYPES, Role
from tests.api.conftest import Api
from tests.architecture.tidy import ROOT

RELEASED = ROOT / "docs" / "reference" / "released"
OPENAPI: dict[str, Any] = json.loads(json.dumps(openapi(CAPABILITIES, "1")))
ASYNCAPI: dict[str, Any] = json.loads(json.dumps(asyncapi("1")))


def test_no_client_of_the_released_contract_is_broken() -> None:
    """Whoever wrote a client for the last release goes on working."""
    assert breaks(json.loads((RELEASED / "openapi.json").read_text()), OPENAPI) == []
    assert message_breaks(json.loads((RELEASED / "asyncapi.json").read_text()), ASYNCAPI) == []


def test_a_pattern_may_take_more() -> None:
    """What takes the old form and another besides refuses no client; what takes another only, does."""
    wider, other = json.loads(json.dumps(OPENAPI)), json.loads(json.dumps(OPENAPI))
    for document, made in ((wider, "{}|^new$"), (other, "^new$|{}x")):
        field = document["components"]["schemas"]["OrderWanted"]["properties"]["order"]
        field["pattern"] = made.format(field["pattern"])
    assert breaks(OPENAPI, wider) == []
    assert len(breaks(OPENAPI, other)) == 1


def _gone(document: Any) -> None:
    del document["paths"]["/v1/orders/{order}"]


def _other_scope(document: Any) -> None:
    document["paths"]["/v1/orders"]["post"]["x-scope"] = "orders:admin"


def _lost_member(document: Any) -> None:
    del document["components"]["schemas"]["Placed"]["properties"]["state"]
    document["components"]["schemas"]["Placed"]["required"].remove("state")


def _maybe_missing(document: Any) -> None:
    document["components"]["schemas"]["Placed"]["required"].remove("state")


def _lost_field(document: Any) -> None:
    del document["components"]["schemas"]["OrderWanted"]["properties"]["jurisdiction"]


def _new_required(document: Any) -> None:
    schema = document["components"]["schemas"]["OrderWanted"]
    schema["properties"]["gift"] = {"type": "boolean"}
    schema["required"].append("gift")


def _other_type(document: Any) -> None:
    document["components"]["schemas"]["LineWanted"]["properties"]["quantity"]["type"] = "string"


def _told_otherwise(document: Any) -> None:
    document["components"]["schemas"]["LineStanding"]["properties"]["open"]["type"] = "string"


def _narrowed(document: Any) -> None:
    document["components"]["schemas"]["LineWanted"]["properties"]["quantity"]["exclusiveMaximum"] = 100


def _narrowed_enum(document: Any) -> None:
    document["components"]["schemas"]["ReportSent"]["properties"]["specversion"]["enum"] = ["2.0"]


def _other_pattern(document: Any) -> None:
    document["components"]["schemas"]["OrderWanted"]["properties"]["order"]["pattern"] = "^[0-9]+$"


def _lost_parameter(document: Any) -> None:
    parameters = document["paths"]["/v1/journal/entries"]["get"]["parameters"]
    parameters[:] = [p for p in parameters if p.get("name") != "account"]


def _required_parameter(document: Any) -> None:
    parameters = document["paths"]["/v1/journal/entries"]["get"]["parameters"]
    next(p for p in parameters if p.get("name") == "account")["required"] = True


def _new_parameter(document: Any) -> None:
    added = {"name": "book", "in": "query", "required": True, "schema": {"type": "string"}}
    document["paths"]["/v1/journal/entries"]["get"]["parameters"].append(added)


def _lost_success(document: Any) -> None:
    responses = document["paths"]["/v1/orders"]["post"]["responses"]
    responses["202"] = responses.pop("201")


@pytest.mark.parametrize(
    "spoil",
    [
        _gone,
        _other_scope,
        _lost_member,
        _maybe_missing,
        _lost_field,
        _new_required,
        _other_type,
        _told_otherwise,
        _narrowed,
        _narrowed_enum,
        _other_pattern,
        _lost_parameter,
        _required_parameter,
        _new_parameter,
        _lost_success,
    ],
)
def test_every_kind_of_break_is_caught(spoil: Any) -> None:
    """A contract spoilt in one place is caught: the twins that the check exists for."""
    spoilt = copy.deepcopy(OPENAPI)
    spoil(spoilt)
    assert breaks(OPENAPI, spoilt)


def test_what_is_only_added_breaks_nobody() -> None:
    """A new operation, a new optional field, a further member of an answer and a wider limit are no breaks."""
    wider = copy.deepcopy(OPENAPI)
    schemas = wider["components"]["schemas"]
    wider["paths"]["/v1/more"] = wider["paths"]["/v1/orders"]
    schemas["OrderWanted"]["properties"]["gift"] = {"type": "boolean"}
    schemas["Placed"]["properties"]["since"] = {"type": "string"}
    schemas["Placed"]["required"].append("since")
    schemas["LineWanted"]["properties"]["quantity"]["exclusiveMaximum"] = 10**12
    schemas["LineWanted"]["required"].remove("quantity")
    assert breaks(OPENAPI, wider) == []


def test_messages_are_held_to_the_same() -> None:
    """A fact that says less, a report that asks for more, and a message that is gone are breaks."""
    gone, less, more = (copy.deepcopy(ASYNCAPI) for _ in range(3))
    del gone["components"]["messages"]["tallystick.sales.order_placed.v1"]
    del less["components"]["schemas"]["GoodsDispatched"]["properties"]["shipment"]
    more["components"]["schemas"]["VoidReported"]["required"].append("reason")
    assert all(message_breaks(ASYNCAPI, spoilt) for spoilt in (gone, less, more))


def test_every_message_that_crosses_the_border_is_written_down() -> None:
    """Reports and facts of the catalogue are messages of the contract, with their owners."""
    written = ASYNCAPI["components"]["messages"]
    assert set(written) == {t.type for t in TYPES if t.role in {Role.REPORT, Role.FACT}}
    assert all(m["x-owner"] for m in written.values())
    assert "tallystick.sales.deadline_passed.v1" not in ASYNCAPI["channels"]["reports"]["messages"]


def test_every_operation_has_an_example() -> None:
    """Nobody has to guess how an operation is used."""
    assert {o.id for c in CAPABILITIES for o in c.served} == {e.operation for e in STORY}


async def test_the_examples_run(api: Api) -> None:
    """The story of the reference page, from top to bottom: every answer has the promised status and shape."""
    operations = {o.id: o for c in CAPABILITIES for o in c.served}
    event = card = ""
    for example in STORY:
        operation = operations[example.operation]
        path = "/v1" + example.path.replace("{event}", event).replace("{card}", card)
        done = await api.client.request(
            operation.method, path, json=example.body, headers={**example.headers, **api.by(example.by)}
        )
        assert done.status_code == example.status, (example, done.text)
        assert not_as_promised(operation.path, operation.method, done.status_code, done.json()) == []
        if example.operation == "send_reports":
            await api.works()
        if example.operation == "issue_gift_card":
            card = done.json()["card"]
        if example.operation == "list_entries":
            event = done.json()["entries"][0]["event"]
    await api.ties_out()


def not_as_promised(path: str, method: str, status: int, body: Any) -> list[str]:
    """What in an answer is not as the contract says."""
    (media,) = OPENAPI["paths"]["/v1" + path][method.lower()]["responses"][str(status)]["content"].values()
    validator = jsonschema_rs.validator_for({**media["schema"], "components": OPENAPI["components"]})
    return [error.message for error in validator.iter_errors(body)]

"""AsyncAPI 3, made from the catalogue of messages: what the house takes in, and what it tells subscribers."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from tallystick.messages.catalogue import TYPES, MessageType, Role
from tallystick.messages.sales import DeadlinePassed

VERSION: Final = "3.0.0"
REFERENCE: Final = "#/components/schemas/{name}"
_TAKEN: Final = frozenset({Role.REPORT})
_TOLD: Final = frozenset({Role.REPORT, Role.FACT})


def asyncapi(release: str, types: Sequence[MessageType] = TYPES) -> dict[str, Any]:
    """Return the document of every message that crosses the border of the house."""
    shown = [t for t in types if t.role in _TOLD]
    taken = [t for t in shown if t.role in _TAKEN and t.struct is not DeadlinePassed]
    schemas, components = msgspec.json.schema_components([t.struct for t in shown], ref_template=REFERENCE)
    messages = {t.type: _message(t, schema) for t, schema in zip(shown, schemas, strict=True)}
    return {
        "asyncapi": VERSION,
        "info": {"title": "Tallystick", "version": release, "license": {"name": "Apache-2.0"}},
        "defaultContentType": "application/cloudevents+json",
        "channels": {
            "reports": {
                "address": "/v1/reports",
                "description": "What other systems report: HTTP POST, as a batch of CloudEvents.",
                "messages": {t.type: {"$ref": f"#/components/messages/{t.type}"} for t in taken},
            },
            "webhooks": {
                "address": None,
                "description": "What subscribers are told: signed as Standard Webhooks, in order for each subscriber.",
                "messages": {t.type: {"$ref": f"#/components/messages/{t.type}"} for t in shown},
            },
        },
        "operations": {
            "takeReports": {"action": "receive", "channel": {"$ref": "#/channels/reports"}},
            "tellSubscribers": {"action": "send", "channel": {"$ref": "#/channels/webhooks"}},
        },
        "components": {"messages": messages, "schemas": components},
    }


def _message(type_: MessageType, schema: Any) -> dict[str, Any]:
    return {
        "name": type_.type,
        "summary": (type_.struct.__doc__ or "").partition("\n")[0],
        "contentType": "application/json",
        "payload": schema,
        "x-role": type_.role.value,
        "x-owner": type_.owner,
        "x-lifecycle": type_.lifecycle.value,
        "x-version": type_.version,
    }

"""Amazon's published models, a document for each API, laid together so that one server answers for all of them."""

import json
from pathlib import Path
from typing import Any, Final

from tallystick.kit.drift.swagger2 import as_openapi3
from tests.counterparts.prism.server import contract_of

MODELS: Final = {
    "orders": "orders-api-model/ordersV0.json",
    "finances": "finances-api-model/financesV0.json",
    "reports": "reports-api-model/reports_2021-06-30.json",
    "feeds": "feeds-api-model/feeds_2021-06-30.json",
    "listings": "listings-items-api-model/listingsItems_2021-08-01.json",
}


def model(name: str) -> Any:
    """Return the model of an API as it was published."""
    return json.loads(contract_of("amazon-sp-api", "models", *MODELS[name].split("/")).read_text())


def together(folder: Path) -> Path:
    """Write all models as one OpenAPI 3 document, each schema under its API's name; answers are those of the sandbox."""
    whole: dict[str, Any] = {"swagger": "2.0", "paths": {}, "definitions": {}}
    for name in MODELS:
        text = json.dumps(model(name)).replace('"#/definitions/', f'"#/definitions/{name}.')
        one = json.loads(text.replace('"#/parameters/', f'"#/parameters/{name}.'))
        for item in one["paths"].values():
            _answered(item)
        whole["paths"] |= one["paths"]
        whole["definitions"] |= {f"{name}.{k}": v for k, v in one["definitions"].items()}
        whole.setdefault("parameters", {}).update({f"{name}.{k}": v for k, v in one.get("parameters", {}).items()})
    file = folder / "amazon.json"
    file.write_text(json.dumps(as_openapi3(whole)))
    return file


def sandboxed(item: Any) -> list[Any]:
    """Return what the sandbox answers a path's GET with, where its model says so."""
    answer = item.get("get", {}).get("responses", {}).get("200", {})
    return [s["response"] for s in answer.get("x-amzn-api-sandbox", {}).get("static", ()) if "response" in s]


def _answered(item: Any) -> None:
    answers = sandboxed(item)
    if answers:
        richest = json.loads(json.dumps(max(answers, key=lambda a: len(json.dumps(a)))))
        for place in (richest, richest.get("payload") or {}):
            # The sandbox keeps no state: a next page would be the same again.
            for name in ("NextToken", "nextToken", "pagination"):
                place.pop(name, None)
        item["get"]["responses"]["200"]["examples"] = {"application/json": richest}

"""Square's catalogue: its orders and counts name variations, and only the catalogue knows their SKUs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from tallystick.connectors.square.client import Square

SEARCH: Final = "/v2/catalog/search"
RETRIEVE: Final = "/v2/catalog/batch-retrieve"
VARIATION: Final = "ITEM_VARIATION"
_TOGETHER_MAX: Final = 100
_SKUS_TOGETHER_MAX: Final = 250


def skus_of(client: Square, variations: Iterable[str]) -> dict[str, str]:
    """Return the SKUs of *variations*; one that has none, or is gone, is not in it."""
    found: dict[str, str] = {}
    wanted = sorted(set(variations))
    for start in range(0, len(wanted), _TOGETHER_MAX):
        some = wanted[start : start + _TOGETHER_MAX]
        told = client.ask(RETRIEVE, {"object_ids": some, "include_deleted_objects": True})
        found |= dict(_named(told.get("objects") or ()))
    return found


def variations_of(client: Square, skus: Sequence[str]) -> dict[str, list[str]]:
    """Return the variations that go under each of *skus*, of all SKUs where none is named."""
    found: dict[str, list[str]] = {}
    groups = [skus[n : n + _SKUS_TOGETHER_MAX] for n in range(0, len(skus), _SKUS_TOGETHER_MAX)] or [()]
    for some in groups:
        told: dict[str, Any] = {"object_types": [VARIATION]}
        if some:
            told["query"] = {"set_query": {"attribute_name": "sku", "attribute_values": list(some)}}
        for name, sku in _named(client.all(SEARCH, told, "objects")):
            if not some or sku in some:
                found.setdefault(sku, []).append(name)
    return found


def _named(objects: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for one in objects:
        sku = (one.get("item_variation_data") or {}).get("sku") if one.get("type") == VARIATION else None
        if sku:
            yield str(one["id"]), str(sku)

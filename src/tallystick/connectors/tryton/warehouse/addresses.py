"""Whom a shipment goes to: the collective customer's own address or, where the retailer wants it, the recipient's.

An address is written beside the collective customer's, once for what it says; its party name is the recipient's.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tallystick.connectors.tryton.client import Tryton
from tallystick.connectors.tryton.warehouse.desk import ALL, Desk
from tallystick.ports.connector import Rejected

MODEL: Final = "model.party.address"
Look = Callable[[str], Mapping[str, object] | None]


class Addresses:
    """Addresses of shipments; without *look* all have the collective customer's."""

    def __init__(self, client: Tryton, desk: Desk, look: Look | None = None) -> None:
        """Ask *look* for what the vault knows of a recipient."""
        self._client, self._desk, self._look = client, desk, look

    @property
    def are_told(self) -> bool:
        """Whether names and addresses are written into Tryton."""
        return self._look is not None

    def of(self, recipient: str) -> int:
        """Return Tryton's number of a recipient's address; raise `Rejected` for one that cannot be written."""
        if self._look is None or not recipient:
            return self._desk.address
        known = self._look(recipient)
        if known is None:
            raise Rejected("nobody to send it to: the vault does not know the recipient, or they were erased")
        values = {"party": self._desk.customer, **self._written(known)}
        domain = [[name, "=", value] for name, value in values.items()]
        found = self._client.read(f"{MODEL}.search_read", domain, *ALL, [])
        number: int = found[0]["id"] if found else self._client.write(f"{MODEL}.create", [values])[0]
        return number

    def _written(self, known: Mapping[str, object]) -> dict[str, Any]:
        lines = known.get("lines")
        if not isinstance(lines, list) or not known.get("city"):
            raise Rejected("nowhere to send it to: of the recipient no address is kept, but how they are written to")
        return {
            "party_name": str(known.get("name") or ""),
            "street_unstructured": "\n".join(str(line) for line in lines),
            "postal_code": str(known.get("postal_code") or ""),
            "city": str(known["city"]),
            "country": self._country(str(known.get("country") or "")),
        }

    def _country(self, code: str) -> int | None:
        found = self._client.read("model.country.country.search_read", [["code", "=", code]], *ALL, []) if code else []
        if code and not found:
            raise Rejected(f"Tryton knows no country {code}: import its countries (trytond_import_countries)")
        return found[0]["id"] if found else None

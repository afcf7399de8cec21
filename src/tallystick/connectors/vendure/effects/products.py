"""Products in the shop: one variant for each SKU, made where it is missing."""

import re
from typing import Any, Final

from tallystick.connectors.vendure import questions
from tallystick.connectors.vendure.client import Vendure
from tallystick.messages.channels import PublishProduct
from tallystick.model.amount import decimals_of
from tallystick.ports.connector import Acknowledgement, Rejected

_DECIMALS: Final = 2
_TAG: Final = re.compile(r"<[^>]*>")
_NOT_IN_A_SLUG: Final = re.compile(r"[^a-z0-9]+")


class Products:
    """The products of one shop."""

    def __init__(self, client: Vendure) -> None:
        """Speak over *client*."""
        self._client = client

    def publish(self, command: PublishProduct) -> Acknowledgement:
        """Sell a product under its name and price. Said again, it changes nothing."""
        if decimals_of(command.currency) != _DECIMALS:
            raise Rejected(f"currency: Vendure counts hundredths, not {command.currency}")
        known = self._known(command.sku)
        if known is None:
            self._make(command)
            known = self._known(command.sku)
        if not _is_described(known, command):
            self._describe(known["product"], command)
        if not self._is_so(known, command):
            told = {"id": known["id"], "enabled": command.is_sold, **_priced(command), "translations": _named(command)}
            self._client.write(questions.SET_STOCK, input=[told])
        return Acknowledgement(f"variant/{known['id']}")

    def shown(self, command: PublishProduct) -> Acknowledgement | None:
        """Say whether the shop sells it so."""
        known = self._known(command.sku)
        is_so = known and self._is_so(known, command) and _is_described(known, command)
        return Acknowledgement(f"variant/{known['id']}") if is_so else None

    def _known(self, sku: str) -> Any:
        items = self._client.read(questions.PRODUCT, sku=sku)["productVariants"]["items"]
        if len(items) > 1:
            raise Rejected(f"sku: {len(items)} products of the shop go under {sku!r}: give them their own")
        return items[0] if items else None

    def _is_so(self, known: Any, command: PublishProduct) -> bool:
        said = (known["name"], known["price"], known["currencyCode"], known["enabled"])
        return said == (command.name, command.price, command.currency.partition("/")[0], command.is_sold)

    def _describe(self, product: Any, command: PublishProduct) -> None:
        """A description stands at the product, whose variants may be several: the last one told counts."""
        told = {"languageCode": "en", "description": command.description}
        self._client.write(questions.UPDATE_PRODUCT, input={"id": product["id"], "translations": [told]})

    def _make(self, command: PublishProduct) -> None:
        """Make product and variant, not for sale yet: Vendure gives a new one no price in a currency it is told.

        A product without its variant, left by a call that was cut, is taken up again.
        """
        slug = _NOT_IN_A_SLUG.sub("-", command.sku.lower()).strip("-")
        there = self._client.read(questions.PRODUCT_BY_SLUG, slug=slug)["product"]
        if there is None:
            names = [{"languageCode": "en", "name": command.name, "slug": slug, "description": command.description}]
            there = self._client.write(questions.NEW_PRODUCT, input={"enabled": True, "translations": names})
        told = {
            "productId": there["id"],
            "sku": command.sku,
            "enabled": False,
            "trackInventory": "TRUE",
            "stockOnHand": 0,
            "translations": _named(command),
        }
        self._client.write(questions.NEW_VARIANTS, input=[told])


def _is_described(known: Any, command: PublishProduct) -> bool:
    """Vendure keeps a description as its editor writes it, which may lie in a paragraph of HTML."""
    there = _TAG.sub("", known["product"].get("description") or "").strip()
    return not command.description or there == _TAG.sub("", command.description).strip()


def _priced(command: PublishProduct) -> dict[str, Any]:
    currency = command.currency.partition("/")[0]
    return {"prices": [{"currencyCode": currency, "price": command.price}]}


def _named(command: PublishProduct) -> list[dict[str, str]]:
    return [{"languageCode": "en", "name": command.name}]

"""What the book tells Amazon of orders: parcels that left, and orders that cannot be kept."""

import hashlib
from typing import Any, Final
from urllib.parse import quote
from xml.sax.saxutils import escape

import msgspec

from tallystick.connectors.amazon.client import Amazon, Operation
from tallystick.connectors.amazon.pages import ORDERS, Items
from tallystick.connectors.amazon.setup import Setup
from tallystick.connectors.amazon.stock import FEED_DOCUMENTS, FEEDS
from tallystick.connectors.amazon.wire import CANCELED, Item, Order
from tallystick.messages.channels import TellShipment
from tallystick.messages.sales import CancelOrder, RefuseOrder
from tallystick.ports.connector import Acknowledgement, Rejected

CANCELLING: Final = "POST_ORDER_ACKNOWLEDGEMENT_DATA"
OTHERS: Final = "Others"
_XML: Final = "text/xml; charset=UTF-8"
_NUMBER_MAX: Final = 10**12
Ended = RefuseOrder | CancelOrder


class Parcels:
    """The orders of one seller."""

    def __init__(self, client: Amazon, setup: Setup) -> None:
        """Speak over *client*."""
        self._client, self._setup, self._items = client, setup, Items(client)

    def send(self, command: TellShipment, at: str) -> Acknowledgement:
        """Confirm that a parcel left at *at*; told again it is changed, not doubled. That it arrived Amazon hears of its carrier."""
        order = self._order(command.order)
        wanted = self._wanted(command)
        if command.is_delivered or _all_sent(wanted):
            return _acknowledged(command)
        package = {
            "packageReferenceId": _package(command.shipment),
            "carrierCode": OTHERS,
            "carrierName": command.carrier or self._setup.carrier,
            "trackingNumber": command.tracking or command.shipment,
            "shipDate": at,
            "orderItems": [{"orderItemId": item.order_item_id, "quantity": units} for item, units in wanted],
        }
        number = self._setup.number(command.order)
        body = {"marketplaceId": self._marketplace(order), "packageDetail": package}
        path = f"{ORDERS}/{quote(number, safe='')}/shipmentConfirmation"
        self._client.write(Operation("confirmShipment", path, "POST", json=body))
        return _acknowledged(command)

    def sent(self, command: TellShipment) -> Acknowledgement | None:
        """Say whether Amazon has all units of the parcel's lines as sent; of a part of a line nobody can say, and it is told again."""
        done = command.is_delivered or _all_sent(self._wanted(command))
        return _acknowledged(command) if done else None

    def end(self, command: Ended) -> Acknowledgement:
        """Let Amazon cancel an order that cannot be kept; one of which something left it cancels no more."""
        if isinstance(command, CancelOrder) and command.lines:
            raise Rejected(
                "lines: Amazon cancels an order by feed whole or not at all: take them off in Seller Central"
            )
        order = self._order(command.order)
        if order.order_status != CANCELED:
            told = self._client.read(
                Operation("createFeedDocument", FEED_DOCUMENTS, "POST", json={"contentType": _XML})
            )
            self._client.upload(str(told.get("url")), self._cancelling(order), _XML)
            feed = {
                "feedType": CANCELLING,
                "marketplaceIds": list(self._setup.marketplaces),
                "inputFeedDocumentId": told.get("feedDocumentId"),
            }
            self._client.write(Operation("createFeed", FEEDS, "POST", json=feed)).json()
        return _acknowledged(command)

    def ended(self, command: Ended) -> Acknowledgement | None:
        """Say whether Amazon has cancelled the order; a feed that waits is not found, and another does no harm."""
        return _acknowledged(command) if self._order(command.order).order_status == CANCELED else None

    def _order(self, name: str) -> Order:
        told = self._client.read(Operation("getOrder", f"{ORDERS}/{quote(self._setup.number(name), safe='')}"))
        try:
            return msgspec.convert(told.get("payload"), Order)
        except msgspec.ValidationError as wrong:
            raise Rejected(f"order {name}: Amazon's own answer cannot be read: {wrong}") from wrong

    def _wanted(self, command: TellShipment) -> list[tuple[Item, int]]:
        """Return the lines of a parcel as Amazon's items and units."""
        try:
            items = msgspec.convert(self._items.of(self._setup.number(command.order), ""), tuple[Item, ...])
        except msgspec.ValidationError as wrong:
            raise Rejected(f"order {command.order}: Amazon's own answer cannot be read: {wrong}") from wrong
        found = []
        for line in command.lines:
            if not 0 < line.line <= len(items) or items[line.line - 1].seller_sku != line.sku:
                raise Rejected(f"order {command.order}: line {line.line} of {line.sku} is not in it on Amazon")
            found.append((items[line.line - 1], line.quantity))
        return found

    def _marketplace(self, order: Order) -> str:
        return order.marketplace_id or self._setup.marketplaces[0]

    def _cancelling(self, order: Order) -> bytes:
        """Return an order acknowledgement that says it fails, as Amazon's feed has it."""
        head = f"<MerchantIdentifier>{escape(self._setup.seller)}</MerchantIdentifier>"
        said = f"<AmazonOrderID>{escape(order.amazon_order_id)}</AmazonOrderID><StatusCode>Failure</StatusCode>"
        return (
            '<?xml version="1.0" encoding="UTF-8"?><AmazonEnvelope><Header><DocumentVersion>1.01</DocumentVersion>'
            f"{head}</Header><MessageType>OrderAcknowledgement</MessageType><Message><MessageID>1</MessageID>"
            f"<OrderAcknowledgement>{said}</OrderAcknowledgement></Message></AmazonEnvelope>"
        ).encode()


def _package(shipment: str) -> str:
    """Return a parcel's number at Amazon, which allows digits only: always the same for one name."""
    return str(1 + int(hashlib.sha256(shipment.encode()).hexdigest(), 16) % _NUMBER_MAX)


def _all_sent(wanted: list[tuple[Item, int]]) -> bool:
    return all((x.quantity_shipped or 0) >= x.quantity_ordered for x, _ in wanted)


def _acknowledged(command: Any) -> Acknowledgement:
    return Acknowledgement(f"order/{command.order}")

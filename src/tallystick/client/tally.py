"""The client: one method for each thing a shop, a warehouse or an integrator asks for."""

from collections.abc import Iterator, Sequence
from typing import Any, Self
from urllib.parse import quote

from msgspec import Struct

from tallystick.api.availability.shapes import OneShown, ProductStock, StockShown, StockWanted
from tallystick.api.fulfilment.shapes import Dispatched, DispatchRefusal, FulfilmentMoved, FulfilmentStanding
from tallystick.api.journal.shapes import EntriesPage, EntryShown, StoryShown
from tallystick.api.orders.shapes import (
    Address,
    CancellationWanted,
    LineCancellationWanted,
    OrderStanding,
    OrderWanted,
    Placed,
)
from tallystick.api.payments.shapes import (
    Authorised,
    Captured,
    CaptureWanted,
    Declined,
    PaymentMoved,
    PaymentStanding,
    RefundPromised,
    RefundWanted,
    Voided,
)
from tallystick.api.prices.shapes import PricesShown
from tallystick.api.reports.shapes import ReportSent, ReportsKept
from tallystick.api.reservations.shapes import ReleaseWanted, ReservationMoved, ReservationWanted
from tallystick.client.wire import Request, Wire, keyed
from tallystick.decisions.tax.asked import TaxAsked
from tallystick.decisions.tax.quoted import RefundAsked, TaxQuote, TaxRefund


class Tally:
    """Speaks to one book. Requests that change something are tried again under one key: they have one effect."""

    def __init__(self, wire: Wire) -> None:
        """Speak over *wire*; `Tally(Wire("http://127.0.0.1:8000", key))`."""
        self._wire = wire

    def __enter__(self) -> Self:
        """Use it as a context manager to hang up at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        self._wire.close()

    def place(self, order: OrderWanted, key: str | None = None) -> Placed:
        """Reserve an order; raise `OutOfStock` when it is refused."""
        found: Placed = self._wire.ask(Request("POST", "/orders", order, headers=keyed(key)), Placed)
        return found

    def order(self, number: str) -> OrderStanding:
        """Say where an order stands."""
        found: OrderStanding = self._wire.ask(Request("GET", _at(number)), OrderStanding)
        return found

    def cancel(self, number: str, reason: str = "", key: str | None = None) -> Placed:
        """Cancel an order, or have it recalled."""
        request = Request("POST", f"{_at(number)}/cancellation", CancellationWanted(reason), headers=keyed(key))
        found: Placed = self._wire.ask(request, Placed)
        return found

    def cancel_line(
        self, number: str, line: int, wanted: LineCancellationWanted | None = None, key: str | None = None
    ) -> Placed:
        """Cancel a line of an order, or some units of it, while it has not left."""
        path = f"{_at(number)}/lines/{line}/cancellation"
        request = Request("POST", path, wanted or LineCancellationWanted(), headers=keyed(key))
        found: Placed = self._wire.ask(request, Placed)
        return found

    def redirect(self, number: str, address: Address, key: str | None = None) -> Placed:
        """Have an order sent elsewhere."""
        request = Request("PUT", f"{_at(number)}/address", address, headers=keyed(key))
        found: Placed = self._wire.ask(request, Placed)
        return found

    def price(self, sku: str, channel: str) -> PricesShown:
        """Say what a product costs in a channel."""
        request = Request("GET", f"/prices/{quote(sku, safe='')}", query={"channel": channel})
        found: PricesShown = self._wire.ask(request, PricesShown)
        return found

    def stock(self, sku: str, location: str | None = None) -> ProductStock:
        """Say what of one product is there."""
        query = {"location": location} if location else {}
        found: OneShown = self._wire.ask(Request("GET", f"/stock/{quote(sku, safe='')}", query=query), OneShown)
        return found.product

    def stock_of(self, skus: Sequence[str], location: str | None = None) -> StockShown:
        """Say what of many products is there."""
        found: StockShown = self._wire.ask(
            Request("POST", "/stock/query", StockWanted(tuple(skus), location=location)), StockShown
        )
        return found

    def hold(self, number: str, name: str, wanted: ReservationWanted, key: str | None = None) -> ReservationMoved:
        """Hold units for an order that may follow; raise `OutOfStock` where they are not there."""
        request = Request("POST", f"{_at(number)}/reservations/{name}", wanted, headers=keyed(key))
        found: ReservationMoved = self._wire.ask(request, ReservationMoved)
        return found

    def release(self, number: str, name: str, reason: str = "", key: str | None = None) -> ReservationMoved:
        """Let held units go."""
        path = f"{_at(number)}/reservations/{name}/release"
        request = Request("POST", path, ReleaseWanted(reason), headers=keyed(key))
        found: ReservationMoved = self._wire.ask(request, ReservationMoved)
        return found

    def payment(self, number: str) -> PaymentStanding:
        """Say where an order's payment stands."""
        found: PaymentStanding = self._wire.ask(Request("GET", f"{_at(number)}/payment"), PaymentStanding)
        return found

    def paid(
        self, number: str, told: Authorised | Declined | Captured | Voided, key: str | None = None
    ) -> PaymentMoved:
        """Tell what the payment's provider did."""
        kinds = {Authorised: "authorisations", Declined: "declines", Captured: "captures", Voided: "voids"}
        request = Request("POST", f"{_at(number)}/payment/{kinds[type(told)]}", told, headers=keyed(key))
        found: PaymentMoved = self._wire.ask(request, PaymentMoved)
        return found

    def capture(self, number: str, wanted: CaptureWanted, key: str | None = None) -> PaymentMoved:
        """Have money taken before goods leave."""
        request = Request("POST", f"{_at(number)}/payment/requests/capture", wanted, headers=keyed(key))
        found: PaymentMoved = self._wire.ask(request, PaymentMoved)
        return found

    def refund(self, number: str, wanted: RefundWanted, key: str | None = None) -> RefundPromised:
        """Have money given back though no goods come back."""
        request = Request("POST", f"{_at(number)}/payment/requests/refund", wanted, headers=keyed(key))
        found: RefundPromised = self._wire.ask(request, RefundPromised)
        return found

    def fulfilment(self, number: str) -> FulfilmentStanding:
        """Say what was asked of the location and what left."""
        found: FulfilmentStanding = self._wire.ask(Request("GET", f"{_at(number)}/fulfilment"), FulfilmentStanding)
        return found

    def sent(self, number: str, told: Dispatched | DispatchRefusal, key: str | None = None) -> FulfilmentMoved:
        """Tell that a parcel left, or that none will."""
        kind = "dispatches" if isinstance(told, Dispatched) else "dispatch-refusals"
        request = Request("POST", f"{_at(number)}/{kind}", told, headers=keyed(key))
        found: FulfilmentMoved = self._wire.ask(request, FulfilmentMoved)
        return found

    def tax(self, asked: TaxAsked) -> TaxQuote:
        """Say what tax a document owes; raise `Refused`, which lists what is wrong, where that cannot be said."""
        found: TaxQuote = self._wire.ask(Request("POST", "/tax/quotes", asked), TaxQuote)
        return found

    def tax_back(self, asked: RefundAsked) -> TaxRefund:
        """Say what of a quote's tax goes back with goods."""
        found: TaxRefund = self._wire.ask(Request("POST", "/tax/refunds", asked), TaxRefund)
        return found

    def report(self, reports: Sequence[ReportSent]) -> ReportsKept:
        """Hand in reports; each is kept once, however often it is sent."""
        found: ReportsKept = self._wire.ask(Request("POST", "/reports", reports), ReportsKept)
        return found

    def entries(self, **wanted: str | int) -> Iterator[EntryShown]:
        """Go through the entries of the journal, page by page; *wanted* as the reference says."""
        after: str | None = "0"
        while after is not None:
            page: EntriesPage = self._wire.ask(
                Request("GET", "/journal/entries", query={**wanted, "after": after}), EntriesPage
            )
            yield from page.entries
            after = page.next

    def story(self, reference: str) -> StoryShown:
        """Tell everything that happened around an event, order, message or correlation."""
        found: StoryShown = self._wire.ask(Request("GET", "/trace", query={"reference": reference}), StoryShown)
        return found


def report_of(said: Any, **named: Any) -> ReportSent:
    """Return a canonical report such as `ReceiptReported` as it is sent; *named* are `id`, `source`, `time` and others."""
    import msgspec

    from tallystick.messages.catalogue import CATALOGUE

    struct: type[Struct] = type(said)
    return ReportSent(type=CATALOGUE.of(struct).type, data=msgspec.Raw(msgspec.json.encode(said)), **named)


def _at(number: str) -> str:
    return f"/orders/{quote(number, safe='')}"

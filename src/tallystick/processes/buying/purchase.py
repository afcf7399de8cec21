"""The purchase: ordered, received in parts or whole, invoiced, sent back, closed."""

from tallystick.messages.availability import InboundAnnounced
from tallystick.messages.buying.reports import (
    GoodsSentBackReported,
    LandedCostReported,
    PurchaseAcknowledged,
    PurchaseCancelled,
    PurchasePlaced,
    PurchaseReceiptReported,
    ShipmentAdvised,
    SupplierCreditReported,
)
from tallystick.messages.buying.tells import AcceptDispute, InvoiceCleared, InvoiceMatched, MatchInvoice
from tallystick.processes.buying.invoicing import accept_dispute, credit, land, match_invoice
from tallystick.processes.buying.purchase_data import PurchaseData
from tallystick.processes.buying.purchase_steps import acknowledge, advise, cancel, place, receive, send_back
from tallystick.processes.members import PURCHASE as MEMBER
from tallystick.processes.repeats import again
from tallystick.processes.table import NEW, Early, Ignored, Other, Process, Row

OPEN, RECEIVED, CANCELLED = "OPEN", "RECEIVED", "CANCELLED"
STANDING = (OPEN, RECEIVED, CANCELLED)
_EXPECTS = (InboundAnnounced,)


def _standing(state: str) -> tuple[Row, ...]:
    """What may come at any time once a purchase stands: goods that left, and money."""
    return (
        Row(state, GoodsSentBackReported, send_back, "sent_back", state, _EXPECTS),
        Row(state, MatchInvoice, match_invoice, "matched", state, (InvoiceMatched,)),
        Row(state, AcceptDispute, accept_dispute, "accepted", state, (InvoiceCleared,)),
        Row(state, SupplierCreditReported, credit, "credited", state, (InvoiceCleared,)),
        Row(state, LandedCostReported, land, "landed", state),
    )


# fmt: off
ROWS = (
    #   in state   on message               decide       outcome         to state   tells
    Row(NEW,       PurchasePlaced,          place,       "placed",       OPEN,      _EXPECTS),
    Row(OPEN,      PurchasePlaced,          place,       "placed",       OPEN,      (*_EXPECTS, InvoiceCleared)),
    Row(RECEIVED,  PurchasePlaced,          place,       "placed",       OPEN,      (*_EXPECTS, InvoiceCleared)),
    Row(CANCELLED, PurchasePlaced,          place,       "placed",       OPEN,      (*_EXPECTS, InvoiceCleared)),
    *again(PurchasePlaced, place, *STANDING),
    Row(OPEN,      PurchaseAcknowledged,    acknowledge, "acknowledged", OPEN,      _EXPECTS),
    Row(OPEN,      ShipmentAdvised,         advise,      "advised",      OPEN,      _EXPECTS),
    Row(RECEIVED,  ShipmentAdvised,         advise,      "advised",      RECEIVED,  _EXPECTS),
    Row(OPEN,      PurchaseCancelled,       cancel,      "cancelled",    CANCELLED, _EXPECTS),
    Row(OPEN,      PurchaseCancelled,       cancel,      "closed",       RECEIVED,  _EXPECTS),

    Row(OPEN,      PurchaseReceiptReported, receive,     "some",         OPEN,      (*_EXPECTS, InvoiceCleared)),
    Row(OPEN,      PurchaseReceiptReported, receive,     "all",          RECEIVED,  (*_EXPECTS, InvoiceCleared)),
    # Goods that come when nothing is expected any more are here all the same.
    Row(RECEIVED,  PurchaseReceiptReported, receive,     "some",         OPEN,      (*_EXPECTS, InvoiceCleared)),
    Row(RECEIVED,  PurchaseReceiptReported, receive,     "all",          RECEIVED,  (*_EXPECTS, InvoiceCleared)),
    Row(CANCELLED, PurchaseReceiptReported, receive,     "all",          RECEIVED,  (*_EXPECTS, InvoiceCleared)),
    *again(PurchaseReceiptReported, receive, *STANDING),

    *(row for state in STANDING for row in _standing(state)),
    *again(GoodsSentBackReported, send_back, *STANDING),
    *again(SupplierCreditReported, credit, *STANDING),
    *again(LandedCostReported, land, *STANDING),
)
OTHERS: tuple[Other, ...] = (
    *(
        Early((NEW,), message, "the order to the supplier has not come yet")
        for message in (
            PurchaseAcknowledged, ShipmentAdvised, PurchaseCancelled, PurchaseReceiptReported, GoodsSentBackReported,
            MatchInvoice, AcceptDispute, SupplierCreditReported, LandedCostReported,
        )
    ),
    Ignored((RECEIVED, CANCELLED), PurchaseAcknowledged, "nothing of it is expected any more"),
    Ignored((CANCELLED,), ShipmentAdvised, "it was cancelled: what comes after all is received all the same"),
    Ignored((RECEIVED, CANCELLED), PurchaseCancelled, "nothing of it is expected any more"),
)
# fmt: on
PURCHASE = Process(MEMBER, PurchaseData, ROWS, OTHERS)

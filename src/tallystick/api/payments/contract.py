"""The contract of payments."""

from typing import Any

from msgspec import Struct

from tallystick.api.contract import BUSY, Capability, Given, Handler, Operation
from tallystick.api.orders.contract import ENTERING
from tallystick.api.orders.shapes import OrderWhere
from tallystick.api.payments import handlers as do
from tallystick.api.payments.shapes import (
    AuthorisationWanted,
    Authorised,
    Captured,
    CaptureWanted,
    Declined,
    PaymentMoved,
    PaymentStanding,
    Refunded,
    RefundPromised,
    RefundWanted,
    RefundWhere,
    Voided,
    VoidWanted,
)
from tallystick.api.problems import BEYOND, CHANGED, TOO_EARLY, Kind
from tallystick.messages.catalogue import Lifecycle


class _Telling(Struct):
    """What differs between the operations that tell what a provider did, or have it do something."""

    id: str
    about: str
    does: Handler
    takes: Any
    gives: Any = PaymentMoved
    problems: tuple[Kind, ...] = ()


def _telling(path: str, what: _Telling, where: type[Struct] = OrderWhere) -> Operation:
    return Operation(
        id=what.id,
        method="POST",
        path=path,
        about=what.about,
        scope="payments:write",
        does=what.does,
        where=where,
        takes=what.takes,
        gives=(Given(200, "taken", what.gives, ("Idempotent-Replayed",)),),
        problems=(*ENTERING, TOO_EARLY, CHANGED, *what.problems),
        has_key=True,
        has_precondition=True,
    )


_AT = "/orders/{order}/payment"
PAYMENTS = Capability(
    name="payments",
    owner="treasury",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="Where an order's payment stands, and what its provider did. The house asks the provider by its own commands.",
    quota=BUSY,
    operations=(
        Operation(
            id="show_payment",
            method="GET",
            path=_AT,
            about="Where an order's payment stands.",
            scope="payments:read",
            does=do.show_payment,
            where=OrderWhere,
            gives=(Given(200, "as it stands now", PaymentStanding, ("ETag",)),),
        ),
        _telling(
            f"{_AT}/requests/authorisation",
            _Telling(
                "authorise_payment",
                "Ask the provider once more to hold what is still wanted.",
                do.authorise_payment,
                AuthorisationWanted,
                problems=(BEYOND,),
            ),
        ),
        _telling(
            f"{_AT}/requests/capture",
            _Telling(
                "capture_payment",
                "Take money that is held now, before goods leave; no more than the order is for.",
                do.capture_payment,
                CaptureWanted,
                problems=(BEYOND,),
            ),
        ),
        _telling(
            f"{_AT}/requests/void",
            _Telling(
                "void_payment",
                "Let go of money that is held and not taken; the order it was for ends.",
                do.void_payment,
                VoidWanted,
                problems=(BEYOND,),
            ),
        ),
        _telling(
            f"{_AT}/requests/refund",
            _Telling(
                "refund_payment",
                "Give money back though no goods come back; no more than what left, and stayed, was sold for.",
                do.refund_payment,
                RefundWanted,
                RefundPromised,
                (BEYOND,),
            ),
        ),
        _telling(
            f"{_AT}/authorisations",
            _Telling(
                "note_authorisation",
                "The provider holds the money: the goods may go.",
                do.note_authorisation,
                Authorised,
            ),
        ),
        _telling(
            f"{_AT}/declines",
            _Telling("note_decline", "The provider will not hold the money.", do.note_decline, Declined),
        ),
        _telling(f"{_AT}/captures", _Telling("note_capture", "The provider took money.", do.note_capture, Captured)),
        _telling(f"{_AT}/voids", _Telling("note_void", "The provider let the money go.", do.note_void, Voided)),
        _telling(
            f"{_AT}/refunds/{{number}}",
            _Telling("note_refund", "The provider paid a refund that the house asked for.", do.note_refund, Refunded),
            RefundWhere,
        ),
    ),
)

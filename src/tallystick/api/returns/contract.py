"""The contract of returns."""

from typing import Any

from msgspec import Struct

from tallystick.api.contract import BUSY, Capability, Given, Handler, Operation
from tallystick.api.orders.contract import ENTERING
from tallystick.api.orders.shapes import OrderWhere
from tallystick.api.problems import CHANGED, KEY_REUSED, RULED_OUT, TOO_EARLY, TOO_LATE, Kind
from tallystick.api.returns import handlers as do
from tallystick.api.returns import policies
from tallystick.api.returns.shapes import (
    InspectionMade,
    LabelGiven,
    ParcelCame,
    RefundLaidDown,
    RefundPrepared,
    ReturnCalledOff,
    ReturnMoved,
    ReturnStanding,
    ReturnWanted,
    ReturnWhere,
    WorkDone,
)
from tallystick.messages.catalogue import Lifecycle

_ALL = "/orders/{order}/returns"
_ONE = f"{_ALL}/{{rma}}"


class _Telling(Struct):
    """What differs between the operations that tell of a return."""

    id: str
    path: str
    about: str
    does: Handler
    takes: Any
    problems: tuple[Kind, ...] = ()


def _telling(what: _Telling, where: type[Struct] = ReturnWhere) -> Operation:
    return Operation(
        id=what.id,
        method="POST",
        path=what.path,
        about=what.about,
        scope="returns:write",
        does=what.does,
        where=where,
        takes=what.takes,
        gives=(Given(200, "taken", ReturnMoved, ("Idempotent-Replayed",)),),
        problems=(*ENTERING, TOO_EARLY, CHANGED, *what.problems),
        has_key=True,
        has_precondition=True,
    )


RETURNS = Capability(
    name="returns",
    owner="customer service",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="Return to refund: asked for, allowed or refused by policy, received, inspected, refunded, each step answered.",
    quota=BUSY,
    operations=(
        _telling(
            _Telling(
                "request_return",
                _ALL,
                "Ask to send lines back: `outcome` is `authorised`, or `refused` with the reason named.",
                do.request_return,
                ReturnWanted,
            ),
            OrderWhere,
        ),
        Operation(
            id="show_return",
            method="GET",
            path=_ONE,
            about="Where a return stands: what is expected, what waits for inspection, what was refunded and kept.",
            scope="returns:read",
            does=do.show_return,
            where=ReturnWhere,
            gives=(Given(200, "as it stands now", ReturnStanding, ("ETag",)),),
        ),
        _telling(
            _Telling("label_return", f"{_ONE}/label", "The customer has a label.", do.label_return, LabelGiven),
        ),
        _telling(
            _Telling(
                "receive_return",
                f"{_ONE}/parcels",
                "Goods are here, at a warehouse or a shop; they are taken in whatever was allowed.",
                do.receive_return,
                ParcelCame,
            ),
        ),
        _telling(
            _Telling(
                "inspect_return",
                f"{_ONE}/inspections",
                "Somebody looked at them: what is taken in is credited and refunded, less what the policy keeps.",
                do.inspect_return,
                InspectionMade,
            ),
        ),
        _telling(
            _Telling(
                "refurbish_return",
                f"{_ONE}/works",
                "Units that were set aside are good again, or scrapped.",
                do.refurbish_return,
                WorkDone,
            ),
        ),
        _telling(
            _Telling(
                "cancel_return",
                f"{_ONE}/cancellation",
                "The customer keeps the goods; not once they are here, or were refunded ahead.",
                do.cancel_return,
                ReturnCalledOff,
                (TOO_LATE,),
            ),
        ),
        Operation(
            id="propose_return_refund",
            method="POST",
            path=f"{_ONE}/refund-proposals",
            about="Prepare a refund above the policy's limit. It is paid when another person approves the proposal.",
            scope="returns:propose",
            does=do.propose_return_refund,
            where=ReturnWhere,
            takes=RefundPrepared,
            gives=(Given(201, "laid down, or laid down before under this key", RefundLaidDown),),
            has_key=True,
            problems=(RULED_OUT, KEY_REUSED),
        ),
        Operation(
            id="show_return_policies",
            method="GET",
            path="/return-policies",
            about="The policies of returns in force, and those to come.",
            scope="returns:read",
            does=policies.show_return_policies,
            gives=(Given(200, "the one in force first", policies.PoliciesShown),),
        ),
        Operation(
            id="declare_return_policies",
            method="PUT",
            path="/return-policies",
            about="Put policies in force, at once or later, in place of those before. What was allowed stays allowed.",
            scope="returns:govern",
            does=policies.declare_return_policies,
            takes=policies.PoliciesGiven,
            gives=(Given(200, "in force from then on", policies.PoliciesTaken, ("Idempotent-Replayed",)),),
            problems=ENTERING,
            has_key=True,
        ),
    ),
)

"""The contract of held orders, parcels and cases."""

from tallystick.api.contract import BUSY, READING, Capability, Given, Operation
from tallystick.api.orders.contract import ENTERING
from tallystick.api.orders.shapes import OrderWhere
from tallystick.api.partners import handlers as do
from tallystick.api.partners.shapes import (
    CaseClosing,
    CaseStanding,
    CaseWanted,
    CaseWhere,
    LabelCancelled,
    LabelWanted,
    MessageGiven,
    ParcelStanding,
    ParcelWhere,
    PartnerMoved,
    RulingGiven,
    ScreeningStanding,
)
from tallystick.api.problems import TOO_EARLY, TOO_LATE
from tallystick.messages.catalogue import Lifecycle

_TAKEN = (Given(200, "taken", PartnerMoved, ("Idempotent-Replayed",)),)

SCREENINGS = Capability(
    name="screenings",
    owner="payments and fraud",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="Orders that are held until somebody has judged them. Verdicts of services come in as reports of `screening`.",
    quota=READING,
    operations=(
        Operation(
            id="show_screening",
            method="GET",
            path="/orders/{order}/screening",
            about="How an order was judged, by whom and why.",
            scope="screenings:read",
            does=do.show_screening,
            where=OrderWhere,
            gives=(Given(200, "as it stands", ScreeningStanding, ("ETag",)),),
        ),
        Operation(
            id="rule_on_order",
            method="POST",
            path="/orders/{order}/screening/ruling",
            about="Let a held order go, or refuse it: its goods are free again, and its money goes back.",
            scope="screenings:decide",
            does=do.rule_on_order,
            where=OrderWhere,
            takes=RulingGiven,
            gives=_TAKEN,
            problems=(*ENTERING, TOO_EARLY, TOO_LATE),
            has_key=True,
        ),
    ),
)

PARCELS = Capability(
    name="parcels",
    owner="warehouse operations",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="Labels booked with carriers, and where parcels are. What carriers say comes in as reports of `parcels`.",
    quota=BUSY,
    operations=(
        Operation(
            id="request_label",
            method="POST",
            path="/orders/{order}/labels",
            about="Ask a carrier for a label. It is booked when the carrier says so: see the parcel.",
            scope="fulfilment:write",
            does=do.request_label,
            where=OrderWhere,
            takes=LabelWanted,
            gives=_TAKEN,
            problems=(*ENTERING, TOO_EARLY),
            has_key=True,
        ),
        Operation(
            id="cancel_label",
            method="POST",
            path="/orders/{order}/parcels/{parcel}/label-cancellation",
            about="Cancel a label that was not used.",
            scope="fulfilment:write",
            does=do.cancel_label,
            where=ParcelWhere,
            takes=LabelCancelled,
            gives=_TAKEN,
            problems=(*ENTERING, TOO_EARLY, TOO_LATE),
            has_key=True,
        ),
        Operation(
            id="show_parcel",
            method="GET",
            path="/orders/{order}/parcels/{parcel}",
            about="A parcel: its label, and where its carrier has it.",
            scope="fulfilment:read",
            does=do.show_parcel,
            where=ParcelWhere,
            gives=(Given(200, "as it stands", ParcelStanding, ("ETag",)),),
        ),
    ),
)

CASES = Capability(
    name="cases",
    owner="customer service",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="What customers ask, and what went wrong, until somebody has settled it. The desk is told of each step.",
    quota=BUSY,
    operations=(
        Operation(
            id="open_case",
            method="POST",
            path="/cases",
            about="Open a case about an order, its return or its payment.",
            scope="cases:write",
            does=do.open_case,
            takes=CaseWanted,
            gives=(Given(201, "opened", PartnerMoved, ("Location", "Idempotent-Replayed")),),
            problems=(*ENTERING, TOO_EARLY),
            has_key=True,
        ),
        Operation(
            id="show_case",
            method="GET",
            path="/cases/{case}",
            about="A case as it stands. What happened to it: `/trace?reference=case/…`.",
            scope="cases:read",
            does=do.show_case,
            where=CaseWhere,
            gives=(Given(200, "as it stands", CaseStanding, ("ETag",)),),
        ),
        Operation(
            id="add_case_message",
            method="POST",
            path="/cases/{case}/messages",
            about="The customer wrote more; a closed case is open again.",
            scope="cases:write",
            does=do.add_message,
            where=CaseWhere,
            takes=MessageGiven,
            gives=_TAKEN,
            problems=(*ENTERING, TOO_EARLY),
            has_key=True,
        ),
        Operation(
            id="close_case",
            method="POST",
            path="/cases/{case}/closure",
            about="Settle a case.",
            scope="cases:write",
            does=do.close_case,
            where=CaseWhere,
            takes=CaseClosing,
            gives=_TAKEN,
            problems=(*ENTERING, TOO_EARLY),
            has_key=True,
        ),
    ),
)

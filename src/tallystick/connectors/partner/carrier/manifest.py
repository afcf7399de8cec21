"""What this door can do."""

from typing import Final

from tallystick.connectors.partner.manifests import DECLARED, SHARED, ZONE
from tallystick.messages.partners.parcels import BookLabel, VoidLabel
from tallystick.ports.connector import Manifest

MANIFEST: Final = Manifest(
    **SHARED,
    name="partner-carrier",
    system="A carrier, by the partner API",
    role="labels are booked with it and cancelled, its word on parcels comes back",
    pushes=(BookLabel, VoidLabel),
    addressed_by={BookLabel: "carrier", VoidLabel: "carrier"},
    settings={**ZONE, "people": "`no`: no address goes with a label, for a carrier that has it from elsewhere"},
    translated={
        "label.booked": "`LabelBooked`",
        "label.refused": "`LabelRefused`: of a booking, or of a cancellation",
        "label.cancelled": "`LabelVoided`",
        "parcel.tracked": "`ParcelTracked`",
    },
    declared={**DECLARED, "size": "Weights are grams, lengths millimetres; 0 says that nobody measured."},
)

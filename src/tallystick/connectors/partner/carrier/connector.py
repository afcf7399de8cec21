"""The door to a carrier."""

from tallystick.connectors.partner.carrier.manifest import MANIFEST
from tallystick.connectors.partner.door import PartnerDoor
from tallystick.connectors.partner.translate import CARRIER_EVENTS


class PartnerCarrier(PartnerDoor):
    """Takes `BookLabel` and `VoidLabel`, says where parcels are. A label needs an address: it is sent unless told not to."""

    manifest = MANIFEST
    events = CARRIER_EVENTS
    always_people = True

"""The door to a service that judges orders."""

from tallystick.connectors.partner.door import PartnerDoor
from tallystick.connectors.partner.screening.manifest import MANIFEST
from tallystick.connectors.partner.translate import SCREENING_EVENTS


class PartnerScreening(PartnerDoor):
    """Takes `ScreenOrder`, says `OrderScreened`."""

    manifest = MANIFEST
    events = SCREENING_EVENTS

"""The door to a help desk."""

from tallystick.connectors.partner.door import PartnerDoor
from tallystick.connectors.partner.helpdesk.manifest import MANIFEST
from tallystick.connectors.partner.translate import HELPDESK_EVENTS


class PartnerHelpdesk(PartnerDoor):
    """Takes `TellDesk`, says what customers say."""

    manifest = MANIFEST
    events = HELPDESK_EVENTS

"""What this door can do."""

from typing import Final

from tallystick.connectors.partner.manifests import DECLARED, SHARED, ZONE
from tallystick.messages.partners.cases import TellDesk
from tallystick.ports.connector import Manifest

MANIFEST: Final = Manifest(
    **SHARED,
    name="partner-helpdesk",
    system="A help desk, by the partner API",
    role="cases and what happens to them go to it, customers' words come from it",
    pushes=(TellDesk,),
    addressed_by={TellDesk: "channel"},
    settings={
        **ZONE,
        "people": "`yes`: who asks, and what was said to us, goes with a case; `no`, where it is left out: references only",
        "channel": "the channel of cases that name none; the connection's own name, where it is left out",
    },
    translated={
        "case.opened": "`CaseOpened`; `from` is the desk's own id of the customer, and what was said stays in the delivery",
        "case.message": "`CaseMessageReceived`",
        "case.closed": "`CaseClosed`",
    },
    declared={
        **DECLARED,
        "customer": "A customer is known by the desk's own id; the book has a reference for it only.",
    },
)

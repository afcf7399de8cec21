"""What this door can do."""

from typing import Final

from tallystick.connectors.partner.manifests import DECLARED, SHARED, ZONE
from tallystick.messages.partners.screening import ScreenOrder
from tallystick.ports.connector import Manifest

MANIFEST: Final = Manifest(
    **SHARED,
    name="partner-screening",
    system="A service that judges orders, by the partner API",
    role="held orders go to it, verdicts come from it",
    pushes=(ScreenOrder,),
    addressed_by={ScreenOrder: "channel"},
    settings={
        **ZONE,
        "people": "`yes`: names and addresses go with each order; `no`, where it is left out: references only",
    },
    translated={"order.screened": "`OrderScreened`"},
    declared={**DECLARED, "customer": "It is told references, and names only with `people=yes`; it says none back."},
)

"""How this connector is tried: `tally connector check partner-helpdesk`, and in the tests."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

from tallystick.connectors.partner.helpdesk.connector import PartnerHelpdesk
from tallystick.connectors.partner.trying import AT, Samples, bench_of
from tallystick.kit.contract.bench import Bench, Trial
from tallystick.messages.partners.cases import CaseOpened, TellDesk


def _refuses(asked: Mapping[str, Any]) -> str:
    return "there is no such case" if asked["case"] == "nowhere" else ""


SAMPLES: Final = Samples(
    PartnerHelpdesk,
    (
        Trial(
            TellDesk("partner", "C-1", "refunded", "payment", "W-1", customer="person:1", commodity="KWD/3", amount=5),
            TellDesk("partner", "C-1", "refunded", "payment", "W-1", customer="person:1", commodity="KWD/3", amount=6),
            TellDesk("partner", "nowhere", "closed", "other"),
        ),
    ),
    {
        "id": "evt_7",
        "type": "case.opened",
        "at": AT,
        "nobody_knows": "kept",
        "data": {
            "case": "C-1",
            "channel": "web",
            "topic": "parcel",
            "order": "W-1",
            "from": "",
            "text": "Wo ist es? Grüße",
        },
    },
    CaseOpened("C-1", "web", "parcel", "W-1", message="partner/evt_7"),
    ("/data/case",),
    _refuses,
    {"people": "yes"},
)


def bench() -> AbstractContextManager[Bench]:
    """Lay the bench."""
    return bench_of(SAMPLES)

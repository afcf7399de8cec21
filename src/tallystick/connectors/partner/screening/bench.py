"""How this connector is tried: `tally connector check partner-screening`, and in the tests."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

from tallystick.connectors.partner.screening.connector import PartnerScreening
from tallystick.connectors.partner.trying import AT, Samples, bench_of
from tallystick.kit.contract.bench import Bench, Trial
from tallystick.messages.partners.screening import OrderScreened, ScreenOrder


def _refuses(asked: Mapping[str, Any]) -> str:
    return "there is no such order" if asked["order"] == "nowhere" else ""


SAMPLES: Final = Samples(
    PartnerScreening,
    (
        Trial(
            ScreenOrder("W-1", "web", "KWD/3", 5, "DE", "person:1"),
            ScreenOrder("W-1", "web", "KWD/3", 6, "DE", "person:1"),
            ScreenOrder("nowhere", "web", "EUR/2", 1),
        ),
    ),
    {
        "id": "evt_7",
        "type": "order.screened",
        "at": AT,
        "nobody_knows": "kept",
        "data": {"order": "W-1", "verdict": "review", "score": 61, "reasons": ["Größe passt nicht"], "by": "acme"},
    },
    OrderScreened("W-1", "review", 61, ("Größe passt nicht",), "acme"),
    ("/data/order", "/data/verdict"),
    _refuses,
    {"people": "yes"},
)


def bench() -> AbstractContextManager[Bench]:
    """Lay the bench."""
    return bench_of(SAMPLES)

"""How this connector is tried: `tally connector check partner-carrier`, and in the tests."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

from tallystick.connectors.partner.carrier.connector import PartnerCarrier
from tallystick.connectors.partner.trying import AT, Samples, bench_of
from tallystick.kit.contract.bench import Bench, Trial
from tallystick.messages.partners.parcels import BookLabel, ParcelTracked, Size, VoidLabel


def _refuses(asked: Mapping[str, Any]) -> str:
    return "we carry nothing that heavy" if asked.get("size", {}).get("weight_grams", 0) > 31_500 else ""


SAMPLES: Final = Samples(
    PartnerCarrier,
    (
        Trial(
            BookLabel("partner", "W-1", "S/1", Size(1200, 300, 200, 100), "express", "person:1"),
            BookLabel("partner", "W-1", "S/1", Size(1201, 300, 200, 100), "express", "person:1"),
            BookLabel("partner", "W-1", "S/1", Size(31_501)),
        ),
        Trial(VoidLabel("partner", "W-1", "S/1", "L-1"), VoidLabel("partner", "W-1", "S/1", "L-2")),
    ),
    {
        "id": "evt_7",
        "type": "parcel.tracked",
        "at": AT,
        "nobody_knows": "kept",
        "data": {
            "order": "W-1",
            "parcel": "S/1",
            "status": "exception",
            "tracking": "0034",
            "reason": "Straße gesperrt",
        },
    },
    ParcelTracked("W-1", "S/1", "exception", tracking="0034", reason="Straße gesperrt"),
    ("/data/order", "/data/parcel", "/data/status"),
    _refuses,
)


def bench() -> AbstractContextManager[Bench]:
    """Lay the bench."""
    return bench_of(SAMPLES)

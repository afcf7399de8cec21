"""What these doors share of what they say of themselves."""

from typing import Any, Final

from tallystick.connectors.partner.client import PER_SECOND_MAX

SHARED: Final[dict[str, Any]] = {
    "foreign_version": "1",
    "auth": "API key; its events are signed by Standard Webhooks 1.0",
    "secrets": {"api_key": "the key requests are made with", "hook_secret": "the secret its events are signed with"},
    "hooks": True,
    "requests_per_second_max": PER_SECOND_MAX,
    "proven_by": "twin",
    "guide": "how-to/partners.md",
}
ZONE: Final = {"zone": "its time zone; UTC where it is left out"}
DECLARED: Final = {
    "repetition": "It keeps our `Idempotency-Key` with what was asked, and says under `/v1/requests/KEY` what became of it.",
    "zone": "Times carry their offset; the day is the one in the setting `zone`.",
    "money": "Amounts are whole minor units, with the decimals in the currency's name, such as `EUR/2`.",
}

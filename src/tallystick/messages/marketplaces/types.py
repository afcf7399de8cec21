"""The message types of marketplaces by their role, for the catalogue."""

from typing import Final

from tallystick.messages.marketplaces import facts, reports

BY_ROLE: Final = {"report": reports.REPORTS, "fact": (facts.MarketplaceSettled, facts.MarketplaceCharged)}

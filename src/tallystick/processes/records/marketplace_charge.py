"""What a payout of a marketplace was smaller by beside all orders: booked once by its name."""

from msgspec import Struct

from tallystick.decisions.view import View
from tallystick.messages.marketplaces.facts import MarketplaceCharged
from tallystick.messages.marketplaces.reports import MarketplaceChargeReported
from tallystick.processes.repeats import again, booked_already
from tallystick.processes.table import NEW, Decision, Process, Row, Step

RECORDED = "RECORDED"


class ChargeData(Struct, frozen=True, gc=False):
    """The payout it was taken from, and how much of it."""

    payout: str
    amount: int


def charge(data: ChargeData | None, step: Step, view: View) -> Decision:
    """Book a charge, or see that it has been."""
    report: MarketplaceChargeReported = step.data
    told = ChargeData(report.payout, report.amount)
    if data is not None:
        return booked_already(data, data == told, f"{report.channel}: charge {report.charge}")
    payout = (report.provider, report.payout, report.bank, report.currency)
    cost, held = (0, report.amount) if report.is_reserve else (report.amount, 0)
    fact = MarketplaceCharged(report.charge, report.channel, *payout, report.what, cost, held)
    return Decision("recorded", told, (fact,))


MARKETPLACE_CHARGE = Process(
    "marketplace_charge",
    ChargeData,
    (
        Row(NEW, MarketplaceChargeReported, charge, "recorded", RECORDED),
        *again(MarketplaceChargeReported, charge, RECORDED),
    ),
)

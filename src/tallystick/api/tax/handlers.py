"""Tax over HTTP: asked of the engine, and nothing of it kept."""

from tallystick.api.call import Call, Reply, reply
from tallystick.api.desk import Desk
from tallystick.api.problems import INVALID, Flaw, Problem
from tallystick.decisions.tax.quoted import TaxRefused


async def quote_tax(call: Call, desk: Desk) -> Reply:
    """Say what tax a document owes."""
    try:
        return reply(await desk.tax.quote(call.body))
    except TaxRefused as wrong:
        raise _invalid(wrong) from None


async def refund_tax(call: Call, desk: Desk) -> Reply:
    """Say what of it goes back."""
    try:
        return reply(await desk.tax.refund(call.body))
    except TaxRefused as wrong:
        raise _invalid(wrong) from None


def _invalid(wrong: TaxRefused) -> Problem:
    return Problem(INVALID, errors=[Flaw(f.text, f"/{f.field}") for f in wrong.flaws])

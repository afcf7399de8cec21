"""A takeover planned: everything that must fit before anybody is asked to approve it."""

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from tallystick.app.exits import not_found, not_in_order
from tallystick.app.golive.package import Package, read_package
from tallystick.processes.golive.approved import Takeover, propose_takeover
from tallystick.processes.golive.soundness import opening_is_flawed
from tallystick.processes.golive.takeover import TAKEN, TakeoverData
from tallystick.reconciliation.golive.tie_out import Lack, OldBalance, Tie, lacks, misplaced, ties, unmapped
from tallystick.storage.access.approvals import Approvals
from tallystick.storage.reading.golive.takeovers import takeovers_of

if TYPE_CHECKING:
    from tallystick.app.access.acting import Actor
    from tallystick.app.house import House
    from tallystick.security.proposals import Proposal


class Plan(Struct, frozen=True):
    """What would be taken over, and what is in its way: accounts nobody named, what is said wrongly, what does not tie out.

    *lacks* is in nobody's way: what open orders were promised and is not there will be owed.
    """

    package: Package
    unmapped: list[OldBalance]
    flaws: list[str]
    ties: list[Tie]
    lacks: list[Lack]

    @property
    def fits(self) -> bool:
        """Whether it can be taken over as it is."""
        return not self.unmapped and not self.flaws and all(t.fits for t in self.ties)


def plan_of(folder: Path, currency: str) -> Plan:
    """Read and tie out the takeover in *folder*. Raises a `Complaint` where a file cannot be read."""
    package = read_package(folder, currency)
    takeover = package.takeover
    accounts = takeover.opening.accounts
    flaw = opening_is_flawed(takeover.opening)
    return Plan(
        package,
        unmapped(package.balances, accounts),
        [*misplaced(accounts), *([flaw] if flaw else [])],
        list(ties(package.balances, takeover)),
        lacks(takeover),
    )


async def propose(house: "House", actor: "Actor", folder: Path, expires_days: int) -> "Proposal":
    """Prepare the takeover in *folder* for another person's approval. Raises a `Complaint` where it does not fit."""
    plan = plan_of(folder, house.info.currency)
    takeover = plan.package.takeover
    if not plan.fits:
        raise not_in_order(
            f"the takeover from {takeover.opening.ledger} does not fit", f"see `tally golive plan {folder}`"
        )
    known = dict(await _known(house))
    state, _ = known.get(takeover.opening.ledger, ("", None))
    if state == TAKEN:
        raise not_in_order(
            f"{takeover.opening.ledger} was taken over already",
            "stock is corrected by counts; balances after `tally golive reverse`",
        )
    return await _proposed(house, actor, takeover, expires_days)


async def propose_reversal(house: "House", actor: "Actor", ledger: str, because: str) -> "Proposal":
    """Prepare that the balances of a takeover be taken back. Raises a `Complaint` where there is none."""
    known = dict(await _known(house))
    state, data = known.get(ledger, ("", None))
    if data is None or state != TAKEN:
        raise not_found(f"nothing of {ledger} is in the book to be taken back", "see `tally golive show`")
    from tallystick.processes.golive.approved import takeover_of
    from tallystick.storage.access.approvals import proposal

    first = await proposal(actor.connection, data.proposal)
    if first is None:
        raise not_found(f"proposal {data.proposal} is not there", "run `tally book check`")
    opening = replace(takeover_of(first).opening, reverses=data.proposal, reason=because, stock=(), orders=0)
    return await _proposed(house, actor, Takeover(opening), 14)


async def _proposed(house: "House", actor: "Actor", takeover: Takeover, expires_days: int) -> "Proposal":
    desk = Approvals(actor.connection, house.names, house.keyring)
    return await desk.propose(actor.user(), propose_takeover(takeover, expires_days))


async def _known(house: "House") -> list[tuple[str, tuple[str, TakeoverData]]]:
    return [(data.ledger, (state, data)) for state, data in await takeovers_of(await house.connection())]

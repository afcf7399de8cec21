"""The contract of proposals."""

from tallystick.api.contract import Capability, Given, Operation
from tallystick.api.problems import KEY_REUSED, RULED_OUT
from tallystick.api.proposals import handlers as do
from tallystick.api.proposals.shapes import (
    EntryProposed,
    ProposalShown,
    ProposalsQuery,
    ProposalsShown,
    ProposalWhere,
    VerdictGiven,
    WithdrawalGiven,
)
from tallystick.messages.catalogue import Lifecycle

PROPOSALS = Capability(
    name="proposals",
    owner="financial control",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="Manual entries: prepared by one person, approved by another, and then in the book.",
    operations=(
        Operation(
            id="propose_manual_entry",
            method="POST",
            path="/proposals/entries",
            about="Prepare a manual entry. It is booked when another person, whose limit is high enough, approves it.",
            scope="entries:propose",
            does=do.propose_manual_entry,
            takes=EntryProposed,
            gives=(Given(201, "laid down, or laid down before under this key", ProposalShown),),
            has_key=True,
            problems=(RULED_OUT, KEY_REUSED),
        ),
        Operation(
            id="list_proposals",
            method="GET",
            path="/proposals",
            about="What waits for a second person, and what was said of the rest.",
            scope="proposals:read",
            does=do.list_proposals,
            query=ProposalsQuery,
            gives=(Given(200, "the newest, oldest first", ProposalsShown),),
        ),
        Operation(
            id="show_proposal",
            method="GET",
            path="/proposals/{proposal}",
            about="A proposal in full.",
            scope="proposals:read",
            does=do.show_proposal,
            where=ProposalWhere,
            gives=(Given(200, "as it stands", ProposalShown),),
        ),
        Operation(
            id="give_verdict",
            method="POST",
            path="/proposals/{proposal}/verdict",
            about="Approve or reject what another person prepared: never one's own, and only up to one's limit.",
            scope="proposals:decide",
            does=do.give_verdict,
            where=ProposalWhere,
            takes=VerdictGiven,
            gives=(Given(200, "said", ProposalShown),),
            problems=(RULED_OUT,),
        ),
        Operation(
            id="withdraw_proposal",
            method="POST",
            path="/proposals/{proposal}/withdrawal",
            about="Take back what one prepared oneself.",
            scope="entries:propose",
            does=do.withdraw_proposal,
            where=ProposalWhere,
            takes=WithdrawalGiven,
            gives=(Given(200, "taken back", ProposalShown),),
            problems=(RULED_OUT,),
        ),
    ),
)

"""What is said of proposals over HTTP."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tallystick.api.words import PageSize, PositiveMoney, Text
from tallystick.security.proposals import EXPIRY_DAYS_DEFAULT, EXPIRY_DAYS_MAX

LINES_MAX = 500
Account = Annotated[
    str,
    Meta(min_length=3, max_length=100, pattern=r"^[A-Za-z0-9_.:-]+$", description="an account open to manual entries"),
]
Reason = Annotated[
    str, Meta(min_length=1, max_length=200, pattern=r"^[!-~][ -~]*$", description="why, in a line of visible ASCII")
]
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", description="of what was looked at, as the proposal shows it")]


class LineProposed(Struct, frozen=True, forbid_unknown_fields=True):
    """One amount to be moved from `credit` to `debit`, in minor units of the book's currency."""

    debit: Account
    credit: Account
    amount: PositiveMoney
    text: Text = ""


class EntryProposed(Struct, frozen=True, forbid_unknown_fields=True):
    """A manual entry to be booked when another person has approved it."""

    effective_on: date
    reason: Reason
    lines: Annotated[tuple[LineProposed, ...], Meta(min_length=1, max_length=LINES_MAX)]
    expires_days: Annotated[int, Meta(ge=1, le=EXPIRY_DAYS_MAX)] = EXPIRY_DAYS_DEFAULT


class VerdictGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """What another person says of a proposal, having looked at the content with `digest`."""

    says: Literal["approved", "rejected"]
    digest: Digest
    because: Text = ""


class WithdrawalGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """Who prepared it takes it back."""

    because: Text = ""


class ProposalWhere(Struct, frozen=True):
    """Which proposal."""

    proposal: Annotated[int, Meta(ge=1, le=2**31 - 1)]


class ProposalsQuery(Struct, frozen=True):
    """Those in one state, or all; the newest."""

    state: Literal["open", "expired", "rejected", "withdrawn", "approved", "done"] | None = None
    limit: PageSize = 100


class LineShown(Struct, frozen=True):
    """One amount moved from `credit` to `debit`."""

    line: int
    debit: str
    credit: str
    amount: int
    text: str


class ProposalShown(Struct, frozen=True):
    """A proposal as it stands. `approved` is on its way into the book, `done` is in it as `event`."""

    proposal: int
    kind: str
    subject: str
    state: str
    amount: int
    currency: str
    digest: str
    effective_on: date
    reason: str
    reverses: int | None
    lines: list[LineShown]
    prepared_by: str
    prepared_at: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    because: str
    event: str | None


class ProposalsShown(Struct, frozen=True):
    """Proposals, oldest first."""

    proposals: list[ProposalShown]

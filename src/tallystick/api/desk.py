"""What handlers reach: the one way to write, and readers. The roof fills it in."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from tallystick.decisions.tax.setup import TaxSetup
from tallystick.engine.answer import Answer, Unit
from tallystick.ports.channels import ChannelReader
from tallystick.ports.connector import Delivery
from tallystick.ports.gift_cards import GiftCards
from tallystick.ports.golive import GoliveReader
from tallystick.ports.reading import (
    JournalReader,
    MasterReader,
    RecordReader,
    Standing,
    StockAsked,
    StockLine,
    StockReader,
    Use,
)
from tallystick.ports.stewardship import StewardReader
from tallystick.ports.tax import TaxEngine
from tallystick.security.principal import Principal
from tallystick.security.proposals import NewProposal, Proposal, State, Verdict

Submit = Callable[[Unit], Awaitable[list[Answer]]]


class Received(Protocol):
    """How many deliveries were new, known already, and of the known ones in conflict; see `storage.inbox.Received`."""

    @property
    def new(self) -> int:
        """Kept now."""

    @property
    def repeated(self) -> int:
        """Kept before."""

    @property
    def conflicting(self) -> int:
        """Kept before with other content."""


Remember = Callable[[str, Mapping[str, object]], Awaitable[str]]
"""Puts personal data into the vault: what it is called there by us, and the data; returns the reference to it."""
Receiving = Callable[[Sequence[Delivery]], Awaitable[Received]]


class ApprovalDesk(Protocol):
    """Where one person lays down what they prepared and another says yes or no. Raises `AccessRefused`."""

    async def propose(self, who: Principal, new: NewProposal, correlation: str) -> Proposal:
        """Lay *new* down as prepared by *who*."""

    async def decide(self, who: Principal, verdict: Verdict, correlation: str) -> Proposal:
        """Give a verdict."""

    async def proposals(self, states: frozenset[State], limit: int) -> Sequence[Proposal]:
        """Return the newest proposals in one of *states* (none: all), oldest first."""

    async def proposal(self, number: int) -> Proposal | None:
        """Return one proposal."""


class Desk(Struct):
    """The book as the API sees it. `submit` writes and `receive` keeps for later; everything else reads.

    `remember` puts personal data where the book has only a reference to it.

    `standing` and `stock_of` gather what many callers ask at once into one question.
    """

    currency: str
    submit: Submit
    receive: Receiving
    standing: Callable[[str], Awaitable[Standing | None]]
    stock_of: Callable[[tuple[str, StockAsked]], Awaitable[Sequence[StockLine] | None]]
    stock: StockReader
    records: RecordReader
    journal: JournalReader
    masters: MasterReader
    approvals: ApprovalDesk
    usage: Callable[[], Awaitable[Sequence[Use]]]
    remember: Remember
    tax: TaxEngine
    channels: ChannelReader
    stewardship: StewardReader
    golive: GoliveReader
    gift_cards: GiftCards
    tax_setup: TaxSetup = TaxSetup()

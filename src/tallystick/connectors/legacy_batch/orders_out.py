"""What a command becomes in a batch: records by what their columns mean."""

from collections.abc import Sequence

from msgspec import Struct

from tallystick.connectors.legacy_batch.layouts import Means
from tallystick.connectors.legacy_batch.writing import Told
from tallystick.messages.books.ledger import PostJournal, ReverseJournal
from tallystick.messages.channels import TellShipment
from tallystick.model.amount import decimals_of
from tallystick.ports.connector import Rejected


class Outgoing(Struct, frozen=True):
    """A command as records: what its file means, and the decimals of its amounts."""

    means: Means
    decimals: int
    records: Sequence[Told]


def outgoing(command: Struct) -> Outgoing:
    """Return a command as records; raise `Rejected` for one that is not taken."""
    if isinstance(command, TellShipment):
        return Outgoing("dispatch", 0, _dispatch(command))
    if isinstance(command, PostJournal | ReverseJournal):
        return Outgoing("journal", decimals_of(command.journal.ledger_currency), _journal(command))
    raise Rejected(f"{type(command).__name__} is nothing for this ERP: see `tally connector list`")


def _dispatch(command: TellShipment) -> list[Told]:
    whole = {
        "order": command.order,
        "shipment": command.shipment,
        "channel": command.channel,
        "carrier": command.carrier,
        "tracking": command.tracking,
        "delivered": "J" if command.is_delivered else "N",
    }
    return [{**whole, "line": x.line, "sku": x.sku, "quantity": x.quantity} for x in command.lines]


def _journal(command: PostJournal | ReverseJournal) -> list[Told]:
    journal = command.journal
    whole: Told = {
        "link": command.link,
        "verb": "POST" if isinstance(command, PostJournal) else "REVERSE",
        "day": journal.day,
        "book": journal.book,
        "currency": journal.ledger_currency,
    }
    return [{**whole, "line": x.line, "code": x.code, "account": x.account, "amount": x.amount} for x in command.lines]

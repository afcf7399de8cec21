"""The door: thin glue between a folder of interchanges and our four verbs."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct

from tallystick.connectors.x12.acknowledging import answers, to_answer
from tallystick.connectors.x12.cut import deliveries
from tallystick.connectors.x12.elements import Partner
from tallystick.connectors.x12.envelopes import interchanges
from tallystick.connectors.x12.manifest import MANIFEST
from tallystick.connectors.x12.orders_out import FUNCTIONAL, order_940
from tallystick.connectors.x12.translate import translate
from tallystick.connectors.x12.writing import Address, Elements, Envelope, interchange
from tallystick.kit.boxes.coverage import Left
from tallystick.kit.boxes.gaps import Missing, gaps
from tallystick.kit.boxes.mailbox import Cursor, Letter, Mailbox
from tallystick.kit.boxes.sending import Paper, Sending
from tallystick.kit.settings import currency_in, needed_in, pairs_in, zone_in
from tallystick.messages.fulfilment import DispatchReported, ShipOrder
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    Delivery,
    Misconfigured,
    Outcome,
    OutcomeAsked,
    Page,
    Rejected,
    Translation,
)

LEADING: Final = DispatchReported
"""The kind whose pulls notice gaps, answer groups and put files away: the others read the same files meanwhile."""
Sets = list[tuple[str, list[Elements]]]


class X12Partner:
    """Implements `ports.connector.PuttingAway` for one partner."""

    manifest = MANIFEST

    def __init__(self, connection: Connection) -> None:
        """Use the folder of *connection*. Nothing is looked at yet."""
        told = connection.settings
        self._name, self._box = connection.name, Mailbox(connection.url)
        self._sending = Sending(self._box)
        self._us, self._them = (Address.of(name, needed_in(told, name)) for name in ("us", "them"))
        self._usage = _one_of(told, "usage", ("P", "T"))
        measures = told.get("measures", "EA,PC,UN").upper().split(",")
        self.partner = Partner(
            connection.name,
            zone_in(told),
            needed_in(told, "location"),
            currency_in(told),
            told.get("product", "VN"),
            frozenset(m.strip() for m in measures),
            pairs_in(told, "costs"),
            _one_of(told, "line", ("LI", "LX")),
            _one_of(told, "purchases", ("no", "yes")) == "yes",
        )

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Return what lies in the folder, and which numbers are missing."""
        if kind not in MANIFEST.pulls:
            raise Misconfigured(f"{kind.__name__} is not in these files: see `tally connector list`")
        before, letters = Cursor.of(since), list(self._box.letters())
        if not letters:
            return Page((), since, more=False)
        found = [d for letter in letters for d in deliveries(letter.body, self._name)]
        if kind is not LEADING:
            return Page(tuple(found), Cursor().text(), more=False)
        known = dict(before.known)
        found += self._gaps(letters, known)
        cursor = Cursor({letter.name: letter.digest for letter in letters}, known)
        return Page(tuple(found), cursor.text(), more=False)

    def kept(self, page: Page) -> None:
        """Answer each group of the files of *page*, and put the files away."""
        cursor = Cursor.of(page.cursor)
        for letter in self._box.letters_of(cursor):
            for whole in to_answer(letter.body):
                key = f"997/{whole.sender}/{whole.control}/{letter.digest}"
                self._send(key, key.encode(), "FA", answers(whole, self.partner))
        self._box.put_away(cursor)

    def parse(self, delivery: Delivery) -> Translation:
        """Translate a set, a group, an interchange, or a whole file of them."""
        return translate(delivery, self.partner)

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Send a 940; the number of its interchange acknowledges it."""
        if not isinstance(command, ShipOrder):
            raise Rejected(f"{type(command).__name__} is nothing for this partner: see `tally connector list`")
        one = order_940(command, self.partner)
        return self._send(key, msgspec.json.encode(command), FUNCTIONAL, [one])

    def ask(self, question: Struct) -> Struct:
        """Say whether a command was sent."""
        if not isinstance(question, OutcomeAsked):
            raise Misconfigured(f"this partner is not asked {type(question).__name__}: see `tally connector list`")
        sent = self._sending.is_sent(question.key, msgspec.json.encode(question.command))
        return Outcome(Acknowledgement(f"{sent.number:09}") if sent else None)

    def _send(self, key: str, what: bytes, functional: str, sets: Sets) -> Acknowledgement:
        def paper(number: int, at: datetime) -> Paper:
            local = at.astimezone(self.partner.zone)
            envelope = Envelope(self._us, self._them, self._usage, number, local)
            return Paper(f"{sets[0][0]}-{number:09}.edi", interchange(envelope, functional, sets))

        return Acknowledgement(f"{self._sending.send(key, what, paper).number:09}")

    def _gaps(self, letters: Iterable[Letter], known: dict[str, int]) -> list[Delivery]:
        """Return a delivery for each run of missing numbers, and let *known* be the highest seen of each sender."""
        seen: dict[str, set[int]] = {}
        for letter in letters:
            for whole in interchanges(letter.body):
                if not isinstance(whole, Left) and whole.control.isdecimal():
                    seen.setdefault(whole.sender, set()).add(int(whole.control))
        return [self._gap(missing) for missing in gaps(seen, known)]

    def _gap(self, missing: Missing) -> Delivery:
        body = msgspec.json.encode(missing)
        name = f"gap/{missing.sender}/{missing.first}-{missing.last}"
        subject = f"x12/{self._name}/{name}"
        return Delivery(source=self._name, id=name, subject=subject, body=body, digest=sha256(body).digest())


def _one_of(told: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    """Return the setting *name*, the first of *words* where it is left out."""
    found = told.get(name, words[0])
    if found not in words:
        raise Misconfigured(f"setting `{name}`: {found!r} is none of {', '.join(words)}")
    return found

"""The door: thin glue between a folder of batches and our four verbs."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct

from tallystick.connectors.legacy_batch.cut import deliveries
from tallystick.connectors.legacy_batch.layouts import layout_that_means, layouts_in
from tallystick.connectors.legacy_batch.manifest import MANIFEST
from tallystick.connectors.legacy_batch.orders_out import outgoing
from tallystick.connectors.legacy_batch.reading import read
from tallystick.connectors.legacy_batch.translate import Erp, translate
from tallystick.connectors.legacy_batch.writing import Night, written
from tallystick.kit.boxes.coverage import Left
from tallystick.kit.boxes.gaps import gaps
from tallystick.kit.boxes.mailbox import Cursor, Letter, Mailbox
from tallystick.kit.boxes.sending import Paper, Sending
from tallystick.kit.settings import currency_in, pairs_in, zone_in
from tallystick.messages.masters import ProductReported
from tallystick.model.amount import decimals_of
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    Delivery,
    Misconfigured,
    Outcome,
    OutcomeAsked,
    Page,
    Translation,
)

LEADING: Final = ProductReported
"""The kind whose pulls notice gaps and put files away: the others read the same files meanwhile."""


class LegacyBatch:
    """Implements `ports.connector.PuttingAway` for one ERP."""

    manifest = MANIFEST

    def __init__(self, connection: Connection) -> None:
        """Use the folder of *connection*. Nothing is looked at yet but its layouts."""
        told = connection.settings
        self._name, self._box = connection.name, Mailbox(connection.url)
        self._sending = Sending(self._box)
        layouts = layouts_in(told.get("layouts", ""))
        self._erp = Erp(connection.name, zone_in(told), currency_in(told), pairs_in(told, "locations"), layouts)
        self._of = (connection.name, decimals_of(self._erp.currency))

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Return what lies in the folder, and which batches are missing."""
        if kind not in MANIFEST.pulls:
            raise Misconfigured(f"{kind.__name__} is not in these files: see `tally connector list`")
        before, letters = Cursor.of(since), list(self._box.letters())
        if not letters:
            return Page((), since, more=False)
        found = [d for letter in letters for d in deliveries(letter.body, self._erp.layouts, self._of)]
        if kind is not LEADING:
            return Page(tuple(found), Cursor().text(), more=False)
        known = dict(before.known)
        found += self._gaps(letters, known)
        cursor = Cursor({letter.name: letter.digest for letter in letters}, known)
        return Page(tuple(found), cursor.text(), more=False)

    def kept(self, page: Page) -> None:
        """Put the files of *page* away."""
        self._box.put_away(Cursor.of(page.cursor))

    def parse(self, delivery: Delivery) -> Translation:
        """Translate records that belong together, or a whole file."""
        return translate(delivery, self._erp)

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Write a batch of one command; its number acknowledges it."""
        out = outgoing(command)
        name, layout = layout_that_means(self._erp.layouts, out.means)

        def paper(number: int, at: datetime) -> Paper:
            day = at.astimezone(self._erp.zone).date()
            body = written(Night(name, layout, number, day, out.decimals), out.records)
            return Paper(f"{name}-{number:09}.{'csv' if layout.format == 'csv' else 'txt'}", body)

        return Acknowledgement(f"{self._sending.send(key, _said(command), paper).number:09}")

    def ask(self, question: Struct) -> Struct:
        """Say whether a command was written."""
        if not isinstance(question, OutcomeAsked):
            raise Misconfigured(f"this ERP is not asked {type(question).__name__}: see `tally connector list`")
        sent = self._sending.is_sent(question.key, _said(question.command))
        return Outcome(Acknowledgement(f"{sent.number:09}") if sent else None)

    def _gaps(self, letters: Iterable[Letter], known: dict[str, int]) -> list[Delivery]:
        seen: dict[str, set[int]] = {}
        for letter in letters:
            try:
                batch = read(letter.body, self._erp.layouts, self._of[1])
            except Left:
                continue
            seen.setdefault(batch.name, set()).add(batch.number)
        found = []
        for missing in gaps(seen, known):
            body = msgspec.json.encode(missing)
            name = f"gap/{missing.sender}/{missing.first}-{missing.last}"
            subject = f"batch/{self._name}/{name}"
            one = Delivery(source=self._name, id=name, subject=subject, body=body, digest=sha256(body).digest())
            found.append(one)
        return found


def _said(command: Struct) -> bytes:
    return msgspec.json.encode({"type": type(command).__name__, "data": command})

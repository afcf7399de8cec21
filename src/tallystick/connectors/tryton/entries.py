"""Exactly one posted entry for each command, in a ledger that knows no idempotency keys.

Drafts are harmless: no balance counts them. So an entry is created as a draft that carries its link and key; then all of
that link are looked up, every draft but the oldest is deleted, and only then that one is posted. Whoever posts an entry
has deleted every other draft he saw; one he did not see was committed later, so its poster sees his, and either finds
it posted and stops, or deletes it first. Deleting and posting one entry exclude each other in Tryton's database, and
what is posted is posted once only. So no two are ever posted, however late a request arrives.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from tallystick.connectors.tryton.client import Tryton
from tallystick.connectors.tryton.translate import (
    Desk,
    Entry,
    content_of,
    currency_of,
    entry_of,
    values_of,
)
from tallystick.connectors.tryton.values import date_value
from tallystick.kit.calls import RETRY_SECONDS
from tallystick.messages.books.ledger import (
    LINK_PREFIX,
    JournalCommand,
    PostJournal,
    ReverseJournal,
    SoughtEntry,
    sought,
)
from tallystick.model.amount import decimals_of
from tallystick.ports.connector import Acknowledgement, ConnectorError, Misconfigured, Rejected, Retryable

Keyed = tuple[JournalCommand, str]
Result = Acknowledgement | ConnectorError
Found = dict[str, list[Entry]]
"""Our entries by link, oldest first."""
NOTHING_TO_REVERSE: Final = "nothing to reverse: the original was never posted"
_ALL: Final = (0, None, None)
"""Offset, limit and order of a search that wants everything."""


def desk_of(client: Tryton, company: str) -> Desk:
    """Read what entries need; *company* names the one meant, empty where there is only one."""
    fields = ["party.name", "currency.code", "currency.digits"]
    found = client.read("model.company.company.search_read", [], *_ALL, fields)
    mine = [c for c in found if not company or c["party."]["name"] == company]
    if len(mine) != 1:
        names = ", ".join(c["party."]["name"] for c in found) or "none"
        raise Misconfigured(f"which company of Tryton is meant? There are: {names}: set tryton.company to one of these")
    number = mine[0]["id"]
    client.context["company"] = number
    of_company = [["company", "=", number]]
    journals = client.read("model.account.journal.search_read", [], *_ALL, ["code"])
    accounts = client.read("model.account.account.search_read", of_company, *_ALL, ["code"])
    period_fields = ["start_date", "end_date", "state"]
    standard = [*of_company, ["type", "=", "standard"]]
    periods = client.read("model.account.period.search_read", standard, *_ALL, period_fields)
    return Desk(
        number,
        currency_of(mine[0]),
        {j["code"]: j["id"] for j in journals if j["code"]},
        {a["code"]: a["id"] for a in accounts if a["code"]},
        periods,
    )


class Entries:
    """Our entries in one company of Tryton."""

    def __init__(self, client: Tryton, desk: Desk) -> None:
        """Work with *client* at *desk*."""
        self._client, self._desk = client, desk
        self._found: Found = {}

    def find(self, entries: Iterable[SoughtEntry]) -> Found:
        """Return our entries on the days of those asked for, by link, oldest first; lines only of those asked for."""
        asked = list(entries)
        domain = [
            ["company", "=", self._desk.company],
            ["date", "in", [date_value(day) for day in sorted({e.day for e in asked})]],
            ["description", "like", f"{LINK_PREFIX}%"],
        ]
        fields = ["number", "state", "description"]
        moves = self._client.read("model.account.move.search_read", domain, 0, None, [["id", "ASC"]], fields)
        links, keys = {e.link for e in asked}, {e.key for e in asked}
        wanted = [m["id"] for m in moves if not links.isdisjoint(m["description"].split()) or _key(m) in keys]
        lines = self._lines(wanted)
        decimals = decimals_of(self._desk.currency)
        found: Found = {}
        for move in moves:
            entry = entry_of(move, lines.get(move["id"], []), decimals)
            found.setdefault(entry.link, []).append(entry)
        return found

    def push(self, commands: Sequence[Keyed]) -> list[Result]:
        """Make each command one posted entry, and say what came of each, in order. May raise any connector error."""
        results: dict[int, Result] = {}
        self._answer(range(len(commands)), commands, results)
        missing = [i for i in _open(commands, results) if not _drafts(commands[i], self._found)]
        self._together(missing, results, lambda places: self._create([commands[i] for i in places]))
        self._answer(_open(commands, results), commands, results)
        chosen = self._choose(commands, results)
        refused: dict[int, Result] = {}
        self._together(list(chosen), refused, lambda places: self._post([chosen[i] for i in places]))
        self._answer(_open(commands, results), commands, results)
        for i in _open(commands, results):
            is_there = i in chosen and any(e.id == chosen[i].id for e in _drafts(commands[i], self._found))
            # Refused and still a draft: Tryton will not have it. Otherwise somebody else was faster: look again later.
            gone = Retryable(f"{commands[i][0].link} changed while it was to be posted", RETRY_SECONDS)
            results[i] = refused.get(i, gone) if is_there else gone
        return [results[i] for i in range(len(commands))]

    def _answer(self, places: Sequence[int], commands: Sequence[Keyed], results: dict[int, Result]) -> None:
        """Look up what Tryton holds now, and answer each command that needs no more work."""
        if not places:
            return
        self._found = self.find(sought(*commands[i]) for i in places)
        for i in places:
            answer = _answer_of(*commands[i], self._found)
            if answer is None and isinstance(commands[i][0], ReverseJournal):
                answer = self._without_original(commands[i][0])
            if answer is not None:
                results[i] = answer

    def _without_original(self, command: JournalCommand) -> Result | None:
        """A journal that never arrived needs no reversal; its drafts go, so that no late request can post one."""
        originals = self._found.get(command.journal.link(command.revision), [])
        if any(e.is_posted for e in originals):
            return None
        if self._delete(originals):
            return Retryable(f"{command.link}: the original is being posted just now", RETRY_SECONDS)
        return Acknowledgement(NOTHING_TO_REVERSE)

    def _choose(self, commands: Sequence[Keyed], results: dict[int, Result]) -> dict[int, Entry]:
        """Return the oldest draft of each open command, once all its others are gone."""
        drafts = {i: _drafts(commands[i], self._found) for i in _open(commands, results)}
        chosen = {i: found[0] for i, found in drafts.items() if found}
        others = {
            e.id: (i, e)
            for i in drafts
            for e in self._found.get(commands[i][0].link, [])
            if i not in chosen or e.id != chosen[i].id
        }
        for entry in self._delete([e for _, e in others.values()]):
            place = others[entry.id][0]
            chosen.pop(place, None)
            results[place] = Retryable(f"{entry.link} is being posted by somebody else just now", RETRY_SECONDS)
        return chosen

    def _together(
        self, places: Sequence[int], results: dict[int, Result], work: Callable[[Sequence[int]], None]
    ) -> None:
        """Do *work* for all at once; where Tryton refuses that, for each alone, so that one bad never stops the rest."""
        if not places:
            return
        try:
            work(places)
        except Rejected as refused:
            if len(places) == 1:
                results[places[0]] = refused
                return
            for place in places:
                self._together([place], results, work)

    def _delete(self, entries: Sequence[Entry]) -> list[Entry]:
        """Delete drafts; return those that could not be, because somebody posted or deleted them meanwhile."""
        if not entries:
            return []
        try:
            self._client.write("model.account.move.delete", [e.id for e in entries])
        except Rejected:
            return [*entries] if len(entries) == 1 else [kept for e in entries for kept in self._delete([e])]
        return []

    def _create(self, commands: Sequence[Keyed]) -> None:
        self._client.write("model.account.move.create", [self._values(c, key) for c, key in commands])

    def _values(self, command: JournalCommand, key: str) -> dict[str, Any]:
        values = values_of(command, key, self._desk)
        if isinstance(command, ReverseJournal):
            originals = self._found.get(command.journal.link(command.revision), [])
            values["origin"] = next((f"account.move,{e.id}" for e in originals if e.is_posted), None)
        return values

    def _post(self, entries: Sequence[Entry]) -> None:
        self._client.write("model.account.move.post", [e.id for e in entries])

    def _lines(self, moves: Sequence[int]) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = {}
        if moves:
            fields = ["move", "account.code", "debit", "credit"]
            for line in self._client.read(
                "model.account.move.line.search_read", [["move", "in", list(moves)]], *_ALL, fields
            ):
                found.setdefault(line["move"], []).append(line)
        return found


def _key(move: Any) -> str:
    return str(move["description"]).partition(" ")[2]


def _open(commands: Sequence[Keyed], results: dict[int, Result]) -> list[int]:
    return [i for i in range(len(commands)) if i not in results]


def _drafts(keyed: Keyed, found: Found) -> list[Entry]:
    command, _ = keyed
    return [e for e in found.get(command.link, []) if not e.is_posted and e.lines == content_of(command)]


def _answer_of(command: JournalCommand, key: str, found: Found) -> Result | None:
    """Answer a command whose entry is posted, whose key was used for something else, or which comes too late."""
    mine = [e for e in found.get(command.link, []) if e.is_posted]
    others = [e for entries in found.values() for e in entries if e.key == key and e.link != command.link]
    wrong = [e for e in mine if e.lines != content_of(command)] + [e for e in others if e.is_posted]
    if wrong:
        reason = f"Tryton's entry {wrong[0].number} has the key of {command.link} and says something else"
        return Rejected(f"{reason}: see who changed it")
    if mine:
        return Acknowledgement(mine[0].number)
    if isinstance(command, PostJournal):
        return _out_of_turn(command, found)
    return None


def _out_of_turn(command: PostJournal, found: Found) -> Rejected | None:
    """A revision is posted neither after it was replaced, nor before the one it replaces was reversed."""

    def stands(link: str) -> bool:
        return any(e.is_posted for e in found.get(link, []))

    before = command.journal.link(command.revision - 1)
    if stands(f"{command.link}/reversal") or stands(command.journal.link(command.revision + 1)):
        return Rejected(f"{command.link} was reversed or replaced in Tryton already: drop it")
    if stands(before) and not stands(f"{before}/reversal"):
        return Rejected(f"{before} still stands in Tryton: see why its reversal did not arrive, then push again")
    return None

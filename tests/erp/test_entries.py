"""One command, one posted entry, in a real Tryton behind a line that fails: whatever is lost, doubled or late."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tallystick.connectors.tryton.client import Access
from tallystick.connectors.tryton.connector import TrytonErp
from tallystick.connectors.tryton.entries import Entries, Keyed, desk_of
from tallystick.messages.books.ledger import (
    EntriesFound,
    FindEntries,
    LedgerEntries,
    LedgerEntriesAsked,
    PostJournal,
    ReverseJournal,
    sought,
)
from tallystick.ports.connector import Acknowledgement, InDoubt, Misconfigured, Rejected, Retryable
from tallystick.reconciliation.ledger_balances import CauseKind, Issued, compare
from tests.counterparts.tryton.proxy import Fault, Proxy
from tests.counterparts.tryton.server import PASSWORD, USER, Server
from tests.erp.conftest import CREATE, DAY, DELETE, POST, first, journal


def look(database: Path, link: str) -> list[tuple[str, str]]:
    """Return (state, description) of Tryton's entries of *link*, out of its own database and past our code."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as tryton:
        asked = "select state, description from account_move where description like ? order by id"
        return [(state, text) for state, text in tryton.execute(asked, (f"{link} %",))]


def states(database: Path, link: str) -> list[str]:
    """Return the states of Tryton's entries of *link*."""
    return [state for state, _ in look(database, link)]


def once(method: str, fault: Fault) -> Any:
    """Plan a fault for the first call of a method."""
    return lambda called, before: fault if (called, before) == (method, 0) else Fault.NONE


def test_pushing_twice_adds_nothing(erp: TrytonErp, database: Path) -> None:
    """The same key twice has one effect and the same answer; its entry carries link and key, its lines their links."""
    command = first(channel="twice")
    answers = [erp.push(command, "a1.1") for _ in range(2)]
    assert answers[0] == answers[1]
    assert look(database, command.link) == [("posted", f"{command.link} a1.1")]
    told = erp.ask(LedgerEntriesAsked(DAY, DAY))
    assert isinstance(told, LedgerEntries)
    mine = [(x.code, x.amount, x.text) for x in told.lines if x.link == command.link]
    assert mine == [
        ("1.2.9", 12_345, f"{command.link}#1 receivable:twice"),
        ("4.1.1", -12_345, f"{command.link}#2 revenue:twice"),
    ]


def test_the_same_key_with_other_content_is_refused(erp: TrytonErp, database: Path) -> None:
    """Neither the same link nor the same key may say two things."""
    command = first(channel="same")
    erp.push(command, "b1.1")
    with pytest.raises(Rejected, match="says something else"):
        erp.push(first(999, channel="same"), "b1.1")
    with pytest.raises(Rejected, match="says something else"):
        erp.push(first(channel="other"), "b1.1")
    assert states(database, command.link) == ["posted"]


@pytest.mark.parametrize("method", [CREATE, POST])
def test_a_time_out_after_the_effect_is_found_by_asking(
    erp: TrytonErp, proxy: Proxy, database: Path, method: str
) -> None:
    """Sent, outcome unknown: asking says whether it is posted; pushing on makes it one posted entry, never two."""
    command = first(channel=f"lost-{method[-4:]}")
    proxy.plan = once(method, Fault.ANSWER_LOST)
    with pytest.raises(InDoubt):
        erp.push(command, f"c.{method}")
    found = erp.ask(FindEntries((sought(command, f"c.{method}"),)))
    assert isinstance(found, EntriesFound)
    assert [number is not None for number in found.numbers] == [method == POST]
    assert erp.push(command, f"c.{method}").foreign_id
    assert states(database, command.link) == ["posted"]


@pytest.mark.parametrize("method", [CREATE, POST])
def test_a_request_that_never_arrived_is_sent_again(erp: TrytonErp, proxy: Proxy, database: Path, method: str) -> None:
    """The line fails before the effect: it looks just the same from here, and ends the same."""
    command = first(channel=f"gone-{method[-4:]}")
    proxy.plan = once(method, Fault.LOST)
    with pytest.raises(InDoubt):
        erp.push(command, f"d.{method}")
    erp.push(command, f"d.{method}")
    assert states(database, command.link) == ["posted"]


def test_a_draft_created_late_is_never_posted(erp: TrytonErp, proxy: Proxy, database: Path) -> None:
    """A request that was given up arrives after its repetition: one entry counts, the late draft goes with the next look."""
    command = first(channel="late-create")
    proxy.plan = once(CREATE, Fault.LATE)
    with pytest.raises(InDoubt):
        erp.push(command, "e1.1")
    erp.push(command, "e1.1")
    proxy.release()
    assert states(database, command.link) == ["posted", "draft"]
    assert erp.push(command, "e1.1").foreign_id
    assert states(database, command.link).count("posted") == 1


def test_a_posting_that_arrives_late_changes_nothing(erp: TrytonErp, proxy: Proxy, database: Path) -> None:
    """Posting is of one draft, and whoever repeats the push takes that very draft."""
    command = first(channel="late-post")
    proxy.plan = once(POST, Fault.LATE)
    with pytest.raises(InDoubt):
        erp.push(command, "f1.1")
    erp.push(command, "f1.1")
    proxy.release()
    assert states(database, command.link) == ["posted"]


def test_of_several_drafts_one_is_kept(erp: TrytonErp, tryton: Server, database: Path) -> None:
    """Two pushers created a draft each: the oldest is posted, the other deleted, and a late request changes nothing."""
    command = first(channel="several")
    slow = Proxy(tryton.url, once(DELETE, Fault.LATE))
    rival = TrytonErp(Access(slow.url, tryton.database, USER, PASSWORD))
    for _ in range(2):
        _raw_draft(tryton, command, "aa.1")
    with pytest.raises(InDoubt):
        rival.push(command, "aa.1")
    erp.push(command, "aa.1")
    (answer,) = slow.release()
    assert "error" in answer, "what was deleted already cannot be deleted by a late request"
    assert rival.push(command, "aa.1") == erp.push(command, "aa.1")
    assert states(database, command.link) == ["posted"]
    rival.close()
    slow.close()


def test_a_draft_that_was_deleted_cannot_be_posted(erp: TrytonErp, tryton: Server, database: Path) -> None:
    """The proof of entries.py stands on this: deleting and posting one entry exclude each other."""
    command = first(channel="excluded")
    door = _entries(tryton)
    number = _raw_draft(tryton, command, "ab.1")
    door._client.write(DELETE, [number])
    with pytest.raises((Rejected, InDoubt)):
        door._client.write(POST, [number])
    posted = _raw_draft(tryton, command, "ab.1")
    door._client.write(POST, [posted])
    for method in (DELETE, POST):
        with pytest.raises(Rejected):
            door._client.write(method, [posted])
    assert states(database, command.link) == ["posted"]
    door._client.close()


def test_one_that_is_refused_stops_no_other(erp: TrytonErp, database: Path) -> None:
    """Fifty journals go together; the one without a period, journal or account is refused by name, the rest arrive."""
    good = [(first(channel=f"good-{n}"), f"{n}.9") for n in range(3)]
    bad = first(channel="bad", day=date(2035, 1, 1))
    results = erp.push_many([*good, (bad, "9.9")])
    assert [type(r) for r in results] == [Acknowledgement] * 3 + [Rejected]
    assert "no period for 2035-01-01" in str(results[3])
    assert [states(database, command.link) for command, _ in good] == [["posted"]] * 3


def test_a_revision_is_reversed_before_the_next_is_posted(erp: TrytonErp, database: Path) -> None:
    """A revised day goes out as reversal, then new; out of turn is refused; the reversal points at its original."""
    old, new = journal(channel="revised"), journal(20_000, channel="revised")
    erp.push(PostJournal(old, 1), "1a.1")
    with pytest.raises(Rejected, match="still stands"):
        erp.push(PostJournal(new, 2), "1a.3")
    erp.push(ReverseJournal(old, 1), "1a.2")
    erp.push(PostJournal(new, 2), "1a.3")
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as tryton:
        asked = "select origin from account_move where description like ?"
        ((origin,),) = tryton.execute(asked, (f"{old.link(1)}/reversal %",)).fetchall()
        ((number,),) = tryton.execute("select id from account_move where description = ?", (f"{old.link(1)} 1a.1",))
    assert origin == f"account.move,{number}"


def test_what_never_arrived_needs_no_reversal_and_never_comes_back(erp: TrytonErp, database: Path) -> None:
    """Its draft goes with the reversal, and once a later revision stands, the first is refused."""
    old, new = journal(channel="ghost"), journal(20_000, channel="ghost")
    assert erp.push(ReverseJournal(old, 1), "2a.2").foreign_id.startswith("nothing to reverse")
    erp.push(PostJournal(new, 2), "2a.3")
    with pytest.raises(Rejected, match="reversed or replaced"):
        erp.push(PostJournal(old, 1), "2a.1")
    assert (states(database, old.link(1)), states(database, new.link(2))) == ([], ["posted"])


def test_without_looking_up_the_key_a_repeated_push_doubles_and_the_comparison_says_so(
    erp: TrytonErp, proxy: Proxy, tryton: Server
) -> None:
    """The broken twin: a pusher that creates and posts without looking, and repeats itself after a time-out."""
    command = first(channel="careless")
    for _ in range(2):
        door = _entries(tryton)
        door._client.write(POST, [_raw_draft(tryton, command, "3a.1")])
        door._client.close()
    told = erp.ask(LedgerEntriesAsked(DAY, DAY))
    assert isinstance(told, LedgerEntries)
    mine = [x for x in told.lines if x.link == command.link]
    subject = command.journal.subject
    found = compare([command.journal], {subject: Issued(1, command.journal)}, mine, {"1.2.9", "4.1.1"})
    assert [(d.code, d.theirs - d.ours) for d in found.differences] == [("1.2.9", 12_345), ("4.1.1", -12_345)]
    assert {c.kind for d in found.differences for c in d.causes} == {CauseKind.DOUBLED}


def test_a_wrong_password_is_named_without_being_shown(tryton: Server) -> None:
    """Misconfigured, with the setting to look at; the password is in no text and no trace of the door."""
    access = Access(tryton.url, tryton.database, USER, "a-wrong-secret")
    door = TrytonErp(access)
    with pytest.raises(Misconfigured, match="TALLYSTICK_TRYTON_PASSWORD") as caught:
        door.ask(LedgerEntriesAsked(DAY, DAY))
    assert "a-wrong-secret" not in f"{caught.value!r} {access!r}"
    door.close()


def test_a_database_that_is_not_there_is_a_setting_to_mend(tryton: Server) -> None:
    """The name of the database is wrong: nothing is tried again before somebody corrects it."""
    door = TrytonErp(Access(tryton.url, "nowhere", USER, PASSWORD))
    with pytest.raises(Misconfigured, match="nowhere"):
        door.push(first(), "4a.1")
    door.close()


@pytest.mark.parametrize("url", ["http://erp.example.com", "ftp://127.0.0.1", "erp.example.com"])
def test_a_password_never_travels_in_the_open(url: str) -> None:
    """Beyond this machine only over TLS."""
    with pytest.raises(Misconfigured, match="https"):
        TrytonErp(Access(url, "tryton", USER, PASSWORD))


def test_a_ledger_that_is_away_is_tried_again(tryton: Server) -> None:
    """Nobody listens: nothing was sent, so nothing is in doubt."""
    door = TrytonErp(Access("http://127.0.0.1:9", tryton.database, USER, PASSWORD))
    with pytest.raises(Retryable):
        door.push(first(), "5a.1")
    door.close()


def test_a_session_that_ended_is_renewed(erp: TrytonErp, database: Path) -> None:
    """Tryton forgets sessions after a while; the push goes on under a new one."""
    erp.push(first(channel="session-1"), "6a.1")
    erp._client._session = "YWRtaW46MTpub25lc3VjaA=="
    erp.push(first(channel="session-2"), "6a.2")
    assert states(database, first(channel="session-2").link) == ["posted"]


def _entries(tryton: Server) -> Entries:
    """A desk of one's own, past the proxy."""
    door = TrytonErp(Access(tryton.url, tryton.database, USER, PASSWORD))
    return Entries(door._client, desk_of(door._client, ""))


def _raw_draft(tryton: Server, command: PostJournal, key: str) -> int:
    """Create a draft without looking whether there is one."""
    entries = _entries(tryton)
    keyed: Keyed = (command, key)
    (number,) = entries._client.write(CREATE, [entries._values(*keyed)])
    entries._client.close()
    return int(number)

"""Access by command: the first administrator, two people over one entry, keys shown once, everything in the log."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import Raw, json

from tallystick.app.house import House
from tallystick.app.running import in_house
from tallystick.app.working.work import work_off
from tallystick.engine.envelopes import delivery_of
from tallystick.messages.books.entries import ManualEntry, ManualEntryApproved, ManualLine
from tallystick.messages.envelope import Envelope
from tallystick.processes.approved import SOURCE
from tests.app.conftest import Tally

ENTRY = """\
day = 2026-11-30
reason = "rent of November, not yet invoiced"

[[lines]]
debit = "operating_expense:rent"
credit = "accruals:rent"
amount = "1200.00"
text = "shop 330"
"""


@pytest.fixture
def staffed(tally: Tally, tmp_path: Path) -> Tally:
    """A book with root (administrator), mia (controller), carl (approver to 5,000.00) and dora (approver to 10.00)."""
    (tmp_path / "rent.toml").write_text(ENTRY)
    tally.fine("book", "create", "main", "--currency", "EUR/2")
    tally.fine("user", "add", "root", "--role", "administrator")
    tally.fine("user", "add", "mia", "--role", "controller", "--as", "root")
    tally.fine("user", "add", "carl", "--role", "approver", "--limit", "5000.00", "--as", "root")
    tally.fine("user", "add", "dora", "--role", "approver", "--limit", "10.00", "--as", "root")
    return tally


def _log(tally: Tally, *words: str) -> list[tuple[str, str, str]]:
    return [(d["name"], d["action"], d["outcome"]) for d in tally.json("audit", "list", *words)["deeds"]]


def test_a_book_begins_with_an_administrator(tally: Tally) -> None:
    """Without users everybody who may read the data folder acts; the first user is the administrator, and then names count."""
    tally.fine("book", "create", "main", "--currency", "EUR/2")
    assert "no users" in tally.fine("user", "list")
    tally.complains(2, "user", "add", "mia")
    tally.complains(7, "user", "add", "mia", "--role", "administrator", "--role", "controller")
    assert tally.json("user", "add", "root", "--role", "administrator")["id"]
    assert "say who you are" in tally.complains(7, "user", "add", "mia")
    assert "nobody is called eve" in tally.complains(4, "user", "add", "mia", "--as", "eve").lower()
    tally.fine("user", "add", "mia", "--as", "root")
    assert "users:manage" in tally.complains(7, "user", "grant", "mia", "controller", "--as", "mia")
    (root, mia) = tally.json("user", "list")["users"]
    assert (root["roles"], mia["roles"]) == ({"administrator": None}, {})


def test_an_entry_takes_two_people(staffed: Tally, tmp_path: Path) -> None:
    """Mia prepares, is refused by her own name, Dora by her limit; Carl approves, and the trial balance shows it."""
    file = str(tmp_path / "rent.toml")
    prepared = staffed.json("entry", "propose", file, "--as", "mia")
    assert (prepared["state"], prepared["amount"], prepared["subject"]) == (
        "open",
        "1200.00",
        f"entry/{prepared['id']}",
    )
    number = str(prepared["id"])
    assert [p["id"] for p in staffed.json("approve", "list")["proposals"]] == [prepared["id"]]
    assert "needs the role approver" in staffed.complains(7, "approve", "approve", number, "--as", "mia")
    assert "above the limit of dora" in staffed.complains(7, "approve", "approve", number, "--as", "dora")

    done = staffed.json("approve", "approve", number, "--because", "looked at the lease", "--as", "carl")
    assert (done["state"], done["decided_name"]) == ("done", "carl")
    assert staffed.json("entry", "show", number)["event"] == done["event"]
    assert "1200.00" in staffed.fine("book", "trial-balance", "--account", "accruals")
    assert "one person prepared it" in staffed.fine("trace", str(done["event"]))
    assert staffed.json("book", "check")["ok"]
    assert _log(staffed, "--subject", f"proposal/{number}") == [
        ("carl", "approve", "done"),
        ("dora", "approve", "refused"),
        ("mia", "approve", "denied"),
        ("mia", "propose", "done"),
    ]


def test_an_entry_is_taken_back_by_two_people(staffed: Tally, tmp_path: Path) -> None:
    """A reversal is a proposal of its own, shows the lines the other way round, and happens once."""
    staffed.fine("entry", "propose", str(tmp_path / "rent.toml"), "--as", "mia")
    told = staffed.complains(7, "entry", "reverse", "1", "--because", "too soon", "--as", "mia")
    assert "no entry/1 in the book" in told
    staffed.fine("approve", "approve", "1", "--as", "carl")
    back = staffed.json("entry", "reverse", "1", "--because", "booked twice", "--day", "2026-12-01", "--as", "mia")
    assert (back["reverses"], back["lines"][0]["debit"]) == (1, "accruals:rent")
    assert "reversal of entry/1" in staffed.fine("approve", "show", str(back["id"]))
    assert staffed.json("approve", "approve", str(back["id"]), "--as", "carl")["state"] == "done"
    again = staffed.json("entry", "reverse", "1", "--because", "again", "--as", "mia")
    assert "reversed already" in staffed.complains(7, "approve", "approve", str(again["id"]), "--as", "carl")
    staffed.fine("approve", "reject", str(again["id"]), "--because", "done already", "--as", "carl")
    states = [p["state"] for p in staffed.json("entry", "list")["entries"]]
    assert states == ["done", "done", "rejected"]
    assert staffed.json("approve", "list") == {"proposals": []}
    assert staffed.json("book", "check")["ok"]


def test_a_wrong_entry_names_the_field(staffed: Tally, tmp_path: Path) -> None:
    """Nothing is prepared, and the field and the way out are said. tests/app/test_entry_file.py has every kind of wrong."""
    file = tmp_path / "rent.toml"
    file.write_text(ENTRY.replace("accruals:rent", "psp_clearing:stripe"))
    assert "closed to manual entries" in staffed.complains(6, "entry", "propose", str(file), "--as", "mia")
    assert staffed.json("entry", "list") == {"entries": []}


def test_a_client_and_a_further_name_count_as_their_person(staffed: Tally, tmp_path: Path) -> None:
    """What Mia prepared is approved by no name that is hers."""
    staffed.fine("user", "add", "mia-lee", "--same-person-as", "mia", "--as", "root")
    staffed.fine("user", "grant", "mia-lee", "approver", "--limit", "9999.00", "--as", "root")
    staffed.fine("user", "add", "mia-bot", "--client-of", "mia", "--role", "controller", "--as", "root")
    staffed.fine("entry", "propose", str(tmp_path / "rent.toml"), "--as", "mia")
    assert "same person" in staffed.complains(7, "approve", "approve", "1", "--as", "mia-lee")
    assert "acts by its key only" in staffed.complains(7, "approve", "approve", "1", "--as", "mia-bot")
    assert [u["person"] for u in staffed.json("user", "list")["users"]][-2:] == ["mia", "mia"]


def test_a_deputy_acts_until_it_is_taken_back(staffed: Tally, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Carl lets Otto act for him; the setting TALLYSTICK_USER says who Otto is."""
    staffed.fine("user", "add", "otto", "--as", "root")
    staffed.fine("entry", "propose", str(tmp_path / "rent.toml"), "--as", "mia")
    staffed.complains(7, "approve", "approve", "1", "--as", "otto")
    staffed.complains(7, "user", "delegate", "otto", "--until", "2026-12-31", "--as", "mia")
    last = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
    staffed.fine("user", "delegate", "otto", "--until", last, "--as", "carl")
    assert "otto acts for carl" in staffed.fine("user", "list")
    monkeypatch.setenv("TALLYSTICK_USER", "otto")
    done = staffed.json("approve", "approve", "1", "--on-behalf-of", "carl")
    assert (done["state"], done["decided_name"], done["on_behalf_of"]) == ("done", "otto", "carl")
    staffed.fine("user", "delegate", "otto", "--end", "--as", "carl")
    assert staffed.json("user", "list")["delegations"] == []


def test_a_key_is_shown_once(staffed: Tally) -> None:
    """The secret is on the screen of who made it and nowhere else: not in the list, not in the log."""
    staffed.fine("user", "add", "shop-bot", "--client-of", "mia", "--role", "integrator", "--as", "root")
    made = staffed.json("key", "create", "shop-bot", "--scope", "orders:write", "--days", "30", "--as", "root")
    (known,) = staffed.json("key", "list")["keys"]
    assert (known["id"], known["principal"], known["scopes"]) == (made["id"], "shop-bot", ["orders:write"])
    assert "users:manage" in staffed.complains(7, "key", "create", "shop-bot", "--as", "mia")
    assert "made by carl alone" in staffed.complains(7, "key", "create", "carl", "--as", "root")
    own = staffed.json("key", "create", "carl", "--as", "carl")
    successor = staffed.json("key", "rotate", own["id"], "--as", "carl")
    staffed.fine("key", "revoke", successor["id"], "--as", "carl")
    staffed.complains(4, "key", "revoke", successor["id"], "--as", "carl")
    staffed.complains(7, "key", "revoke", made["id"], "--as", "carl")
    staffed.fine("key", "revoke", made["id"], "--as", "root")
    assert staffed.json("key", "rotate-signing", "--retire", "--as", "root") == {
        "signing_key": 2,
        "retired_older": True,
    }
    told = repr([staffed.json("key", "list"), staffed.json("audit", "list")])
    assert all(key["key"] not in told for key in (made, own, successor))


def test_what_changes_something_is_in_the_log(staffed: Tally) -> None:
    """The commands that were there before access was: who closes a period or erases a person is written down, and needs a role."""
    assert "periods:close" in staffed.complains(7, "close", "lock", "--through", "2026-10-31", "--yes", "--as", "root")
    staffed.fine("close", "lock", "--through", "2026-10-31", "--yes", "--as", "mia")
    staffed.complains(1, "close", "lock", "--through", "2026-10-31", "--yes", "--as", "mia")
    staffed.fine("person", "erase", "web", "17850", "--yes", "--as", "root")
    staffed.complains(4, "dead", "drop", "9", "--because", "test", "--yes", "--as", "mia")
    staffed.complains(7, "dead", "retry", "9", "--as", "root")
    staffed.complains(7, "book", "breaks", "close", "1.1", "--as", "found", "--yes", "--by", "carl")
    found = [d for d in _log(staffed) if not d[1].startswith("user.")]
    assert found == [
        ("carl", "break.close", "denied"),
        ("root", "dead.retry", "denied"),
        ("mia", "dead.drop", "failed"),
        ("mia", "dead.drop", "begun"),
        ("root", "person.erase", "done"),
        ("root", "person.erase", "begun"),
        ("mia", "close.lock", "failed"),
        ("mia", "close.lock", "begun"),
        ("mia", "close.lock", "done"),
        ("mia", "close.lock", "begun"),
        ("root", "close.lock", "denied"),
    ]
    assert "17850" not in repr(staffed.json("audit", "list"))


def test_the_log_is_proved_and_its_end_kept(staffed: Tally) -> None:
    """`verify` prints an end to keep elsewhere, and later says whether the log still goes through it."""
    proved = staffed.json("audit", "verify")
    assert proved["ok"]
    staffed.fine("user", "add", "eve", "--as", "root")
    assert staffed.json("audit", "verify", "--through", proved["end"])["ok"]
    number, _, _ = proved["end"].partition(":")
    assert not staffed.json("audit", "verify", "--through", f"{number}:{'00' * 32}", code=1)["ok"]
    staffed.complains(2, "audit", "verify", "--through", "yesterday")


def test_somebody_who_is_out_does_nothing(staffed: Tally) -> None:
    """A disabled user is nobody on the command line too, until enabled again."""
    staffed.fine("user", "disable", "mia", "--as", "root")
    assert (
        "mia is disabled"
        in staffed.complains(7, "close", "lock", "--through", "2026-10-31", "--yes", "--as", "mia").lower()
    )
    staffed.fine("user", "enable", "mia", "--as", "root")
    staffed.fine("close", "lock", "--through", "2026-10-31", "--yes", "--as", "mia")
    assert "last administrator" in staffed.complains(7, "user", "disable", "root", "--as", "root")
    staffed.fine("user", "revoke", "dora", "approver", "--as", "root")
    staffed.complains(4, "user", "revoke", "dora", "approver", "--as", "root")


def test_accounts_open_to_manual_entries_are_listed(tally: Tally) -> None:
    """Who prepares an entry sees what can stand in it; stock, inventory and clearing cannot."""
    found = {a["address"] for a in tally.json("entry", "accounts")["accounts"]}
    assert "accruals:{what}" in found
    assert not {a for a in found if a.startswith(("stock:", "inventory:", "psp_clearing:", "receivable:", "tender_"))}


def test_a_copy_under_another_name_holds_and_knows_no_key(staffed: Tally, tmp_path: Path) -> None:
    """A restored book keeps its people, approvals, guards and log, all proved; keys of the original open nothing in it."""
    staffed.fine("entry", "propose", str(tmp_path / "rent.toml"), "--as", "mia")
    staffed.fine("approve", "approve", "1", "--as", "carl")
    file = tmp_path / "main.tally"
    staffed.fine("book", "backup", str(file))
    staffed.fine("book", "restore", str(file), "--as", "main_again")
    assert staffed.json("book", "check", "--book", "main_again")["ok"]
    assert staffed.json("audit", "verify", "--book", "main_again")["ok"]
    prepared = staffed.json("entry", "propose", str(tmp_path / "rent.toml"), "--as", "mia", "--book", "main_again")
    assert "approver" in staffed.complains(7, "approve", "approve", "2", "--as", "mia", "--book", "main_again")
    assert prepared["id"] == 2


def _forged(subject: str) -> None:
    """Somebody puts a report into the inbox that nobody approved, and it parks its subject."""
    entry = ManualEntry("EUR/2", date(2026, 11, 30), "forged", (ManualLine(1, "accruals:x", "bank:main", 5),))
    report = json.encode(ManualEntryApproved(99, entry, 2, 3))
    kind = "tallystick.entries.manual_entry_approved.v1"
    at = datetime(2026, 11, 30, tzinfo=UTC)
    envelope = Envelope(id="forged", source=SOURCE, type=kind, subject=subject, time=at, data=Raw(report))

    async def work(house: House) -> None:
        await (await house.inbox()).receive([delivery_of(envelope)])
        await work_off(house)

    in_house(None, work)


def test_what_is_approved_waits_behind_what_was_refused(staffed: Tally, tmp_path: Path) -> None:
    """A forged report parks its subject; the approved entry behind it is not lost, and is booked once that is dropped."""
    staffed.fine("entry", "propose", str(tmp_path / "rent.toml"), "--as", "mia")
    _forged("entry/1")
    done = staffed("approve", "approve", "1", "--as", "carl")
    assert done.exit_code == 1
    assert "entry/1 is not entry/99" in done.stderr
    assert staffed.json("entry", "show", "1")["state"] == "approved"
    (letter,) = staffed.json("dead", "list")["letters"]
    staffed.fine("dead", "drop", str(letter["id"]), "--because", "forged", "--yes", "--as", "mia")
    assert staffed.json("entry", "show", "1")["state"] == "done"
    assert staffed.json("book", "check")["ok"]

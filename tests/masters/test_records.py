"""Several systems describe one thing: the owner's word counts, who contradicts it is in the queue, a steward settles."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tallystick.decisions.masters import golden as golden_module
from tallystick.decisions.masters import record as record_module
from tallystick.decisions.masters.settling import NothingToSettle
from tallystick.messages.masters import PriceDeclared, ProductReported
from tallystick.messages.stewardship.governing import (
    FieldOwner,
    Ownership,
    OwnershipDeclared,
    Publication,
    PublicationDeclared,
)
from tallystick.messages.stewardship.records import ConflictSettled, MasterStated, PairJudged, StatedField, Word
from tallystick.processes.folded import Refused
from tallystick.processes.masters import record as process_module
from tallystick.processes.masters.soundness import stated_by
from tallystick.processes.members import OWNERSHIP_SUBJECT, PUBLICATION_SUBJECT
from tallystick.processes.registry import PROCESSES
from tallystick.simulator.coverage import STEWARDSHIP
from tests.masters.steward import START, Steward, stated


def told_apart(steward: Steward) -> None:
    """The ERP and the shop call a lamp two names."""
    steward.says("erp", 1, name="Lamp", unit="u")
    steward.says("shop", 1, name="Lampe", unit="STK")


def test_the_owners_value_counts_and_another_is_a_conflict() -> None:
    """Whoever speaks first or last, the owner's word is the value; the other waits for a person, with both values."""
    for order in (("erp", "shop"), ("shop", "erp")):
        steward = Steward()
        for system in order:
            steward.says(system, 1, name={"erp": "Lamp", "shop": "Lampe"}[system])
        name = steward.golden().fields["name"]
        assert (name.value, name.system, name.owner, name.because) == ("Lamp", "erp", "erp", "owner")
        assert steward.queue() == [("name", "Lamp", "shop", "Lampe")]
        assert steward.golden().conflicts[0].since == START + timedelta(hours=2)
        assert steward.state() == "DIFFERING"


def test_identical_values_are_silent() -> None:
    """Agreeing is no news, and what every system may call its own way is never a conflict."""
    steward = Steward()
    told_apart(steward)
    steward.says("shop", 2, name="Lamp")
    assert steward.queue() == []
    assert steward.golden().value("unit") == "STK"
    assert steward.says("shop", 3, name="Lamp") == "unchanged"


def test_a_conflict_that_vanishes_closes_itself() -> None:
    """Nobody has to settle what systems have mended between them."""
    steward = Steward()
    steward.says("erp", 1, name="Lamp")
    steward.says("shop", 1, name="Lampe")
    assert steward.says("erp", 2, name="Lampe") == "agrees"
    assert (steward.state(), steward.queue()) == ("AGREED", [])


def test_a_value_taken_back_contradicts_nobody() -> None:
    """An empty value says that the system has none any more."""
    steward = Steward()
    steward.says("erp", 1, name="Lamp")
    steward.says("shop", 1, name="Lampe")
    assert steward.says("shop", 2, name="") == "agrees"
    assert steward.queue() == []
    assert steward.says("shop", 1, name="Lampe") == "older"
    assert (steward.state(), steward.queue()) == ("AGREED", [])


@pytest.mark.parametrize(
    ("take", "more", "value"), [("owner", {}, "Lamp"), ("other", {}, "Lampe"), ("value", {"value": "Light"}, "Light")]
)
def test_a_steward_settles_it(take: str, more: dict[str, str], value: str) -> None:
    """The steward's word counts, is nobody else's, and stays in the queue as settled with who said so."""
    steward = Steward()
    told_apart(steward)
    steward.says("shop", 2, unit="u")
    assert steward.settles("name", take, **more).outcome == "settled"
    name = steward.golden().fields["name"]
    assert (name.value, name.system, name.because) == (value, "mia", "steward")
    assert steward.queue() == [("name settled", "Lamp", "shop", "Lampe")]


def test_a_ruling_is_about_what_was_seen() -> None:
    """When a system says something else, the question is open again; said again as it was, it stays settled."""
    steward = Steward(Ownership((FieldOwner("erp"),)))
    steward.says("erp", 1, name="Lamp")
    steward.says("shop", 1, name="Lampe")
    steward.settles("name", "other")
    assert steward.says("shop", 2, name="Lampe") == "unchanged"
    assert steward.golden().value("name") == "Lampe"
    assert steward.says("shop", 3, name="Leuchte") == "differs"
    assert steward.queue() == [("name", "Lamp", "shop", "Leuchte")]
    assert steward.golden().value("name") == "Lamp"


def test_a_ruling_on_what_has_changed_meanwhile_is_none() -> None:
    """Between looking and settling a system may speak: nothing is settled unseen."""
    steward = Steward()
    steward.says("erp", 1, name="Lamp")
    steward.says("shop", 1, name="Lampe")
    seen = ConflictSettled("product", "LAMP", "name", "Lampe", (Word("erp", "Lamp"), Word("shop", "Lampe")), "mia")
    steward.says("shop", 2, name="Leuchte")
    gone = steward.hears(seen)
    assert (gone.outcome, gone.answer) == ("gone", {"field": "name", "said": {"erp": "Lamp", "shop": "Leuchte"}})
    assert steward.queue() == [("name", "Lamp", "shop", "Leuchte")]


def test_a_word_that_comes_late_changes_nothing() -> None:
    """Deliveries overtake each other; a system's later word counts, whichever came first."""
    steward = Steward()
    steward.says("erp", 2, name="Lamp")
    assert steward.says("erp", 1, name="Lampe of old") == "older"
    assert steward.golden().value("name") == "Lamp"


def test_without_an_owners_word_the_last_counts() -> None:
    """A field whose owner is silent is not empty; those who differ on it are in the queue all the same."""
    steward = Steward()
    steward.says("shop", 1, title="Lampe!")
    steward.says("market", 1, title="LAMPE")
    title = steward.golden().fields["title"]
    assert (title.value, title.owner, title.because) == ("LAMPE", "pim", "last word")
    assert steward.queue() == [("title", "LAMPE", "shop", "Lampe!")]
    steward.says("pim", 1, title="Lamp, brass")
    assert steward.golden().value("title") == "Lamp, brass"


def test_other_owners_put_no_record_wrong() -> None:
    """Who owns what is asked when a record is read: another document counts at once, for what was said before too."""
    steward = Steward()
    told_apart(steward)
    steward.ownership = Ownership((FieldOwner("shop"),))
    assert steward.golden().value("name") == "Lampe"
    assert ("name", "Lampe", "erp", "Lamp") in steward.queue()
    steward.ownership = Ownership((FieldOwner("*"),))
    assert steward.queue() == []


def test_prices_stand_side_by_side_in_time() -> None:
    """Of the owner's prices the one in force counts; another system's price of another time contradicts nothing yet."""
    steward = Steward()

    def price(system: str, text: str, hours: int) -> MasterStated:
        begins = START + timedelta(hours=hours)
        return MasterStated("price", "web/LAMP", system, "1", (StatedField("price", text),), valid_from=begins)

    steward.hears(price("erp", "1000 EUR/2 net", 0))
    steward.hears(price("erp", "1200 EUR/2 net", 10))
    steward.hears(price("shop", "1000 EUR/2 net", 0))
    found = steward.golden("web/LAMP", "price")
    assert (found.value("price"), found.conflicts) == ("1000 EUR/2 net", ())
    steward.now = START + timedelta(hours=10)
    found = steward.golden("web/LAMP", "price")
    assert (found.value("price"), [c.other_value for c in found.conflicts]) == ("1200 EUR/2 net", ["1000 EUR/2 net"])


def test_the_channel_of_a_price_may_have_an_owner_of_its_own() -> None:
    """The closest rule counts."""
    owners = Ownership((FieldOwner("erp"), FieldOwner("market", "price", channel="bazaar")))
    steward = Steward(owners)
    for channel in ("web", "bazaar"):
        for system, amount in (("market", 900), ("erp", 1000)):
            told = (StatedField("price", f"{amount} EUR/2 net"),)
            steward.hears(MasterStated("price", f"{channel}/LAMP", system, "1", told))
    assert steward.golden("web/LAMP", "price").value("price") == "1000 EUR/2 net"
    assert steward.golden("bazaar/LAMP", "price").value("price") == "900 EUR/2 net"


@pytest.mark.parametrize(
    ("report", "names"),
    [
        (MasterStated("customer", "C-7", "crm", "1", (StatedField("name", "Ada"),)), "name: no field of a customer"),
        (MasterStated("customer", "C-7", "crm", "1", (StatedField("email", "a@b"),)), "goes to the vault"),
        (MasterStated("price", "web/LAMP", "erp", "1", (StatedField("price", "12.50"),)), "price: '12.50' is no price"),
        (MasterStated("product", "", "erp", "1", (StatedField("name", "x"),)), "code: 1 to"),
        (MasterStated("product", "LAMP", "*", "1", (StatedField("name", "x"),)), "system: say which"),
        (MasterStated("product", "LAMP", "erp", "1", ()), "fields: at least one"),
        (ConflictSettled("product", "LAMP", "name", "", (), "mia"), "value: say what counts"),
        (PairJudged("product", "LAMP", "LAMP", True, "mia"), "other: another code"),
    ],
)
def test_bad_input_is_refused_by_its_field(report: Any, names: str) -> None:
    """What cannot be kept is refused with the field that is wrong; nothing that tells who a person is gets in."""
    with pytest.raises(Refused, match=names.replace("*", r"\*")):
        Steward().hears(report)


def test_nothing_is_settled_that_nobody_contradicts() -> None:
    """A steward who names the wrong field is told which ones are in conflict."""
    steward = Steward()
    told_apart(steward)
    with pytest.raises(NothingToSettle, match="nobody contradicts title") as told:
        steward.settles("title", "owner")
    assert told.value.remedy == "fields in conflict: name"
    steward.says("market", 1, name="LAMPE")
    with pytest.raises(NothingToSettle, match="2 systems could be meant"):
        steward.settles("name", "other")
    assert steward.settles("name", "other", against="market").answer == {"field": "name", "value": "LAMPE"}


def test_every_row_is_reached() -> None:
    """No row of these tables is idle."""
    steward = Steward(Ownership((FieldOwner("erp"),)))
    story = [("erp", 1, {"name": "Lamp", "unit": "u"}), ("erp", 1, {"name": "Lamp"}), ("erp", 0, {"name": "Of old"})]
    story += [("erp", 2, {"title": "Lamp"}), ("shop", 1, {"name": "Lampe"}), ("shop", 1, {"unit": "STK"})]
    story += [("shop", 1, {"unit": "STK"}), ("shop", 0, {"unit": "of old"})]
    lapsed = ConflictSettled("product", "LAMP", "name", "x", (Word("erp", "a"), Word("shop", "b")), "mia")
    for step, (system, version, fields) in enumerate(story):
        steward.says(system, version, **fields)
        if step == 3:
            steward.hears(lapsed)
            steward.judges("LAMP", "LAMPE", is_same=False)
    steward.hears(lapsed)
    steward.judges("LAMP", "LAMPE-2", is_same=False)
    steward.settles("name", "owner")
    steward.says("shop", 2, unit="u")  # the other difference is gone: all that is left is judged
    steward.settles("name", "other")
    steward.hears(lapsed)
    steward.judges("LAMP", "LAMPE-3", is_same=False)
    steward.says("erp", 3, description="A lamp")
    steward.says("erp", 3, description="A lamp")
    steward.says("erp", 1, description="Of old")
    steward.says("shop", 3, unit="STK")
    steward.settles("unit", "owner")
    steward.says("shop", 4, unit="u", name="Lamp")
    steward.says("shop", 5, unit="STK")
    steward.says("shop", 6, unit="u")
    for _ in range(2):
        steward.hears(OwnershipDeclared(Ownership()), OWNERSHIP_SUBJECT)
        steward.hears(PublicationDeclared(Publication()), PUBLICATION_SUBJECT)
    taken = {id(row) for row in steward.rows}
    rows = [(name, row) for name in STEWARDSHIP for row in PROCESSES[name].rows]
    assert [f"{name}: {row.state} {row.outcome}" for name, row in rows if id(row) not in taken] == []


def test_a_ruling_on_nothing_goes_to_the_exception_queue() -> None:
    """Nobody has spoken of it: the code is probably wrong."""
    for report in (
        ConflictSettled("product", "LAMB", "name", "x", (), "mia"),
        PairJudged("product", "LAMB", "LAMP", True, "mia"),
    ):
        with pytest.raises(Refused) as told:
            Steward().hears(report)
        assert "check kind and code" in told.value.remedy


TWINS = {
    "an ownership rule is ignored": (golden_module, "owner_of", lambda *_: ""),
    "a conflict is lost": (golden_module, "_conflicts", lambda *_: []),
    "a conflict never closes": (record_module, "is_split", lambda words: len(words) > 1),
    "a ruling outlives what it was about": (process_module, "without_lapsed", lambda record: record),
    "a late word counts": (process_module, "with_word", lambda _, said: (said,)),
}


@pytest.mark.parametrize("twin", TWINS)
def test_a_broken_twin_is_caught(twin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these bugs makes one of the stories above fail."""
    monkeypatch.setattr(*TWINS[twin])
    stories = (
        test_the_owners_value_counts_and_another_is_a_conflict,
        test_a_conflict_that_vanishes_closes_itself,
        test_a_ruling_is_about_what_was_seen,
        test_a_word_that_comes_late_changes_nothing,
    )
    failed = 0
    for story in stories:
        try:
            story()
        except (AssertionError, LookupError):
            failed += 1
    assert failed


def test_what_is_stated_is_kept_once() -> None:
    """A fact says only what changed, and moves nothing."""
    steward = Steward()
    first = steward.hears(stated("LAMP", "erp", 1, name="Lamp", unit="u"))
    second = steward.hears(stated("LAMP", "erp", 2, name="Lamp", unit="each"))
    again = steward.hears(stated("LAMP", "erp", 3, name="Lamp", unit="each"))
    changed = [[(f.field, f.value) for f in fact.fields] for folded in (first, second, again) for fact in folded.facts]  # type: ignore[attr-defined]
    assert changed == [[("name", "Lamp"), ("unit", "u")], [("unit", "each")]]
    assert first.postings == []


def test_a_master_that_no_record_can_keep_is_taken_all_the_same() -> None:
    """A name too long for a record, or a price without a zone, keeps no delivery back: it states nothing."""
    fine = ProductReported("erp", "7", "1", "LAMP", "Lamp", "u", "goods")
    assert stated_by(fine) is not None
    assert stated_by(replace(fine, name="x" * 6000)) is None
    naive = PriceDeclared("web", "LAMP", "EUR/2", 100, datetime(2026, 11, 24))  # noqa: DTZ001 - the case
    assert stated_by(naive) is None
    assert stated_by(replace(naive, valid_from=START)) is not None

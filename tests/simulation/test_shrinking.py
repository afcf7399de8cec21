"""A failing history is shrunk to few messages that break the same promise, and can be lived again from a tape."""

import msgspec
import pytest

from tallystick.simulator.history import lived, run_history
from tallystick.simulator.mutants.registry import mutant_named, put_in
from tallystick.simulator.shrinking.shrink import Shrunk, live, shrink
from tallystick.simulator.shrinking.tape import Tape, TapedRun
from tallystick.simulator.shrinking.telling import tell
from tallystick.simulator.weather import FAIR, STORM, USUAL

SMALL_MESSAGES_MAX = 12


@pytest.mark.parametrize("profile", [FAIR, USUAL, STORM])
def test_a_tape_tells_what_its_seed_tells(profile: object) -> None:
    """Listening changes nothing: recorded, written, read and lived again, the story is the same to the byte."""
    for seed in range(5):
        tape = Tape(seed, profile)  # type: ignore[arg-type]
        story, recorded = live(tape)
        assert story == run_history(seed, tape.profile)
        read = msgspec.json.decode(msgspec.json.encode(recorded), type=Tape)
        assert live(read) == (story, recorded)


def test_a_changed_act_moves_no_other() -> None:
    """Draws are kept by act: what one order draws otherwise leaves the draws of all others where they were."""
    _, tape = live(Tape(1, USUAL))
    order = next(act for act in sorted(tape.draws or {}) if act.startswith("0.p7."))
    _, changed = live(msgspec.structs.replace(tape, draws={**(tape.draws or {}), order: []}))
    before, after = tape.draws or {}, changed.draws or {}
    plans = {act for act in before if act.count(".") == 2 and not act.startswith("0.p7.")}
    assert len(plans) > 5
    assert {act: before[act] for act in plans} == {act: after[act] for act in plans}
    assert before[order] != after[order]


def shrunk(mutant: str, seed: int) -> Shrunk:
    """Shrink what a bug does to a seed."""
    with put_in(mutant):
        found = shrink(Tape(seed, USUAL))
    assert found is not None
    return found


@pytest.mark.parametrize(
    "mutant", ["skipped_reservation", "unbalanced_rule", "double_posting", "negative_stock", "no_deadline"]
)
def test_a_failure_is_shrunk_to_few_messages(mutant: str) -> None:
    """Of more than fifty messages a dozen are left at most; they break the same promise, and none without the bug."""
    seed = mutant_named(mutant).seed
    with put_in(mutant):
        first = run_history(seed).violations[0].kind
    found = shrunk(mutant, seed)
    assert found.story.messages <= SMALL_MESSAGES_MAX
    assert first == found.kind
    with put_in(mutant):
        assert lived(TapedRun(found.tape)) == found.story
    assert live(found.tape)[0].violations == ()


def test_shrinking_twice_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same failure is shrunk to the same tape, in a bounded number of tries; fewer tries give what was found so far."""
    seed = mutant_named("unbalanced_rule").seed
    assert shrunk("unbalanced_rule", seed) == shrunk("unbalanced_rule", seed)
    with put_in("unbalanced_rule"):
        some = shrink(Tape(seed, USUAL), tries_max=3)
    assert some is not None
    assert some.tries == 3
    assert some.story.violations


def test_a_history_that_breaks_nothing_is_not_shrunk() -> None:
    """There is nothing to shrink."""
    assert shrink(Tape(0, USUAL)) is None


def test_a_story_is_told_in_the_shops_words() -> None:
    """What was sent, what the weather did, what the book answered, and the promise that was broken."""
    told = tell(Tape(9, USUAL))
    assert told.story == run_history(9)
    text = "\n".join(told.lines)
    assert "web: Order placed (order/W2): 1 × LAMP, 2 × BULB for 64.80 EUR" in text
    assert "the process dies after the commit, before the answer" in text
    assert "the book answers to what it had heard before: duplicate" in text
    assert "↳ Authorise payment (W2): 64.80 EUR" in text
    assert "!" not in text
    with put_in("skipped_reservation"):
        assert any("breaks reserved_off" in line for line in tell(Tape(9, USUAL)).lines)

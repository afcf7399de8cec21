"""The record of a thing: what every system says of it, kept side by side, and what a steward ruled where they differ.

Whose word counts is not asked here but when the record is read: see `decisions.masters.golden`.
"""

from msgspec.structs import replace

from tallystick.decisions.masters.record import (
    AGREED,
    DIFFERING,
    JUDGED,
    Record,
    Ruling,
    Said,
    spoken,
    state_of,
    still_judged,
    with_word,
    without_lapsed,
)
from tallystick.decisions.view import View
from tallystick.messages.stewardship.records import (
    ConflictRuled,
    ConflictSettled,
    FieldsStated,
    MasterStated,
    PairJudged,
    PairRuled,
    StatedField,
)
from tallystick.processes.members import RECORD as MEMBER
from tallystick.processes.table import NEW, Decision, Process, Row, Step, Unexpected

_SAYS = {AGREED: "agrees", DIFFERING: "differs", JUDGED: "judged"}


def state(data: Record | None, step: Step, view: View) -> Decision:
    """Take a system's words over, each unless a later one of that system is known, and see whether systems agree."""
    told: MasterStated = step.data
    before = data or Record(told.kind, told.code)
    words = dict(before.words)
    changed: list[StatedField] = []
    is_old = False
    for one in told.fields:
        known = words.get(one.field, {}).get(told.system, ())
        said = Said(one.value, told.version, step.cause.recorded_at, step.event, told.valid_from, told.valid_until)
        after = with_word(known, said)
        if after is None:
            is_old = True
            continue
        if spoken(after) != spoken(known):
            changed.append(one)
        words[one.field] = {**words.get(one.field, {}), told.system: after}
    now = without_lapsed(replace(before, words=words))
    if data is not None and not changed:
        return Decision("older" if is_old else "unchanged", now)
    fact = FieldsStated(told.kind, told.code, told.system, tuple(changed), told.valid_from)
    return Decision(_SAYS[state_of(now)], now, (fact,) if changed else ())


def settle(data: Record, step: Step, view: View) -> Decision:
    """Keep a ruling, if systems still say what the steward saw; a ruling on what is gone is none."""
    told: ConflictSettled = step.data
    words = data.words.get(told.field, {})
    if not still_judged(words, told.judged):
        said = {system: w[-1].value for system, w in words.items() if spoken(w)}
        return Decision("gone", data, answer={"field": told.field, "said": said})
    ruling = Ruling(told.value, told.judged, told.by, step.cause.recorded_at, step.event, told.reason)
    after = replace(data, rulings={**data.rulings, told.field: ruling})
    outcome = "settled" if state_of(after) == JUDGED else "settled_in_part"
    return Decision(outcome, after, (ConflictRuled(told),), answer={"field": told.field, "value": told.value})


def judge(data: Record, step: Step, view: View) -> Decision:
    """Keep what a steward says of another code; said again otherwise, the last word counts."""
    told: PairJudged = step.data
    after = replace(data, pairs={**data.pairs, told.other: told.is_same})
    return Decision("ruled", after, (PairRuled(told),), answer={"other": told.other, "is_same": told.is_same})


_UNKNOWN = "no system has said anything of it: check kind and code, `tally master records` names those there are"
# fmt: off
RECORD = Process(
    MEMBER,
    Record,
    (
        #   in state   on message       decide  outcome            to state
        Row(NEW,       MasterStated,    state,  "agrees",          AGREED),
        Row(AGREED,    MasterStated,    state,  "agrees",          AGREED),
        Row(AGREED,    MasterStated,    state,  "differs",         DIFFERING),
        Row(AGREED,    MasterStated,    state,  "unchanged",       AGREED,    moves=False),
        Row(AGREED,    MasterStated,    state,  "older",           AGREED,    moves=False),
        Row(AGREED,    ConflictSettled, settle, "gone",            AGREED,    moves=False),
        Row(AGREED,    PairJudged,      judge,  "ruled",           AGREED),
        Row(DIFFERING, MasterStated,    state,  "agrees",          AGREED),
        Row(DIFFERING, MasterStated,    state,  "differs",         DIFFERING),
        Row(DIFFERING, MasterStated,    state,  "judged",          JUDGED),
        Row(DIFFERING, MasterStated,    state,  "unchanged",       DIFFERING, moves=False),
        Row(DIFFERING, MasterStated,    state,  "older",           DIFFERING, moves=False),
        Row(DIFFERING, ConflictSettled, settle, "settled",         JUDGED),
        Row(DIFFERING, ConflictSettled, settle, "settled_in_part", DIFFERING),
        Row(DIFFERING, ConflictSettled, settle, "gone",            DIFFERING, moves=False),
        Row(DIFFERING, PairJudged,      judge,  "ruled",           DIFFERING),
        Row(JUDGED,    MasterStated,    state,  "agrees",          AGREED),
        Row(JUDGED,    MasterStated,    state,  "differs",         DIFFERING),
        Row(JUDGED,    MasterStated,    state,  "judged",          JUDGED),
        Row(JUDGED,    MasterStated,    state,  "unchanged",       JUDGED,    moves=False),
        Row(JUDGED,    MasterStated,    state,  "older",           JUDGED,    moves=False),
        Row(JUDGED,    ConflictSettled, settle, "settled",         JUDGED),
        Row(JUDGED,    ConflictSettled, settle, "gone",            JUDGED,    moves=False),
        Row(JUDGED,    PairJudged,      judge,  "ruled",           JUDGED),
    ),
    (
        Unexpected((NEW,), ConflictSettled, _UNKNOWN),
        Unexpected((NEW,), PairJudged,      _UNKNOWN),
    ),
)
# fmt: on

"""Pushing: one key, one effect, whatever happens on the way; and what is unknown is found by asking."""

from typing import Any, Final

from msgspec import Struct

from tallystick.kit.contract.bench import Bench, Trial
from tallystick.kit.contract.reading import DEADLINE_SECONDS_MAX, Nobody
from tallystick.kit.contract.verdict import Broken, Check, held, opened, raising
from tallystick.kit.twins.faults import BUSY_SECONDS, HAS_EFFECT, OF_WRITES, Fault
from tallystick.ports.connector import (
    Acknowledgement,
    InDoubt,
    Misconfigured,
    Outcome,
    OutcomeAsked,
    Rejected,
    Retryable,
)


def why_not_pushed(bench: Bench) -> str:
    """A door without pushes is not written to."""
    return "" if bench.manifest.pushes else "it pushes nothing"


def _why_not_slow(bench: Bench) -> str:
    if bench.limits and bench.limits.deadline_seconds > DEADLINE_SECONDS_MAX:
        raise Broken(f"the bench's deadline must be at most {DEADLINE_SECONDS_MAX} s, so that it can be tried")
    return _why_not_called(bench)


def _why_not_called(bench: Bench) -> str:
    return why_not_pushed(bench) or ("" if bench.limits else "it calls nobody")


def _why_not_many(bench: Bench) -> str:
    if why_not_pushed(bench):
        return why_not_pushed(bench)
    with opened(bench) as door:
        return "" if hasattr(door, "push_many") else "it takes commands one by one"


def _why_not_refused(bench: Bench) -> str:
    refusable = any(t.refused is not None for t in bench.trials)
    return why_not_pushed(bench) or ("" if refusable else "its partner refuses no command")


class Ledger:
    """What a partner held before, so that only what a check did is counted."""

    def __init__(self, bench: Bench) -> None:
        """Look at it now."""
        if bench.partner is None:
            raise Broken("the bench pushes, but has no partner to look at")
        self._partner = bench.partner
        self._before = len(self._partner.effects())

    def shows(self, *expected: Struct, when: str) -> None:
        """Hold that exactly these commands have taken effect since."""
        found = list(self._partner.effects()[self._before :])
        held(found == list(expected), f"{when}: expected {list(expected)} to have taken effect, found {found}")


def _all_tried(bench: Bench) -> None:
    tried = {type(t.command) for t in bench.trials}
    missing = [k.__name__ for k in bench.manifest.pushes if k not in tried]
    held(not missing, f"the bench tries no {', '.join(missing)}")


def _once(bench: Bench) -> None:
    _all_tried(bench)
    for n, trial in enumerate(bench.trials):
        ledger = Ledger(bench)
        with opened(bench) as door:
            first = door.push(trial.command, f"once.{n}")
        with opened(bench) as door:
            second = door.push(trial.command, f"once.{n}")
        held(bool(first.foreign_id), f"{_name(trial)}: the acknowledgement names nothing of the partner's")
        held(first == second, f"{_name(trial)}: pushed twice under one key, acknowledged as {first} and {second}")
        ledger.shows(trial.command, when=f"{_name(trial)} pushed twice under one key")


def _same_key(bench: Bench) -> None:
    for n, trial in enumerate(bench.trials):
        ledger = Ledger(bench)
        with opened(bench) as door:
            door.push(trial.command, f"same.{n}")
            with raising(Rejected, f"{_name(trial)}: another command under the same key"):
                door.push(trial.other, f"same.{n}")
        ledger.shows(trial.command, when=f"{_name(trial)} and another under one key")


def _found_by_asking(bench: Bench) -> None:
    for n, trial in enumerate(bench.trials):
        for m, fault in enumerate((Fault.ANSWER_LOST, Fault.LOST)):
            _one_found(bench, trial.number(m), f"asked.{n}.{fault.name}", fault)


def _one_found(bench: Bench, trial: Trial, key: str, fault: Fault) -> None:
    ledger, when = Ledger(bench), f"{_name(trial)} met “{fault.value}”"
    with opened(bench) as door:
        _fail(bench, fault)
        with raising(InDoubt, when):
            door.push(trial.command, key)
    with opened(bench) as door:
        became = _became(door, trial.command, key)
        if fault in HAS_EFFECT:
            held(became is not None, f"{when}: it took effect, and asking did not find it")
        else:
            held(became is None, f"{when}: it had no effect, and asking found {became}")
        ledger.shows(*([trial.command] if fault in HAS_EFFECT else []), when=f"{when}, then asked")
        again = door.push(trial.command, key)
        held(became in (None, again), f"{when}: asking found {became}, pushing on gave {again}")
        held(_became(door, trial.command, key) == again, f"{when}: asked at the end, it is not what push acknowledged")
    ledger.shows(trial.command, when=f"{when}, then pushed again")


def _became(door: Any, command: Struct, key: str) -> Acknowledgement | None:
    answer = door.ask(OutcomeAsked(command, key))
    held(isinstance(answer, Outcome), f"asked what became of a command, it answers {type(answer).__name__}")
    found: Acknowledgement | None = answer.acknowledgement
    return found


def _fail(bench: Bench, fault: Fault) -> None:
    if bench.partner:
        bench.partner.fail(fault, writing=True)


def _faults(bench: Bench) -> None:
    for n, (fault, error) in enumerate(OF_WRITES.items()):
        trial = bench.trials[0].number(n)
        ledger, key = Ledger(bench), f"fault.{fault.name}"
        with opened(bench) as door:
            _fail(bench, fault)
            with raising(error, f"{_name(trial)} met “{fault.value}”"):
                door.push(trial.command, key)
        with opened(bench) as door:
            door.push(trial.command, key)
        ledger.shows(trial.command, when=f"{_name(trial)} met “{fault.value}”, then pushed again")


def _slow(bench: Bench) -> None:
    trial, ledger = bench.trials[0], Ledger(bench)
    with opened(bench) as door:
        _fail(bench, Fault.DRIP)
        with raising(InDoubt, f"{_name(trial)} met “{Fault.DRIP.value}”"):
            door.push(trial.command, "slow")
    ledger.shows(trial.command, when=f"{_name(trial)} met “{Fault.DRIP.value}”")


def _busy(bench: Bench) -> None:
    trial, ledger = bench.trials[0], Ledger(bench)
    with opened(bench) as door:
        _fail(bench, Fault.BUSY)
        with raising(Retryable, f"{_name(trial)} met “too many requests”") as caught:
            door.push(trial.command, "busy")
        after = getattr(caught[0], "after_seconds", 0)
        held(after >= BUSY_SECONDS - 1, f"asked to wait {BUSY_SECONDS} s, it would come back after {after:.0f} s")
        before = bench.partner.requests() if bench.partner else 0
        with raising(Retryable, "pushing while the partner wants rest"):
            door.push(trial.command, "busy")
        held(not bench.partner or bench.partner.requests() == before, "it called again while the partner wanted rest")
    ledger.shows(when="a partner that asked for rest")


def _refused(bench: Bench) -> None:
    for n, trial in enumerate(bench.trials):
        if trial.refused is None:
            continue
        ledger = Ledger(bench)
        with opened(bench) as door, raising(Rejected, f"{_name(trial)} that the partner refuses"):
            door.push(trial.refused, f"refused.{n}")
        ledger.shows(when=f"{_name(trial)} that the partner refuses")


def _many(bench: Bench) -> None:
    trial, ledger = bench.trials[0], Ledger(bench)
    second = trial.number(1).command if trial.anew else trial.other
    asked = [(trial.command, "many.1"), (second, "many.2")]
    if trial.refused is not None:
        asked.insert(1, (trial.refused, "many.3"))
    with opened(bench) as door:
        answers = door.push_many(asked)
    wanted = [Rejected if command is trial.refused else Acknowledgement for command, _ in asked]
    held([type(a) for a in answers] == wanted, f"pushed together, answered {answers}")
    ledger.shows(trial.command, second, when="pushed together")


def _unknown_command(bench: Bench) -> None:
    with opened(bench) as door:
        with raising((Rejected, Misconfigured), "pushing a command that the manifest does not name"):
            door.push(Nobody(), "nobody")
        with raising(Misconfigured, "asking what the manifest does not name"):
            door.ask(Nobody())


def _name(trial: Trial) -> str:
    return type(trial.command).__name__


CHECKS: Final = (
    Check("push-once", "The same key has one effect, read back exactly as it was commanded.", why_not_pushed, _once),
    Check("push-same-key", "The same key with another command is rejected, and changes nothing.", why_not_pushed, _same_key),
    Check(
        "push-in-doubt",
        "A time-out after the effect is InDoubt, found by asking, and never doubled by pushing on.",
        _why_not_called,
        _found_by_asking,
    ),
    Check("push-fails", "Each failure while writing is the error whose remedy helps, and doubles nothing.", _why_not_called, _faults),
    Check("push-in-time", "An answer that drips does not hold the door beyond its deadline.", _why_not_slow, _slow),
    Check("push-waits", "A partner that asks for rest gets it: nothing is sent until then.", _why_not_called, _busy),
    Check("push-refused", "What the partner refuses is Rejected and has no effect.", _why_not_refused, _refused),
    Check("push-many", "Of commands pushed together each is answered for itself, in order.", _why_not_many, _many),
    Check("push-named", "A command that the manifest does not name is not pushed.", why_not_pushed, _unknown_command),
)  # fmt: skip

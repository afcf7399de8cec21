"""A stretch of bad inputs in a process of its own, so that its memory can be looked at: prints one JSON object."""

import json
import resource
import sys
import time
from typing import Any, Final

from tests.fuzz.big import BIG
from tests.fuzz.targets import flaw, targets

KIB: Final = 1024


def memory_mb() -> int:
    """The most memory this process has had so far, in megabytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // KIB if sys.platform == "linux" else most // KIB**2


def stretch(name: str, first: int, count: int) -> dict[str, Any]:
    """Try *count* inputs on one parser; return the slowest in seconds of CPU, the memory, and what was wrong."""
    target = next(t for t in targets() if t.name == name)
    wrong, slowest = "", 0.0
    for number in range(first, first + count):
        body = target.input(number)
        begin = time.process_time()
        found = flaw(target, body)
        slowest = max(slowest, time.process_time() - begin)
        wrong = wrong or (found and f"input {number}: {found}")
    return {"what": name, "inputs": count, "slowest_s": round(slowest, 3), "memory_mb": memory_mb(), "wrong": wrong}


def big(what: str) -> dict[str, Any]:
    """Try one input as long as a file may be."""
    name, make = BIG[what]
    target = next(t for t in targets() if t.name == name)
    body = make()
    begin = time.process_time()
    wrong = flaw(target, body)
    took = time.process_time() - begin
    told = f"{what} ({name}, {len(body) // 1_000_000} MB)"
    return {"what": told, "inputs": 1, "slowest_s": round(took, 3), "memory_mb": memory_mb(), "wrong": wrong}


if __name__ == "__main__":
    how, *words = sys.argv[1:]
    told = big(words[0]) if how == "big" else stretch(words[0], int(words[1]), int(words[2]))
    sys.stdout.write(json.dumps(told) + "\n")

"""Bodies spoilt at random places: whatever a shop or till sends, it is translated or waits under a name, and nothing crashes."""

import copy
import json
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

import msgspec
import pytest

from tallystick.connectors.amazon.faults import QUARANTINED as OF_AMAZON
from tallystick.connectors.amazon.twin.bench import bench as amazon
from tallystick.connectors.shopify.faults import QUARANTINED as OF_SHOPIFY
from tallystick.connectors.shopify.twin.bench import bench as shopify
from tallystick.connectors.square.faults import QUARANTINED as OF_SQUARE
from tallystick.connectors.square.twin.bench import bench as square
from tallystick.connectors.woocommerce.faults import QUARANTINED as OF_WOO
from tallystick.connectors.woocommerce.twin.bench import bench as woocommerce
from tallystick.kit.contract.bench import QUICK, with_body

SPOILT = 5000
ODD: Sequence[Any] = (
    *(
        None,
        True,
        0,
        -1,
        1,
        2**63,
        1.5,
        1e300,
        "",
        "0",
        "-1.00",
        "1e9",
        "NaN",
        "١",
        "9" * 60,
        "2026-13-40",
        "\u0000",
        "ü",
    ),
    *([], {}, [[]], [None], {"amount": "1"}, ["x"] * 50),
)
"""Values that stand where another was: of another kind, out of any range, in other digits."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Return the way to every value in a JSON document."""
    if path:
        yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from places(inner, (*path, step))


def spoil(whole: Any, dice: Random) -> None:
    """Take something away, put something odd in its place, or let it be there twice."""
    there = list(places(whole))
    if not there:
        return
    *way, last = dice.choice(there)
    place = whole
    for step in way:
        place = place[step]
    what = dice.randrange(4)
    if what == 0:
        del place[last]
    elif what == 1 and isinstance(place, list):
        place.append(copy.deepcopy(place[last]))
    else:
        place[last] = copy.deepcopy(dice.choice(ODD))


@pytest.mark.parametrize(
    ("make", "names"),
    [(shopify, OF_SHOPIFY), (woocommerce, OF_WOO), (square, OF_SQUARE), (amazon, OF_AMAZON)],
    ids=["shopify", "woocommerce", "square", "amazon"],
)
def test_a_spoilt_body_is_translated_or_waits_under_a_name(make: Callable[[], Any], names: dict[str, str]) -> None:
    """Up to three places of a golden body are spoilt; the seed is the number of the body."""
    taken = waiting = 0
    with make() as bench:
        door = bench.door(QUICK)
        for number in range(SPOILT):
            dice = Random(number)
            golden = bench.goldens[number % len(bench.goldens)]
            whole = json.loads(golden.delivery.body)
            for _ in range(dice.randint(1, 3)):
                spoil(whole, dice)
            found = door.parse(with_body(golden.delivery, json.dumps(whole).encode()))
            assert {f.reason.partition(": ")[0] for f in found.faults} <= set(names), (number, found.faults)
            for report in found.reports:
                msgspec.convert(msgspec.to_builtins(report.data), type(report.data))
            waiting += bool(found.faults)
            taken += bool(found.reports)
        door.close()
    assert min(taken, waiting) > SPOILT // 20, (taken, waiting)

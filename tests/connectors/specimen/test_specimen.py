"""Specimen keeps the contract of all connectors."""

import pytest

from tallystick.connectors.specimen.bench import bench
from tallystick.kit.contract.suite import CHECKS, check
from tallystick.kit.contract.verdict import Check, Standing


@pytest.mark.parametrize("promise", CHECKS, ids=lambda promise: promise.name)
def test_it_keeps_the_contract(promise: Check) -> None:
    """Every promise that applies to it is kept, against its hostile twin."""
    verdict = check(promise, bench)
    assert verdict.standing is not Standing.BROKEN, f"{promise.rule} {verdict.reason}"

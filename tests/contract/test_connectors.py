"""Every connector of the house keeps the contract, and `tally connector check` says so."""

import json

import pytest
from typer.testing import CliRunner

from tallystick.__main__ import tally
from tallystick.app.connectors import manifests
from tallystick.app.craft.trying import bench_of
from tallystick.connectors.specimen.manifest import MANIFEST as SPECIMEN
from tallystick.kit.contract.suite import CHECKS, NAMES, check
from tallystick.kit.contract.verdict import Check, Standing
from tallystick.ports.connector import Manifest

LAID = [m.name for m in (*manifests(), SPECIMEN)]


@pytest.mark.parametrize("name", LAID)
@pytest.mark.parametrize("promise", CHECKS, ids=lambda promise: promise.name)
def test_it_keeps_the_contract(name: str, promise: Check) -> None:
    """Every promise that applies to it is kept, against its hostile twin."""
    verdict = check(promise, bench_of(name))
    assert verdict.standing is not Standing.BROKEN, f"{promise.rule} {verdict.reason}"


@pytest.mark.parametrize("manifest", [*manifests(), SPECIMEN], ids=lambda m: m.name)
def test_what_does_not_apply_is_said_of_promises_there_are(manifest: Manifest) -> None:
    """Each with a reason somebody can judge."""
    assert set(manifest.not_held_to) <= NAMES
    assert all(len(reason) > 10 for reason in manifest.not_held_to.values())


def test_the_command_lays_it_on_one() -> None:
    """One line for each promise, or one JSON object; 0 where all are kept."""
    plain = CliRunner().invoke(tally(), ["connector", "check", "drop-folder"])
    assert plain.exit_code == 0, plain.output
    assert all(name in plain.stdout for name in NAMES)
    told = json.loads(CliRunner().invoke(tally(), ["connector", "check", "drop-folder", "--json"]).stdout)
    assert (told["connector"], told["ok"]) == ("drop-folder", True)
    assert {p["check"] for p in told["promises"]} == NAMES


def test_the_command_tries_a_connector_of_anybodys_and_fails_for_a_broken_one() -> None:
    """A dotted name is a module; a broken promise ends with 1, and names it."""
    done = CliRunner().invoke(tally(), ["connector", "check", "tests.contract.careless", "--json"])
    assert done.exit_code == 1, done.output
    told = json.loads(done.stdout)
    assert [p["check"] for p in told["promises"] if p["standing"] == "broken"] == ["push-in-doubt"]


@pytest.mark.parametrize("name", ["nothing-of-ours", "no.such.module", "tests.contract"])
def test_what_cannot_be_tried_is_named(name: str) -> None:
    """With the way out."""
    done = CliRunner().invoke(tally(), ["connector", "check", name])
    assert done.exit_code == 4
    assert "→" in done.stderr

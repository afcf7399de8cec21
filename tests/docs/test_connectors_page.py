"""The reference page of connectors, written from their manifests: whoever reads it can set each of them up."""

import pytest

from tallystick.app.connectors import CONNECTORS, manifests
from tallystick.exports.docs_pages.connectors_page import PROOFS, connectors_page
from tallystick.ports.connector import Manifest


def section_of(manifest: Manifest) -> str:
    """Return what the page says of one."""
    _, _, rest = connectors_page(manifests(), {}).partition(f"\n## {manifest.name}\n")
    return rest.partition("\n## ")[0]


@pytest.mark.parametrize("manifest", manifests(), ids=lambda m: m.name)
def test_every_connector_says_what_it_does_how_it_is_proven_and_set_up(manifest: Manifest) -> None:
    """What it pulls, pushes and answers; live, by contract, on samples or by a twin; commands to type, and where more stands."""
    section = section_of(manifest)
    for kind in (*manifest.pulls, *manifest.pushes, *manifest.asks):
        assert kind.__name__ in section
    assert f"| proven by | {manifest.proven_by}: {PROOFS[manifest.proven_by]} |" in section
    assert "```text\n" in section
    assert (f"](../{manifest.guide})" in section) == bool(manifest.guide)


@pytest.mark.parametrize("name", sorted(CONNECTORS))
def test_what_a_connection_needs_is_in_the_commands(name: str) -> None:
    """A setting that may not be left out is given, one that may is not, and every secret is asked for."""
    (manifest,) = [m for m in manifests() if m.name == name]
    section = section_of(manifest)
    assert f"tally connection add NAME {name} URL" in section
    for setting, means in manifest.settings.items():
        assert (f"--set {setting}=VALUE" in section) == ("left out" not in means)
    for secret in manifest.secrets:
        assert f"tally connection secret NAME {secret} --file FILE" in section

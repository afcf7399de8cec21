"""A new connector is whole at once: generated in a copy of the checkout, it passes what CI would ask of it."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tallystick.__main__ import tally
from tallystick.app.craft.scaffolding import Named, entered
from tests.architecture.tidy import ROOT

NAME = "corner-shop-round-the-corner"
MODULE = "corner_shop_round_the_corner"
FOLDERS = (f"src/tallystick/connectors/{MODULE}/", f"tests/connectors/{MODULE}/")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this checkout, under version control."""
    place = tmp_path_factory.mktemp("checkout")
    for part in ("src", "tests", "docs", "requirements"):
        shutil.copytree(ROOT / part, place / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "Makefile"):
        shutil.copy(ROOT / file, place)
    run(place, "git", "init", "-q")
    run(place, "git", "add", "-A")
    run(place, "git", "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "before")
    return place


@pytest.fixture(scope="module")
def made(checkout: Path) -> list[str]:
    """What git sees of a new connector there: one line a file."""
    done = module(checkout, "tallystick", "connector", "new", NAME)
    assert done.returncode == 0, done.stderr
    return run(checkout, "git", "status", "--short", "--untracked-files=all").stdout.splitlines()


def run(place: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the copy, which comes before this checkout wherever Python looks."""
    environment = os.environ | {"PYTHONPATH": str(place / "src")}
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)


def module(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a Python module there."""
    return run(place, sys.executable, "-m", *arguments)


def test_one_file_outside_its_folders_is_touched(made: list[str]) -> None:
    """The list of connectors; the generated page of connectors follows from it."""
    outside = [line for line in made if not line[3:].startswith(FOLDERS)]
    assert outside == [" M docs/reference/connectors.md", " M src/tallystick/app/connectors.py"]


def test_it_holds_a_contract_of_its_own(checkout: Path, made: list[str]) -> None:
    """Its tests and the contract pass, and nothing of the specimen's name is left."""
    tests = ("tests/connectors/" + MODULE, "tests/contract/test_connectors.py")
    done = module(checkout, "pytest", "-q", "-p", "no:cacheprovider", "-k", f"{NAME} or {MODULE}", *tests)
    assert done.returncode == 0, done.stdout
    assert int(done.stdout.splitlines()[-1].split()[0]) > 30, done.stdout
    texts = [(checkout / line[3:]).read_text() for line in made if line.startswith("??")]
    assert not [text for text in texts if "specimen" in text.lower()]


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("pytest", "-q", "-p", "no:cacheprovider", "tests/architecture/test_tidy.py"),
        ("importlinter.cli",),
        ("tallystick", "docs", "check"),
        ("mypy", f"src/tallystick/connectors/{MODULE}", "src/tallystick/app/connectors.py", f"tests/connectors/{MODULE}"),
    ],
    ids=lambda command: command[0],
)  # fmt: skip
def test_it_passes_the_checks_of_the_house(checkout: Path, made: list[str], command: tuple[str, ...]) -> None:
    """Lint, format, sizes, floors, fresh pages, types: without a touch by hand."""
    assert made
    done = module(checkout, *command)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "code"), [("Corner Shop", 2), ("9lives", 2), ("-x", 2), ("specimen", 2), ("tryton", 2), ("a--b", 2)]
)
def test_a_name_that_cannot_be_is_refused(checkout: Path, name: str, code: int) -> None:
    """Or one that is taken; nothing is written."""
    done = CliRunner().invoke(tally(), ["connector", "new", "--checkout", str(checkout), "--", name])
    assert done.exit_code == code, done.output
    assert "→" in done.stderr


def test_outside_a_checkout_nothing_is_made(tmp_path: Path) -> None:
    """An installed house has no tests to copy and no list to enter it in."""
    done = CliRunner().invoke(tally(), ["connector", "new", "corner-shop", "--checkout", str(tmp_path)])
    assert done.exit_code == 4
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("listed", ["{}", '{"omega": Omega}', '{\n    "omega": Omega,\n    "psi": Psi,\n}'])
def test_it_is_entered_beside_others_in_order(listed: str) -> None:
    """Into a list however it is written; its import stands where isort would put it, and nothing is lost."""
    before = (
        "from tallystick.connectors.alpha.connector import Alpha\n"
        "from tallystick.connectors.omega.connector import (\n    Omega,\n    Psi,\n)\n"
        f"CONNECTORS: Final[dict[str, Maker]] = {listed}\n"
    )
    after = entered(before, Named("corner-shop"))
    assert after.splitlines()[1] == "from tallystick.connectors.corner_shop.connector import CornerShop"
    before_it, after_it = (dict_in(text) for text in (before, after))
    assert list(after_it.items()) == [("corner-shop", "CornerShop"), *before_it.items()]


def dict_in(text: str) -> dict[str, str]:
    """The last dictionary of a module, as names to names."""
    found = ast.parse(text).body[-1]
    assert isinstance(found, ast.AnnAssign)
    assert isinstance(found.value, ast.Dict)
    return {ast.literal_eval(k): ast.unparse(v) for k, v in zip(found.value.keys, found.value.values, strict=True) if k}

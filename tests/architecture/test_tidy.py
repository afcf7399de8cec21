"""The house rules hold for every file, and each rule catches what it is there to catch."""

import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.architecture import tidy
from tests.architecture.tidy import GROUND, ROOT, SOURCE

TEXT_SUFFIXES = {"", ".py", ".toml", ".txt", ".in", ".md", ".sql", ".html", ".js", ".css", ".yml", ".yaml", ".json"}


def sources(*rooms: str) -> list[Path]:
    """The Python files of some rooms, or of the whole house."""
    places = [SOURCE / room for room in rooms] or [SOURCE]
    return sorted(file for place in places for file in place.rglob("*.py"))


def check(files: Iterable[Path], rule: Callable[[str], list[str]]) -> None:
    """Apply a rule to files and show every complaint with its place."""
    found = [f"{file.relative_to(ROOT)}:{line}" for file in files for line in rule(file.read_text())]
    assert not found, "\n" + "\n".join(found)


def kept_files() -> list[Path]:
    """Every text file that is under version control or about to be."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:  # an unpacked archive, no checkout
        return sorted(file for place in ("src", "tests", "requirements") for file in (ROOT / place).rglob("*.py"))
    files = [ROOT / name for name in done.stdout.splitlines()]
    return [file for file in files if file.suffix in TEXT_SUFFIXES and file.is_file()]


def test_the_ground_floor_is_pure() -> None:
    """Model, messages, journal, posting and decisions take time, ids and numbers as given, and never a float."""
    check(sources(*GROUND), tidy.impurities)


@pytest.mark.parametrize(
    "snippet",
    [
        "moment = datetime.now()",
        "key = uuid4()",
        "print('sold')",
        "price = 0.1",
        "price: float",
        "import httpx",
        "from pydantic import BaseModel",
        "from .amount import Amount",
    ],
)
def test_an_impure_ground_floor_is_caught(snippet: str) -> None:
    """A clock, chance, output, a float or a third party on the ground floor is found."""
    assert tidy.impurities(snippet)


def test_files_and_functions_are_small() -> None:
    """A file has at most 400 lines, a function at most 50 and four parameters."""
    commands = sources("app", "simulator/command")
    check(commands, lambda text: tidy.size_complaints(text, commands=True))
    check([file for file in sources() if file not in commands], tidy.size_complaints)
    check(sorted((ROOT / "tests").rglob("*.py")), lambda text: tidy.size_complaints(text, commands=True))


@pytest.mark.parametrize(
    "snippet",
    [
        "x = 1\n" * 401,
        "def f():\n" + "    x = 1\n" * 50,
        "def f(a, b, c, d, e): ...",
        "async def f(a, b, /, c, *, d, e): ...",
        "@app.command()\ndef f(a, b, c, d, e): ...",
    ],
)
def test_too_much_is_caught(snippet: str) -> None:
    """A long file, a long function and a fifth parameter are found; outside the command line a decorator is no excuse."""
    assert tidy.size_complaints(snippet)


def test_a_command_may_have_many_options() -> None:
    """The options of a command are its interface, so they are not counted; self is not either."""
    assert not tidy.size_complaints("@app.command()\ndef f(a, b, c, d, e): ...", commands=True)
    assert tidy.size_complaints("@cache\ndef f(a, b, c, d, e): ...", commands=True)
    assert not tidy.size_complaints("class C:\n    def f(self, a, b, c, d): ...")


def test_rooms_are_small_and_named() -> None:
    """A room has at most fourteen files, and none whose name says nothing."""
    rooms = [place for place in [SOURCE, *SOURCE.rglob("*")] if place.is_dir() and place.name != "__pycache__"]
    found = [f"{room.relative_to(ROOT)}: {one}" for room in rooms for one in tidy.room_complaints(room)]
    assert not found, "\n" + "\n".join(found)


def test_a_crowded_or_nameless_room_is_caught(tmp_path: Path) -> None:
    """Fifteen files are too many, and `utils` is no name."""
    for number in range(15):
        (tmp_path / f"part_{number}.py").touch()
    assert len(tidy.room_complaints(tmp_path)) == 1
    (tmp_path / "utils.py").touch()
    assert len(tidy.room_complaints(tmp_path)) == 2


def test_every_room_has_a_door_plate() -> None:
    """A room's __init__.py says in at most ten lines what lives there, and holds nothing else."""
    check([file for file in sources() if file.name == "__init__.py"], tidy.door_plate_complaints)
    bare = [file.parent for file in sources() if not (file.parent / "__init__.py").exists()]
    assert not bare


@pytest.mark.parametrize("snippet", ["", "x = 1", '"""Plate."""\nimport os', '"""' + "line\n" * 11 + '"""'])
def test_a_missing_or_crowded_door_plate_is_caught(snippet: str) -> None:
    """No plate, code beside the plate, and a plate of eleven lines are found."""
    assert tidy.door_plate_complaints(snippet)


def test_one_word_has_one_meaning() -> None:
    """No name of ours uses a word for which the glossary has another one."""
    check(sources(), tidy.word_complaints)


@pytest.mark.parametrize(
    "snippet", ["def post_exchange(): ...", "class ExchangeRate: ...", "def f(user_account): ...", "login = 1"]
)
def test_a_wrong_word_is_caught(snippet: str) -> None:
    """A banned word is found in a function, a class, a parameter and a variable."""
    assert tidy.word_complaints(snippet)


def test_nothing_depends_on_one_machine() -> None:
    """No file names a path of one machine, a registry, or the place of the shared data (conftest alone knows that)."""
    check([file for file in kept_files() if file != ROOT / "tests" / "conftest.py"], tidy.text_complaints)


@pytest.mark.parametrize("snippet", list(tidy.BANNED_TEXTS))
def test_a_machine_bound_text_is_caught(snippet: str) -> None:
    """Each banned text is found wherever it stands in a line."""
    assert tidy.text_complaints(f"one\nat {snippet} here")[0].startswith("2:")

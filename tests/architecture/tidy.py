"""The house rules that a machine can hold: each function takes source text or a path and returns complaints."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "tallystick"
GROUND = ("model", "messages", "journal", "posting", "decisions")

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50
PARAMETERS_MAX = 4
ROOM_FILES_MAX = 14
DOOR_PLATE_LINES_MAX = 10

VAGUE_FILES = {"utils", "helpers", "common", "core", "manager", "base"}
# Called on the ground floor, each of these would reach for a clock, for chance, for the world, or make a float.
IMPURE_CALLS = {
    *("now", "today", "utcnow", "fromtimestamp", "time", "monotonic", "perf_counter", "sleep"),
    *("uuid1", "uuid4", "random", "randint", "choice", "shuffle", "token_hex", "token_bytes", "token_urlsafe"),
    *("print", "open", "input", "eval", "exec", "getenv", "getLogger"),
}
# Word, and what we say instead (see the glossary).
BANNED_WORDS = {
    "exchange": "swap or fx",
    "exchanges": "swaps or fx",
    "login": "user",
    "webhook_event": "delivery",
    "user_account": "user",
    "dead_letter_queue": "dead",
}
# Assembled, so that this file does not find itself.
BANNED_TEXTS = {
    "/" + "work/": "a path of one machine",
    "../" + "shared": "only tests/conftest.py knows where the shared data is",
    "py" + "pi.org": "a registry host; anyone's registry will do",
    "files.python" + "hosted": "a registry host; anyone's registry will do",
    "registry.npm" + "js": "a registry host; anyone's registry will do",
}

type_of_function = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def impurities(text: str) -> list[str]:
    """What a ground-floor file may not say: I/O, clocks, chance, floats, third parties other than msgspec."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and _called(node) in IMPURE_CALLS:
            found.append(f"{node.lineno}: {_called(node)}() is banned on the ground floor; pass the result in")
        elif isinstance(node, ast.Name) and node.id == "float":
            found.append(
                f"{node.lineno}: float is banned on the ground floor; use int, or Fraction inside a computation"
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            found.append(f"{node.lineno}: the float {node.value} is banned on the ground floor")
        else:
            found += [
                f"{line}: {name} is a third party; the ground floor needs msgspec only" for line, name in _foreign(node)
            ]
    return found


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def _foreign(node: ast.AST) -> Iterator[tuple[int, str]]:
    names = []
    if isinstance(node, ast.Import):
        names = [(node.lineno, alias.name) for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [(node.lineno, node.module or "")] if not node.level else [(node.lineno, "(a relative import)")]
    for line, name in names:
        if name.split(".")[0] not in {*sys.stdlib_module_names, "msgspec", "tallystick"}:
            yield line, name


def size_complaints(text: str, *, commands: bool = False) -> list[str]:
    """Files and functions that are too long, and functions which take too much.

    With `commands`, a function that a typer decorator turns into a command may take any number of parameters: they
    are the options a user types, so there is no caller that a dataclass would help.
    """
    lines, tree = text.count("\n"), ast.parse(text)
    options = _commands_registered(tree) if commands else set()
    found = [f"1: {lines} lines, at most {FILE_LINES_MAX}"] if lines > FILE_LINES_MAX else []
    for node in ast.walk(tree):
        if not isinstance(node, type_of_function):
            continue
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > FUNCTION_LINES_MAX:
            found.append(f"{node.lineno}: {node.name} has {length} lines, at most {FUNCTION_LINES_MAX}")
        if _parameters(node) > PARAMETERS_MAX and node.name not in options and not (commands and _is_command(node)):
            found.append(f"{node.lineno}: {node.name} takes {_parameters(node)} parameters, at most {PARAMETERS_MAX}")
    return found


def _parameters(node: Function) -> int:
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
    return len([one for one in given if one and one.arg not in {"self", "cls"}])


def _commands_registered(tree: ast.Module) -> set[str]:
    """The functions handed to typer without a decorator: `app.command("load")(load)`."""
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and isinstance(one.func, ast.Call)]
    typers = [c for c in calls if getattr(c.func.func, "attr", "") in {"command", "callback"}]  # type: ignore[attr-defined]
    return {argument.id for c in typers for argument in c.args if isinstance(argument, ast.Name)}


def _is_command(node: Function) -> bool:
    calls = [one.func for one in node.decorator_list if isinstance(one, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr in {"command", "callback"} for call in calls)


def door_plate_complaints(text: str) -> list[str]:
    """A room's __init__.py is a docstring of at most ten lines and nothing else."""
    tree = ast.parse(text)
    plate = ast.get_docstring(tree)
    if not plate:
        return ["1: a room's __init__.py says what lives here and what never does"]
    found = ["1: a room's __init__.py holds its docstring and nothing else"] if len(tree.body) > 1 else []
    if plate.count("\n") + 1 > DOOR_PLATE_LINES_MAX:
        found.append(f"1: a door plate has at most {DOOR_PLATE_LINES_MAX} lines")
    return found


def room_complaints(room: Path) -> list[str]:
    """Too many files in a room (it then wants sub-rooms by trade area), or a file whose name says nothing."""
    files = sorted(file.stem for file in room.glob("*.py") if file.stem != "__init__")
    found = [f"{len(files)} files, at most {ROOM_FILES_MAX}"] if len(files) > ROOM_FILES_MAX else []
    names = [*files, room.name]
    return found + [f"{name} says nothing about what is in it" for name in names if name in VAGUE_FILES]


def word_complaints(text: str) -> list[str]:
    """Identifiers with a word for which the house has another one."""
    found = []
    for node in ast.walk(ast.parse(text)):
        for name in _said(node):
            snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
            found += [
                f"{getattr(node, 'lineno', 1)}: {name}: say {instead}"
                for word, instead in BANNED_WORDS.items()
                if f"_{word}_" in f"_{snake}_"
            ]
    return found


def _said(node: ast.AST) -> Iterator[str]:
    """The names which a node of the tree brings into being; names that others gave (node.attr) are theirs."""
    if isinstance(node, (*type_of_function, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id


def text_complaints(text: str) -> list[str]:
    """Things of one machine or one registry that would not hold elsewhere."""
    return [
        f"{number}: {banned}: {why}"
        for number, line in enumerate(text.splitlines(), 1)
        for banned, why in BANNED_TEXTS.items()
        if banned in line
    ]

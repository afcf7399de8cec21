"""Candidates for mutants, made by machine: one small change of one place in the functions of a module.

What no seed catches is either a change that changes nothing, or a promise nobody checks: a person looks at it.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial
from importlib import import_module
from types import FunctionType
from typing import Any, Final

from msgspec import Struct

from tallystick.simulator.mutants.change import Whole

WHERE: Final = (
    "decisions.reservation",
    "decisions.return_match",
    "decisions.valuation",
    "processes.fold",
    "processes.orders.fulfilment",
    "processes.orders.returns.goods_return",
    "processes.orders.order_data",
    "processes.orders.order_dispatch",
    "processes.orders.returns.order_returns",
    "processes.orders.order_steps",
    "processes.payments.payment_data",
    "processes.payments.payment_money",
    "processes.payments.payment_steps",
    "processes.payments.refund",
    "processes.records.recorded_sales",
    "processes.records.recorded_stock",
)
"""The modules of the core whose every line decides something."""

_SWAPPED: Final[dict[type, type]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
_FOLLOWS: Final = {"tells", "commands", "breaks"}


class Candidate(Struct, frozen=True):
    """One change: where, in which line, and what it does."""

    where: str
    line: int
    does: str
    change: Whole


def candidates(module: str) -> Iterator[Candidate]:
    """Yield every small change of the functions and methods of *module*."""
    for name, function in _functions(import_module(f"tallystick.{module}")):
        source, first = inspect.getsourcelines(function)
        tree = ast.parse(textwrap.dedent("".join(source)))
        for place, node in enumerate(ast.walk(tree)):
            for does, change in _changes(node):
                mutated = deepcopy(tree)
                change(_at(mutated, place))
                at = f"{module}:{name}"
                line = first + getattr(node, "lineno", 1) - 1
                yield Candidate(at, line, does, Whole(at, ast.unparse(ast.fix_missing_locations(mutated))))


def _functions(module: Any) -> Iterator[tuple[str, FunctionType]]:
    for name, found in vars(module).items():
        if getattr(found, "__module__", "") != module.__name__:
            continue
        members = vars(found).items() if inspect.isclass(found) else [("", found)]
        for member, function in members:
            if isinstance(function, FunctionType) and "<" not in function.__qualname__ and not function.__closure__:
                yield f"{name}.{member}".rstrip("."), function


def _at(tree: ast.AST, place: int) -> Any:
    return next(node for n, node in enumerate(ast.walk(tree)) if n == place)


Make = Callable[[Any], None]


def _without(place: int, call: ast.Call) -> None:
    call.keywords.pop(place)


def _changes(node: ast.AST) -> Iterator[tuple[str, Make]]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _SWAPPED:
        swapped = _SWAPPED[type(node.ops[0])]
        yield f"compares by {swapped.__name__}", lambda n: n.ops.__setitem__(0, swapped())
    elif isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in _SWAPPED:
        other = _SWAPPED[type(node.op)]
        yield f"{type(node.op).__name__} becomes {other.__name__}", lambda n: setattr(n, "op", other())
    elif isinstance(node, ast.If | ast.IfExp):
        yield "the condition is turned round", lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))
    elif isinstance(node, ast.Call) and any(k.arg in _FOLLOWS for k in node.keywords):
        for n, keyword in enumerate(node.keywords):
            if keyword.arg in _FOLLOWS:
                yield f"{keyword.arg} are left out", partial(_without, n)
    elif isinstance(node, ast.AugAssign):
        other = ast.Sub if isinstance(node.op, ast.Add) else ast.Add
        yield f"{other.__name__}s where it does the other", lambda n: setattr(n, "op", other())

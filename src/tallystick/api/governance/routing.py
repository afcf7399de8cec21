"""From method and path to an operation: a tree of path segments, each fixed or a parameter."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from msgspec import Struct

from tallystick.api.contract import PREFIX, Capability, Operation
from tallystick.api.problems import NOT_FOUND, WRONG_METHOD, Problem


class Route(Struct):
    """An operation with its capability, and its parameters as found in a path."""

    capability: Capability
    operation: Operation
    names: tuple[str, ...] = ()


class _Node(Struct):
    fixed: dict[str, "_Node"] = {}
    any: "_Node | None" = None
    routes: dict[str, Route] = {}


class Router:
    """Finds operations. Paths are matched segment by segment before they are decoded, so `%2F` belongs to a name."""

    def __init__(self, capabilities: Iterable[Capability]) -> None:
        """Lay out what *capabilities* serve."""
        self._root = _Node()
        for capability in capabilities:
            for operation in capability.served:
                self._add(capability, operation)

    def _add(self, capability: Capability, operation: Operation) -> None:
        node, names = self._root, []
        for part in (PREFIX + operation.path).strip("/").split("/"):
            if part.startswith("{"):
                names.append(part[1:-1])
                node.any = node.any or _Node()
                node = node.any
            else:
                node = node.fixed.setdefault(part, _Node())
        node.routes[operation.method] = Route(capability, operation, tuple(names))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, Any]]:
        """Return the route and its parameters; raise `Problem` where there is none."""
        node, values = self._root, []
        for part in path[1:].split("/"):
            after = node.fixed.get(part)
            if after is None:
                after = node.any
                if after is None:
                    raise Problem(NOT_FOUND, "there is no such path")
                values.append(part)
            node = after
        route = node.routes.get(method)
        if route is None:
            raise self._not_so(node)
        try:
            return route, {n: unquote(v, errors="strict") for n, v in zip(route.names, values, strict=True)}
        except UnicodeDecodeError:
            raise Problem(NOT_FOUND, "the path is not UTF-8") from None

    def _not_so(self, node: _Node) -> Problem:
        if not node.routes:
            return Problem(NOT_FOUND, "there is no such path")
        allowed = ", ".join(sorted(node.routes)).encode()
        return Problem(WRONG_METHOD, f"allowed: {allowed.decode()}", [(b"allow", allowed)])

"""Tryton in memory, as far as the door uses it: JSON-RPC with sessions, searches, and entries that are drafts until posted."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tallystick.kit.twins.server import Heard, Said

TOKEN: Final = "canary-of-the-session"  # noqa: S105 - a canary, to be found nowhere
Record = dict[str, Any]
_TESTS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": lambda a, b: bool(a == b),
    ">": lambda a, b: bool(a is not None and a > b),
    ">=": lambda a, b: bool(a is not None and a >= b),
    "<=": lambda a, b: bool(a is not None and a <= b),
    "in": lambda a, b: a in b,
    "like": lambda a, b: str(a).startswith(b.removesuffix("%")),
}


class Refused(Exception):
    """What Tryton's rules do not allow."""


class Company:
    """One company's records by model. Every change is stamped later than the one before."""

    def __init__(self, user: str, password: str) -> None:
        """Begin empty; let *user* in with *password*."""
        self._user, self._password = user, password
        self.models: dict[str, list[Record]] = {}
        self.doors_shut = 0
        """So many sign-ins are refused from now on."""

    def answer(self, heard: Heard) -> Said:
        """Answer one call."""
        call = json.loads(heard.body)
        method, params = call["method"], call["params"]
        if method == "common.db.login":
            return self._sign_in(params)
        session = base64.b64decode(heard.headers.get("authorization", "").removeprefix("Session ")).decode()
        if session != f"{self._user}:1:{TOKEN}":
            return Said(401, b"no session")
        _, model, verb = method.split(".", 1)[0], method.split(".", 1)[1].rsplit(".", 1)[0], method.rsplit(".", 1)[1]
        try:
            return _said({"result": getattr(self, f"_{verb}")(model, *params[:-1])})
        except Refused as refused:
            return _said({"error": ["UserError", [str(refused), ""]]})

    def _sign_in(self, params: Sequence[Any]) -> Said:
        if self.doors_shut or (params[0], params[1]["password"]) != (self._user, self._password):
            self.doors_shut = max(0, self.doors_shut - 1)
            return Said(401, b"no such user")
        return _said({"result": [1, TOKEN]})

    def _search_read(self, model: str, domain: list[Any], *rest: Any) -> list[Record]:
        offset, limit, order, _ = rest
        found = [r for r in self.models.get(model, []) if all(_holds(r, one) for one in domain)]
        for path, way in reversed(order or ()):
            found.sort(key=lambda r: _plain(_at(r, path)), reverse=way == "DESC")
        return found[offset : offset + limit if limit else None]

    def _create(self, model: str, values: list[Record]) -> list[int]:
        moves, lines = self.models.setdefault(model, []), self.models.setdefault(f"{model}.line", [])
        made = []
        for one in values:
            ((_, own),) = one["lines"]
            move = {**one, "id": len(moves) + 1, "number": None, "state": "draft", "lines": None}
            moves.append(move)
            made.append(move["id"])
            for line in own:
                account = next(a for a in self.models["account.account"] if a["id"] == line["account"])
                lines.append({**line, "id": len(lines) + 1, "move": move["id"], "move.": move, "account.": account})
        return made

    def _post(self, model: str, ids: list[int]) -> None:
        for move in self._drafts(model, ids):
            move.update(state="posted", number=str(move["id"]))

    def _delete(self, model: str, ids: list[int]) -> None:
        for move in self._drafts(model, ids):
            move.update(state="deleted", description="")

    def _drafts(self, model: str, ids: list[int]) -> list[Record]:
        found = [m for m in self.models[model] if m["id"] in ids]
        if any(m["state"] != "draft" for m in found):
            raise Refused("only drafts can be changed")
        return found


def posts(heard: Heard) -> bool:
    """Say whether a call is the one in which an entry takes effect."""
    return bool(json.loads(heard.body)["method"].endswith(".post"))


def _holds(record: Record, condition: list[Any]) -> bool:
    if condition[0] == "OR":
        return any(
            _holds(record, way) if isinstance(way[0], str) else all(_holds(record, one) for one in way)
            for way in condition[1:]
        )
    path, test, value = condition
    wanted = [_plain(one) for one in value] if isinstance(value, list) else _plain(value)
    return _TESTS[test](_plain(_at(record, path)), wanted)


def _at(record: Record, path: str) -> Any:
    head, _, rest = path.partition(".")
    return _at(record.get(f"{head}.") or {}, rest) if rest else record.get(head)


def _plain(value: Any) -> Any:
    """Make dates and moments comparable: as the tuples of their parts."""
    if isinstance(value, dict) and value.get("__class__") in ("date", "datetime"):
        return tuple(part for name, part in value.items() if name != "__class__")
    return value


def _said(told: Mapping[str, Any]) -> Said:
    return Said(200, json.dumps(told).encode(), {"Content-Type": "application/json"})

"""oscar's REST API over HTTP: lists, whether they come in pages or not, records and changes. Nothing about meaning."""

import base64
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from tallystick.kit.calls import RETRY_SECONDS, Call, Calls, Reply
from tallystick.kit.limits import Limits
from tallystick.ports.connector import Connection, InDoubt, Misconfigured, Rejected, Retryable

PAGES_MAX: Final = 10_000
_NOT_FOUND: Final = 404


class Oscar:
    """A staff user's calls. Reads may be repeated by anybody; a write whose answer was lost is `InDoubt`."""

    def __init__(self, connection: Connection, limits: Limits) -> None:
        """Speak to the shop of *connection* within *limits*. Nothing is sent yet."""
        password = connection.secret("password")
        said = base64.b64encode(f"{connection.settings['user']}:{password}".encode()).decode()
        self._calls = Calls(connection.url, limits, lambda: {"authorization": f"Basic {said}"}, [password, said])

    def close(self) -> None:
        """Hang up."""
        self._calls.close()

    def rows(self, path: str) -> Iterator[Any]:
        """Yield the rows of a list, page after page where the shop cuts it into pages."""
        for _ in range(PAGES_MAX):
            told = self.read(path)
            rows = told["results"] if isinstance(told, dict) and "results" in told else told
            if not isinstance(rows, list):
                raise Retryable(f"{path} is answered by no list", RETRY_SECONDS)
            yield from rows
            following = told.get("next") if isinstance(told, dict) else None
            if not following:
                return
            path = path_of(following)
        raise Misconfigured(f"{path}: the shop's list has no end")

    def read(self, path: str) -> Any:
        """Return what stands at *path*; raise `Rejected` where nothing does."""
        reply = self._calls.read(Call(path=path, accept={_NOT_FOUND}))
        if reply.status == _NOT_FOUND:
            raise Rejected(f"the shop has nothing at {path}")
        return reply.json()

    def change(self, path: str, **told: Any) -> Any:
        """Change what stands at *path*; raise `InDoubt` when nobody knows whether it was changed."""
        return _body(self._calls.write(Call(method="PATCH", path=path, json=told)))


def path_of(url: str) -> str:
    """Return the path of a link in an answer: where it points to is the shop's affair, where we send to is ours."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _body(reply: Reply) -> Any:
    try:
        return reply.json()
    except Retryable as cut:  # It was carried out, whatever its answer says.
        raise InDoubt(str(cut)) from cut

"""WooCommerce's REST API (v3) over HTTP, and which of the four errors each failure is. Nothing about meaning."""

import base64
from typing import Any, Final

from tallystick.kit.calls import Call, Calls, Reply
from tallystick.kit.limits import Limits
from tallystick.ports.connector import Connection, InDoubt, Rejected, Retryable

ROOT: Final = "/wp-json/wc/v3"
_ERROR: Final = 500
_REFUSED: Final = "woocommerce_rest_"
_WORDS_MAX: Final = 300
_RETRY_SECONDS: Final = 5.0


class WooCommerce:
    """One shop. Reads may be repeated by anybody; a write whose answer was lost is `InDoubt`."""

    def __init__(self, connection: Connection, limits: Limits) -> None:
        """Speak to the shop of *connection* within *limits*. Nothing is sent yet."""
        self._connection = connection
        self._calls = Calls(connection.url, limits, self._headers)

    def close(self) -> None:
        """Hang up."""
        self._calls.close()

    def rows(self, path: str, **params: Any) -> list[Any]:
        """Return a page of a resource."""
        found = self.read(path, **params)
        if not isinstance(found, list):
            raise Retryable(f"{path} is no list: {str(found)[:_WORDS_MAX]}", _RETRY_SECONDS)
        return found

    def read(self, path: str, **params: Any) -> Any:
        """Return a resource."""
        return self._calls.read(Call(path=f"{ROOT}{path}", params=params)).json()

    def write(self, method: str, path: str, told: Any) -> Any:
        """Do one thing and return what it came to; raise `Rejected` with the shop's words where it refuses."""
        reply = self._calls.write(Call(method=method, path=f"{ROOT}{path}", json=told, accept={_ERROR}))
        return _judged(reply)

    def _headers(self) -> dict[str, str]:
        named = ":".join(self._connection.secret(name) for name in ("consumer_key", "consumer_secret"))
        return {"authorization": f"Basic {base64.b64encode(named.encode()).decode()}"}


def _judged(reply: Reply) -> Any:
    """WooCommerce says 500 also where a gateway refuses a refund; then nothing was done, and its code says so."""
    try:
        told = reply.json()
    except (Retryable, InDoubt) as cut:
        raise InDoubt(f"the shop answered {reply.status} and no JSON") from cut
    if reply.status != _ERROR:
        return told
    code = str(told.get("code", "")) if isinstance(told, dict) else ""
    words = f"{code}: {told.get('message') if isinstance(told, dict) else ''}"[:_WORDS_MAX]
    raise Rejected(words) if code.startswith(_REFUSED) else InDoubt(f"the shop failed: {words}")

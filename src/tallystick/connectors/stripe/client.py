"""HTTP only: addresses, keys, pages. What it means is in translate.py."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from tallystick.connectors.stripe.manifest import API_VERSION, PAGE_SIZE_MAX, PER_SECOND_MAX
from tallystick.kit.calls import Call, Calls, Reply
from tallystick.kit.limits import Limits
from tallystick.ports.connector import Connection, Rejected, Retryable

LIMITS: Final = Limits(per_second=PER_SECOND_MAX, burst=PER_SECOND_MAX)
SEARCH_LAG_SECONDS_MAX: Final = 3600
"""Stripe says that search is less than a minute behind, and more in an outage."""
PAGES_MAX: Final = 300
"""Of one walk through a list: 30,000 objects, in a month of events or an hour of payments."""
_BAD, _DECLINED, _NOT_FOUND, _BUSY = 400, 402, 404, 409
_BUSY_SECONDS: Final = 2.0


class Client:
    """Calls to one Stripe account."""

    def __init__(self, connection: Connection, limits: Limits = LIMITS) -> None:
        """Speak to the account of *connection*. Nothing is sent yet."""
        self._connection = connection
        self._calls = Calls(connection.url, limits, self._headers)

    def close(self) -> None:
        """Hang up."""
        self._calls.close()

    def events_after(self, cursor: str, kind: str) -> tuple[list[Any], bool]:
        """Return the oldest page of events of a *kind* after an event, oldest first, and whether there are more."""
        if cursor:
            call = _listing("/v1/events", {"type": kind, "ending_before": cursor}, accept={_BAD, _NOT_FOUND})
            reply = self._calls.read(call)
            if reply.status < _BAD:
                page = _list(reply)
                return page["data"][::-1], page["has_more"]
            if b"resource_missing" not in reply.body:
                raise Rejected(f"Stripe did not list its events: {_words(reply)}")
        return self._oldest_events(kind)

    def intents_of(self, order: str) -> list[Any]:
        """Return all payment intents the shop made for an order: by search, or among the latest, which search lacks."""
        found = self._searched(order)
        if found:
            return found
        newest, searched = None, found is not None
        kept = []
        for intent in self._walk("/v1/payment_intents", {}):
            newest = intent["created"] if newest is None else newest
            if searched and intent["created"] < newest - SEARCH_LAG_SECONDS_MAX:
                break
            if (intent.get("metadata") or {}).get("order") == order:
                kept.append(intent)
        return kept

    def intent(self, name: str) -> Any:
        """Return a payment intent as it is now."""
        return _object(self._calls.read(Call(path=f"/v1/payment_intents/{name}")))

    def refunds_of(self, intent: str) -> list[Any]:
        """Return all refunds of a payment intent."""
        return list(self._walk("/v1/refunds", {"payment_intent": intent}))

    def transactions_of(self, payout: str) -> list[Any]:
        """Return all that a payout is made of, each with the charge or refund it is about."""
        return list(self._walk("/v1/balance_transactions", {"payout": payout, "expand[]": "data.source"}))

    def change(self, path: str, key: str, form: Mapping[str, str]) -> Any | None:
        """Post under *key*; None where the customer's bank declined."""
        headers = {"idempotency-key": key}
        call = Call(method="POST", path=path, form=form, headers=headers, accept={_DECLINED, _BUSY})
        reply = self._calls.write(call)
        if reply.status == _BUSY:
            raise Retryable(f"Stripe has another request about it under way: {_words(reply)}", _BUSY_SECONDS)
        return None if reply.status == _DECLINED else _object(reply)

    def _searched(self, order: str) -> list[Any] | None:
        """Return what search finds; None where there is no search."""
        quoted = order.replace("\\", "\\\\").replace('"', '\\"')
        params = {"query": f'metadata["order"]:"{quoted}"', "limit": PAGE_SIZE_MAX}
        reply = self._calls.read(Call(path="/v1/payment_intents/search", params=params, accept={_NOT_FOUND}))
        if reply.status == _NOT_FOUND:
            return None
        return [self.intent(i["id"]) for i in _list(reply)["data"]]

    def _oldest_events(self, kind: str) -> tuple[list[Any], bool]:
        """Walk back to the beginning, and keep the last page: Stripe lists the newest first."""
        after, pages = "", 0
        while True:
            reply = self._calls.read(_listing("/v1/events", {"type": kind, **_after(after)}))
            page = _list(reply)
            pages += 1
            if not page["has_more"]:
                return page["data"][::-1], pages > 1
            _not_for_ever(pages)
            after = page["data"][-1]["id"]

    def _walk(self, path: str, params: Mapping[str, str]) -> Iterator[Any]:
        after = ""
        for pages in range(1, PAGES_MAX + 2):
            page = _list(self._calls.read(_listing(path, {**params, **_after(after)})))
            yield from page["data"]
            if not page["has_more"]:
                return
            _not_for_ever(pages)
            after = page["data"][-1]["id"]

    def _headers(self) -> Mapping[str, str]:
        """Ask for the key anew each time, so that a changed one counts at once."""
        return {"authorization": f"Bearer {self._connection.secret('api_key')}", "stripe-version": API_VERSION}


def _listing(path: str, params: Mapping[str, str], accept: Collection[int] = ()) -> Call:
    return Call(path=path, params={**params, "limit": PAGE_SIZE_MAX}, accept=accept)


def _after(name: str) -> dict[str, str]:
    return {"starting_after": name} if name else {}


def _not_for_ever(pages: int) -> None:
    if pages >= PAGES_MAX:
        raise Retryable(f"no end after {PAGES_MAX} pages of a list: more happens at Stripe than this door can read", 60)


def _list(reply: Reply) -> Any:
    found = _object(reply)
    if not isinstance(found.get("data"), list):
        raise reply.unclear("the answer is no list")
    return {"data": found["data"], "has_more": bool(found.get("has_more"))}


def _object(reply: Reply) -> Any:
    found = reply.json()
    if not isinstance(found, dict):
        raise reply.unclear("the answer is no JSON object")
    return found


def _words(reply: Reply) -> str:
    try:
        return str(reply.json()["error"]["message"])[:300]
    except Exception:  # noqa: BLE001 - whatever it says, it says no
        return f"status {reply.status}"

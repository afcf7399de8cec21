"""Teaches a localstripe that has a folder what Stripe does: to keep what it holds over a crash, and to tell of all it does.

Kept: everything, at the end of each request, before it is answered. Told as events and webhooks: money held, let go and
paid back. Events are listed newest first, by kind (`refund.*`), and before one that is known.
"""

import fnmatch
import os
import pickle
from pathlib import Path

import localstripe.resources as r  # type: ignore[import-not-found]

_charge, _refund, _cancel, _list = (
    r.PaymentIntent._create_charge,
    r.Refund.__init__,
    r.PaymentIntent._api_cancel,
    r.Event._api_list_all,
)


class Before(r.List):  # type: ignore[misc]
    """The page right before an event: there is more where it does not reach the newest."""

    has_more = property(lambda self: self._starting_pos > 0)


def keep_in(folder: Path) -> None:
    """Begin with what was kept in *folder*, and keep everything there from now on."""
    file = folder / "state.pickle"

    def dump(_store):  # type: ignore[no-untyped-def]
        fresh = file.with_suffix(".new")
        with fresh.open("wb") as out:
            pickle.dump(dict(r.store), out)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)

    if file.exists():
        with file.open("rb") as kept:
            dict.update(r.store, pickle.load(kept))  # noqa: S301 - written by nobody but ourselves
    r.Store.__setitem__, r.Store.__delitem__ = dict.__setitem__, dict.__delitem__
    r.Store.dump_to_disk = dump


def tell_all() -> None:
    """Tell of holds, of what was let go, and of refunds; list events as Stripe does."""
    r.PaymentIntent._create_charge, r.Refund.__init__ = create_charge, pay_back
    r.Event._api_list_all = classmethod(list_events)
    r.extra_apis[:] = [
        (m, url, cancel if url.endswith("payment_intents/{id}/cancel") else f) for m, url, f in r.extra_apis
    ]


def create_charge(self, on_failure_now):  # type: ignore[no-untyped-def]
    """Say that money is held."""
    _charge(self, on_failure_now)
    if self.status == "requires_capture":
        _tell("payment_intent.amount_capturable_updated", self)


def pay_back(self, **asked):  # type: ignore[no-untyped-def]
    """Say that money was paid back. Of a capture's own release, which is made without an intent, nothing is said."""
    _refund(self, **asked)
    if self.payment_intent is not None:
        _tell("refund.created", self)


def cancel(id, **asked):  # type: ignore[no-untyped-def] # noqa: A002 - its own name for it
    """Say that money was let go."""
    intent = _cancel(id, **asked)
    _tell("payment_intent.canceled", intent)
    return intent


def list_events(_cls, /, url, ending_before=None, **asked):  # type: ignore[no-untyped-def]
    """List events newest first, of a kind, before one that is known."""
    kind = asked.pop("type", "*")
    found = _list(url, **asked)
    newest = [e for e in reversed(found._list) if fnmatch.fnmatchcase(e.type, kind)]
    if ending_before is None:
        found._list = newest
        return found
    known = [n for n, e in enumerate(newest) if e.id == ending_before]
    if not known:
        raise r.UserError(400, "resource_missing")
    page = Before(url, limit=asked.get("limit"))
    page._list = newest[: known[0]]
    page._starting_pos = max(0, known[0] - page._limit)
    return page


def _tell(kind: str, about: object) -> None:
    r.schedule_webhook(r.Event(kind, about))

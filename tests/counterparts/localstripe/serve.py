"""Serves localstripe on loopback, and teaches it what it leaves out: runs inside its own environment, never inside ours.

Usage: serve.py PORT [FOLDER]; with a folder it keeps what it holds there, and tells all that Stripe tells (telling.py).

Taught: `metadata` on a capture, `amount_received` and `amount_capturable` of an intent, and that what a capture leaves is
released without a refund;
and that a changed amount is a number. Left as it is: it ignores idempotency keys, pays back more than was taken, and knows no search.
"""

import sys
from pathlib import Path

import localstripe.resources as r  # type: ignore[import-not-found]

_capture_charge, _capture = r.Charge._capture, r.PaymentIntent._api_capture


def capture_charge(self, amount, on_success=None):  # type: ignore[no-untyped-def]
    """Take a part, and release the rest without a refund."""
    self._taken = self.amount if amount is None else int(amount)
    _capture_charge(self, amount, on_success)
    released = [
        k for k, v in r.store.items() if k.startswith("refund:") and (v.charge, v.payment_intent) == (self.id, None)
    ]
    for key in released:
        del r.store[key]


def capture(id, metadata=None, **asked):  # type: ignore[no-untyped-def] # noqa: A002 - its own name for it
    """Keep the metadata with what is taken."""
    intent = r.PaymentIntent._api_retrieve(id)
    before = intent.metadata
    intent.metadata = {**before, **(metadata or {})}
    try:
        return _capture(id, **asked)
    except r.UserError:
        intent.metadata = before
        raise


def received(self):  # type: ignore[no-untyped-def]
    """Say what was taken."""
    charge = self.latest_charge
    return getattr(charge, "_taken", charge.amount) if self.status == "succeeded" else 0


def update(self, amount=None, **asked):  # type: ignore[no-untyped-def]
    """Read a changed amount as a number."""
    r.StripeObject._update(self, **({} if amount is None else {"amount": int(amount)}), **asked)


r.Charge._capture = capture_charge
r.PaymentIntent._update = update
r.PaymentIntent.amount_received = property(received)
r.PaymentIntent.amount_capturable = property(lambda self: self.amount if self.status == "requires_capture" else 0)
r.Store.dump_to_disk = lambda _: None
r.extra_apis[:] = [
    (m, url, capture if url.endswith("payment_intents/{id}/capture") else f) for m, url, f in r.extra_apis
]

if len(sys.argv) > 2:
    from telling import keep_in, tell_all  # type: ignore[import-not-found, unused-ignore]

    keep_in(Path(sys.argv[2]))
    tell_all()

from aiohttp import web  # type: ignore[import-not-found] # noqa: E402
from localstripe.server import app  # type: ignore[import-not-found] # noqa: E402 - it takes what was taught above

web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)

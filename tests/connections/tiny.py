"""A tiny honest partner on loopback, and its door: orders to pull, payments to take, webhooks to sign."""

import hashlib
import hmac
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec import Struct

from tallystick.kit.calls import Call, Calls
from tallystick.kit.limits import Limits
from tallystick.kit.signatures import hex_is_right, refuse_stale, refuse_unless
from tallystick.messages.masters import ProductReported
from tallystick.messages.payments import AuthorisePayment
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    Delivery,
    Hook,
    Manifest,
    Misconfigured,
    Outcome,
    OutcomeAsked,
    Page,
    Report,
    Translation,
)
from tallystick.ports.identities import Link

PAGE: Final = 2
HANG_SECONDS_MAX: Final = 60


class Partner:
    """What the partner holds and how it behaves. `let_go` ends every hang."""

    def __init__(self) -> None:
        """Behave well."""
        self.url = ""
        self.orders: list[dict[str, Any]] = []
        self.effects: Counter[str] = Counter()
        self.heard: list[str] = []
        self.keys: list[str] = []
        self.hangs = False
        self.hanging = 0
        self.status = 200
        self.words = "no"
        self.let_go = threading.Event()
        self.lock = threading.Lock()

    def sells(self, number: str, product: str = "LAMP", name: str = "") -> None:
        """Take an order of one piece, with the buyer's *name* in it."""
        self.orders.append({"number": number, "product": product, "name": name, "at": "2026-11-23T12:00:00+00:00"})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Orders after a number, page by page; or what became of a payment."""
        partner: Partner = self.server.partner  # type: ignore[attr-defined]
        parts = urlsplit(self.path)
        if not self._behaves(partner):
            return
        if parts.path.startswith("/payments/"):
            key = parts.path.rpartition("/")[2]
            self._say(200, {"done": bool(partner.effects[key])})
            return
        after = int(parse_qs(parts.query).get("after", ["0"])[0])
        found = partner.orders[after : after + PAGE]
        self._say(200, {"orders": found, "next": after + len(found), "more": after + len(found) < len(partner.orders)})

    def do_POST(self) -> None:
        """Take a payment; the same key has one effect."""
        partner: Partner = self.server.partner  # type: ignore[attr-defined]
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))))
        if not self._behaves(partner):
            return
        with partner.lock:
            partner.effects[self.headers["idempotency-key"]] = 1
            partner.heard.append(body["order"])
        self._say(200, {"id": f"pay-{body['order']}"})

    def _behaves(self, partner: Partner) -> bool:
        with partner.lock:
            partner.keys.append(self.headers.get("authorization", ""))
            hangs = partner.hangs
            partner.hanging += hangs
        if hangs:
            partner.let_go.wait(HANG_SECONDS_MAX)
            self.close_connection = True
            return False
        if partner.status != 200:
            self._say(partner.status, {"error": partner.words})
            return False
        return True

    def _say(self, status: int, what: object) -> None:
        body = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def partner_here() -> Iterator[Partner]:
    """A partner that answers on loopback for as long as the block lasts."""
    partner = Partner()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.partner = partner  # type: ignore[attr-defined]
    partner.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield partner
    finally:
        partner.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()


MANIFEST: Final = Manifest(
    name="tiny",
    system="the tiny partner",
    role="a shop that also takes payments",
    foreign_version="1",
    auth="a key",
    pulls=(OrderPlaced,),
    pushes=(AuthorisePayment,),
    secrets={"api_key": "what opens it", "hook_secret": "what its webhooks are signed with"},
    settings={"site": "which of its sites"},
    addressed_by={AuthorisePayment: "provider"},
    hooks=True,
)


class Tiny:
    """The door to the tiny partner."""

    manifest = MANIFEST
    limits: ClassVar[Limits] = Limits(
        per_second=10_000, burst=1000, deadline_seconds=30, at_once_max=64, failures_max=10_000
    )

    def __init__(self, connection: Connection) -> None:
        """Open nothing yet."""
        self._connection = connection
        self._calls: Calls | None = None
        self._opening = threading.Lock()

    def close(self) -> None:
        """Hang up."""
        if self._calls is not None:
            self._calls.close()

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Return orders after a number."""
        said = self._http().read(Call(path="/orders", params={"after": since or "0"})).json()
        deliveries = [delivery_of(self._connection.name, order) for order in said["orders"]]
        return Page(deliveries, str(said["next"]), said["more"])

    def parse(self, delivery: Delivery) -> Translation:
        """Translate an order or a product; a product's number is theirs, and only a link says what we call it."""
        said = msgspec.json.decode(delivery.body)
        at = datetime.fromisoformat(said["at"])
        if "sku" in said:
            link = Link("product", said["product"], said["sku"])
            master = ProductReported("tiny", said["product"], said["at"], said["sku"], "a lamp", "piece", "goods")
            return Translation((report_of(delivery, master, at),), (), (link,))
        product: str = said["product"]
        sku = self._connection.identities.ours("product", product) if product.isdecimal() else product
        placed = OrderPlaced(said["number"], "web", "WH1", "EUR/2", "card", (OrderLine(1, sku, 1, 1200, 240),), "GB")
        return Translation((report_of(delivery, placed, at),))

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Ask for a payment."""
        assert isinstance(command, AuthorisePayment)
        body = {"order": command.order, "amount": command.amount}
        call = Call(method="POST", path="/payments", json=body, headers={"idempotency-key": key})
        return Acknowledgement(self._http().write(call).json()["id"])

    def ask(self, question: Struct) -> Struct:
        """Say what became of a payment."""
        if not (isinstance(question, OutcomeAsked) and isinstance(question.command, AuthorisePayment)):
            raise Misconfigured(f"the tiny partner is not asked for {type(question).__name__}")
        done = self._http().read(Call(path=f"/payments/{question.key}")).json()["done"]
        return Outcome(Acknowledgement(f"pay-{question.command.order}") if done else None)

    def received(self, hook: Hook) -> tuple[Delivery, ...]:
        """Check a webhook: `moment.body` under the hook secret, no older than five minutes."""
        signed = f"{hook.headers.get('x-at', '')}.".encode() + hook.body
        secret = self._connection.secret("hook_secret")
        refuse_unless(hex_is_right(secret, signed, [hook.headers.get("x-signature", "")]))
        refuse_stale(datetime.fromtimestamp(int(hook.headers["x-at"]), UTC), hook.at)
        return (delivery_of(self._connection.name, msgspec.json.decode(hook.body)),)

    def _http(self) -> Calls:
        with self._opening:  # the calls of a lane run in several threads
            if self._calls is None:
                key = self._connection.secret("api_key")
                self._calls = Calls(self._connection.url, self.limits, lambda: {"authorization": key}, (key,))
            return self._calls


def delivery_of(source: str, said: dict[str, Any]) -> Delivery:
    """One order, or one product, as it came."""
    body = msgspec.json.encode(said)
    subject = f"product/{said['sku']}" if "sku" in said else f"order/{said['number']}"
    return Delivery(
        source=source,
        id=said.get("number") or said["product"],
        subject=subject,
        body=body,
        digest=hashlib.sha256(body).digest(),
        person=said.get("name") or None,
    )


def report_of(delivery: Delivery, data: Struct, at: datetime) -> Report:
    """What a delivery says, under its own id."""
    return Report(id=delivery.id, subject=delivery.subject, data=data, time=at, on=at.date(), zone="UTC")


def signed(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of a webhook as the partner signs it."""
    moment = str(int(at.timestamp()))
    mac = hmac.digest(secret.encode(), f"{moment}.".encode() + body, "sha256").hex()
    return {"x-at": moment, "x-signature": mac, "content-type": "application/json"}

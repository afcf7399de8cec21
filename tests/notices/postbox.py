"""A real SMTP server on loopback, which takes letters, refuses them, says later, hangs, or is cut off."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.counterparts.loopback import free_port

HELD_SECONDS_MAX = 60
USER, PASSWORD = "orders", "canary-of-the-mail-password"


class Postbox:
    """What came, and how the server behaves: `says` answers for an addressee, `holds` keeps a letter before the 250."""

    def __init__(self, port: int) -> None:
        """Take everything."""
        self.port = port
        self.mails: list[EmailMessage] = []
        self.asked: list[str] = []
        self.says: dict[str, list[str]] = {}
        self.letter_says: list[str] = []
        self.users: list[str] = []
        self.holds = False
        self.hangs = False
        self.go_on = threading.Event()
        self._lock = threading.Lock()

    async def handle_RCPT(self, *told: Any) -> str:  # noqa: N802 - aiosmtpd's form: server, session, envelope, address, options
        """Answer for an addressee: the next of what is to be said, else yes."""
        _, _, envelope, address, _ = told
        self.asked.append(address)
        if self.hangs:
            await self._held()
        answers = self.says.get(address)
        said = (answers.pop(0) if len(answers) > 1 else answers[0]) if answers else "250 OK"
        if said.startswith("2"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's form
        """Take a letter; where it is held, it is taken and its sender does not hear so."""
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=default)
        assert isinstance(mail, EmailMessage)
        if self.letter_says:
            return self.letter_says.pop(0)
        with self._lock:
            self.mails.append(mail)
        if self.holds:
            await self._held()
        return "250 OK"

    async def _held(self) -> None:
        for _ in range(HELD_SECONDS_MAX * 50):
            if self.go_on.is_set():
                return
            await asyncio.sleep(0.02)

    def check(self, *told: Any) -> AuthResult:
        """Let one user in; aiosmtpd gives server, session, envelope, mechanism and what was given."""
        given = told[-1]
        known = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        self.users += [USER] if known else []
        return AuthResult(success=known, handled=False)

    def to(self, address: str) -> list[EmailMessage]:
        """Return the letters to an address."""
        with self._lock:
            return [m for m in self.mails if m["To"].addresses[0].addr_spec == address]


@contextmanager
def postbox_here(tls: "Certificate | None" = None, **how: Any) -> Iterator[Postbox]:
    """Serve a postbox for as long as the block lasts; with *tls* it offers STARTTLS, and `auth_required` asks who is there."""
    port = free_port()
    box = Postbox(port)
    more: dict[str, Any] = how
    if tls:
        more |= {"tls_context": tls.context, "require_starttls": True, "authenticator": box.check}
    controller = Controller(box, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield box
    finally:
        box.go_on.set()
        controller.stop()


class Certificate:
    """A certificate for 127.0.0.1, made for one test, and the file that vouches for it."""

    def __init__(self, folder: Path) -> None:
        """Make it."""
        key, name = (
            ec.generate_private_key(ec.SECP256R1()),
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "post")]),
        )
        now, day = datetime.now(UTC), timedelta(days=1)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - day)
            .not_valid_after(now + day)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, SHA256())
        )
        self.file, private = folder / "post.pem", folder / "post.key"
        self.file.write_bytes(made.public_bytes(Encoding.PEM))
        private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.file, private)


async def until(holds: Callable[[], bool]) -> None:
    """Wait for a condition, looking again and again."""
    async with asyncio.timeout(HELD_SECONDS_MAX):
        while not holds():  # noqa: ASYNC110 - what is waited for lives in other threads and processes
            await asyncio.sleep(0.02)

"""Mail by SMTP (RFC 5321): one conversation a letter, step by step, so that it is known how far it came.

Before the last dot of the letter nothing has been sent; after the server's 250 it has; between the two nobody knows. The
server's own words are not kept: they like to name the addressee.
"""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from tallystick.engine.partners.lanes import Lane, Limits
from tallystick.ports.connector import InDoubt, Misconfigured, Rejected, Retryable
from tallystick.ports.notices import Posted
from tallystick.publishing.notices.mail import Sender, envelope_of, mail_of

SECONDS_MAX: Final = 8
"""For each word of the server; a conversation has some eight, and a lease sixty seconds."""
STARTTLS, TLS, NONE = "starttls", "tls", "none"
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
GREYLISTED_SECONDS: Final = 60
CLOSING: Final = 421
_ENHANCED: Final = re.compile(rb"^[245]\.\d{1,3}\.\d{1,3}\b")
_LINE: Final = re.compile(rb"(?m)^\.")


class Server(Struct, frozen=True):
    """A mail server, how the way to it is kept private, and who we are there; *ca_file* names who vouches for it."""

    host: str
    port: int = 587
    security: str = STARTTLS
    user: str = ""
    password: str = ""
    ca_file: str = ""
    seconds_max: float = SECONDS_MAX

    def __repr__(self) -> str:
        """Name the place and nothing secret."""
        return f"Server({self.host!r}, {self.port})"


class Mail:
    """Implements `ports.notices.Notifier`. All letters go in one lane: a server that hangs keeps its places, and no others."""

    def __init__(
        self, server: Server, sender: Sender, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Speak to nobody yet."""
        self._server, self._sender, self._clock = server, sender, clock
        self.lane = Lane("notices", Limits(), [server.password])

    async def send(self, posted: Posted) -> str:
        """Send a letter, and return the name it goes by."""
        outcome = await self.lane.do("send", self._sent, posted)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def close(self) -> None:
        """Nothing is kept open between letters."""

    def _sent(self, posted: Posted) -> str | Exception:
        """Send; what concerns this addressee only is returned, so that the lane does not take its server for ill."""
        mail = mail_of(posted, self._sender, self._clock())
        sender, to = envelope_of(mail)
        with _opened(self._server) as line:
            _raised(_agree(line.mail(sender), "the sender", Misconfigured))
            if isinstance(later := _agree(line.rcpt(to), "the addressee", Rejected), Retryable):
                return later
            _raised(_agree(line.docmd("DATA"), "any letter", Misconfigured))
            try:
                line.send(_LINE.sub(b"..", mail.as_bytes()) + b".\r\n")
                answer = line.getreply()
            except (OSError, smtplib.SMTPException) as lost:
                raise InDoubt(f"the server was given the letter and did not answer ({type(lost).__name__})") from None
            later = _agree(answer, "the letter", Rejected)
        return later or str(mail["Message-ID"])


class _opened:  # noqa: N801 - used as a word
    """A conversation for as long as the block lasts; whatever breaks before the letter is given had no effect."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def __enter__(self) -> smtplib.SMTP:
        try:
            self._line = _line_to(self._server)
        except smtplib.SMTPAuthenticationError as refused:
            if refused.smtp_code < 500:
                raise Retryable(f"the server cannot let us in now ({refused.smtp_code})") from None
            raise Misconfigured(
                f"the server does not let {self._server.user!r} in ({refused.smtp_code}): see notices.smtp_user, and give "
                "the password by `tally notice secret smtp_password`"
            ) from None
        except smtplib.SMTPNotSupportedError:
            raise Misconfigured(
                f"the server offers no {'way to let us in' if self._server.security != STARTTLS else 'STARTTLS'}: see notices.smtp_security"
            ) from None
        except ssl.SSLCertVerificationError as untrusted:
            raise Misconfigured(
                f"the server's certificate is not to be trusted ({untrusted.verify_message}): see notices.smtp_ca_file"
            ) from None
        except (OSError, smtplib.SMTPException) as away:
            raise Retryable(f"the mail server cannot be reached ({type(away).__name__})") from None
        return self._line

    def __exit__(self, kind: type[BaseException] | None, failure: BaseException | None, trace: object) -> None:
        with suppress(OSError, smtplib.SMTPException):
            if kind is None:
                self._line.quit()
        self._line.close()
        if isinstance(failure, OSError | smtplib.SMTPException):
            raise Retryable(f"the mail server hung up ({type(failure).__name__})") from None


def _line_to(server: Server) -> smtplib.SMTP:
    context = _context(server)
    if server.user and server.security == NONE and server.host not in LOOPBACK:
        raise Misconfigured("a password is not sent in the clear: set notices.smtp_security to starttls or tls")
    if server.security == TLS:
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.seconds_max, context=context)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=server.seconds_max)
    try:
        if server.security == STARTTLS:
            line.starttls(context=context)
        if server.user:
            line.login(server.user, server.password)
        line.ehlo_or_helo_if_needed()
    except BaseException:
        line.close()
        raise
    return line


def _context(server: Server) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=server.ca_file or None)
    except (OSError, ssl.SSLError) as bad:
        raise Misconfigured(f"notices.smtp_ca_file {server.ca_file} cannot be read: {type(bad).__name__}") from None


def _agree(answer: tuple[int, bytes], what: str, refusal: type[Exception]) -> Retryable | None:
    """Return None when the server agrees, and what says later; raise *refusal* where it says never.

    What it says beside its codes is not kept. A server that says 421 says it of itself, not of this letter.
    """
    code, words = answer
    if code // 100 in {2, 3}:
        return None
    enhanced = _ENHANCED.match(words)
    said = f"{code} {enhanced[0].decode()}" if enhanced else str(code)
    if code // 100 == 5:
        raise refusal(
            f"the mail server refuses {what} ({said})" + ("" if refusal is Rejected else ": see notices.sender")
        )
    later = Retryable(f"the mail server does not take {what} now ({said})", GREYLISTED_SECONDS)
    if code == CLOSING or code < 0:
        raise later
    return later


def _raised(later: Retryable | None) -> None:
    if later is not None:
        raise later

"""What `[notices]` arranges: which notices are made, which are told at most once, and who sends them."""

from typing import Final, get_args

from msgspec import Struct

from tallystick.app.settings import NoticeSettings, SettingError, Settings
from tallystick.messages.channels import NoticeKind
from tallystick.ports.connector import Misconfigured
from tallystick.ports.notices import Notifier
from tallystick.ports.publishing import Address
from tallystick.publishing.addresses import checked
from tallystick.publishing.notices.hook import Hook
from tallystick.publishing.notices.mail import Sender, mailbox_of
from tallystick.publishing.notices.smtp import NONE, STARTTLS, TLS, Mail, Server
from tallystick.publishing.notices.templates import Templates
from tallystick.publishing.signing import key_of
from tallystick.publishing.webhooks import Webhooks
from tallystick.security.keyring import Keyring
from tallystick.storage.notices.following import Wanted
from tallystick.storage.notices.queue import NoticeQueue

KINDS: Final[tuple[NoticeKind, ...]] = get_args(NoticeKind)
SMTP_PASSWORD, HOOK = "smtp_password", "hook"  # names of secrets
SECRETS: Final = {
    SMTP_PASSWORD: "the password of notices.smtp_user",
    HOOK: "what letters to notices.hook_url are signed with",
}
LATE_HOURS_MAX: Final = 24 * 365


class Arrangement(Struct, frozen=True):
    """What is made, which kinds are told at most once, and how letters are written."""

    wanted: Wanted
    at_most_once: frozenset[str]
    templates: Templates


def are_told(settings: Settings, book: str) -> bool:
    """Whether customers of *book* are told anything."""
    told = settings.notices
    return bool(told.channels.strip()) and (told.book or settings.book) == book


def arranged(told: NoticeSettings) -> Arrangement:
    """Read the settings; raise `SettingError` naming the one that cannot be used."""
    try:
        return _arranged(told)
    except Misconfigured as wrong:
        raise SettingError(f"[notices]: {wrong}") from None


def _arranged(told: NoticeSettings) -> Arrangement:
    channels = frozenset(_listed(told.channels))
    hours = _number(told.late_hours, "notices.late_hours", LATE_HOURS_MAX)
    wanted = Wanted(None if "*" in channels else channels, _kinds(told.kinds, "notices.kinds"), hours)
    _check_way(told)
    return Arrangement(
        wanted, _kinds(told.at_most_once, "notices.at_most_once"), Templates(told.templates, told.language)
    )


async def notifier_of(told: NoticeSettings, queue: NoticeQueue, keyring: Keyring) -> Notifier:
    """Return who sends letters, with its secret; nothing is sent yet."""
    if told.hook_url:
        secret = await queue.secret(keyring, HOOK)
        if not secret:
            raise SettingError("notices.hook_url is set, and its secret is not: say `tally notice secret hook`")
        return Hook(Webhooks(), Address(told.hook_url, (key_of(secret),), told.hook_private == "yes"))
    password = await queue.secret(keyring, SMTP_PASSWORD) if told.smtp_user else ""
    port = _number(told.smtp_port, "notices.smtp_port", 65_535)
    server = Server(told.smtp_host, port, told.smtp_security, told.smtp_user, password, told.smtp_ca_file)
    return Mail(server, Sender(told.sender, told.reply_to))


def _check_way(told: NoticeSettings) -> None:
    if told.hook_url:
        checked(told.hook_url, is_private=told.hook_private == "yes")
        return
    if not told.smtp_host:
        raise SettingError(
            "notices.channels is set, and nobody sends letters: set notices.smtp_host or notices.hook_url"
        )
    if told.smtp_security not in {STARTTLS, TLS, NONE}:
        raise SettingError(f"notices.smtp_security is {told.smtp_security!r}: say {STARTTLS}, {TLS} or {NONE}")
    _number(told.smtp_port, "notices.smtp_port", 65_535)
    mailbox_of(told.sender, "notices.sender")


def _listed(text: str) -> list[str]:
    return [word for word in (part.strip() for part in text.split(",")) if word]


def _kinds(text: str, key: str) -> frozenset[str]:
    found = frozenset(_listed(text))
    if unknown := sorted(found - set(KINDS)):
        raise SettingError(f"{key} names {', '.join(unknown)}: kinds are {', '.join(KINDS)}")
    return found


def _number(text: str, key: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise SettingError(f"{key} is {text!r}: a whole number from 1 to {most} is needed")
    return int(text)

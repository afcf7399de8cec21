"""A letter as a mail: RFC 5322, with text and HTML side by side, and a name by which a double can be known."""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import Final

from msgspec import Struct

from tallystick.ports.connector import Misconfigured, Rejected
from tallystick.ports.notices import Posted

ADDRESS_LENGTH_MAX: Final = 254
"""RFC 5321, section 4.5.3.1.3, less the angle brackets."""
_ODD: Final = re.compile(r"[\x00-\x20\x7f<>()\[\]\\,;:\"]")


class Sender(Struct, frozen=True):
    """Who writes: a mailbox such as `Shop <orders@shop.example>`, and where answers go, if elsewhere."""

    mailbox: str
    reply_to: str = ""


def mailbox_of(text: str, setting: str) -> Address:
    """Return a mailbox of the configuration; raise `Misconfigured` for what is none."""
    name, email = parseaddr(text)
    try:
        local, domain = _parts(email)
        return Address(name, local, domain)
    except (Rejected, ValueError):
        raise Misconfigured(f"{setting} is {text!r}: write a mailbox, such as Shop <orders@shop.example>") from None


def mail_of(posted: Posted, sender: Sender, at: datetime) -> EmailMessage:
    """Write the mail; raise `Rejected` for an address that no mail can go to."""
    own = mailbox_of(sender.mailbox, "notices.sender")
    local, domain = _parts(posted.to.email)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = own
    mail["To"] = Address(" ".join(posted.to.name.split()), local, domain)
    if sender.reply_to:
        mail["Reply-To"] = mailbox_of(sender.reply_to, "notices.reply_to")
    mail["Subject"] = posted.letter.subject
    mail["Date"] = at
    # The same for each attempt: a mail system that has it already can drop the double (RFC 5322, section 3.6.4).
    mail["Message-ID"] = f"<tally.{posted.key}@{own.domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies
    mail.set_content(posted.letter.text)
    if posted.letter.html:
        mail.add_alternative(posted.letter.html, subtype="html")
    if posted.letter.language:
        mail["Content-Language"] = posted.letter.language
    return mail


def envelope_of(mail: EmailMessage) -> tuple[str, str]:
    """Return the sender's and the addressee's bare addresses."""
    sender, to = (mail[name].addresses[0].addr_spec for name in ("From", "To"))
    return sender, to


def _parts(email: str) -> tuple[str, str]:
    """Return what stands before and after the @, the domain as the network writes it (RFC 5890)."""
    local, at, domain = email.strip().rpartition("@")
    if not (local and at and domain) or len(email) > ADDRESS_LENGTH_MAX or _ODD.search(local) or _ODD.search(domain):
        raise Rejected("the address kept of this person is no mail address: correct it where it came from")
    if not local.isascii():
        raise Rejected("the address has letters before its @ that this mail server is not asked to take (RFC 6531)")
    try:
        return local, domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise Rejected(
            "the address kept of this person has a domain that cannot be: correct it where it came from"
        ) from None

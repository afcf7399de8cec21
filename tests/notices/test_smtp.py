"""Letters by a real SMTP server: sent, and what is known when one was not."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from tallystick.messages.channels import TellCustomer
from tallystick.ports.connector import ConnectorError, InDoubt, Misconfigured, Rejected, Retryable
from tallystick.ports.notices import Addressee, Letter, Posted
from tallystick.publishing.notices.mail import Sender
from tallystick.publishing.notices.smtp import NONE, STARTTLS, TLS, Mail, Server
from tests.counterparts.loopback import free_port
from tests.notices.postbox import PASSWORD, USER, Certificate, Postbox, postbox_here, until

ADA = Addressee("ada@example.test", "Ada Quill")
ABOUT = TellCustomer("web", "W1", "shipped", "person:1")
TEXT = "Hello Ada,\n\n.a line that begins with a dot\nit is on its way — 2 × LÄMP\n"
POSTED = Posted("main.1f.0", ADA, Letter("Your order W1", TEXT, "<p>Hello <b>Ada</b></p>", "en"), ABOUT)
SENDER = Sender("The Shop <orders@shop.example>", "help@shop.example")


@pytest.fixture
def box() -> Iterator[Postbox]:
    """A server that asks for nothing."""
    with postbox_here() as found:
        yield found


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Who vouches for the servers here."""
    return Certificate(tmp_path_factory.mktemp("post"))


def mail_by(box: Postbox, **how: object) -> Mail:
    """Return who sends by *box*, in the clear."""
    return Mail(replace(Server("127.0.0.1", box.port, NONE, seconds_max=5), **how), SENDER)


async def failure_of(mail: Mail, posted: Posted = POSTED) -> ConnectorError:
    """Return how sending fails."""
    with pytest.raises(ConnectorError) as failed:
        await mail.send(posted)
    return failed.value


async def test_a_letter_arrives_as_it_was_written(box: Postbox) -> None:
    """Text with umlauts and a leading dot, HTML beside it, and headers that name it for ever and ask for no holiday reply."""
    assert await mail_by(box).send(POSTED) == "<tally.main.1f.0@shop.example>"
    (mail,) = box.mails
    assert str(mail["From"]) == "The Shop <orders@shop.example>"
    assert (mail["To"].addresses[0].addr_spec, mail["To"].addresses[0].display_name) == (ADA.email, ADA.name)
    assert (mail["Subject"], mail["Reply-To"], mail["Auto-Submitted"], mail["Content-Language"]) == (
        *("Your order W1", "help@shop.example", "auto-generated", "en"),
    )
    assert mail["Message-ID"] == "<tally.main.1f.0@shop.example>"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == TEXT
    assert "<b>Ada</b>" in html.get_content()


async def test_a_letter_goes_over_tls_by_who_may(certificate: Certificate) -> None:
    """STARTTLS with a certificate that is vouched for, and a user with a password."""
    with postbox_here(certificate, auth_required=True) as box:
        mail = mail_by(
            box, host="localhost", security=STARTTLS, user=USER, password=PASSWORD, ca_file=str(certificate.file)
        )
        await mail.send(POSTED)
        assert (len(box.mails), box.users) == (1, [USER])


async def test_what_is_wrong_with_the_way_there_is_a_setting(certificate: Certificate, tmp_path: Path) -> None:
    """A wrong password, a certificate nobody vouches for, a file that is none: each named, the password in none of them."""
    with postbox_here(certificate, auth_required=True) as box:
        right = {"host": "localhost", "security": STARTTLS, "user": USER, "ca_file": str(certificate.file)}
        for wrong, named in (
            ({"password": "not-the-password"}, "smtp_password"),
            ({"password": PASSWORD, "ca_file": ""}, "smtp_ca_file"),
            ({"password": PASSWORD, "ca_file": str(tmp_path / "none.pem")}, "smtp_ca_file"),
        ):
            failure = await failure_of(mail_by(box, **(right | wrong)))
            assert isinstance(failure, Misconfigured)
            assert named in str(failure)
            assert PASSWORD not in str(failure)
            assert "not-the-password" not in str(failure)
        assert box.mails == []


async def test_a_server_without_starttls_gets_no_letter(box: Postbox) -> None:
    """Nothing is sent in the clear by falling back."""
    failure = await failure_of(mail_by(box, security=STARTTLS))
    assert isinstance(failure, Misconfigured)
    assert box.asked == []


async def test_a_password_is_not_sent_in_the_clear(box: Postbox) -> None:
    """But for loopback, where nobody listens."""
    failure = await failure_of(mail_by(box, host="mail.invalid", user=USER, password=PASSWORD))
    assert isinstance(failure, Misconfigured)


async def test_an_addressee_who_is_refused_harms_nobody(box: Postbox) -> None:
    """550 ends this letter, however often it comes; the lane takes the server for well, and the next letter goes."""
    box.says[ADA.email] = ["550 5.1.1 <ada@example.test> Ada Quill: no such user"]
    mail = mail_by(box)
    for _ in range(6):
        failure = await failure_of(mail)
        assert isinstance(failure, Rejected)
        assert "550 5.1.1" in str(failure)
        assert "ada" not in str(failure).lower()
    await mail.send(replace(POSTED, to=Addressee("ben@example.test")))
    assert len(box.to("ben@example.test")) == 1


@pytest.mark.parametrize("step", ["addressee", "letter"])
async def test_who_says_later_is_asked_later(box: Postbox, step: str) -> None:
    """Greylisting (450, 451) is of one letter: six of them leave the lane open, and the seventh try goes through."""
    said = [f"45{n % 2} 4.7.1 {ADA.email} try later" for n in range(6)]
    if step == "addressee":
        box.says[ADA.email] = [*said, "250 OK"]
    else:
        box.letter_says = said
    mail = mail_by(box)
    for _ in range(6):
        failure = await failure_of(mail)
        assert isinstance(failure, Retryable)
        assert ADA.email not in str(failure)
    assert mail.lane.room() > 0


async def test_a_server_that_is_away_is_left_alone_for_a_while() -> None:
    """Nobody listens: each try is made later, and after five the lane rests."""
    mail = Mail(Server("127.0.0.1", free_port(), NONE), SENDER)
    for _ in range(5):
        assert isinstance(await failure_of(mail), Retryable)
    assert mail.lane.room() == 0


async def test_a_server_that_takes_the_letter_and_says_nothing_leaves_doubt(box: Postbox) -> None:
    """Between the last dot and the 250 nobody knows: the letter is there, and its sender may not say so."""
    box.holds = True
    failure = await failure_of(mail_by(box, seconds_max=0.5))
    assert isinstance(failure, InDoubt)
    assert len(box.mails) == 1


async def test_a_server_that_hangs_before_the_letter_leaves_none(box: Postbox) -> None:
    """Nothing was handed over: it is tried later, without doubt."""
    box.hangs = True
    failure = await failure_of(mail_by(box, seconds_max=0.5))
    assert isinstance(failure, Retryable)
    assert box.mails == []


async def test_tls_from_the_first_byte_is_no_guess(box: Postbox) -> None:
    """A server that speaks in the clear where TLS is said gets nothing."""
    assert isinstance(await failure_of(mail_by(box, security=TLS, seconds_max=2)), Retryable)
    assert box.asked == []


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ada",
        "@example.test",
        "a b@example.test",
        "ada@exa mple.test",
        "ada@x\r\nBcc: eve@evil.test",
        "ä@example.test",
    ],
)
async def test_what_is_no_address_gets_no_letter(box: Postbox, email: str) -> None:
    """It is said without the address, and nobody else is written to."""
    failure = await failure_of(mail_by(box), replace(POSTED, to=Addressee(email)))
    assert isinstance(failure, Rejected)
    assert not email or email not in str(failure)
    assert box.asked == []


async def test_a_name_cannot_add_a_header(box: Postbox) -> None:
    """Whatever a customer calls themselves stands in the name."""
    await mail_by(box).send(replace(POSTED, to=Addressee(ADA.email, "Ada\r\nBcc: eve@evil.test")))
    (mail,) = box.mails
    assert mail["Bcc"] is None
    assert box.asked == [ADA.email]


async def test_two_letters_at_once_do_not_wait_for_each_other(box: Postbox) -> None:
    """A letter that hangs keeps one place of the lane; another goes past it."""
    box.holds = True
    mail = mail_by(box, seconds_max=30)
    first = asyncio.create_task(mail.send(POSTED))
    await until(lambda: bool(box.mails))
    box.holds = False
    await mail.send(replace(POSTED, key="main.1f.1", to=Addressee("ben@example.test")))
    assert not first.done()
    box.go_on.set()
    await first

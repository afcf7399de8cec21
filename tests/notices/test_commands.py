"""`tally notice`, from the settings to a letter that is told again; and a worker that is running meanwhile."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tallystick.app.house import open_house
from tallystick.app.settings import NoticeSettings, Settings, read_settings
from tallystick.app.working.shifts import Way
from tallystick.app.working.work import work
from tests.app.conftest import Tally, home, tally
from tests.notices.conftest import ADA, Counter, by, written
from tests.notices.postbox import PASSWORD, USER, Certificate, Postbox, postbox_here, until

__all__ = ["home", "tally"]


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    """Who vouches for the server here."""
    return Certificate(tmp_path)


@pytest.fixture
def guarded(certificate: Certificate) -> Iterator[Postbox]:
    """A mail server that asks for STARTTLS and a password."""
    with postbox_here(certificate, auth_required=True) as found:
        yield found


def secured(box: Postbox, certificate: Certificate) -> NoticeSettings:
    """Settings that send by it."""
    return by(box, smtp_host="localhost", smtp_security="starttls", smtp_user=USER, smtp_ca_file=str(certificate.file))


async def test_a_letter_is_tried_told_and_told_again(
    tally: Tally, home: Path, guarded: Postbox, certificate: Certificate
) -> None:
    """The password is given once and never shown; a test letter, a customer's, and the same again under another name."""
    (home / "tallystick.toml").write_text(written(secured(guarded, certificate)))
    (home / "mail.key").write_text(PASSWORD)
    settings = read_settings()
    await asyncio.to_thread(tally.fine, "book", "create", "main", "--currency", "EUR/2")
    wrong = await asyncio.to_thread(tally.complains, 3, "notice", "send", "shipped", "--test", "me@shop.test")
    assert "smtp_password" in wrong
    await asyncio.to_thread(tally.fine, "notice", "secret", "smtp_password", "--file", str(home / "mail.key"))
    sent = await asyncio.to_thread(
        tally.json, "notice", "send", "shipped", "--test", "me@shop.test", "--language", "de"
    )
    assert sent["known_as"] == guarded.to("me@shop.test")[0]["Message-ID"]
    await asyncio.to_thread(tally.fine, "worker", "--once")
    async with open_house(settings.database_url, settings, "main") as house:
        counter = Counter(house, home, settings.notices)
        await counter.stocks(LAMP=10)
        await counter.orders("W1", ADA)
    await asyncio.to_thread(tally.fine, "worker", "--once")
    (shown,) = (await asyncio.to_thread(tally.json, "notice", "list", "--order", "W1"))["notices"]
    assert (shown["kind"], shown["state"], shown["customer"][:7]) == ("confirmed", "sent", "person:")
    await asyncio.to_thread(tally.fine, "notice", "resend", shown["number"])
    assert "waiting" in await asyncio.to_thread(tally.fine, "notice", "list", "--state", "waiting")
    await asyncio.to_thread(tally.fine, "worker", "--once")
    first, second = guarded.to(ADA.email)
    assert first["Message-ID"] != second["Message-ID"]
    log = await asyncio.to_thread(tally.fine, "audit", "list", "--json")
    assert {"notice.send", "notice.secret", "notice.resend"} <= set(log.split('"'))
    assert "me@shop.test" not in log
    assert PASSWORD not in log
    erased = await asyncio.to_thread(tally.fine, "person", "erase", "shop", shown["customer"], "--yes")
    assert "Erased" in erased
    await asyncio.to_thread(tally.fine, "notice", "resend", shown["number"])
    await asyncio.to_thread(tally.fine, "worker", "--once")
    assert len(guarded.to(ADA.email)) == 2
    assert "erased" in await asyncio.to_thread(tally.fine, "notice", "list", "--state", "not sent")


async def test_a_password_given_late_is_used_at_once(
    tally: Tally, home: Path, guarded: Postbox, certificate: Certificate
) -> None:
    """A running worker is refused and waits for a person; the password comes, and what waited goes."""
    (home / "mail.key").write_text(PASSWORD)
    await asyncio.to_thread(tally.fine, "book", "create", "main", "--currency", "EUR/2")
    settings = Settings(home, read_settings().database_url, notices=secured(guarded, certificate))
    stop = asyncio.Event()
    async with open_house(settings.database_url, settings, "main") as house:
        counter = Counter(house, home, settings.notices)
        await counter.works()
        await counter.stocks(LAMP=10)
        await counter.orders("W1", ADA)
        working = asyncio.create_task(work(house, Way({}, notices=settings), stop))
        async with asyncio.timeout(60):
            while "misconfigured" not in (await counter.standing()).get("W1 confirmed", ""):  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(0.05)
        assert guarded.mails == []
        await asyncio.to_thread(tally.fine, "notice", "secret", "smtp_password", "--file", str(home / "mail.key"))
        await until(lambda: len(guarded.to(ADA.email)) == 1)
        stop.set()
        await working


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"smtp_host": ""}, "notices.smtp_host"),
        ({"sender": "nobody"}, "notices.sender"),
        ({"kinds": "confirmed,parcel"}, "parcel"),
        ({"at_most_once": "ready"}, "ready"),
        ({"smtp_port": "mail"}, "notices.smtp_port"),
        ({"smtp_security": "ssl"}, "notices.smtp_security"),
        ({"late_hours": "0"}, "notices.late_hours"),
        ({"hook_url": "http://127.0.0.1/h"}, "https"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tally: Tally, home: Path, wrong: dict[str, str], named: str) -> None:
    """When the worker starts, not when the first customer should have heard."""
    with postbox_here() as box:
        (home / "tallystick.toml").write_text(written(by(box, **wrong)))
        tally.fine("book", "create", "main", "--currency", "EUR/2")
        assert named in tally.complains(3, "worker", "--once").lower()


def test_a_preview_needs_no_book_and_no_server(tally: Tally, home: Path) -> None:
    """Text or HTML, in a language; what is no kind is said."""
    assert (
        tally.json("notice", "preview", "shipped", "--language", "de")["subject"]
        == "Ihre Bestellung W-1001 ist unterwegs"
    )
    assert "<li>2 × LAMP</li>" in tally.fine("notice", "preview", "confirmed", "--html")
    tally.complains(2, "notice", "preview", "parcel")
    tally.fine("book", "create", "main", "--currency", "EUR/2")
    tally.complains(4, "notice", "resend", "1f.0")
    tally.complains(4, "notice", "resend", "nothing")
    tally.complains(2, "notice", "list", "--state", "lost")
    tally.complains(2, "notice", "secret", "other")

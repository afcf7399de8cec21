"""Letters: the nearest template speaks, nothing of it runs, and what is wrong with one is said without the person."""

from pathlib import Path
from typing import get_args

import pytest

from tallystick.messages.channels import NoticeKind, TellCustomer
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import Misconfigured
from tallystick.ports.notices import Addressee
from tallystick.publishing.notices.templates import Templates

ADA = Addressee("ada@example.test", "Ada <Quill> & Co")
SHIPPED = TellCustomer("web", "W1", "shipped", "person:1", (HeldLine(1, "LAMP", 2),), shipment="S1", tracking="1Z")


def speaking(language: str) -> Addressee:
    """Ada, in another language."""
    return Addressee(ADA.email, ADA.name, language)


@pytest.mark.parametrize("kind", get_args(NoticeKind))
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_kind_can_be_written_at_once(kind: NoticeKind, language: str) -> None:
    """With the built-in templates, as text and HTML, with and without a name and what else may be missing."""
    for name, lines in (("Ada", SHIPPED.lines), ("", ())):
        about = TellCustomer("web", "W1", kind, "person:1", lines, "EUR/2", 1250)
        letter = Templates().letter(about, Addressee("", name, language))
        assert letter.language == language
        assert "W1" in letter.subject
        for text in (letter.text, letter.html):
            assert "W1" in text
            assert "None" not in text
            assert "\n\n\n" not in text
            assert not name or name in text


@pytest.mark.parametrize(
    ("wanted", "default", "got"),
    [
        ("de-AT", "en", "de"),
        ("de", "en", "de"),
        ("fr", "de", "de"),
        ("", "de", "de"),
        ("fr", "fr", "en"),
        ("../../x", "en", "en"),
    ],
)
def test_the_nearest_language_speaks(wanted: str, default: str, got: str) -> None:
    """The customer's, then its root, then the retailer's, then English; a language is no path."""
    assert Templates(language=default).letter(SHIPPED, speaking(wanted)).language == got


def test_a_channels_own_template_goes_first_and_language_before_place(tmp_path: Path) -> None:
    """Ours for this channel, else ours for all, else the built-in one; but a language that is understood before both."""
    (tmp_path / "web").mkdir()
    (tmp_path / "shipped.en.txt").write_text("Subject: ours\n\nAll channels\n")
    (tmp_path / "web" / "shipped.en.txt").write_text("Subject: ours\n\nThe web\n")
    templates = Templates(str(tmp_path))
    assert templates.letter(SHIPPED, ADA).text == "The web\n"
    market = TellCustomer("market", "W1", "shipped", "person:1")
    assert templates.letter(market, ADA).text == "All channels\n"
    assert templates.letter(SHIPPED, speaking("de")).subject == "Ihre Bestellung W1 ist unterwegs"


def test_html_is_escaped_and_text_is_not() -> None:
    """A name is no markup."""
    letter = Templates().letter(SHIPPED, ADA)
    assert "Ada <Quill> & Co" in letter.text
    assert "Ada &lt;Quill&gt; &amp; Co" in letter.html


def test_a_text_of_our_own_has_no_built_in_html_beside_it(tmp_path: Path) -> None:
    """Two parts of one mail must say the same."""
    (tmp_path / "shipped.en.txt").write_text("Subject: ours\n\nLeft!\n")
    assert Templates(str(tmp_path)).letter(SHIPPED, ADA).html == ""


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Subject: x\n\n{{ nobody }}", "'nobody' is undefined"),
        ("Subject: x\n\n{% if %}", "line 3"),
        ("Hello\n", "first line must be"),
        ("Subject:\n\nHello\n", "first line must be"),
        ("Subject: x\n\n{{ name.__class__.__mro__ }}", "SecurityError"),
        ("Subject: x\n\n{{ name + 1 }}", "TypeError"),
        ("Subject: x\n\n{{ 1 // 0 }}", "ZeroDivisionError"),
        ("Subject: x\n\n{{ lines.append(1) }}", "attribute"),
        ("Subject: x\n\n{% include '/etc/passwd' %}", "TemplateNotFound"),
        ("Subject: x\n\n{% for i in range(9999999) %}{% endfor %}", "OverflowError"),
        ("Subject: x\n\n{{ ('%s' % name).nothing }}", "shipped.en.txt"),
    ],
)
def test_a_template_that_cannot_be_used_is_named(tmp_path: Path, text: str, named: str) -> None:
    """With the file and the remedy, and never with the person; what reaches out of its sandbox is refused."""
    (tmp_path / "shipped.en.txt").write_text(text)
    with pytest.raises(Misconfigured) as wrong:
        Templates(str(tmp_path)).letter(SHIPPED, ADA)
    assert named in str(wrong.value)
    assert "shipped.en.txt" in str(wrong.value)
    assert "Quill" not in str(wrong.value)


def test_a_subject_is_one_line(tmp_path: Path) -> None:
    """An order's number cannot add a header."""
    about = TellCustomer("web", "W1\r\nBcc: eve@evil.test", "shipped", "person:1")
    assert Templates().letter(about, ADA).subject.splitlines() == ["Your order W1"]


@pytest.mark.parametrize(
    ("currency", "amount", "shown"), [("EUR/2", 1250, "€12.50"), ("JPY/0", 1250, "¥1,250"), ("GBP/3", 1250, "£1.25")]
)
def test_money_is_written_as_people_write_it(currency: str, amount: int, shown: str) -> None:
    """At the scale the currency is counted with."""
    about = TellCustomer("web", "W1", "refunded", "person:1", (), currency, amount)
    assert shown in Templates().letter(about, ADA).subject

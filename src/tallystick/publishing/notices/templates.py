"""Templates of letters: the retailer's own files, and built-in ones beneath them. Jinja2 in its sandbox.

A letter is `KIND.LANGUAGE.txt`, whose first line is `Subject: …`, and beside it `KIND.LANGUAGE.html`, which may be missing.
In a folder of the retailer's, files in a folder of a channel's name come first, and after them those for all channels.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import msgspec
from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tallystick.messages.channels import TellCustomer
from tallystick.model.amount import decimals_of
from tallystick.ports.connector import Misconfigured
from tallystick.ports.notices import Addressee, Letter

BUILT_IN: Final = "built_in"
ENGLISH: Final = "en"
SUBJECT: Final = "Subject:"
SUBJECT_LENGTH_MAX: Final = 200


class _BuiltIn(BaseLoader):
    """Templates that ship with the house."""

    def get_source(self, environment: Any, template: str) -> tuple[str, None, None]:  # noqa: ARG002 - Jinja's form
        """Return a template's text; only plain names are looked up."""
        found = files(__package__) / BUILT_IN / template
        if "/" in template or not found.is_file():
            raise TemplateNotFound(template)
        return found.read_text("utf-8"), None, None


class Templates:
    """Writes letters. A name that a template uses and nobody knows is an error, never an empty place."""

    def __init__(self, folder: str = "", language: str = ENGLISH) -> None:
        """Look into the retailer's *folder* first; *language* is for whom no template speaks."""
        own: list[BaseLoader] = [FileSystemLoader(Path(folder).expanduser())] if folder else []
        self._loader = ChoiceLoader([*own, _BuiltIn()])
        self._environment = ImmutableSandboxedEnvironment(
            loader=self._loader,
            autoescape=lambda name: bool(name and name.endswith(".html")),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._language = language

    def letter(self, about: TellCustomer, to: Addressee) -> Letter:
        """Write the letter of a notice; raise `Misconfigured` naming the template that cannot be used."""
        stem = self._stem(about, to.language)
        language = stem.rpartition(".")[2]
        said = {**msgspec.structs.asdict(about), "name": to.name, "language": language, "sum": _sum(about, language)}
        subject, text = _parts(self._rendered(f"{stem}.txt", said), stem)
        try:
            html = self._rendered(f"{stem}.html", {**said, "subject": subject})
        except FileNotFoundError:
            html = ""
        return Letter(subject, text, html, language)

    def _stem(self, about: TellCustomer, language: str) -> str:
        """Return the nearest template: the language before the place, for a letter nobody can read helps nobody."""
        for spoken in _languages(language, self._language):
            for place in (f"{about.channel}/", ""):
                stem = f"{place}{about.kind}.{spoken}"
                if self._is_there(f"{stem}.txt"):
                    return stem
        raise Misconfigured(f"there is no template {about.kind}.{ENGLISH}.txt: report this as a defect")

    def _is_there(self, name: str) -> bool:
        try:
            self._loader.get_source(self._environment, name)
        except TemplateNotFound:
            return False
        except (OSError, UnicodeDecodeError) as bad:
            raise Misconfigured(f"template {name} cannot be read ({type(bad).__name__}): save it as UTF-8") from None
        return True

    def _rendered(self, name: str, said: Mapping[str, Any]) -> str:
        """Return a template filled in; raise `FileNotFoundError` where there is none."""
        if not self._is_there(name):
            raise FileNotFoundError(name)
        try:
            return self._environment.get_template(name).render(said)
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as wrong:
            # What a template says of its failure may quote what it was told of the person.
            where = getattr(wrong, "lineno", None)
            said_so = str(wrong) if isinstance(wrong, TemplateError) and not _quotes(wrong, said) else ""
            line = f", line {where}" if where else ""
            raise Misconfigured(
                f"template {name}{line}: {type(wrong).__name__} {said_so}".rstrip()
                + "; known names are "
                + ", ".join(sorted(said))
                + ": mend it, and see it with `tally notice preview`"
            ) from None


def _quotes(failure: Exception, said: Mapping[str, Any]) -> bool:
    name = said.get("name")
    return bool(name) and str(name) in str(failure)


def _parts(text: str, stem: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    subject = " ".join(first.removeprefix(SUBJECT).split())[:SUBJECT_LENGTH_MAX]
    if not first.startswith(SUBJECT) or not subject:
        raise Misconfigured(f"template {stem}.txt: its first line must be `{SUBJECT} …`: what the mail is called")
    return subject, rest.strip() + "\n"


def _languages(wanted: str, default: str) -> Iterator[str]:
    """Yield `de-AT`, `de`, then the default and English, each once."""
    ways: Sequence[str] = [wanted, wanted.partition("-")[0], default, ENGLISH]
    yield from dict.fromkeys(way for way in ways if way and way.replace("-", "").isalnum())


def _sum(about: TellCustomer, language: str) -> str:
    """Return the amount as people of a language write it; empty where the notice has none."""
    if not about.currency:
        return ""
    amount = Decimal(about.amount).scaleb(-decimals_of(about.currency))
    try:
        locale = Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        locale = Locale.parse(ENGLISH)
    return format_currency(amount, about.currency.partition("/")[0], locale=locale)

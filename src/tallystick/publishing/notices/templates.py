"""Templates of letters: the retailer's own files, and built-in ones beneath them. Jinja2 in its sandbox.

A letter is `KIND.LANGUAGE.txt`, whose first line is `Subject: …`, and beside it `KIND.LANGUAGE.html`, which may be missing.
In a folder of the retailer's, files in a folder of a channel's name come first, and after them those for all channels.
"""

import re
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
_GAP: Final = re.compile(r"\n{3,}")


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
        self._loaders = [*own, _BuiltIn()]
        self._environment = ImmutableSandboxedEnvironment(
            loader=ChoiceLoader(self._loaders),
            autoescape=lambda name: bool(name and name.endswith(".html")),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._language = language

    def letter(self, about: TellCustomer, to: Addressee) -> Letter:
        """Write the letter of a notice; raise `Misconfigured` naming the template that cannot be used."""
        stem, loader = self._nearest(about, to.language)
        language = stem.rpartition(".")[2]
        said = {**msgspec.structs.asdict(about), "name": to.name, "language": language, "sum": _sum(about, language)}
        subject, text = _parts(self._rendered((f"{stem}.txt", loader), said), stem)
        html = ""
        if self._is_there(f"{stem}.html", loader):  # beside the text: two parts of one mail must say the same
            html = self._rendered((f"{stem}.html", loader), {**said, "subject": subject})
        return Letter(subject, text, html, language)

    def _nearest(self, about: TellCustomer, language: str) -> tuple[str, BaseLoader]:
        """Return the nearest template: the language before the place, for a letter nobody can read helps nobody."""
        for spoken in _languages(language, self._language):
            for loader in self._loaders:
                for place in (f"{about.channel}/", ""):
                    stem = f"{place}{about.kind}.{spoken}"
                    if self._is_there(f"{stem}.txt", loader):
                        return stem, loader
        raise Misconfigured(f"there is no template {about.kind}.{ENGLISH}.txt: report this as a defect")

    def _is_there(self, name: str, loader: BaseLoader) -> bool:
        try:
            loader.get_source(self._environment, name)
        except TemplateNotFound:
            return False
        except (OSError, UnicodeDecodeError) as bad:
            raise Misconfigured(f"template {name} cannot be read ({type(bad).__name__}): save it as UTF-8") from None
        return True

    def _rendered(self, where: tuple[str, BaseLoader], said: Mapping[str, Any]) -> str:
        """Return a template filled in."""
        name, loader = where
        try:
            return loader.load(self._environment, name, self._environment.globals).render(said)
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as wrong:
            # What a template says of its failure may quote what it was told of the person.
            where_in = getattr(wrong, "lineno", None)
            line = f", line {where_in}" if where_in else ""
            words = str(wrong) if isinstance(wrong, TemplateError) and not _quotes(wrong, said) else ""
            raise Misconfigured(
                f"template {name}{line}: {f'{type(wrong).__name__} {words}'.rstrip()}; known names are "
                f"{', '.join(sorted(said))}: mend it, and see it with `tally notice preview`"
            ) from None


def _quotes(failure: Exception, said: Mapping[str, Any]) -> bool:
    name = said.get("name")
    return bool(name) and str(name) in str(failure)


def _parts(text: str, stem: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    subject = " ".join(first.removeprefix(SUBJECT).split())[:SUBJECT_LENGTH_MAX]
    if not first.startswith(SUBJECT) or not subject:
        raise Misconfigured(f"template {stem}.txt: its first line must be `{SUBJECT} …`: what the mail is called")
    return subject, _GAP.sub("\n\n", rest.strip()) + "\n"


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

"""Products: the code every system's own item number is translated to."""

import re
from typing import Final

SKU_LENGTH_MAX: Final = 64
_SKU: Final = re.compile(r"[^\s:{}\"][^\s{}\"]*(?: [^\s{}\"]+)*")


class ProductError(ValueError):
    """A product code the book cannot carry."""


def sku(text: str) -> str:
    """Return the canonical code: trimmed and in capitals, since systems differ in case and mean the same item.

    Raises `ProductError` for an empty, overlong or unprintable code.
    """
    code = text.strip().upper()
    if not code.isprintable():
        raise ProductError(f"{text!r} is not a product code: a character of it cannot be printed")
    if len(code) > SKU_LENGTH_MAX or not _SKU.fullmatch(code):
        raise ProductError(f"{text!r} is not a product code: 1 to {SKU_LENGTH_MAX} characters, no braces or quotes")
    return code

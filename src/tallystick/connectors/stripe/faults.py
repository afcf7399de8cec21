"""What cannot be understood of what Stripe said, for a person."""

from typing import Final

REMEDY: Final = (
    "see the object in Stripe; the shop must give each payment our order number as metadata `order`. "
    "When it is right there, retry this letter or drop it"
)


class Unclear(ValueError):
    """An object that lacks what we must know; the text names it."""

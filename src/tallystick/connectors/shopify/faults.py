"""What must not be guessed, and what a person does about it."""

from typing import Final

MEND: Final = "mend the order in Shopify, or this body by `tally dead retry --set`, then drop this letter"


class Unclear(ValueError):
    """Something in what the shop said that must not be guessed."""

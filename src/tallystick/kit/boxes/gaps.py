"""Numbers that a sender counts up: which are missing between those that came."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

GAP_MAX: Final = 1_000_000
"""A number so far from the last one is a sender that began anew, not so many lost files."""


class Missing(Struct, frozen=True, tag="gap", tag_field="type"):
    """Numbers of a sender that did not come: from the first to the last."""

    sender: str
    first: int
    last: int

    @property
    def named(self) -> str:
        """The numbers, in words."""
        return str(self.first) if self.first == self.last else f"{self.first} to {self.last}"


def gaps(seen: Mapping[str, Iterable[int]], known: dict[str, int]) -> Iterator[Missing]:
    """Yield what is missing of each sender, and let *known* hold the last number of each. The first seen begins the count."""
    for sender, told in seen.items():
        numbers = sorted(set(told))
        last = known.get(sender, numbers[0] - 1)
        for number in numbers:
            if last + 1 < number < last + GAP_MAX:
                yield Missing(sender, last + 1, number - 1)
            last = number if number > last or last - number > GAP_MAX else last
        known[sender] = last

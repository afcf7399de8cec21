"""Who is who: what a partner calls a thing and what we call it, as a translation may ask. It never guesses.

A translation is pure, so it asks a snapshot. What the snapshot does not hold is raised as `Unlinked`; whoever runs the
translation looks it up in the book and translates again. What nobody has linked is kept for a person.
"""

from msgspec import Struct


class Asked(Struct, frozen=True):
    """A question: what `id` of `kind` is on the other side; `is_ours` says whose id it is."""

    kind: str
    id: str
    is_ours: bool = False


class Unlinked(LookupError):
    """Nothing is known of an id, or it is not known here yet; `asked` is the question."""

    def __init__(self, asked: Asked) -> None:
        """Keep the question."""
        super().__init__(f"{asked.kind} {asked.id!r} is linked to nothing of {'theirs' if asked.is_ours else 'ours'}")
        self.asked = asked


class Identities:
    """The links of one connection that have been looked up so far: read by its translation, filled by the house."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.known: dict[Asked, str] = {}

    def ours(self, kind: str, foreign_id: str) -> str:
        """Return what we call the *kind* of thing that they call *foreign_id*; raise `Unlinked`."""
        return self._found(Asked(kind, foreign_id))

    def theirs(self, kind: str, our_id: str) -> str:
        """Return what they call it; raise `Unlinked`."""
        return self._found(Asked(kind, our_id, is_ours=True))

    def _found(self, asked: Asked) -> str:
        try:
            return self.known[asked]
        except KeyError:
            raise Unlinked(asked) from None


class Link(Struct, frozen=True):
    """A partner's own word that *foreign_id* is our *our_id*; a translation gives those that a master states."""

    kind: str
    foreign_id: str
    our_id: str

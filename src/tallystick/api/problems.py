"""Problem details (RFC 9457): every kind of refusal an API caller can meet, as data."""

from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.api.call import Headers, Reply

MEDIA: Final = b"application/problem+json"
_encode: Final = msgspec.json.Encoder().encode


class Kind(Struct, frozen=True):
    """One kind of problem. `name` ends its type URI; `remedy` says what a caller can do."""

    name: str
    status: int
    title: str
    remedy: str

    @property
    def type(self) -> str:
        """The problem's type URI, which is a place in the reference page."""
        return f"urn:tallystick:problem:{self.name}"


MALFORMED = Kind("malformed", 400, "The request cannot be read", "send valid JSON within the limits")
UNKNOWN_CALLER = Kind("unknown-caller", 401, "Nobody we know", "send a valid key or token as `Authorization: Bearer …`")
UNSIGNED = Kind("unsigned", 401, "Not signed by this partner", "see its webhook secret and clock; nothing was kept")
NOT_ALLOWED = Kind("not-allowed", 403, "Not allowed", "ask an administrator for the scope that is named")
NOT_FOUND = Kind("not-found", 404, "Not there", "check the name in the path")
WRONG_METHOD = Kind("wrong-method", 405, "Not with this method", "see the Allow header")
TOO_LARGE = Kind("too-large", 413, "Too large", "send fewer or smaller things at once")
WRONG_MEDIA = Kind("wrong-media", 415, "Not in this format", "send application/json")
INVALID = Kind("invalid", 422, "Not valid", "mend what `errors` lists; nothing was recorded")
KEY_REUSED = Kind("key-reused", 422, "This key stands for another request", "use a new Idempotency-Key for new content")
REFUSED = Kind("refused", 422, "The book cannot take this", "see `detail`; nothing was recorded")
CHANGED = Kind("changed", 412, "It has changed since", "read it again, decide again, and send the new entity tag")
TOO_EARLY = Kind("too-early", 409, "What it depends on has not come yet", "send it again when that has come")
WAITING = Kind(
    "waiting", 409, "An earlier message of this subject is parked", "have that one mended (`tally dead list`)"
)
OUT_OF_STOCK = Kind(
    "out-of-stock", 409, "Not enough stock", "order less, elsewhere or later: the order is refused for good"
)
NOT_COVERED = Kind(
    "not-covered",
    409,
    "A gift card does not cover it",
    "pay otherwise, under a number of its own: the order is refused for good",
)
KNOWN = Kind(
    "known", 409, "Known already, with other content", "read what is known; use a number of its own for new content"
)
ENDED = Kind("ended", 409, "It holds nothing any more", "place another reservation under a name of its own")
RULED_OUT = Kind("ruled-out", 409, "The rules of access are in the way", "see `detail`: who prepares does not approve")
TOO_LATE = Kind("too-late", 409, "Too late", "everything has left: it can be returned")
BEYOND = Kind(
    "beyond", 409, "More than there is to give", "ask for at most what `at_most` says; nothing was asked of anybody"
)
TOO_MANY = Kind("too-many", 429, "Quota used up", "wait as long as Retry-After says")
BROKEN = Kind("defect", 500, "A defect of ours", "report the correlation id")
AWAY = Kind("away", 503, "The book cannot be reached", "send the same again with the same key: it has one effect")

EVERYWHERE: Final = (MALFORMED, UNKNOWN_CALLER, NOT_ALLOWED, NOT_FOUND, INVALID, TOO_MANY, AWAY)
KINDS: Final = (*EVERYWHERE, WRONG_METHOD, TOO_LARGE, WRONG_MEDIA, KEY_REUSED, REFUSED, CHANGED, TOO_EARLY, WAITING)
KINDS_ALL: Final = (*KINDS, OUT_OF_STOCK, NOT_COVERED, KNOWN, ENDED, RULED_OUT, TOO_LATE, BEYOND, UNSIGNED, BROKEN)


class Flaw(Struct, frozen=True, omit_defaults=True):
    """One thing that is wrong: where, as a JSON pointer into the body, or which parameter; and what."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None


class ProblemDetails(Struct, omit_defaults=True):
    """The body of every refusal (RFC 9457). `errors` lists everything that is wrong, not the first thing only."""

    type: str
    title: str
    status: int
    detail: str = ""
    remedy: str = ""
    correlation: str = ""
    errors: list[Flaw] = []
    lines_without_stock: list[int] | None = None
    cards_refused: list[int] | None = None
    state: str | None = None
    at_most: int | None = None


class Problem(Exception):
    """A refusal on its way to the caller."""

    def __init__(self, kind: Kind, detail: str = "", headers: Headers | None = None, **more: Any) -> None:
        """Refuse as *kind*; *more* are members of `ProblemDetails`."""
        super().__init__(detail or kind.title)
        self.kind, self.detail, self.headers, self.more = kind, detail, headers or [], more

    def reply(self, correlation: str) -> Reply:
        """Return it as an answer."""
        kind = self.kind
        body = ProblemDetails(kind.type, kind.title, kind.status, self.detail, kind.remedy, correlation, **self.more)
        return Reply(kind.status, _encode(body), self.headers, MEDIA)

"""What goes wrong between us and a partner, and what a door must make of it."""

from enum import StrEnum
from typing import Final

from tallystick.ports.connector import ConnectorError, InDoubt, Misconfigured, Rejected, Retryable


class Fault(StrEnum):
    """What becomes of a request. Whatever a twin answers in error repeats all that the request said, secrets included."""

    LOST = "the line goes before the request arrives"
    ANSWER_LOST = "the line goes after the effect"
    CUT = "half an answer, after the effect"
    GARBAGE = "a success in no language of the partner's, after the effect"
    DRIP = "an answer a byte at a time, after the effect"
    ILL = "an internal error before the effect"
    ILL_AFTER = "an internal error after the effect"
    BUSY = "too many requests: come back in a minute"
    REFUSED = "refused for what was said"
    CLOSED = "refused for who we are"
    ELSEWHERE = "sent to another address"


BUSY_SECONDS: Final = 60
UNCLEAR: Final = (Fault.LOST, Fault.ANSWER_LOST, Fault.CUT, Fault.GARBAGE, Fault.ILL, Fault.ILL_AFTER)
"""What looks the same from here whether there was an effect or not; slow answers too, but those take time to tell."""
PLAIN: Final[dict[Fault, type[ConnectorError]]] = {
    Fault.BUSY: Retryable,
    Fault.REFUSED: Rejected,
    Fault.CLOSED: Misconfigured,
    Fault.ELSEWHERE: Misconfigured,
}
"""What a partner says plainly: nothing was done, and this is the remedy."""
OF_READS: Final[dict[Fault, type[ConnectorError]]] = {**dict.fromkeys(UNCLEAR, Retryable), **PLAIN}
OF_WRITES: Final[dict[Fault, type[ConnectorError]]] = {**dict.fromkeys(UNCLEAR, InDoubt), **PLAIN}
HAS_EFFECT: Final = frozenset({Fault.ANSWER_LOST, Fault.CUT, Fault.GARBAGE, Fault.DRIP, Fault.ILL_AFTER})

"""Making bad inputs out of good ones: the same number, the same input."""

import random
from collections.abc import Callable, Sequence
from typing import Final

LENGTH_MAX: Final = 20_000
TOKENS: Final = (
    b"", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\r\n", b"~", b"*", b">", b"ISA", b"IEA*1*1~", b"GS*", b"ST*945*1~", b"SE*",
    b"<", b">", b"&a;", b"<!DOCTYPE a [", b"<![CDATA[", b"]]>", b"<!--", b"xmlns=''", b"<Transaction>", b"</POSLog>",
    b"-1", b"0", b"1e400", b"99999999999999999999", b"9" * 400, b"0.005", b"-0", b"NaN", b"Infinity", b"\xd9\xa3",
    b"20260230", b"99991231", b"00010101", b"0001-01-01T00:00:00", b"9999-12-31T23:59:59", b"T", b"D;", b"H;receipts", b'"',
    b";;;;", b",", b"null", b"[", b"{", b'{"type":"rows"', b'{"type":"gap"', b"\\", b"\x1a", b"\x85", b" " * 300,
)  # fmt: skip
Step = Callable[[bytearray, random.Random, Sequence[bytes]], None]


def _flip(body: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    if body:
        body[dice.randrange(len(body))] = dice.randrange(256)


def _cut(body: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    begin, end = sorted((dice.randrange(len(body) + 1), dice.randrange(len(body) + 1)))
    del body[begin : min(end, begin + dice.choice((1, 4, 40, 400, 4000)))]


def _put(body: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    at = dice.randrange(len(body) + 1)
    body[at:at] = dice.choice(TOKENS)


def _over(body: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    token, at = dice.choice(TOKENS), dice.randrange(len(body) + 1)
    body[at : at + len(token)] = token


def _again(body: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    begin, end = sorted((dice.randrange(len(body) + 1), dice.randrange(len(body) + 1)))
    body[begin:begin] = bytes(body[begin:end]) * dice.choice((1, 1, 1, 2, 30))


def _cross(body: bytearray, dice: random.Random, others: Sequence[bytes]) -> None:
    other = dice.choice(others)
    at, begin = dice.randrange(len(body) + 1), dice.randrange(len(other) + 1)
    body[at:] = other[begin:]


def _digits(body: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    """Change a number where one stands: that is where the meaning is."""
    places = [n for n, byte in enumerate(body) if 48 <= byte <= 57]
    if places:
        body[dice.choice(places)] = dice.choice(b"0123456789-.")


STEPS: Final[tuple[Step, ...]] = (_flip, _cut, _put, _over, _again, _cross, _digits, _digits, _digits)


def mutated(seeds: Sequence[bytes], number: int) -> bytes:
    """Return input *number*: a seed, changed in one to six places; now and then left as it is."""
    dice = random.Random(number)
    body = bytearray(dice.choice(seeds))
    for _ in range(dice.choice((0, 1, 1, 1, 2, 2, 3, 6))):
        dice.choice(STEPS)(body, dice, seeds)
    return bytes(body[:LENGTH_MAX])

"""Who reads slowly gets everything: no byte of a result is lost in a pipe that does not block."""

import fcntl
import json
import os
import subprocess
import sys
from typing import Final

ROWS: Final = 20_000
SAYS: Final = f"from tallystick.app import output; output.json({{'rows': list(range({ROWS}))}})"
TABLE: Final = f"from tallystick.app import output; output.table(('n',), [[n] for n in range({ROWS})])"
TWIN: Final = f"import sys; print('x' * 9, '\\n'.join(map(str, range({ROWS}))), flush=True)"


def slowly(program: str) -> tuple[int, bytes]:
    """Run a program into a small pipe that does not block; read only once it is full or the program has ended."""
    reader, writer = os.pipe()
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    os.set_blocking(writer, False)
    process = subprocess.Popen([sys.executable, "-c", program], stdout=writer, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None and _has_room(writer):
            pass
    finally:
        os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read()
    return process.wait(), said


def _has_room(writer: int) -> bool:
    import select

    return bool(select.select([], [writer], [], 0.01)[1])


def test_a_slow_reader_gets_the_whole_object() -> None:
    """One JSON object of more than a hundred kilobytes arrives whole."""
    code, said = slowly(SAYS)
    assert code == 0
    assert len(said) > 131_072
    assert json.loads(said) == {"rows": list(range(ROWS))}


def test_a_slow_reader_gets_the_whole_table() -> None:
    """What is not --json neither loses a line."""
    code, said = slowly(TABLE)
    assert code == 0
    assert len(said.splitlines()) == ROWS + 1


def test_the_streams_of_python_lose_bytes_there() -> None:
    """The twin: written by print, the result is cut and the program fails."""
    code, said = slowly(TWIN)
    assert code != 0 or len(said.splitlines()) < ROWS
    assert len(said) < 131_072


def test_a_reader_that_leaves_ends_it_quietly() -> None:
    """As with `tally … | head`: no traceback, and no wait for somebody who has gone."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tallystick", "catalogue", "--help"],
            stdout=writer,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writer)
    assert b"Traceback" not in done.stderr

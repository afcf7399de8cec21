"""A stripe-stateful-mock of one's own for a test, on loopback."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.counterparts.loopback import ended, free_port, started, wait_until

ROOT: Final = Path(__file__).resolve().parents[3]
HOME: Final = ROOT / ".counterparts" / "stripe-stateful-mock"
API_KEY: Final = "sk_test_for_tests"


def needs_stripe_stateful_mock() -> None:
    """Leave the test out, loudly, where it is not installed."""
    if not (HOME / "node_modules").is_dir() or shutil.which("node") is None:
        pytest.skip(
            "needs stripe-stateful-mock in .counterparts: run `make counterparts` where packages can be fetched"
        )


@contextlib.contextmanager
def stripe_stateful_mock(folder: Path) -> Iterator[str]:
    """Serve one whose words go into *folder*, and end it afterwards; gives its url."""
    port, log = free_port(), folder / "stripe-stateful-mock.log"
    url = f"http://127.0.0.1:{port}"
    command: list[str | Path] = ["node", Path(__file__).with_name("serve.js"), HOME, str(port)]
    process = started(command, dict(os.environ), log)
    try:
        wait_until(lambda: _answers(url), process, log)
        yield url
    finally:
        ended(process)


def _answers(url: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{url}/v1/charges", headers={"authorization": f"Bearer {API_KEY}"}).is_success
    return False

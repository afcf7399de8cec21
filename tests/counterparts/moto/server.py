"""S3 and SQS of one's own for a test, on loopback: moto's server, in its own environment."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from botocore.session import Session

from tests.counterparts.loopback import ended, free_port, started, wait_until

ROOT: Final = Path(__file__).resolve().parents[3]
SERVER: Final = ROOT / ".counterparts" / "moto" / "venv" / "bin" / "moto_server"
KEY_ID, SECRET = "AKIAFORTESTS", "made-up-secret-access-key"
REGION: Final = "eu-central-1"


def needs_moto() -> None:
    """Leave the test out, loudly, where moto is not installed."""
    if not SERVER.exists():
        pytest.skip("needs moto in .counterparts: run `make counterparts` where packages can be fetched")


@contextlib.contextmanager
def moto(folder: Path) -> Iterator[str]:
    """Serve one whose words go into *folder*, and end it afterwards; gives its url."""
    folder.mkdir(parents=True, exist_ok=True)
    port, log = free_port(), folder / "moto.log"
    url = f"http://127.0.0.1:{port}"
    process = started([SERVER, "-H", "127.0.0.1", "-p", str(port)], dict(os.environ), log)
    try:
        wait_until(lambda: _answers(url), process, log)
        yield url
    finally:
        ended(process)


def client(url: str, service: str) -> Any:
    """Return Amazon's own client of a service there: the partner's side of our tests."""
    return Session().create_client(
        service, region_name=REGION, endpoint_url=url, aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET
    )


def _answers(url: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{url}/moto-api/data.json").is_success
    return False

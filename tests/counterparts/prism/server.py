"""A partner's published contract, served by Prism on loopback: it refuses what the contract does not allow, and answers by examples."""

import contextlib
import json
import os
import re
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.conftest import shared_data
from tests.counterparts.loopback import ended, free_port, started, wait_until

ROOT: Final = Path(__file__).resolve().parents[3]
PRISM: Final = ROOT / ".counterparts" / "prism" / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
_SCHEMAS: Final = "#/components/schemas/"
_SCHEMA: Final = re.compile(rf'"{_SCHEMAS}([^"]+)"')


def contract_of(*path: str) -> Path:
    """Return a partner's published contract, or leave the test out, loudly, where it is not there."""
    found = shared_data().parent.joinpath("specs", *path)
    if not found.exists():
        pytest.skip(f"needs the published contract {'/'.join(path)}, which lies beside a full checkout")
    return found


def needs_prism() -> None:
    """Leave the test out, loudly, where Prism is not installed."""
    if not PRISM.exists() or not shutil.which("node"):
        pytest.skip("needs Prism in .counterparts: run `make counterparts` where packages can be fetched")


@contextlib.contextmanager
def prism(contract: Path, paths: Collection[str], folder: Path, *, dynamic: bool = False) -> Iterator[str]:
    """Serve *paths* of a contract, and end it afterwards; gives its url. With *dynamic*, answers are made up by the schema."""
    needs_prism()
    spec, port, log = folder / "contract.json", free_port(), folder / "prism.log"
    spec.write_text(json.dumps(_cut(json.loads(contract.read_text()), paths)))
    made_up = ["-d"] if dynamic else []
    command = ["node", str(PRISM), "mock", "--host", "127.0.0.1", "--port", str(port), "--errors", *made_up, str(spec)]
    process = started(command, dict(os.environ), log)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: _answers(url), process, log)
        yield url
    finally:
        ended(process)


def _answers(url: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(url, trust_env=False).status_code > 0
    return False


def _cut(document: Any, paths: Collection[str]) -> Any:
    """Keep only *paths* and what they refer to, and make what is referred to and not there into anything."""
    kept, known = {path: document["paths"][path] for path in paths}, document["components"]["schemas"]
    schemas, todo = dict[str, Any](), [kept]
    while todo:
        for name in _SCHEMA.findall(json.dumps(todo.pop())):
            if name in known and name not in schemas:
                schemas[name] = known[name]
                todo.append(known[name])
    components = {**document["components"], "schemas": schemas}
    cut = {**document, "paths": kept, "components": components}
    _mend(cut, schemas)
    return cut


def _mend(value: Any, known: Any) -> None:
    """Square's contract refers to pages on the web and to schemas that were left out of it."""
    if isinstance(value, list):
        for one in value:
            _mend(one, known)
    elif isinstance(value, dict):
        ref = value.get("$ref")
        if isinstance(ref, str) and (ref.startswith("http") or not _is_known(ref, known)):
            value.clear()
        for one in list(value.values()):
            _mend(one, known)


def _is_known(ref: str, known: Any) -> bool:
    return not ref.startswith(_SCHEMAS) or ref.removeprefix(_SCHEMAS) in known

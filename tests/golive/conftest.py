"""A retailer that leaves its old system: the command line over an empty book, people in it, and partners that report."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from tallystick.app.house import House
from tallystick.app.running import in_house
from tallystick.engine.answer import Answer, Unit
from tallystick.messages.envelope import Message
from tests.app.conftest import Tally

HERE = Path(__file__).parent
DAY = datetime(2026, 11, 21, 10, tzinfo=UTC)


class Retailer:
    """Types commands as somebody, and lets partners report."""

    def __init__(self, tally: Tally, folder: Path, told: Path) -> None:
        """Keep the old system's files in *folder*; what is told goes to *told*."""
        self.tally, self.folder, self._told = tally, folder, told
        self.day = DAY.date()

    def fine(self, *words: str) -> str:
        """Run a command that must succeed."""
        return self.tally.fine(*words)

    def json(self, *words: str, code: int = 0) -> Any:
        """Run a command with --json."""
        return self.tally.json(*words, code=code)

    def hears(self, subject: str, data: Struct, key: str, at: datetime = DAY) -> Answer:
        """Fold what a partner reports, as of *at*."""

        async def work(house: House) -> Answer:
            now = datetime.now(UTC)
            message = Message("partner", key, subject, data, msgspec.json.encode(data), at, at.date(), now)
            ((answer,),) = await (await house.gate()).flush([Unit((message,), subject)])
            return answer

        return in_house(None, work)

    def told(self) -> list[str]:
        """Work once as a worker does, and return the kinds of commands that have ever left, in no order."""
        self.fine("worker", "--once")
        return sorted(file.name for file in self._told.rglob("*.json")) if self._told.exists() else []

    def takes_over(self) -> None:
        """Let Mia prepare the takeover and Carl approve it."""
        proposal = self.json("golive", "take", str(self.folder / "oldbooks"), "--as", "mia")
        done = self.json("approve", "approve", str(proposal["id"]), "--as", "carl")
        assert done["state"] == "done", done

    def proofs_fail(self) -> list[str]:
        """Which proofs of the book do not hold."""
        done = self.tally("book", "check", "--json")
        return [f"{p['name']}: {p['detail']}" for p in json.loads(done.stdout)["proofs"] if not p["ok"]]


@pytest.fixture
def home(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of one's own, an empty database, and a folder for what is told."""
    monkeypatch.setenv("TALLYSTICK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", database_url)
    monkeypatch.setenv("TALLYSTICK_OUTBOX_FOLDER", str(tmp_path / "told"))
    monkeypatch.delenv("TALLYSTICK_BOOK", raising=False)
    return tmp_path


@pytest.fixture
def retailer(home: Path, monkeypatch: pytest.MonkeyPatch) -> Retailer:
    """An empty book with a controller, an approver, and the old system's files beside it."""
    for name in ("oldbooks", "exports"):
        shutil.copytree(HERE / name, home / name)
    monkeypatch.chdir(home)
    tally = Tally()
    tally.fine("book", "create", "main", "--currency", "EUR/2")
    tally.fine("user", "add", "root", "--role", "administrator")
    for name, role in (("mia", "controller"), ("carl", "approver")):
        tally.fine("user", "add", name, "--as", "root")
        limit = ("--limit", "50000.00") if role == "approver" else ()
        tally.fine("user", "grant", name, role, *limit, "--as", "root")
    return Retailer(tally, home, home / "told")

"""`tally tax`: what a person types about taxes. It needs no book and no database."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from tallystick.__main__ import tally as command_line
from tests.app.conftest import Tally
from tests.architecture.tidy import ROOT
from tests.tax.asking import asked

PAGE = (ROOT / "docs" / "tax.md").read_text()


@pytest.fixture
def tally(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tally:
    """The command line with an empty data folder and no database to go to."""
    monkeypatch.setenv("TALLYSTICK_HOME", str(tmp_path))
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", "postgresql://127.0.0.1:1/none")
    monkeypatch.delenv("TALLYSTICK_TAX_RATES_FILE", raising=False)
    return Tally()


def written(folder: Path, question: Any) -> str:
    """Write a question to a file."""
    file = folder / "question.json"
    file.write_bytes(msgspec.json.encode(question))
    return str(file)


def test_a_quote_as_json_and_as_a_table(tally: Tally, tmp_path: Path) -> None:
    """The object is the API's; the table shows money with its decimals, who collects, and the law."""
    file = written(tmp_path, asked("DE>FR", 12000))
    found = tally.json("tax", "quote", file)
    assert (found["net"], found["tax"], found["seller_collects"]) == (10000, 2000, 2000)
    said = tally.fine("tax", "quote", file)
    assert re.search(r"FR +taxed +20 % +100\.00 +20\.00 +120\.00 +seller", said)
    assert "Art. 33(a)" in said


def test_a_refund_takes_the_lines_of_the_quote(tally: Tally, tmp_path: Path) -> None:
    """What `quote --json` said goes back in as it is."""
    quote = tally.json("tax", "quote", written(tmp_path, asked("DE>DE", {"amount": 3000, "quantity": 3})))
    question = {"lines": quote["lines"], "returned": [{"line": 1, "quantity": 1}]}
    found = tally.json("tax", "refund", written(tmp_path, question))
    assert (found["gross"], found["tax"]) == (1000, 159)
    assert "159" in tally.fine("tax", "refund", written(tmp_path, question))


def test_rates_by_place_and_day(tally: Tally) -> None:
    """Everything, one place, or one day; each row with its law; a place without rates is not found."""
    assert len(tally.json("tax", "rates")["rates"]) > 100
    (row,) = [r for r in tally.json("tax", "rates", "DE", "--on", "2020-08-01")["rates"] if r["class"] == "standard"]
    assert (row["rate"], row["last_day"]) == (160_000, "2020-12-31")
    assert re.search(r"US-NJ +standard +6\.625 % +2021-07-01 +N\.J\.S\.A\.", tally.fine("tax", "rates", "US-NJ"))
    assert "JP" in tally.complains(4, "tax", "rates", "JP")


def test_bad_questions_end_with_the_field_and_the_remedy(tally: Tally, tmp_path: Path) -> None:
    """No JSON, a misspelt field, an answer nobody knows: exit code 6 and two lines."""
    file = tmp_path / "bad.json"
    file.write_text("{")
    tally.complains(6, "tax", "quote", str(file))
    file.write_text('{"prises": "inclusive"}')
    assert "prises" in tally.complains(6, "tax", "quote", str(file))
    assert "low_value" in tally.complains(6, "tax", "quote", written(tmp_path, asked("CN>DE", 1)))
    refund: dict[str, Any] = {"lines": [], "returned": []}
    assert "lines" in tally.complains(6, "tax", "refund", written(tmp_path, refund))
    sold = tally.json("tax", "quote", written(tmp_path, asked("DE>DE", 100)))["lines"]
    refund = {"lines": sold, "returned": [{"line": 1, "quantity": 2}]}
    assert "returned/0/quantity" in tally.complains(6, "tax", "refund", written(tmp_path, refund))


def test_a_rates_file_that_cannot_be_used_is_said(tally: Tally, tmp_path: Path) -> None:
    """Wherever rates are needed, a bad file of one's own ends the command, before `tally serve` starts anything too."""
    (tmp_path / "tallystick.toml").write_text(f'[tax]\nrates_file = "{tmp_path}/gone.toml"\n')
    assert "gone.toml" in tally.complains(3, "tax", "rates")
    assert "gone.toml" in tally.complains(3, "serve")


def test_the_page_can_be_typed(tally: Tally, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The question and the file of rates on the page work as they stand there, and the answer is the one shown."""
    question, _order = re.findall(r"```json\n(\{\n.*?)```", PAGE, re.DOTALL)
    (rates,) = re.findall(r"```toml\n(version.*?)```", PAGE, re.DOTALL)
    (tmp_path / "rates.toml").write_text(rates)
    monkeypatch.setenv("TALLYSTICK_TAX_RATES_FILE", str(tmp_path / "rates.toml"))
    said = tally.fine("tax", "quote", written(tmp_path, json.loads(question)))
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert [" ".join(x.split()) for x in said.splitlines() if x.strip()] == [
        " ".join(x.split()) for x in shown.splitlines() if x.strip()
    ]
    assert {r["jurisdiction"] for r in tally.json("tax", "rates")["rates"]} >= {"US-TX-AUSTIN"}


def test_a_question_by_pipe_and_one_that_is_not_there(tally: Tally, tmp_path: Path) -> None:
    """A dash reads standard input; a file that is not there ends with its name."""
    body = msgspec.json.encode(asked("DE>DE", 11900))
    done = CliRunner().invoke(command_line(), ["tax", "quote", "-", "--json"], input=body, prog_name="tally")
    assert json.loads(done.stdout)["tax"] == 1900
    assert "none.json" in tally.complains(3, "tax", "quote", str(tmp_path / "none.json"))

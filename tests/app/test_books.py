"""`tally book`: made, listed, proved, balanced, exported, saved and brought back."""

from pathlib import Path

from tests.app.conftest import Tally


def test_a_book_is_created_and_listed(tally: Tally) -> None:
    """A new book is there at once, and knows its currency."""
    assert "no books yet" in tally.fine("book", "list")
    assert "GBP with 3 decimals" in tally.fine("book", "create", "main", "--currency", "GBP/3")
    assert tally.fine("book", "list").splitlines() == ["book  valued in", "main  GBP/3"]
    assert tally.json("book", "list") == {"books": [{"name": "main", "currency": "GBP/3"}]}
    assert tally.json("book", "create", "de", "--currency", "EUR/2") == {"book": "de", "currency": "EUR/2"}


def test_what_cannot_be_a_book_is_refused_with_the_way_out(tally: Tally) -> None:
    """A name taken, a name that cannot be one, a currency without decimals: each says what to do."""
    tally.fine("book", "create", "main", "--currency", "GBP/3")
    assert "`tally book list`" in tally.complains(3, "book", "create", "main", "--currency", "GBP/3")
    assert "small letter" in tally.complains(3, "book", "create", "Main", "--currency", "GBP/3")
    assert "GBP/3" in tally.complains(2, "book", "create", "other", "--currency", "pounds")


def test_a_book_is_proved(shop: Tally) -> None:
    """After any days of trade every proof holds, and says so in words and in JSON."""
    assert "all good" in shop.fine("book", "check")
    found = shop.json("book", "check")
    assert found["ok"] is True
    assert all(set(p) == {"name", "ok", "detail"} and p["ok"] for p in found["proofs"])


def test_the_trial_balance_is_even(shop: Tally) -> None:
    """Debits and credits come to the same; piped it is plain text that anybody can read."""
    text = shop.fine("book", "trial-balance")
    assert "\x1b" not in text
    assert text.splitlines()[0].split() == ["account", "(USD)", "debit", "credit"]
    total = text.splitlines()[-1].split()
    assert total[0] == "total"
    assert total[1] == total[2]
    assert "stock:" not in text
    assert "stock:sellable:WH1" in shop.fine("book", "trial-balance", "--units")


def test_a_trial_balance_of_some_days_or_accounts(shop: Tally) -> None:
    """What stood when a day ended plus what moved afterwards is what stands now."""
    name = "revenue:web"

    def balance(*words: str) -> float:
        (found,) = shop.json("book", "trial-balance", "--account", name, *words)["accounts"]
        return float(found["balance"])

    assert balance("--day", "2026-11-16") + balance("--from", "2026-11-17") == balance()
    assert shop.json("book", "trial-balance")["balanced"] is True
    assert "--from and --to" in shop.complains(2, "book", "trial-balance", "--day", "2026-11-16", "--to", "2026-11-17")


def test_a_book_is_exported(shop: Tally, tmp_path: Path) -> None:
    """The journal for another ledger goes to standard output, or whole into a file."""
    assert 'option "operating_currency" "USD"' in shop.fine("book", "export", "--format", "beancount")
    file = tmp_path / "book.hledger"
    found = shop.json("book", "export", "--format", "hledger", "--out", str(file))
    assert found["lines"] == len(file.read_text().splitlines())
    assert "--out" in shop.complains(2, "book", "export", "--format", "hledger", "--json")
    assert "check the path" in shop.complains(3, "book", "export", "--format", "hledger", "--out", "/nowhere/x")


def test_a_balance_is_explained(shop: Tally) -> None:
    """A balance says which rules, days and events it comes from; an event shows its message."""
    text = shop.fine("book", "explain", "revenue:web")
    assert "control passes, revenue is earned" in text
    assert "goods_dispatched.lines.net" in text
    story = shop.json("book", "explain", "revenue:web")["balances"][0]
    event = story["events"][0]["name"]
    assert "Dispatch reported" in shop.fine("book", "explain", event)
    assert shop.json("book", "explain", event)["event"] == int(event)
    assert "trial-balance" in shop.complains(4, "book", "explain", "revenue:moon")


def test_a_book_is_saved_and_brought_back(tally: Tally, tmp_path: Path) -> None:
    """A backup is one file that was read back; a restore never touches a book that exists."""
    tally.fine("book", "create", "main", "--currency", "GBP/3")
    file = tmp_path / "main.tally"
    assert tally.json("book", "backup", str(file))["bytes"] == file.stat().st_size
    assert "never overwrites" in tally.complains(6, "book", "restore", str(file))
    assert "is back" in tally.fine("book", "restore", str(file), "--as", "again")
    assert [b["name"] for b in tally.json("book", "list")["books"]] == ["again", "main"]
    broken = tmp_path / "broken.tally"
    broken.write_text("no backup")
    assert "check the path" in tally.complains(6, "book", "restore", str(broken), "--as", "third")

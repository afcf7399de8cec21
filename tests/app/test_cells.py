"""The matrix on the command line, cell by cell: each command asks for its scope, and every command is accounted for."""

from pathlib import Path
from typing import Final

import pytest
import typer

from tallystick.__main__ import tally as command_line
from tallystick.app.access import acting
from tallystick.security.roles import SCOPES, Role, roles_with
from tests.app.conftest import Tally

ASKS: Final[dict[str, tuple[str, str]]] = {
    "stock rules set": ("availability:write", "{rules}"),
    "stock allocate": ("availability:write", "LAMP 1 --channel web --location WH1"),
    "stock reallocate": ("availability:write", "LAMP 1 --from web --to market --location WH1"),
    "stock release": ("availability:write", "LAMP 1 --channel web --location WH1"),
    "stock incoming announce": ("availability:write", "ASN-7 LAMP=4 --location WH1 --on 2026-12-01"),
    "stock incoming cancel": ("availability:write", "ASN-7"),
    "sourcing set": ("availability:write", "{rules}"),
    "order source": ("orders:write", "W7"),
    "order ready": ("fulfilment:write", "W7"),
    "reservation place": ("reservations:write", "W7 LAMP=1 --channel web --location WH1"),
    "reservation confirm": ("reservations:write", "W7"),
    "reservation extend": ("reservations:write", "W7"),
    "reservation transfer": ("reservations:write", "W7 --location WH2"),
    "reservation release": ("reservations:write", "W7"),
    "order cancel": ("orders:write", "W7 --line 1"),
    "order refund": ("payments:write", "W7 1"),
    "order capture": ("payments:write", "W7"),
    "order void": ("payments:write", "W7"),
    "price set": ("catalogue:write", "LAMP 1440 --channel web"),
    "transfer request": ("transfers:write", "T7 LAMP=1 --from WH1 --to S1 --on 2026-12-01"),
    "transfer release": ("transfers:write", "T1"),
    "transfer cancel": ("transfers:write", "T1"),
    "transfer dispatch": ("transfers:write", "T1 LAMP=1 --document D7"),
    "transfer receive": ("transfers:write", "T1 LAMP=1 --document R7"),
    "transfer lose": ("transfers:write", "T1 LAMP=1 --document L7"),
    "transfer close": ("transfers:write", "T1"),
    "count plan": ("counts:plan", "C7 LAMP --location WH1 --by 2026-12-01"),
    "count start": ("counts:count", "C1"),
    "count take": ("counts:count", "C1 LAMP=1"),
    "count cancel": ("counts:plan", "C1"),
    "stock adjust": ("stock:adjust", "K7 LAMP=1 --location WH1 --reason found"),
    "stock move": ("stock:move", "M7 LAMP=1 --location WH1 --from sellable --to damaged --reason wet"),
    "stock propose": ("stock:adjust", "K7"),
    "stock drop": ("stock:adjust", "K7 --reason no"),
    "return ask": ("returns:write", "W1 R1 LAMP=1"),
    "return label": ("returns:write", "W1 R1 --carrier dhl"),
    "return receive": ("returns:write", "W1 R1 LAMP=1 --location WH1 --parcel B1"),
    "return inspect": ("returns:write", "W1 R1 LAMP=1:resell --location WH1 --inspection I1"),
    "return refurbish": ("returns:write", "W1 R1 LAMP=1:resell --location WH1 --work K1"),
    "return cancel": ("returns:write", "W1 R1"),
    "return policy set": ("returns:govern", "{policies}"),
    "purchase order": ("purchases:write", "P7 LAMP=1@400 --supplier acme --location WH1 --on 2026-12-01"),
    "purchase cancel": ("purchases:write", "P1"),
    "purchase advise": ("purchases:write", "P1 LAMP=1 --asn A7 --on 2026-12-01"),
    "purchase receive": ("purchases:write", "P1 LAMP=1 --receipt R7"),
    "purchase send-back": ("purchases:write", "P1 LAMP=1 --consignment B7"),
    "purchase invoice": ("purchases:write", "P1 I7 LAMP=1@400"),
    "purchase release": ("purchases:release", "P1 I7"),
    "purchase credit": ("purchases:write", "P1 LAMP=1@400 --document C7"),
    "purchase freight": ("purchases:write", "P1 100 --payee hauler --document F7"),
    "purchase pay": ("purchases:write", "P1 I7 100 --bank main --reference Z7"),
    "golive shadow": ("golive:write", "web --beside oldbooks"),
    "golive compare": ("golive:write", "."),
    "golive switch": ("golive:write", "web . --report {rules}"),
    "golive back": ("golive:write", "web --because test"),
    "screen accept": ("screenings:decide", "W7"),
    "screen reject": ("screenings:decide", "W7"),
    "parcel label": ("fulfilment:write", "W7 S1 --carrier postman"),
    "parcel cancel": ("fulfilment:write", "W7 S1"),
    "case open": ("cases:write", "C7 --channel web"),
    "case close": ("cases:write", "C7"),
    "giftcard sell": ("giftcards:write", "7KQ2-M9XW-4T8R 5000 --channel web --tender card"),
    "giftcard grant": ("giftcards:write", "9XPL-3RTD-77QA 1000 --channel web --reason late"),
    "giftcard block": ("giftcards:write", "7KQ2-M9XW-4T8R"),
    "giftcard unblock": ("giftcards:write", "7KQ2-M9XW-4T8R"),
    "kit set": ("catalogue:write", "STUDY-SET LAMP=1@1200 SHADE=2@300"),
    "stock publish": ("connections:manage", "web --all"),
    "connection add": ("connections:manage", "shop oscar http://127.0.0.1:9"),
    "connection secret": ("connections:manage", "shop password --file {secret}"),
    "connection pause": ("connections:manage", "shop"),
    "connection resume": ("connections:manage", "shop"),
    "connection pull": ("connections:manage", "shop"),
    "connection remove": ("connections:manage", "shop --yes"),
    "identity link": ("connections:manage", "shop product 4711 LAMP"),
    "identity unlink": ("connections:manage", "shop product 4711"),
    "load": ("inbox:write", "online-retail {rules}"),
    "reconcile load": ("reconciliation:write", "{rules}"),
    "reconcile run": ("reconciliation:write", ""),
    "journal draw": ("ledgers:write", ""),
    "journal push": ("ledgers:write", ""),
    "master pull": ("ledgers:write", ""),
    "master owners set": ("masters:steward", "{rules}"),
    "master settle": ("masters:steward", "product/LAMP name --take owner"),
    "master judge": ("masters:steward", "LAMP LAMPE --distinct"),
    "master state": ("inbox:write", "product/LAMP name=Lamp --system pim"),
    "master load": ("inbox:write", "{titles} --system pim"),
    "master align": ("inbox:write", ""),
    "publish rules set": ("masters:steward", "{rules}"),
    "publish again": ("masters:steward", "web"),
    "webhook add": ("webhooks:manage", "shop http://127.0.0.1:9/hooks --private"),
    "webhook pause": ("webhooks:manage", "shop"),
    "webhook resume": ("webhooks:manage", "shop"),
    "webhook resend": ("webhooks:manage", "shop 7"),
    "webhook rotate": ("webhooks:manage", "shop"),
    "notice send": ("notices:write", "shipped --test me@shop.example"),
    "notice resend": ("notices:write", "7.0"),
    "notice secret": ("connections:manage", "smtp_password --file {secret}"),
    "dead retry": ("dead:mend", "9"),
    "dead drop": ("dead:mend", "9 --because test --yes"),
    "close lock": ("periods:close", "--through 2020-01-31 --yes"),
    "person erase": ("people:erase", "web 17850 --yes"),
    "user grant": ("users:manage", "nobody viewer"),
    "user revoke": ("users:manage", "nobody viewer"),
    "user disable": ("users:manage", "nobody"),
    "user enable": ("users:manage", "nobody"),
    "key rotate-signing": ("users:manage", ""),
}
"""Each command with its scope, and the words it is tried with: what comes of it where it is allowed matters not here."""

OTHERWISE: Final = frozenset(
    {
        *(
            "approve approve",
            "approve reject",
            "approve withdraw",
            "golive reverse",
            "golive take",  # tests/golive
            "entry propose",
            "entry reverse",
            "return propose",
        ),  # test_access, tests/access
        *(
            "user add",
            "user delegate",
            "key create",
            "key rotate",
            "key revoke",
        ),  # one's own, or the first: test_access
        "book breaks close",  # its --as says what it was; test_access
    }
)
KEEPING: Final = frozenset({"book create", "book restore", "book backup"})
RUNNING: Final = frozenset(
    {
        *("worker", "serve", "demo", "doctor", "simulate"),
        *("bench gate", "bench life", "bench load", "bench orders", "bench reserve"),
        *("bench lanes", "bench sync"),
    }
)
READING: Final = frozenset(
    {
        *(
            "approve list",
            "approve show",
            "price show",
            "audit list",
            "audit verify",
            "book breaks list",
            "book check",
            "book explain",
        ),
        *("book export", "book list", "book trial-balance", "catalogue", "close check", "connector list", "dead list"),
        *("dead show", "docs check", "docs write", "entry accounts", "entry list", "entry show", "journal explain"),
        "journal documents",
        *("master conflicts", "master duplicates", "master explain", "master history", "master records"),
        *("master owners show", "publish explain", "publish rules show", "publish show"),
        *("journal export", "journal list", "journal policy", "journal show", "key list", "master list", "master show"),
        *("order show", "order trace", "person show", "reconcile explain", "reconcile ledger", "reservation show"),
        *("stock available", "stock explain", "stock incoming show", "stock rules show", "stock show", "trace"),
        *("user list", "webhook list", "notice list", "notice preview", "stock oversells"),
        *("connection list", "connection show", "connection test", "identity list", "stock channels"),
        *("transfer open", "transfer show", "count due", "count sheet", "count show"),
        *("purchase open", "purchase show", "connector check", "connector drift", "connector new"),
        *("sourcing show", "sourcing replay", "order why"),
        *("tax quote", "tax rates", "tax refund"),
        *("golive kept", "golive plan", "golive show", "golive verify"),
        *("screen list", "parcel show", "case list", "case show"),
        *("giftcard list", "giftcard show", "kit show"),
        *("return open", "return policy show", "return show"),
    }
)
"""Who may read the key file and the database reads all there is: docs/decisions/0023."""


def commands() -> dict[str, list[str]]:
    """Every command there is, with the names of its options."""
    found: dict[str, list[str]] = {}

    def walk(group: object, path: tuple[str, ...]) -> None:
        for name, one in getattr(group, "commands", {}).items():
            if hasattr(one, "commands"):
                walk(one, (*path, name))
            else:
                found[" ".join((*path, name))] = [option for p in one.params for option in p.opts]

    walk(typer.main.get_command(command_line()), ())
    return found


def test_every_command_is_accounted_for() -> None:
    """A new command says what it asks for, or that it only reads; what asks for a scope can be told who asks."""
    there = commands()
    kinds = [set(ASKS), OTHERWISE, KEEPING, RUNNING, READING]
    assert sum(map(len, kinds)) == len(set().union(*kinds))
    assert set(there) == set().union(*kinds)
    assert [name for name in ASKS if "--as" not in there[name]] == []
    assert {scope for scope, _ in ASKS.values()} <= SCOPES


@pytest.fixture
def staffed(tally: Tally, tmp_path: Path) -> Tally:
    """A book with one user for each role, called as it."""
    tally.fine("book", "create", "main", "--currency", "EUR/2")
    tally.fine("user", "add", "administrator", "--role", "administrator")
    for role in set(Role) - {Role.ADMINISTRATOR}:
        limit = ("--limit", "10.00") if role is Role.APPROVER else ()
        tally.fine("user", "add", role, "--role", role, *limit, "--as", "administrator")
    (tmp_path / "rules.toml").write_text("")
    (tmp_path / "policies.toml").write_text('[[policies]]\nname = "usual"\n')
    (tmp_path / "secret").write_text("canary\n")
    (tmp_path / "titles.csv").write_text("code,title\nLAMP,Lamp\n")
    return tally


def wrong_cells(staffed: Tally, tmp_path: Path, name: str) -> list[str]:
    """Try a command in every role; return what was not as the matrix has it."""
    scope, words = ASKS[name]
    names = {"rules": "rules.toml", "policies": "policies.toml", "secret": "secret", "titles": "titles.csv"}
    words = words.format(**{name: tmp_path / file for name, file in names.items()})
    wrong = []
    for role in Role:
        done = staffed(*name.split(), *words.split(), "--as", role)
        is_denied = done.exit_code == 7 and scope in done.stderr
        if is_denied == (role in roles_with(scope)):
            wrong.append(f"{name} as {role}: exit code {done.exit_code}, {done.stderr}")
    return wrong


def test_each_command_asks_for_its_scope(staffed: Tally, tmp_path: Path) -> None:
    """Thirty commands by six roles: denied without the scope, let on with it; and each trial is in the log."""
    assert [line for name in ASKS for line in wrong_cells(staffed, tmp_path, name)] == []
    log = staffed.json("audit", "list", "--limit", "1000")["deeds"]
    first = [d["outcome"] for d in log if d["outcome"] in {"denied", "begun"} and d["name"] in set(Role)]
    denied = sum(len(Role) - len(roles_with(scope)) for scope, _ in ASKS.values())
    assert first.count("denied") == denied
    assert first.count("begun") == len(ASKS) * len(Role) - denied + len(Role) - 1
    assert staffed.json("audit", "verify")["ok"]


def test_a_door_left_open_is_seen(staffed: Tally, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: where nobody holds the user against the roles, every cell that should deny is named."""
    monkeypatch.setattr(acting, "require", lambda *_: None)
    assert len(wrong_cells(staffed, tmp_path, "stock allocate")) == len(Role) - 1


def test_without_a_name_nothing_is_done(staffed: Tally) -> None:
    """Where a book has users, a command that changes something asks who it is; one that only looks does not."""
    told = staffed.complains(7, "reservation", "place", "W7", "LAMP=1", "--channel", "web", "--location", "WH1")
    assert "say who you are" in told
    staffed.fine("reconcile", "run", "--look")
    staffed.fine("stock", "show")


def test_what_is_done_with_a_book_is_in_its_log(staffed: Tally, tmp_path: Path) -> None:
    """Made, written into a file and brought back: by whom of the operating system, though no role is asked for."""
    file = tmp_path / "main.tally"
    staffed.fine("book", "backup", str(file))
    staffed.fine("book", "restore", str(file), "--as", "again")

    def kept(*words: str) -> list[tuple[str, str, bool]]:
        found = staffed.json("audit", "list", "--action", "book.", *words)["deeds"]
        return [(d["action"], d["subject"], d["name"].startswith("os:")) for d in found]

    made = ("book.create", "book/main", True)
    assert kept() == [("book.backup", "book/main", True), made]
    assert kept("--book", "again") == [("book.restore", "book/again", True), made]
    assert staffed.json("audit", "verify", "--book", "again")["ok"]


def test_a_book_is_brought_back_without_its_key(
    staffed: Tally, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In an emergency the data counts: it is brought back, and a remark says that no line could be written."""
    file, elsewhere = tmp_path / "main.tally", tmp_path / "elsewhere"
    staffed.fine("book", "backup", str(file))
    elsewhere.mkdir()
    monkeypatch.setenv("TALLYSTICK_HOME", str(elsewhere))
    done = staffed("book", "restore", str(file), "--as", "again")
    assert done.exit_code == 0, done.output
    assert "its audit log does not say so" in done.stderr

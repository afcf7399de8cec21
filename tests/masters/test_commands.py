"""The steward's desk on the command line: words taken in, conflicts listed, explained and settled, pairs judged."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from tallystick.app.house import open_house
from tallystick.app.settings import Settings
from tallystick.engine.envelopes import delivery_of
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Envelope
from tallystick.messages.masters import ProductReported
from tests.masters.conftest import Steward

GTIN = "4006381333931"


def product_comes(url: str, home: Path, name: str, version: str) -> None:
    """A connector's report of a product arrives in the inbox."""
    data = ProductReported("erp", "7", version, "LAMP", name, "u", "goods", gtin=GTIN)
    told = Envelope(
        id=f"product/7@{version}",
        source="erp",
        type=CATALOGUE.of(ProductReported).type,
        subject="product/erp/7",
        time=datetime.now(UTC),
        data=msgspec.Raw(msgspec.json.encode(data)),
    )

    async def receive() -> None:
        async with open_house(url, Settings(home), "main") as house:
            await (await house.inbox()).receive([delivery_of(told)])

    asyncio.run(receive())


def test_a_stewards_day(steward: Steward, database_url: str, tmp_path: Path) -> None:
    """The ERP's product comes by its connector, the shop's name contradicts it, the PIM enriches it; a steward settles."""
    tally = steward.tally
    product_comes(database_url, tmp_path, "Lamp", "2026-11-24T07:00:00Z")
    tally.fine("worker", "--once")
    steward.says("shop", "product/lamp", "name=Lampe")
    table = steward.file("titles.csv", "code,title,brand\nLAMP,A brass lamp,Lumen\nSHADE,A shade,\n")
    assert tally.json("master", "load", table, "--system", "pim") == {"read": 2, "new": 2}
    assert tally.json("master", "load", table, "--system", "pim") == {"read": 2, "new": 0}
    (conflict,) = tally.json("master", "conflicts")["conflicts"]
    known = {
        "field": "name",
        "value": "Lamp",
        "stands": "erp",
        "other_value": "Lampe",
        "other": "shop",
        "state": "OPEN",
    }
    assert {name: conflict[name] for name in known} == known
    fields = {f["field"]: f for f in tally.json("master", "explain", "product/LAMP")["fields"]}
    assert (fields["name"]["because"], fields["name"]["source"]) == ("owner", "erp")
    assert fields["name"]["message"] == "product/7@2026-11-24T07:00:00Z/fields"
    assert (fields["title"]["value"], fields["title"]["owner"]) == ("A brass lamp", "pim")

    tally.fine("master", "settle", "product/LAMP", "name", "--take", "other", "--because", "as customers say")
    assert tally.json("master", "conflicts")["conflicts"] == []
    (settled,) = tally.json("master", "conflicts", "--settled")["conflicts"]
    assert (settled["state"], settled["ruling"]["value"], settled["ruling"]["reason"]) == (
        "SETTLED",
        "Lampe",
        "as customers say",
    )
    (deed,) = [
        d for d in tally.json("audit", "list")["deeds"] if (d["action"], d["outcome"]) == ("master.settle", "done")
    ]
    assert deed["subject"] == "master/product/LAMP"

    product_comes(database_url, tmp_path, "Lamp II", "2026-11-25T07:00:00Z")
    tally.fine("worker", "--once")
    assert [c["value"] for c in tally.json("master", "conflicts")["conflicts"]] == ["Lamp II"]
    said = [
        (c["system"], c["what"], c["value"])
        for c in tally.json("master", "history", "product/LAMP")["changes"]
        if c["field"] == "name"
    ]
    assert [s[1:] for s in said] == [("said", "Lamp"), ("said", "Lampe"), ("ruled", "Lampe"), ("said", "Lamp II")]
    assert tally.json("book", "check")["ok"]


def test_pairs_are_proposed_and_judged(steward: Steward) -> None:
    """The same GTIN under two codes is one line of the list, until somebody says what it is; then the twin is published no more."""
    tally = steward.tally
    steward.says("erp", "product/LAMP", f"gtin={GTIN}", "name=Lamp")
    steward.says("shop", "product/LAMPE", f"gtin={GTIN}", "name=Lampe")
    (pair,) = tally.json("master", "duplicates")["candidates"]
    assert (pair["code"], pair["other"], pair["field"]) == ("LAMP", "LAMPE", "gtin")
    tally.fine("master", "judge", "lampe", "LAMP", "--same")
    assert tally.json("master", "duplicates")["candidates"] == []
    assert tally.json("master", "explain", "product/LAMPE")["same_as"] == "LAMP"
    steward.publishes()
    assert steward.stands("LAMPE")["offer"]["because"] == "it is the same thing as LAMP"


def test_masters_from_before_are_aligned(steward: Steward) -> None:
    """A price declared at the desk is in the records at once; what was taken in before there were any is stated once."""
    steward.tally.fine("price", "set", "BULB", "300", "--channel", "web")
    assert [r["code"] for r in steward.tally.json("master", "records", "price")["records"]] == ["web/BULB"]
    assert steward.tally.json("master", "align") == {"new": 0}


def test_bad_input_is_named(steward: Steward) -> None:
    """A file, a field, a thing nobody knows: each complaint says what to do."""
    tally = steward.tally
    broken = steward.file("broken.toml", 'owners = [{ owner = "erp", field = "colour" }]')
    assert "owners[0].field: 'colour' is none of" in tally.complains(6, "master", "owners", "set", broken)
    unknown = steward.file("unknown.toml", 'owner = "erp"')
    assert "owner" in tally.complains(6, "master", "owners", "set", unknown)
    columns = steward.file("columns.csv", "code,colour\nLAMP,red\n")
    assert "column 'colour' is no field of a product" in tally.complains(
        6, "master", "load", columns, "--system", "pim"
    )
    ragged = steward.file("ragged.csv", "code,title\nLAMP\n")
    assert "ragged.csv:2" in tally.complains(6, "master", "load", ragged, "--system", "pim")
    words = ("master", "state", "customer/C-7", "email=a@b.example", "--system", "crm")
    assert "goes to the vault" in tally.complains(1, *words)
    assert "No system has said anything" in tally.complains(4, "master", "explain", "product/NEVER")
    assert "write KIND/CODE" in tally.complains(2, "master", "explain", "LAMP")
    rules = steward.file("rules.toml", '[[channels]]\nchannel = "web"\ncurrency = "EUR/2"\ntitle = "{colour}"\n')
    assert "channels[0].title: {colour}" in tally.complains(6, "publish", "rules", "set", rules)

"""Products told to a shop: once each word that counts, withheld while something is missing, and off it when sold no more."""

from datetime import UTC, datetime, timedelta

import pytest

from tallystick.messages.channels import PublishProduct
from tallystick.storage.publication import following
from tests.masters.conftest import PUBLICATION, Steward

BULB = PublishProduct("web", "BULB", "Lumen Bulb", "EUR/2", 250, is_sold=True, description="Warm white")


def test_a_product_goes_to_the_shop_once_it_has_everything(steward: Steward) -> None:
    """While a required field is missing it is withheld, with the field and the remedy; then it is told, and once."""
    steward.publishes()
    steward.says("erp", "product/BULB", "name=Bulb")
    steward.works()
    found = steward.stands()
    assert (found["standing"]["state"], steward.heard()) == ("withheld", [])
    assert [m["field"] for m in found["offer"]["missing"]] == ["brand", "description", "price"]
    assert all(m["remedy"] for m in found["offer"]["missing"])
    steward.knows_the_bulb()
    steward.works()
    steward.works()
    assert steward.heard() == [BULB]
    assert steward.stands()["standing"]["state"] == "on"


def test_only_the_last_word_is_told(steward: Steward) -> None:
    """Between two looks of a worker a name changes three times: the shop hears one name. Back as it was, it hears none."""
    steward.publishes()
    steward.knows_the_bulb()
    steward.works()
    for name in ("Bulb A", "Bulb B", "Bulb C"):
        steward.says("erp", "product/BULB", f"name={name}")
    steward.works()
    assert [p.name for p in steward.heard()] == ["Lumen Bulb", "Lumen Bulb C"]
    steward.says("erp", "product/BULB", "name=Other")
    steward.says("erp", "product/BULB", "name=Bulb C")
    steward.works()
    assert len(steward.heard()) == 2


def test_what_is_sold_no_more_comes_off(steward: Steward) -> None:
    """No longer active, or kept out by a rule: the shop takes it off. What it never had needs no word."""
    steward.publishes()
    steward.knows_the_bulb()
    steward.says("erp", "product/LAMP", "name=Lamp", "brand=Lumen", "is_active=false")
    steward.works()
    steward.says("erp", "product/BULB", "is_active=false")
    steward.works()
    assert [(p.sku, p.is_sold) for p in steward.heard()] == [("BULB", True), ("BULB", False)]
    assert steward.shop.products["BULB"]["status"] == "draft"
    assert steward.stands()["standing"]["state"] == "off"
    steward.says("erp", "product/BULB", "is_active=true")
    steward.works()
    steward.publishes(PUBLICATION + '[[products]]\nsku = "bulb"\nis_excluded = true\n')
    steward.works()
    assert [p.is_sold for p in steward.heard()] == [True, False, True, False]


def test_a_broken_twin_that_forgets_a_withdrawn_product_is_caught(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were a product that is sold no more only left alone, the shop would go on selling it."""
    monkeypatch.setattr(following, "_off", lambda _: None)
    with pytest.raises(AssertionError):
        test_what_is_sold_no_more_comes_off(steward)


def test_what_the_shop_refuses_waits_with_its_words(steward: Steward) -> None:
    """The refusal stands in the list with what the shop said; mended here or there, it is told again."""
    steward.shop.takes_no = "Lumen"
    steward.publishes()
    steward.knows_the_bulb()
    steward.works()
    (odd,) = steward.tally.json("publish", "show", "web", "--odd")["products"]
    assert (odd["state"], "Invalid parameter(s): name" in odd["failure"]) == ("refused", True)
    steward.works()
    assert steward.heard() == []
    steward.shop.takes_no = ""
    steward.tally.fine("publish", "again", "web", "bulb")
    steward.works()
    assert steward.heard() == [BULB]
    assert steward.tally.json("publish", "show", "web", "--odd")["products"] == []


def test_other_owners_and_other_rules_are_told_at_once(steward: Steward) -> None:
    """A document is another look at every product."""
    steward.publishes()
    steward.knows_the_bulb()
    steward.says("shop", "product/BULB", "name=Birne")
    steward.works()
    steward.tally.fine("master", "owners", "set", steward.file("others.toml", 'owners = [{ owner = "shop" }]'))
    steward.works()
    steward.publishes(PUBLICATION.replace("{brand} {name}", "{name} of {brand}"))
    steward.works()
    assert [p.name for p in steward.heard()] == ["Lumen Bulb", "Lumen Birne", "Birne of Lumen"]


def test_a_price_that_begins_later_is_told_when_it_begins(steward: Steward) -> None:
    """The clock alone changes it: nobody says a word when a sale begins."""
    steward.publishes()
    steward.knows_the_bulb()
    begins = datetime.now(UTC) - timedelta(days=1)
    words = ("price", "set", "BULB", "200", "--channel", "web", "--without-tax", "--from")
    steward.tally.fine(
        "master", "owners", "set", steward.file("o.toml", 'owners = [{ owner = "tallystick", kind = "price" }]')
    )
    steward.tally.fine(*words, begins.strftime("%Y-%m-%dT%H:%M"))
    steward.works()
    assert [p.price for p in steward.heard()] == [200]
    steward.tally.fine(
        "price",
        "set",
        "BULB",
        "150",
        "--channel",
        "web",
        "--without-tax",
        "--from",
        (begins + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"),
    )
    steward.works()
    assert [p.price for p in steward.heard()] == [200]
    assert steward.stands()["offer"]["command"]["price"] == 200
    (conflict,) = steward.tally.json("master", "conflicts", "--kind", "price")["conflicts"]
    assert (conflict["value"], conflict["other_value"], conflict["other"]) == ("200 EUR/2 net", "250 EUR/2 net", "erp")

"""What a channel is told of a product, and what is missing for it; pairs that may be one thing."""

import pytest
from msgspec.structs import replace

from tallystick.decisions.masters.duplicates import Candidate, candidates, gtin
from tallystick.decisions.masters.publication import Offer, Sources, flaw_of_publication, offer_of
from tallystick.messages.channels import PublishProduct
from tallystick.messages.stewardship.governing import (
    ChannelPublication,
    FieldMatch,
    ProductPublication,
    Publication,
)
from tallystick.messages.stewardship.records import MasterStated, StatedField
from tests.masters.steward import Steward

WEB = ChannelPublication(
    "web", "EUR/2", required=("name", "brand"), title="{brand} {name}", description="{description}"
)
BULB = {"name": "Bulb", "brand": "Lumen", "description": "Warm white"}


def told(steward: Steward, rule: ChannelPublication = WEB, *products: ProductPublication) -> Offer:
    """Return what the channel is told of the bulb."""
    prices = steward.loaded.families.get(f"master/price/{rule.price_list or rule.channel}/BULB")
    price = steward.golden(f"{rule.price_list or rule.channel}/BULB", "price") if prices else None
    return offer_of(Publication((rule,), products), rule, Sources(steward.golden("BULB"), price))


def shelf(price: str = "250 EUR/2 net", **fields: str) -> Steward:
    """A steward who knows the bulb and its price."""
    steward = Steward()
    steward.says("erp", 1, "BULB", **(BULB | fields))
    if price:
        steward.hears(MasterStated("price", "web/BULB", "erp", "1", (StatedField("price", price),)))
    return steward


def test_a_product_that_has_everything_is_sold_under_the_channels_words() -> None:
    """The template makes the title; the price is the one in force."""
    assert told(shelf()).command == PublishProduct("web", "BULB", "Lumen Bulb", "EUR/2", 250, True, "Warm white")


def test_what_is_missing_is_named_with_its_remedy() -> None:
    """A required field, a field of the template and a price of the right kind: each once, each with what to do."""
    found = told(shelf(price="300 EUR/2 gross", brand=""))
    assert found.command is None
    assert [(m.field, m.reason) for m in found.missing] == [
        ("brand", "no system says it"),
        ("price", "the price is 300 EUR/2 gross, the channel takes EUR/2 net"),
    ]
    assert "tally master state product/BULB" in found.missing[0].remedy
    assert [m.reason for m in told(shelf(price="")).missing] == ["no price is in force in web"]


def test_a_rule_or_the_product_itself_keeps_it_out() -> None:
    """Sold no more, of another category, excluded by name, or the same thing under another code: each says why."""
    assert told(shelf(is_active="false")).because == "it is sold no more (is_active is false)"
    lamps = replace(WEB, only=(FieldMatch("category", "lamps"),))
    assert told(shelf(), lamps).because == "the channel takes category 'lamps' only, this is ''"
    out = ProductPublication("BULB", "web", is_excluded=True)
    assert told(shelf(), WEB, out).because == "a rule keeps it out of this channel"
    twin = shelf()
    twin.judges("BULB", "BULB-2", is_same=True)
    assert told(twin).because == "it is the same thing as BULB-2"


def test_a_product_may_have_words_of_its_own() -> None:
    """The closest rule counts: of this channel before that of all."""
    for_all, here = ProductPublication("BULB", title="Bulb!"), ProductPublication("BULB", "web", title="The {name}")
    assert told(shelf(), WEB, for_all, here).command == PublishProduct(
        "web", "BULB", "The Bulb", "EUR/2", 250, True, "Warm white"
    )
    elsewhere = ProductPublication("BULB", "market", is_excluded=True)
    assert told(shelf(), WEB, elsewhere).command is not None


def test_a_channel_may_sell_at_anothers_prices() -> None:
    """The price list is a channel's name too."""
    shared = replace(WEB, channel="market", price_list="web")
    found = told(shelf(), shared).command
    assert found is not None
    assert (found.channel, found.price) == ("market", 250)


@pytest.mark.parametrize(
    ("rules", "names"),
    [
        (Publication((WEB, WEB)), "channels[0].channel: web stands there twice"),
        (Publication((replace(WEB, required=("colour",)),)), "channels[0]: 'colour' is no field"),
        (Publication((replace(WEB, title="{colour}"),)), "channels[0].title: {colour} is no field"),
        (Publication((replace(WEB, description="{name"),)), "channels[0].description: expected '}'"),
        (Publication((), (ProductPublication("BULB", title="{x}"),)), "products[0].title: {x}"),
    ],
)
def test_rules_that_cannot_be_followed_are_refused_by_their_place(rules: Publication, names: str) -> None:
    """A mistake is named by its place in the document."""
    assert flaw_of_publication(rules).startswith(names)


GTIN = "4006381333931"


def pairs(steward: Steward, *codes: str) -> list[Candidate]:
    """Return what is proposed of these products."""
    return candidates((steward.record(code), steward.golden(code)) for code in codes)


def test_products_under_one_number_are_proposed_and_never_merged() -> None:
    """The same GTIN in two lengths, or the same supplier's code: a pair for a person. Nothing else is one."""
    steward = Steward()
    steward.says("erp", 1, "LAMP", gtin=GTIN, supplier="acme", supplier_code="7")
    steward.says("shop", 1, "LAMPE", gtin="0" + GTIN)
    steward.says("pim", 1, "LIGHT", supplier="acme", supplier_code="7")
    steward.says("pim", 1, "OTHER", supplier="bolt", supplier_code="7", gtin="4006381333930")
    assert pairs(steward, "LAMP", "LAMPE", "LIGHT", "OTHER") == [
        Candidate("LAMP", "LAMPE", "gtin", f"0{GTIN}"),
        Candidate("LAMP", "LIGHT", "supplier_code", "acme: 7"),
    ]
    assert steward.golden("LAMPE").value("gtin") == "0" + GTIN


def test_a_pair_that_was_judged_is_not_proposed_again() -> None:
    """Neither the same nor another: the steward has spoken."""
    for is_same in (True, False):
        steward = Steward()
        steward.says("erp", 1, "LAMP", gtin=GTIN)
        steward.says("shop", 1, "LAMPE", gtin=GTIN)
        steward.judges("LAMPE", "LAMP", is_same=is_same)
        assert pairs(steward, "LAMP", "LAMPE") == []
        assert steward.record("LAMPE").same_as == ("LAMP" if is_same else "")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (GTIN, True),
        ("96385074", True),
        ("4006381333930", False),
        ("123", False),
        ("0000000000000", False),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", False),
    ],
)
def test_a_number_with_a_wrong_digit_is_none(text: str, is_one: bool) -> None:  # noqa: FBT001 - a case
    """GS1 General Specifications 7.9: the check digit must fit, or two products would be one by a slip."""
    assert bool(gtin(text)) is is_one

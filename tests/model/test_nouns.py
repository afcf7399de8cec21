"""Amounts, products, locations, parties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.model.amount import (
    Amount,
    AmountError,
    decimals_of,
    format_decimal,
    is_money,
    money,
    parse_decimal,
    proportion,
    units,
)
from tallystick.model.location import LocationError, location
from tallystick.model.party import person_reference
from tallystick.model.product import ProductError, sku


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_money_survives_being_written(number: int, decimals: int) -> None:
    """A number of minor units is read back exactly as it was written."""
    assert parse_decimal(format_decimal(number, decimals), decimals) == number


@pytest.mark.parametrize(
    "text", ["", "1,50", "1.505", "1e3", "--1", "NaN", "½", "1.", "١٢", "１２", "9" * 41, "1" * 5000]
)
def test_nothing_is_rounded_or_guessed_at_the_door(text: str) -> None:
    """A text that is no amount of this scale is refused."""
    with pytest.raises(AmountError):
        parse_decimal(text, 2)


def test_trailing_zeros_are_no_precision() -> None:
    """Systems write 2.5500 and mean 2.55."""
    assert parse_decimal(" +2.5500 ", 2) == 255
    assert format_decimal(-5, 2) == "-0.05"


@given(st.integers(0, 10**9), st.lists(st.integers(1, 50), min_size=1, max_size=8))
def test_taking_parts_hands_out_every_minor_unit(total: int, parts: list[int]) -> None:
    """Split into parts one after the other, nothing is lost and nothing made up, however odd the amount."""
    left, whole, given_out = total, sum(parts), 0
    for part in parts:
        piece = proportion(left, part, whole)
        assert 0 <= piece <= left
        left, whole, given_out = left - piece, whole - part, given_out + piece
    assert (given_out, left) == (total, 0)


@pytest.mark.parametrize(("part", "whole"), [(0, 3), (4, 3), (-1, 3), (1, 0)])
def test_more_than_all_or_nothing_at_all_cannot_be_taken(part: int, whole: int) -> None:
    """A part is some of the whole."""
    with pytest.raises(AmountError):
        proportion(100, part, whole)


def test_a_commodity_says_what_it_counts() -> None:
    """Units of a product, or a currency with its decimals."""
    assert (units("LAMP"), money("GBP", 3)) == ("sku:LAMP", "GBP/3")
    assert (decimals_of("GBP/3"), decimals_of("sku:LAMP")) == (3, 0)
    assert (is_money("EUR/2"), is_money("sku:EUR/2")) == (True, False)


@pytest.mark.parametrize("number", [0, -1])
def test_an_amount_is_above_zero(number: int) -> None:
    """Corrections are reversals, so no amount is negative."""
    with pytest.raises(AmountError):
        Amount(number, "EUR/2")


def test_a_product_has_one_code_whatever_the_system_writes() -> None:
    """Case and blanks differ between systems; the item is the same."""
    assert sku(" lamp-1 ") == sku("LAMP-1") == "LAMP-1"
    for wrong in ("", " ", "a{b}", 'a"b', ":x", "x" * 65, "a\0b", "a\x1bb", "a\u200bb", "a\u202eb"):
        with pytest.raises(ProductError):
            sku(wrong)


def test_a_location_can_stand_in_an_address() -> None:
    """A colon or a blank would break the account it is part of."""
    assert location("WH-1.a_b") == "WH-1.a_b"
    for wrong in ("", "a:b", "a b", "-a", "x" * 33):
        with pytest.raises(LocationError):
            location(wrong)


def test_a_person_is_a_reference() -> None:
    """No name, no address: sixteen hex digits of a keyed digest."""
    assert person_reference(b"\x01" * 32) == "person:" + "01" * 8

"""A connector outside the house that never finds what it did."""

from tests.contract.broken import Blind, broken

bench = broken(Blind)

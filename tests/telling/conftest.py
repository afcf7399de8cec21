"""A book on real PostgreSQL, as the tests of the machinery have it."""

from tests.engine.conftest import stand

__all__ = ["stand"]

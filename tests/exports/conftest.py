"""The lively book, for all tests of this room."""

from tests.storage.reading.lively import lively, lively_book_kept

__all__ = ["lively", "lively_book_kept"]

"""A lively book for each test, its connection closed afterwards."""

from collections.abc import AsyncIterator

import pytest

from tests.storage.reading.lively import LivelyBook, lively_book


@pytest.fixture
async def lively(database_url: str) -> AsyncIterator[LivelyBook]:
    """A small book in which something of everything has happened."""
    book = await lively_book(database_url)
    yield book
    await book.connection.close()

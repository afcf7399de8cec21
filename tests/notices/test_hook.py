"""Letters by a webhook: whoever sends for us gets them signed, under one id, with whom they go to."""

import base64
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from tallystick.app.settings import NoticeSettings
from tallystick.publishing.signing import is_ours
from tallystick.storage.notices.queue import NoticeQueue
from tallystick.storage.serving.pool import open_pool
from tests.notices.conftest import ADA, Counter
from tests.telling.receiving import Receiver, receiving

SECRET = "whsec_" + base64.b64encode(b"canary-of-the-hook-of-32-bytes!!").decode()


async def _hooked(counter: Counter, receiver: Receiver) -> None:
    pool = await open_pool(counter.house.server, counter.house.info.schema)
    await NoticeQueue(pool).keep_secret(counter.house.keyring, "hook", SECRET)
    await pool.close()
    told = NoticeSettings(channels="*", hook_url=receiver.url, hook_private="yes")
    counter.settings = replace(counter.settings, notices=told)


async def test_a_letter_is_handed_over_signed(counter: Counter) -> None:
    """Whom it goes to, what it says and what it is about, in one signed delivery."""
    async with receiving() as receiver:
        await _hooked(counter, receiver)
        await counter.orders("W1", ADA)
        await counter.works()
    ((said, body),) = receiver.taken
    event = msgspec.json.decode(body)
    assert (event["id"], event["data"]["to"]) == (said["webhook-id"], msgspec.to_builtins(ADA))
    assert event["data"]["about"]["kind"] == "confirmed"
    assert event["data"]["subject"] == "Ihre Bestellung W1"
    assert is_ours(said, body, SECRET, datetime.now(UTC))


async def test_a_service_that_is_busy_gets_it_again_under_the_same_id(counter: Counter) -> None:
    """503, then yes: one letter as far as ids go; a refusal is kept with its reason, and tried again too."""
    async with receiving() as receiver:
        await _hooked(counter, receiver)
        receiver.moods, receiver.extra = [503], "retry-after: 60\r\n"
        await counter.orders("W1", ADA)
        await counter.works()
        assert "waiting; retry" in (await counter.standing())["W1 confirmed"]
        await counter.due_now()
        await counter.works()
        assert (len(receiver.taken), receiver.refused) == (1, 1)
        receiver.moods = [400] * 100
        await counter.orders("W2", ADA)
        await counter.works()
    found = await counter.standing()
    assert found["W1 confirmed"].startswith("sent")
    assert found["W2 confirmed"].startswith("waiting; retry: Retryable: it answered 400")

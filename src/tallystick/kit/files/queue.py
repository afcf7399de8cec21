"""A door of messages around any connector that parses: received from SQS, kept in the inbox, and only then deleted.

What is not deleted comes again after a while and is known. A message nobody can read is a dead letter and deleted as well.
"""

import hashlib
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.kit.calls import RETRY_SECONDS
from tallystick.kit.files.aws import NOT_FOUND, Answered, Service
from tallystick.kit.files.complete import Rules
from tallystick.kit.files.reading import MESSAGE, Reader
from tallystick.kit.files.store import Messages
from tallystick.ports.connector import Connector, Delivery, Misconfigured, Page, Rejected, Retryable

MESSAGES_MAX: Final = 10
"""So many does SQS give, and take to delete, at once."""


class Queue(Struct, frozen=True, kw_only=True):
    """Where messages wait, and in whose name they come. They are hidden from others for *hidden_seconds* once received."""

    source: str
    service: Service
    url: str
    hidden_seconds: int = 120
    wait_seconds: int = 1


class QueueDoor(Reader):
    """Implements `ports.connector.PuttingAway` around a connector."""

    def __init__(self, inner: Connector, queue: Queue) -> None:
        """Take messages of *queue* and have *inner* translate them. Nothing is sent yet."""
        super().__init__(inner, Rules())
        self._queue, self._receipts = queue, dict[str, str]()
        self.manifest = replace(inner.manifest, pulls=(*inner.manifest.pulls, Messages))

    def close(self) -> None:
        """Hang up."""
        self._queue.service.close()
        closing = getattr(self._inner, "close", None)
        if closing is not None:
            closing()

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Receive messages. The queue knows itself what was deleted; the cursor only says what came last."""
        if kind is not Messages:
            return self._inner.pull(kind, since)
        found = self._received()
        self._receipts = {f"{MESSAGE}{one['MessageId']}": one["ReceiptHandle"] for one in found}
        cursor = found[-1]["MessageId"] if found else since
        return Page(tuple(self._delivery(one) for one in found), cursor, len(found) == MESSAGES_MAX and cursor != since)

    def kept(self, page: Page) -> None:
        """Delete what is in the book now. What this door did not receive itself is left to whoever did."""
        receipts = [self._receipts.pop(d.id) for d in page.deliveries if d.id in self._receipts]
        entries = [{"Id": str(n), "ReceiptHandle": receipt} for n, receipt in enumerate(receipts)]
        failed = self._do("DeleteMessageBatch", Entries=entries).get("Failed", ()) if entries else ()
        if failed:
            raise Retryable(f"{len(failed)} messages were not deleted and come again", RETRY_SECONDS)

    def _received(self) -> list[Any]:
        answer = self._do(
            "ReceiveMessage",
            MaxNumberOfMessages=MESSAGES_MAX,
            VisibilityTimeout=self._queue.hidden_seconds,
            WaitTimeSeconds=self._queue.wait_seconds,
        )
        return list(answer.get("Messages", ()))

    def _do(self, operation: str, **asked: Any) -> Any:
        try:
            return self._queue.service.do(operation, QueueUrl=self._queue.url, **asked)
        except Answered as missing:
            if missing.status == NOT_FOUND:
                raise self._missing() from missing
            raise Retryable(f"the queue answers {missing.status}: {missing}", RETRY_SECONDS) from missing
        except Rejected as refused:
            if "NonExistent" in str(refused) or "DoesNotExist" in str(refused):
                raise self._missing() from refused
            raise

    def _missing(self) -> Misconfigured:
        return Misconfigured(f"there is no queue {self._queue.url}: make it, or change the address")

    def _delivery(self, message: Any) -> Delivery:
        body = message["Body"].encode()
        number = f"{MESSAGE}{message['MessageId']}"
        subject = f"{MESSAGE}{self._queue.source}/{message['MessageId']}"
        digest = hashlib.sha256(body).digest()
        return self.named(Delivery(source=self._queue.source, id=number, subject=subject, body=body, digest=digest))

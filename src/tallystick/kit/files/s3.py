"""Files in a bucket below a prefix. Objects appear whole; what moves is copied and then deleted, both only as it was read."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from tallystick.kit.calls import RETRY_SECONDS
from tallystick.kit.files.aws import CHANGED, CONFLICT, NOT_FOUND, Answered, Service
from tallystick.kit.files.store import ARCHIVE, QUARANTINE, Entry, Gone, Taken, other_name
from tallystick.ports.connector import InDoubt, Misconfigured, Retryable

LISTED_MAX: Final = 10_000


class S3:
    """Implements `store.Store`."""

    def __init__(self, service: Service, bucket: str, prefix: str) -> None:
        """Stand below *prefix* of *bucket*; nothing is sent yet."""
        self._service, self._bucket = service, bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    def close(self) -> None:
        """Hang up."""
        self._service.close()

    def entries(self) -> Sequence[Entry]:
        """Return objects directly below the prefix."""
        found: list[Entry] = []
        more: dict[str, str] = {}
        while len(found) < LISTED_MAX:
            page = self._do("ListObjectsV2", Prefix=self._prefix, Delimiter="/", **more)
            if page.get("Name") != self._bucket:
                raise Retryable("it answers with no list of this bucket", RETRY_SECONDS)
            for one in page.get("Contents", ()):
                name = one["Key"].removeprefix(self._prefix)
                if name:  # some tools make an empty object for the folder itself
                    found.append(Entry(name, one["Size"], one["ETag"]))
            if not page.get("IsTruncated"):
                break
            more = {"ContinuationToken": page["NextContinuationToken"]}
        return found

    def read(self, entry: Entry, bytes_max: int) -> bytes:
        """Return an object as it was listed; one that is larger than was listed is another one."""
        try:
            found = self._do("GetObject", Key=self._key(entry.name), IfMatch=entry.stamp)
        except Answered as other:
            raise Gone(entry.name) from other
        if found.get("ETag") != entry.stamp:
            raise Gone(entry.name)
        body: bytes = found["Body"]
        return body[: bytes_max + 1]

    def put_away(self, name: str, digest: bytes | None, room: str) -> bool:
        """Copy it as it was compared, then delete it if it still is that."""
        with suppress(Answered):  # gone, or another one by now: it is looked at again
            found = self._do("GetObject", Key=self._key(name))
            seen = hashlib.sha256(found["Body"]).digest()
            if digest is not None and seen != digest:
                return False
            self._copied(name, (found["ETag"], seen), room)
            self._do("DeleteObject", Key=self._key(name), IfMatch=found["ETag"])
            return True
        return False

    def remove(self, name: str) -> None:
        """Delete an object."""
        with suppress(Answered):
            self._do("DeleteObject", Key=self._key(name))

    def place(self, name: str, body: bytes) -> None:
        """Put it at one blow, unless something is there."""
        try:
            answer = self._do("PutObject", Key=self._key(name), Body=body, IfNoneMatch="*")
        except Answered as refused:
            if refused.status == CHANGED:
                raise Taken(name) from None
            if refused.status == CONFLICT:
                raise Retryable("somebody else writes there now", RETRY_SECONDS) from None
            raise self._missing() from None
        if not answer.get("ETag"):
            raise InDoubt("it says that all is well, and not what it has kept")

    def found(self, name: str) -> bytes | None:
        """Return the whole object."""
        try:
            body: bytes = self._do("GetObject", Key=self._key(name))["Body"]
        except Answered as missing:
            if missing.status == NOT_FOUND and "Bucket" in str(missing):
                raise self._missing() from None
            return None
        return body

    def _copied(self, name: str, what: tuple[str, bytes], room: str) -> None:
        """Copy to a room; under another name where another content has it, which in the archive is a person's matter."""
        stamp, digest = what
        there, new = self.found(f"{room}/{name}"), name
        if there is not None:
            if hashlib.sha256(there).digest() == digest:
                return
            room, new = QUARANTINE if room == ARCHIVE else room, other_name(name, digest)
        source = {"Bucket": self._bucket, "Key": self._key(name)}
        answer = self._do("CopyObject", Key=self._key(f"{room}/{new}"), CopySource=source, CopySourceIfMatch=stamp)
        if not answer.get("CopyObjectResult", {}).get("ETag"):
            raise InDoubt("it says that all is well, and not what it has copied")

    def _do(self, operation: str, **asked: Any) -> Any:
        try:
            return self._service.do(operation, Bucket=self._bucket, **asked)
        except Answered as answered:
            if operation == "ListObjectsV2":
                raise self._missing() from answered
            raise

    def _missing(self) -> Misconfigured:
        return Misconfigured(f"there is no bucket {self._bucket}: make it, or change the address")

    def _key(self, name: str) -> str:
        return f"{self._prefix}{name}"

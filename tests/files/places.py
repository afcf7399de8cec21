"""Places for files as the partner at the other end sees them, with what a connection is told of each."""

from collections.abc import Callable, Mapping
from pathlib import Path
from secrets import token_hex
from typing import Any, Final, Protocol

from tallystick.kit.files.addresses import LIMITS, Address, store_at
from tallystick.kit.files.store import Store
from tallystick.kit.limits import Limits
from tests.counterparts.moto.server import KEY_ID, SECRET, client
from tests.counterparts.openssh.server import Sshd


class Place(Protocol):
    """One place, seen by the partner."""

    url: str

    def settings(self, prefix: str) -> Mapping[str, str]:
        """What a connection is told."""

    def secrets(self, prefix: str) -> Mapping[str, str]:
        """What is told it in secret."""

    def drop(self, name: str, body: bytes) -> None:
        """Let a file appear, whole."""

    def names(self, room: str = "") -> list[str]:
        """What lies there, or in a room of it."""

    def content(self, path: str) -> bytes:
        """What a file holds."""

    def close(self) -> None:
        """Let go."""


class FolderPlace:
    """A folder."""

    def __init__(self, folder: Path) -> None:
        """Make it."""
        folder.mkdir(parents=True)
        self.folder, self.url = folder, f"folder://{folder}"

    def settings(self, prefix: str) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def secrets(self, prefix: str) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def drop(self, name: str, body: bytes) -> None:
        """Write under a hidden name and rename."""
        hidden = self.folder / f".{name}.tmp"
        hidden.write_bytes(body)
        hidden.rename(self.folder / name)

    def names(self, room: str = "") -> list[str]:
        """Plain names, without hidden ones and rooms."""
        place = self.folder / room
        there = [p.name for p in place.iterdir()] if place.exists() else []
        return sorted(n for n in there if not (place / n).is_dir() or (place / n).is_symlink())

    def content(self, path: str) -> bytes:
        """Read it."""
        return (self.folder / path).read_bytes()

    def close(self) -> None:
        """Nothing is held."""


class SftpPlace(FolderPlace):
    """The same folder, reached over SFTP."""

    def __init__(self, folder: Path, server: Sshd) -> None:
        """Stand at *server*."""
        super().__init__(folder)
        self.server, self.url = server, server.url(folder)

    def settings(self, prefix: str) -> Mapping[str, str]:
        """The pinned key."""
        return {f"{prefix}host_key": self.server.host_key}

    def secrets(self, prefix: str) -> Mapping[str, str]:
        """The key we come with."""
        return {f"{prefix}private_key": self.server.private_key}


class BucketPlace:
    """A bucket."""

    def __init__(self, url: str) -> None:
        """Make one at *url*."""
        self._client, self._endpoint = client(url, "s3"), url
        self._bucket = f"b-{token_hex(6)}"
        self._do("create_bucket", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        self.url = f"s3://{self._bucket}/in/here"

    def settings(self, prefix: str) -> Mapping[str, str]:
        """Where it is."""
        return {f"{prefix}endpoint": self._endpoint}

    def secrets(self, prefix: str) -> Mapping[str, str]:
        """The key."""
        return {f"{prefix}access_key_id": KEY_ID, f"{prefix}secret_access_key": SECRET}

    def drop(self, name: str, body: bytes) -> None:
        """Put it."""
        self._do("put_object", Key=f"in/here/{name}", Body=body)

    def names(self, room: str = "") -> list[str]:
        """Objects directly there."""
        prefix = f"in/here/{room}/" if room else "in/here/"
        found, more = list[str](), dict[str, str]()
        while True:
            page = self._do("list_objects_v2", Prefix=prefix, Delimiter="/", **more)
            found += [one["Key"].removeprefix(prefix) for one in page.get("Contents", ())]
            if not page["IsTruncated"]:
                return sorted(found)
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def content(self, path: str) -> bytes:
        """Get it."""
        body: bytes = self._do("get_object", Key=f"in/here/{path}")["Body"].read()
        return body

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _do(self, what: str, **asked: Any) -> Any:
        return getattr(self._client, what)(Bucket=self._bucket, **asked)


PLACES: Final[dict[str, Callable[[Callable[[str], Any], Path], Any]]] = {
    "folder": lambda _, where: FolderPlace(where),
    "s3": lambda fixture, _: BucketPlace(fixture("amazon")),
    "sftp": lambda fixture, where: SftpPlace(where, fixture("sftp_server")),
}


def store_of(place: Place, limits: Limits = LIMITS) -> Store:
    """Open a place as a door does."""
    secrets = place.secrets("")
    return store_at(Address(url=place.url, settings=place.settings(""), secret=lambda n: secrets[n]), limits)

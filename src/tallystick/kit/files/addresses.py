"""Addresses of places for files: `folder:///…`, `sftp://…`, `s3://bucket/prefix`, and of queues: `sqs://host/account/queue`."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, unquote, urlsplit

from msgspec import Struct

from tallystick.kit.files.folder import Folder
from tallystick.kit.files.shelf import Shelf
from tallystick.kit.files.store import Store
from tallystick.kit.limits import Limits
from tallystick.ports.connector import Misconfigured

if TYPE_CHECKING:
    from tallystick.kit.files.aws import Service

LIMITS: Final = Limits(per_second=1000, burst=1000, deadline_seconds=30, body_bytes_max=100_000_000)
"""S3 takes 3,500 writes and 5,500 reads a second below one prefix (S3 User Guide, optimizing performance); we ask for less."""
SCHEMES: Final = ("folder", "sftp", "s3", "sqs")
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
REACHING: Final[Mapping[str, str]] = {
    "host_key": "sftp: the server's public key, `ssh-ed25519 AAAA…`; without it nothing is sent, and the refusal shows it",
    "auth": "sftp: `key` (what it is where it is left out) or `password`",
    "region": "s3, sqs: the region; eu-central-1 where it is left out",
    "endpoint": "s3: the address of a service that speaks its language; Amazon's where it is left out",
}
"""Settings of a place."""
SECRETS: Final[Mapping[str, str]] = {
    "private_key": "sftp: the private key we come with, in OpenSSH's format",
    "password": "sftp: the password, where `auth` says so",
    "access_key_id": "s3, sqs: the id of the access key",
    "secret_access_key": "s3, sqs: the access key",
}
"""Secrets of a place."""


class Address(Struct, frozen=True, kw_only=True):
    """Where, with its settings, and how its secrets are found; `prefix` is what both are called with, such as `from.`."""

    url: str
    settings: Mapping[str, str]
    secret: Callable[[str], str]
    prefix: str = ""

    def told(self, name: str, default: str = "") -> str:
        """Return a setting."""
        return self.settings.get(f"{self.prefix}{name}", default)

    def hidden(self, name: str) -> str:
        """Return a secret; raise `Misconfigured` where it is missing."""
        return self.secret(f"{self.prefix}{name}")


def scheme_of(url: str) -> str:
    """Return an address's scheme; raise `Misconfigured` for one that is none of ours."""
    scheme = url.partition("://")[0]
    if scheme not in SCHEMES:
        raise Misconfigured(f"{url!r} must begin with one of {', '.join(f'{s}://' for s in SCHEMES)}")
    return scheme


def secrets_wanted(url: str, settings: Mapping[str, str], prefix: str = "") -> dict[str, str]:
    """Return the secrets that an address takes, by name, and what each is."""
    names: tuple[str, ...] = ()
    match scheme_of(url):
        case "sftp":
            names = ("password",) if settings.get(f"{prefix}auth") == "password" else ("private_key",)
        case "s3" | "sqs":
            names = ("access_key_id", "secret_access_key")
    return {f"{prefix}{name}": SECRETS[name] for name in names}


def store_at(address: Address, limits: Limits = LIMITS) -> Store:
    """Return the place of files at *address*. Nothing is sent or touched yet."""
    parts = urlsplit(address.url)
    match scheme_of(address.url):
        case "folder":
            if parts.netloc or not parts.path.startswith("/"):
                raise Misconfigured(f"{address.url!r}: say a whole path after three strokes: folder:///srv/in")
            return Shelf(Folder(Path(unquote(parts.path))))
        case "sftp":
            return _over_sftp(address, parts, limits)
        case "s3":
            return _in_bucket(address, parts, limits)
        case _:
            raise Misconfigured(f"{address.url!r} is a queue, and files do not lie there")


def queue_at(address: Address, limits: Limits = LIMITS) -> "tuple[Service, str]":
    """Return the service and the URL of a queue. Nothing is sent yet."""
    parts = urlsplit(address.url)
    if not parts.hostname or parts.path.count("/") < 2:
        raise Misconfigured(f"{address.url!r}: say it as sqs://sqs.REGION.amazonaws.com/ACCOUNT/QUEUE")
    base = f"{'http' if parts.hostname in _LOOPBACK else 'https'}://{parts.netloc}"
    return _service("sqs", base, address, limits), f"{base}{parts.path}"


def _over_sftp(address: Address, parts: SplitResult, limits: Limits) -> Store:
    try:
        from tallystick.kit.files.sftp import PORT, Server, Sftp
    except ModuleNotFoundError as missing:
        raise _uninstalled(missing) from missing
    if not parts.hostname or not parts.username or parts.password:
        raise Misconfigured("sftp: say whom and where, and no password: sftp://user@host:22/folder")
    wants_password = address.told("auth", "key") == "password"
    server = Server(
        host=parts.hostname,
        port=parts.port or PORT,
        user=unquote(parts.username),
        folder=unquote(parts.path) or "/",
        host_key=address.told("host_key"),
        password=address.hidden("password") if wants_password else "",
        private_key="" if wants_password else address.hidden("private_key"),
        pin=f"{address.prefix}host_key",
    )
    return Shelf(Sftp(server, limits))


def _in_bucket(address: Address, parts: SplitResult, limits: Limits) -> Store:
    if not parts.netloc:
        raise Misconfigured(f"{address.url!r}: say it as s3://bucket/prefix")
    region = address.told("region", "eu-central-1")
    endpoint = address.told("endpoint", f"https://s3.{region}.amazonaws.com")
    service = _service("s3", endpoint, address, limits)
    from tallystick.kit.files.s3 import S3

    return S3(service, parts.netloc, unquote(parts.path))


def _service(name: str, endpoint: str, address: Address, limits: Limits) -> "Service":
    try:
        from tallystick.kit.files.aws import Credentials, Service
    except ModuleNotFoundError as missing:
        raise _uninstalled(missing) from missing
    who = Credentials(address.hidden("access_key_id"), address.hidden("secret_access_key"))
    return Service(name, (endpoint, address.told("region", "eu-central-1")), who, limits)


def _uninstalled(missing: ModuleNotFoundError) -> Misconfigured:
    return Misconfigured(f"{missing.name} is not installed: install tallystick with its extra `files`")

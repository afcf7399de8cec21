"""Packed files: what is in them, within limits that do not depend on what they say of themselves."""

import gzip
import io
import zipfile
import zlib
from typing import Final

PACKED: Final = (".gz", ".zip")


class NotUnpacked(Exception):
    """It cannot be unpacked; the text says why, and what to do."""


def unpacked(name: str, body: bytes, bytes_max: int) -> bytes:
    """Return what is in a packed file, or *body* itself where the name says nothing of packing."""
    lower = name.lower()
    if not lower.endswith(PACKED):
        return body
    try:
        found = _ungzipped(body, bytes_max) if lower.endswith(".gz") else _unzipped(body, bytes_max)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as broken:
        raise NotUnpacked(f"{name} cannot be unpacked ({broken}): have it sent anew, or unpacked") from broken
    if len(found) > bytes_max:
        raise NotUnpacked(f"{name} unpacks to more than file_bytes_max, {bytes_max} bytes: have it sent in parts")
    return found


def _ungzipped(body: bytes, bytes_max: int) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
        return packed.read(bytes_max + 1)


def _unzipped(body: bytes, bytes_max: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        inside = [one for one in packed.infolist() if not one.is_dir()]
        if len(inside) != 1:
            raise zipfile.BadZipFile(f"it holds {len(inside)} files, not one")
        with packed.open(inside[0]) as one:
            return one.read(bytes_max + 1)

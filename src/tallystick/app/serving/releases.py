"""Which release this is."""

from importlib.metadata import PackageNotFoundError, version


def release() -> str:
    """Return the release's number; `0` when it runs from a source that is not installed."""
    try:
        return version("tallystick")
    except PackageNotFoundError:
        return "0"

"""What a client can meet: a refusal with its reasons, or a server that cannot be reached."""

from collections.abc import Sequence

from tallystick.api.problems import Flaw, ProblemDetails


class Refused(Exception):
    """The server understood and will not: `name` is the kind of problem, `details` all that it said."""

    def __init__(self, details: ProblemDetails) -> None:
        """Say it as the server did."""
        flaws = "; ".join(f"{f.pointer if f.pointer is not None else f.parameter}: {f.detail}" for f in details.errors)
        said = ". ".join(part for part in (details.title, details.detail, flaws) if part)
        super().__init__(f"{said} (correlation {details.correlation})")
        self.details = details

    @property
    def name(self) -> str:
        """The kind of problem, such as `out-of-stock`."""
        return self.details.type.rpartition(":")[2]

    @property
    def errors(self) -> Sequence[Flaw]:
        """Everything that is wrong with what was sent."""
        return self.details.errors


class OutOfStock(Refused):
    """The order is refused for good; `lines` lack stock."""

    @property
    def lines(self) -> Sequence[int]:
        """The numbers of the lines that lack stock."""
        return self.details.lines_without_stock or []


class Unreachable(Exception):
    """The server did not answer, or asked to wait, as often as was tried. Whether it took effect is not known.

    Doing it again under the same key is safe: the text names the key.
    """

"""The breaks that reconciliation raises, as a page: what each means, its likely cause, what to do."""

from collections.abc import Iterable

from tallystick.exports.docs_pages.markdown import code, page, table
from tallystick.reconciliation.kinds import BreakKind

HEAD = (
    "Each is raised once on the subject `difference/RULE/PARTY/KEY`, told again when the difference changes, and closed "
    "when a later reconciliation finds that it fits. `tally reconcile explain RULE/PARTY/KEY` says the same of one of them."
)


def breaks_page(kinds: Iterable[BreakKind]) -> str:
    """Return the page of all kinds."""
    rows = [(code(k.kind), k.means, k.cause, k.remedy) for k in kinds]
    return page("Breaks of reconciliation", HEAD, table(("kind", "means", "likely cause", "what to do"), rows))

"""The journal over HTTP."""

from urllib.parse import urlencode

import msgspec

from tallystick.api.call import Call, Reply, reply
from tallystick.api.desk import Desk
from tallystick.api.journal.shapes import EntriesPage, EntriesQuery, EntryShown, LineShown, StepShown, StoryShown
from tallystick.api.problems import NOT_FOUND, Problem
from tallystick.ports.reading import JournalEntry, Wanted, positions


async def list_entries(call: Call, desk: Desk) -> Reply:
    """Read a page of entries."""
    asked: EntriesQuery = call.query
    after = tuple(int(event) for event in asked.after.split("-"))
    found = await desk.journal.entries(
        Wanted(after, asked.limit, asked.subject, asked.account, asked.booked_from, asked.booked_through)
    )
    position = "-".join(map(str, positions(after, (int(e.event) for e in found)))) or asked.after
    following = position if len(found) == asked.limit else None
    headers = []
    if following is not None:
        given = {k: v for k, v in msgspec.to_builtins(asked).items() if v is not None}
        target = f"/v1/journal/entries?{urlencode({**given, 'after': following})}"
        headers.append((b"link", f'<{target}>; rel="next"'.encode()))
    return reply(EntriesPage([_shown(e) for e in found], following, position), headers=headers)


async def show_entry(call: Call, desk: Desk) -> Reply:
    """Read one entry."""
    found = await desk.journal.entry(int(call.where.event))
    if found is None:
        raise Problem(NOT_FOUND, f"there is no event {call.where.event}")
    return reply(_shown(found))


async def tell_story(call: Call, desk: Desk) -> Reply:
    """Tell the story behind a number."""
    found = await desk.journal.story(call.query.reference)
    if found is None:
        raise Problem(NOT_FOUND, f"nothing is known of {call.query.reference}")
    steps = [StepShown(s.at, s.what, s.subject, str(s.event) if s.event else None, s.text) for s in found.steps]
    return reply(StoryShown(found.reference, found.subjects, found.correlations, steps, found.left_out))


def _shown(entry: JournalEntry) -> EntryShown:
    lines = [LineShown(x.n, x.debit, x.credit, x.commodity, x.item, x.amount, x.because) for x in entry.lines]
    return EntryShown(
        entry.event,
        entry.type,
        entry.source,
        entry.subject,
        entry.effective_on,
        entry.booked_on,
        entry.recorded_at,
        entry.rules,
        entry.correlation,
        lines,
    )

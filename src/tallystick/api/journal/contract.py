"""The contract of the journal."""

from tallystick.api.contract import QUIET, Capability, Given, Operation
from tallystick.api.journal import handlers as do
from tallystick.api.journal.shapes import EntriesPage, EntriesQuery, EntryShown, EntryWhere, StoryQuery, StoryShown
from tallystick.messages.catalogue import Lifecycle

JOURNAL = Capability(
    name="journal",
    owner="financial control",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="The journal, read entry by entry, and the story behind any number.",
    quota=QUIET,
    operations=(
        Operation(
            id="list_entries",
            method="GET",
            path="/journal/entries",
            about="Entries in the order of recording, page by page; read on from `position` later, and nothing is missed.",
            scope="entries:read",
            does=do.list_entries,
            query=EntriesQuery,
            gives=(Given(200, "a page", EntriesPage, ("Link",)),),
        ),
        Operation(
            id="show_entry",
            method="GET",
            path="/journal/entries/{event}",
            about="One entry with its postings and their reasons.",
            scope="entries:read",
            does=do.show_entry,
            where=EntryWhere,
            gives=(Given(200, "the entry", EntryShown),),
        ),
        Operation(
            id="tell_story",
            method="GET",
            path="/trace",
            about="Everything that happened around an event, subject, message or correlation, in the order of time.",
            scope="entries:read",
            does=do.tell_story,
            query=StoryQuery,
            gives=(Given(200, "the story", StoryShown),),
        ),
    ),
)

"""The contract of reports."""

from typing import Annotated

from msgspec import Meta

from tallystick.api.contract import BUSY, Capability, Given, Operation
from tallystick.api.reports import handlers as do
from tallystick.api.reports.shapes import REPORTS_MAX, ReportSent, ReportsKept
from tallystick.messages.catalogue import Lifecycle

REPORTS = Capability(
    name="reports",
    owner="integration",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="What other systems have to say, as CloudEvents: kept at once, worked off in order, each subject for itself.",
    quota=BUSY,
    operations=(
        Operation(
            id="send_reports",
            method="POST",
            path="/reports",
            about="Hand in up to five hundred reports; those that cannot be read are named, the others are kept.",
            scope="inbox:write",
            does=do.send_reports,
            takes=Annotated[tuple[ReportSent, ...], Meta(min_length=1, max_length=REPORTS_MAX)],
            gives=(Given(202, "what was kept, and what was not", ReportsKept),),
            body_bytes_max=4 * 1024 * 1024,
        ),
    ),
)

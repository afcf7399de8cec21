"""The contract of stewardship."""

from tallystick.api.contract import QUIET, Capability, Given, Operation
from tallystick.api.problems import CHANGED, KEY_REUSED, NOT_FOUND, REFUSED, WAITING
from tallystick.api.stewardship import handlers as do
from tallystick.api.stewardship.shapes import (
    ConflictsQuery,
    ConflictsShown,
    RecordQuery,
    RecordShown,
    Settlement,
    SettlementTaken,
)
from tallystick.messages.catalogue import Lifecycle

STEWARDSHIP = Capability(
    name="stewardship",
    owner="master data",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="What systems say of things, whose word counts, and what contradicts it. Words come in as reports.",
    quota=QUIET,
    operations=(
        Operation(
            id="list_master_conflicts",
            method="GET",
            path="/master-conflicts",
            about="The steward's queue: fields on which systems contradict the one whose word counts.",
            scope="masters:read",
            does=do.list_conflicts,
            query=ConflictsQuery,
            gives=(Given(200, "oldest first", ConflictsShown),),
        ),
        Operation(
            id="show_master_record",
            method="GET",
            path="/master-record",
            about="A thing as it counts now: each field, whose word it is, and by which event.",
            scope="masters:read",
            does=do.show_record,
            query=RecordQuery,
            gives=(Given(200, "as it counts", RecordShown),),
            problems=(NOT_FOUND,),
        ),
        Operation(
            id="settle_master_conflict",
            method="POST",
            path="/master-settlements",
            about="Rule on a field in conflict. It holds until a system says something else of it.",
            scope="masters:steward",
            does=do.settle_conflict,
            takes=Settlement,
            gives=(Given(200, "settled", SettlementTaken),),
            has_key=True,
            problems=(NOT_FOUND, CHANGED, REFUSED, WAITING, KEY_REUSED),
        ),
    ),
)

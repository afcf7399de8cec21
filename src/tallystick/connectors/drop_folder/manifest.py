"""What this door can do."""

from typing import Final

from tallystick.messages.catalogue import CATALOGUE, Role
from tallystick.messages.channels import TellCustomer
from tallystick.ports.connector import Manifest

MANIFEST: Final = Manifest(
    name="drop-folder",
    system="A folder of JSON files, one a command",
    role="takes every command where `outbox_folder` is set, but journals where a ledger is configured",
    foreign_version="ours",
    auth="none: files",
    # What customers are told never stands in the outbox: it has a queue and a lane of its own.
    pushes=tuple(t.struct for t in CATALOGUE.types if t.role is Role.COMMAND and t.struct is not TellCustomer),
    setup=(
        "Name the folder in `tallystick.toml`, then let a worker run:\n"
        '    outbox_folder = "/srv/outbox"\n'
        "    tally worker"
    ),
    guide="reference/configuration.md",
    proven_by="live",
    declared={
        "name": "A command's file is named by its key, and appears whole or not at all; whoever takes it may delete it.",
        "once": "As long as a file is there, the same command under the same key changes nothing, and another is refused.",
    },
)

"""What this door can do."""

from typing import Final

from tallystick.kit.files.addresses import REACHING, SECRETS
from tallystick.messages.catalogue import CATALOGUE, Role, address_field
from tallystick.messages.channels import SetStock, TellCustomer
from tallystick.ports.connector import Manifest

_COMMANDS: Final = tuple(t.struct for t in CATALOGUE.types if t.role is Role.COMMAND and address_field(t.struct))
# What customers are told has a queue and a lane of its own.
_PUSHES: Final = tuple(struct for struct in _COMMANDS if struct not in {SetStock, TellCustomer})

MANIFEST: Final = Manifest(
    name="files",
    system="Files of our own words: in a folder, over SFTP, in S3, and messages of SQS",
    role="commands go to its address, one JSON file each; reports come, one CloudEvents event each, from where `--from` says",
    foreign_version="ours",
    auth="a folder needs none; SFTP a key or password, the server's key pinned; S3 and SQS an access key",
    pushes=_PUSHES,
    addressed_by={struct: address_field(struct) for struct in _PUSHES},
    secrets=SECRETS,
    settings=REACHING,
    proven_by="live",
    declared={
        "name": "A command's file is named by its key, and appears whole or not at all; whoever takes it may delete it.",
        "once": "As long as a file is there, the same command under the same key changes nothing, and another is refused.",
        "proof": "SFTP runs against OpenSSH; S3 and SQS against moto's server and our twins, never Amazon itself.",
        "stock": "No stock is told: of a number that changes with every sale only the last counts, and files stay.",
        "reports": "An event's `source` is not believed: what comes is the connection's.",
    },
)

"""Books made, brought back and written into files: whoever keeps the database does that, and the log says who it was.

No role is asked for: the right to create a schema is the database's own, and a book that is brought back in an emergency
has nobody yet to ask.
"""

from typing import Final

from tallystick.app import output
from tallystick.app.access.acting import os_user
from tallystick.app.house import open_house
from tallystick.app.settings import Settings
from tallystick.security.deed import Deed
from tallystick.security.keyring import WrongKey
from tallystick.storage.access.audit import note_deed

UNTOLD: Final = "its audit log does not say so: {}"


async def note_keeping(url: str, settings: Settings, action: str, book: str) -> None:
    """Write into the audit log of *book* what the user of the operating system has done with it.

    What is done is done: where the key file at hand is not the book's, no line can be written, and a remark says so.
    """
    try:
        async with open_house(url, settings, book) as house:
            await note_deed(await house.connection(), house.keyring, Deed(os_user(), action, f"book/{book}"))
    except WrongKey as wrong:
        output.note(UNTOLD.format(wrong), "yellow")

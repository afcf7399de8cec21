"""The controlling desk: books by hand what two people agreed on, and takes some of it back."""

from msgspec.structs import replace

from tallystick.messages.books.entries import (
    ManualEntry,
    ManualEntryApproved,
    ManualEntryReversalApproved,
    ManualLine,
)
from tallystick.simulator.weather import DAY, HOUR
from tallystick.simulator.world import BEGIN, World

MAKER, CHECKER = 1, 2
SOURCE = "approvals"


class Controlling:
    """Approved entries on their way into the book; a reversal may overtake the entry it takes back."""

    def __init__(self, world: World) -> None:
        """Sit in *world*."""
        self.world, self.made = world, 0

    def books(self) -> None:
        """Have an accrual booked, and every second one taken back."""
        self.made += 2
        number = self.made
        amount = 1000 + self.world.between(0, 9000)
        entry = ManualEntry(
            "EUR/2", BEGIN.date(), "rent", (ManualLine(1, "operating_expense:rent", "accruals:rent", amount),)
        )
        subject = f"entry/{number}"
        report = ManualEntryApproved(number, entry, MAKER, CHECKER)
        self.world.send(SOURCE, subject, report)
        if self.world.happens(0.2):
            self.world.send(SOURCE, subject, report)
        if self.world.happens(0.5):
            back = ManualEntryReversalApproved(number + 1, replace(entry, reverses=number), MAKER, CHECKER)
            self.world.after(self.world.between(0, DAY), lambda: self.world.send(SOURCE, subject, back))
            if self.world.happens(0.2):
                self.world.after(2 * DAY + HOUR, lambda: self.world.send(SOURCE, subject, back))

"""The bank: what providers pay in, a statement each statement night; lines may be short, doubled, missing or nobody's."""

from functools import partial

from tallystick.messages.statements import BankLine, BankStatementReported
from tallystick.simulator.estate.faults import difference
from tallystick.simulator.estate.town import Town
from tallystick.simulator.weather import DAY, HOUR

LIES = ("payout_shortened", "payout_lost", "bank_line_doubled")


class Bank:
    """One account."""

    def __init__(self, town: Town) -> None:
        """Live in *town*."""
        self.town = town
        self.lines: list[BankLine] = []
        self.count = 0

    def is_paid(self, party: str, payout: str, amount: int) -> None:
        """A payout is on its way: it comes tomorrow, mostly whole."""
        town, lie = self.town, ""
        if town.lies:
            lie = LIES[int(town.chance.random() * len(LIES))]
            kind, off = {
                "payout_shortened": ("payout_short", -37),
                "payout_lost": ("payout_not_at_bank", -amount),
                "bank_line_doubled": ("bank_line_doubled", amount),
            }[lie]
            town.log.shown(lie, {(kind, difference("bank", party, payout)): off})
        comes = amount - 37 if lie == "payout_shortened" else amount
        times = {"payout_lost": 0, "bank_line_doubled": 2}.get(lie, 1)
        for _ in range(times):
            town.after(town.between(HOUR, DAY), partial(self._enters, party, payout, comes))

    def gets_something(self, party: str) -> None:
        """A provider pays something it never announced."""
        self.count += 1
        name, amount = f"{party}-x{self.count}", 1000 + int(self.town.chance.random() * 9000)
        self.town.log.shown("payout_unannounced", {("bank_line_unknown", difference("bank", party, name)): amount})
        self._enters(party, name, amount)

    def rent_is_due(self) -> None:
        """Money moves at the bank that is none of ours to reconcile."""
        self._enters("landlord", "rent", -120_000)

    def _enters(self, party: str, reference: str, amount: int) -> None:
        self.count += 1
        self.lines.append(BankLine(str(self.count), party, reference, amount, self.town.today))

    def states(self, night: int) -> None:
        """Send all lines since the last statement."""
        lines, self.lines = tuple(self.lines), []
        name = f"main/{night}"
        self.town.send(
            "bank", f"statement/bank/{name}", BankStatementReported(name, "main", "EUR/2", self.town.today, lines)
        )

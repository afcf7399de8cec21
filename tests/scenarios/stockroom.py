"""The stock room: verbs for what is moved between places, counted, and corrected."""

from datetime import timedelta
from typing import Any

from tallystick.engine.answer import Answer
from tallystick.messages.stocking import corrections, counts, transfers
from tallystick.processes.family import data_of
from tests.scenarios.shop import Shop

STRICT = counts.CountLimits()


class Stockroom:
    """Beside a shop: transfer T1 from WH1 to S1, count C1 at WH1, and corrections of WH1."""

    def __init__(self, shop: Shop) -> None:
        """Stand in *shop*."""
        self.shop = shop
        self.count = 0

    def requests(self, *lines: tuple[int, str], days: int = 3, **more: Any) -> Answer:
        """Somebody at S1 wants goods of WH1."""
        wanted = tuple(transfers.TransferLine(n, sku, units) for n, (units, sku) in enumerate(lines, 1))
        day = (self.shop.now + timedelta(days=days)).date()
        told = transfers.TransferRequested("T1", "WH1", "S1", "EUR/2", day, wanted, **more)
        return self.says(told)

    def releases(self, *, partial: bool = False) -> Answer:
        """WH1 is to send it."""
        return self.says(transfers.TransferReleased("T1", partial))

    def cancels(self) -> Answer:
        """It is not wanted after all."""
        return self.says(transfers.TransferCancelled("T1", "not needed"))

    def sends(self, *lines: tuple[int, str], final: bool = False, named: str = "") -> Answer:
        """Goods leave WH1."""
        left = tuple(transfers.TransferLine(n, sku, units) for n, (units, sku) in enumerate(lines, 1))
        return self.says(transfers.TransferDispatchReported("T1", named or self._new("D"), "EUR/2", left, final))

    def gets(
        self, *lines: tuple[int, str], condition: Any = "sellable", final: bool = False, named: str = ""
    ) -> Answer:
        """Goods come to S1."""
        came = tuple(transfers.ArrivedLine(n, sku, units, condition) for n, (units, sku) in enumerate(lines, 1))
        return self.says(transfers.TransferReceiptReported("T1", named or self._new("R"), "EUR/2", came, final))

    def loses(self, units: int, sku: str, reason: str = "transit_damage", named: str = "") -> Answer:
        """Goods are gone on the way."""
        lost = (transfers.TransferLine(1, sku, units),)
        return self.says(transfers.TransferLossReported("T1", named or self._new("L"), "EUR/2", reason, lost))

    def closes(self, reason: str = "transit_loss") -> Answer:
        """Nobody waits for the rest any more."""
        return self.says(transfers.TransferClosed("T1", "EUR/2", reason))

    def says(self, data: Any) -> Answer:
        """Something is reported of the transfer."""
        return self.shop.hears("transfer/T1", data)

    def plans(self, *skus: str, limits: counts.CountLimits = STRICT, days: int = 7) -> Answer:
        """Products are to be counted at WH1."""
        lines = tuple(counts.CountLine(n, sku) for n, sku in enumerate(skus, 1))
        day = (self.shop.now + timedelta(days=days)).date()
        return self.hears(counts.CountPlanned("C1", "WH1", "EUR/2", day, lines, limits))

    def counted(self, counter: str, *units: int | None) -> Answer:
        """Somebody counted so many units of each line."""
        lines = tuple(counts.CountedLine(n, found) for n, found in enumerate(units, 1) if found is not None)
        return self.hears(counts.CountTaken("C1", counter, lines))

    def begins(self, counter: str) -> Answer:
        """Somebody stands before the shelves."""
        return self.hears(counts.CountStarted("C1", counter))

    def hears(self, data: Any) -> Answer:
        """Something is reported of the count."""
        return self.shop.hears("cycle_count/C1", data)

    def corrects(self, units: int, sku: str, reason: str, **how: Any) -> Answer:
        """Somebody corrects WH1."""
        named = how.get("named", "K1")
        line = corrections.CorrectionLine(1, sku, units, how.get("state", "sellable"))
        told = corrections.CorrectionReported(named, "WH1", "EUR/2", reason, (line,))
        return self.shop.hears(f"correction/{named}", told)

    def approves(self, subject: str = "correction/K1", proposal: int = 7, **changed: Any) -> Answer:
        """A second person approves what waits."""
        from msgspec.structs import replace

        waits = replace(self.data(subject, "correction").to_approve(), **changed)
        return self.shop.hears(subject, corrections.CorrectionApproved(proposal, waits, 1, 2))

    def moves(self, units: int, sku: str, states: Any, named: str = "M1") -> Answer:
        """Goods are put into another state at WH1."""
        line = corrections.MoveLine(1, sku, units, *states)
        return self.shop.hears(f"stock_move/{named}", corrections.StockMoveReported(named, "WH1", "looked at", (line,)))

    def data(self, subject: str, member: str) -> Any:
        """What a process knows."""
        return data_of(self.shop.book.loaded.families[subject], member)

    def state(self, subject: str = "transfer/T1", member: str = "transfer") -> str:
        """Where a process stands."""
        return self.shop.book.loaded.families[subject][member].state

    def expected(self, sku: str, at: str = "S1") -> int:
        """Units that promises at a place may count on."""
        return sum(self.shop.book.loaded.layer(sku, at).plans.incoming.values())

    def _new(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"
